//! What is written to the log: nothing secret by this crate; by the SDK below it, secrets too.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use org_audit_emulator::{Fault, WorldSpec, static_credentials};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, Registry};

use crate::bench::Bench;

/// A line of the log.
struct Line {
    target: String,
    text: String,
}

/// Takes every line at every level, with the fields of the spans that it is in.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<Vec<Line>>>);

#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Everything {
    fn take(&self, metadata: &tracing::Metadata<'_>, record: impl FnOnce(&mut Text)) {
        let mut text = Text::default();
        record(&mut text);
        self.0.lock().unwrap().push(Line {
            target: metadata.target().to_owned(),
            text: text.0,
        });
    }
}

impl Layer<Registry> for Everything {
    fn on_event(&self, event: &tracing::Event<'_>, _context: Context<'_, Registry>) {
        self.take(event.metadata(), |text| event.record(text));
    }

    fn on_new_span(
        &self,
        span: &tracing::span::Attributes<'_>,
        _id: &tracing::span::Id,
        _context: Context<'_, Registry>,
    ) {
        self.take(span.metadata(), |text| span.record(text));
    }
}

/// The targets of this project's crates: what the program shows, whatever the user's filter says.
const OWN_TARGETS: &str = "org_audit";

#[tokio::test(start_paused = true)]
async fn no_line_of_ours_holds_a_secret_and_lines_of_the_sdk_do() {
    let denied = Fault::Deny("iam:GetAccountSummary".to_owned(), None);
    let spec = WorldSpec::uniform().accounts(3).users_per_account(2);
    let bench = Bench::with_faults(spec, [denied]);
    let everything = Everything::default();
    // With one subscriber in the process, tracing asks that of the thread that reaches a line first whether
    // the line is wanted, and keeps the answer; the threads of other tests have none. With two it asks both.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let _guard = tracing::subscriber::set_default(Registry::default().with(everything.clone()));
    bench.collect().await.unwrap();

    let (_, own_secret) = static_credentials(bench.caller);
    let secrets = [
        own_secret,
        // How the emulator's session tokens begin, as AWS's do.
        "FwoGZXIvYXdz",
        "<SecretAccessKey>",
    ];
    let (mut ours, mut leaking) = (0, 0);
    for Line { target, text } in everything.0.lock().unwrap().iter() {
        let is_ours = target.starts_with(OWN_TARGETS);
        let leaks = secrets.iter().any(|secret| text.contains(secret));
        assert!(!(is_ours && leaks), "{target}: {text}");
        ours += usize::from(is_ours);
        leaking += usize::from(leaks);
    }
    assert!(ours > 0, "the refusals are in the log");
    assert!(
        leaking > 0,
        "were there no leak at all, this test would be looking in the wrong place"
    );
}
