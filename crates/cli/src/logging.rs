//! Tracing for people who look into the program. It never shows a secret.

use std::str::FromStr;

use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::environment;

/// INVARIANT: only our own crates are logged, whatever level is asked for. The AWS SDK and the HTTP stack
/// below it write request headers (session tokens) and response bodies (the keys that AssumeRole hands out)
/// at the levels debug and trace, so they are left out as a whole rather than by a list of bad places.
const OWN_TARGETS: &str = "org_audit";

/// Starts logging to stderr as `ORG_AUDIT_LOG` or `RUST_LOG` asks, in the form `info` or
/// `org_audit_fetcher=debug,warn`. Without either, nothing is logged.
pub fn start() {
    let Some(directives) = environment::log_directives() else {
        return;
    };
    let targets =
        Targets::from_str(&directives).unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
    let own = filter_fn(|metadata| metadata.target().starts_with(OWN_TARGETS));
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_filter(targets);
    tracing_subscriber::registry().with(layer.with_filter(own)).init();
}
