//! Unpacks the embedded list. Its form is described in the generator, `crates/xtask/src/actions.rs`.

use super::{AccessLevel, Action, ActionList, ActionResource, Service};
use std::io::Read;
use std::ops::Range;

static DATA: &[u8] = include_bytes!("../../data/actions.txt.gz");

/// The embedded list. A build with broken data gives an empty list; a test holds that it is not.
pub(super) fn embedded() -> ActionList {
    let mut text = String::new();
    let read = flate2::read::GzDecoder::new(DATA).read_to_string(&mut text);
    if read.is_err() {
        text.clear();
    }
    parse(&text)
}

#[derive(Default)]
struct Loader {
    date: String,
    actions: Vec<Action>,
    services: Vec<Service>,
    resource_types: Vec<String>,
    /// The first resource type of the service that is being read.
    first_type: u16,
    iam_types: Range<u16>,
    open: Option<(String, bool, u16)>,
}

fn parse(text: &str) -> ActionList {
    let mut loader = Loader::default();
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("date", date)) => loader.date = date.to_owned(),
            Some(("s", service)) => loader.open_service(service),
            Some(("t", arn)) => loader.resource_types.push(arn.to_owned()),
            Some(("a", action)) => loader.action(action),
            _ => {}
        }
    }
    loader.close_service();
    let listed = loader.actions.iter().filter(|action| !action.stand_in).count();
    loader.actions.push(stand_in("(new service)"));
    let lower: Vec<String> = loader
        .actions
        .iter()
        .map(|a| a.name.to_ascii_lowercase())
        .collect();
    let mut list = ActionList {
        free: Vec::new(),
        date: loader.date,
        actions: loader.actions,
        lower,
        services: loader.services,
        resource_types: loader.resource_types,
        iam_types: loader.iam_types,
        listed,
    };
    let free = crate::evaluate::NEED_NO_PERMISSION.iter();
    list.free = free.filter_map(|name| list.find(name)).collect();
    list
}

fn stand_in(service: &str) -> Action {
    Action {
        name: format!("{service}:(new)"),
        level: AccessLevel::Write,
        resources: Vec::new(),
        stand_in: true,
    }
}

impl Loader {
    fn position(&self) -> u16 {
        u16::try_from(self.actions.len()).unwrap_or(u16::MAX)
    }

    fn types(&self) -> u16 {
        u16::try_from(self.resource_types.len()).unwrap_or(u16::MAX)
    }

    fn open_service(&mut self, line: &str) {
        self.close_service();
        let (prefix, rcp) = match line.strip_suffix(" R") {
            Some(prefix) => (prefix, true),
            None => (line, false),
        };
        self.first_type = self.types();
        self.open = Some((prefix.to_owned(), rcp, self.position()));
    }

    fn close_service(&mut self) {
        if let Some((prefix, rcp, start)) = self.open.take() {
            if prefix == "iam" {
                self.iam_types = self.first_type..self.types();
            }
            self.actions.push(stand_in(&prefix));
            let actions = start..self.position();
            self.services.push(Service { prefix, actions, rcp });
        }
    }

    fn action(&mut self, line: &str) {
        let mut words = line.split(' ');
        let level = match words.next() {
            Some("L") => AccessLevel::List,
            Some("R") => AccessLevel::Read,
            Some("P") => AccessLevel::PermissionsManagement,
            Some("T") => AccessLevel::Tagging,
            _ => AccessLevel::Write,
        };
        let name = words.next().unwrap_or_default();
        let prefix = self
            .open
            .as_ref()
            .map(|(prefix, ..)| prefix.as_str())
            .unwrap_or_default();
        let resources = words.filter_map(|word| {
            let (number, required) = match word.strip_suffix('!') {
                Some(number) => (number, true),
                None => (word, false),
            };
            let kind = self.first_type.checked_add(number.parse().ok()?)?;
            Some(ActionResource { kind, required })
        });
        let action = Action {
            name: format!("{prefix}:{name}"),
            level,
            resources: resources.collect(),
            stand_in: false,
        };
        self.actions.push(action);
    }
}
