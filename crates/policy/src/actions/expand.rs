//! From an action pattern to the actions that it names.

use super::{ActionId, ActionList};
use crate::pattern::Glob;
use std::ops::Range;

/// What an action pattern names, in terms of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expansion {
    /// Every action there is and will be.
    All,
    /// These ranges of numbers, and perhaps these stand-ins.
    Some {
        /// Ranges of numbers that match for certain.
        ranges: Vec<Range<u16>>,
        /// Stand-ins of which some action may match.
        perhaps: Vec<ActionId>,
    },
}

impl ActionList {
    /// Expands a pattern. Case does not matter; `*` and `?` may stand anywhere.
    #[must_use]
    pub fn expand(&self, pattern: &str) -> Expansion {
        let pattern = pattern.to_ascii_lowercase();
        let is_stars = |text: &str| !text.is_empty() && text.bytes().all(|b| b == b'*');
        let halves = pattern.split_once(':');
        if is_stars(&pattern) || halves.is_some_and(|(service, name)| is_stars(service) && is_stars(name)) {
            return Expansion::All;
        }
        let mut ranges = Vec::new();
        let mut perhaps = Vec::new();
        match halves {
            Some((prefix, name)) if !prefix.contains(['*', '?']) => {
                self.expand_in_service(prefix, name, &mut ranges, &mut perhaps);
            }
            // A wildcard in the service part, or no service part at all, is not valid; AWS refuses to store it.
            // If it is there all the same, it is taken as a pattern over the whole name.
            Some(_) | None if pattern.contains('*') || pattern.contains('?') => {
                let glob = Glob::plain(&pattern);
                let all = 0..u16::try_from(self.ids()).unwrap_or(u16::MAX);
                self.scan(all, &glob, &mut ranges);
                perhaps.extend(
                    self.iter()
                        .filter(|(_, action)| action.stand_in)
                        .map(|(id, _)| id),
                );
            }
            Some(_) | None => {}
        }
        Expansion::Some { ranges, perhaps }
    }

    fn expand_in_service(
        &self,
        prefix: &str,
        name: &str,
        ranges: &mut Vec<Range<u16>>,
        perhaps: &mut Vec<ActionId>,
    ) {
        let Some(service) = self.service(prefix) else {
            perhaps.extend(self.iter().last().map(|(id, _)| id));
            return;
        };
        if !name.is_empty() && name.bytes().all(|b| b == b'*') {
            ranges.push(service.actions.clone());
            return;
        }
        let stand_in = ActionId(service.actions.end.saturating_sub(1));
        let full = format!("{prefix}:{name}");
        let Some(wild) = full.find(['*', '?']) else {
            match self.find_lower(&full) {
                Some(id) => ranges.push(id.0..id.0 + 1),
                None => perhaps.push(stand_in),
            }
            return;
        };
        perhaps.push(stand_in);
        let listed = service.actions.start..stand_in.0;
        let narrowed = self.with_prefix(listed, full.get(..wild).unwrap_or_default());
        if full.get(wild..) == Some("*") {
            ranges.push(narrowed);
        } else {
            self.scan(narrowed, &Glob::plain(&full), ranges);
        }
    }

    /// The part of a sorted range whose names begin with `prefix`.
    fn with_prefix(&self, range: Range<u16>, prefix: &str) -> Range<u16> {
        let names = self
            .lower
            .get(usize::from(range.start)..usize::from(range.end))
            .unwrap_or_default();
        let first = names.partition_point(|name| name.as_str() < prefix);
        let count = names
            .get(first..)
            .unwrap_or_default()
            .partition_point(|name| name.starts_with(prefix));
        let offset = |n: usize| range.start.saturating_add(u16::try_from(n).unwrap_or(u16::MAX));
        offset(first)..offset(first + count)
    }

    /// Adds the listed actions of a range that match, as ranges.
    fn scan(&self, range: Range<u16>, glob: &Glob, out: &mut Vec<Range<u16>>) {
        for id in range {
            let index = usize::from(id);
            let listed = self.actions.get(index).is_some_and(|action| !action.stand_in);
            if listed && self.lower.get(index).is_some_and(|name| glob.matches(name)) {
                match out.last_mut() {
                    Some(last) if last.end == id => last.end += 1,
                    _ => out.push(id..id + 1),
                }
            }
        }
    }
}
