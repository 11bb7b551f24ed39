//! Serves a demonstration organization to any client: what `org-audit demo --serve` does.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::access::CallerKind;
use crate::emulator::{Clock, Emulator};
use crate::faults::Fault;
use crate::server::{Running, Server};
use crate::world::WorldSpec;

/// How far a request's time may be from the emulator's. AWS allows five minutes; a laptop that slept
/// gets fifteen.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// What to serve.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The organization.
    pub world: WorldSpec,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Whose credentials the environment gets.
    pub caller: CallerKind,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            port: 0,
            world: WorldSpec::demo(),
            faults: Vec::new(),
            caller: CallerKind::Management,
        }
    }
}

/// Starts serving in tasks of the current tokio runtime; [`Running::environment`] is what a client
/// needs to set.
///
/// # Errors
///
/// When the port cannot be had.
pub async fn serve(options: ServeOptions, clock: Clock) -> std::io::Result<Running> {
    let ServeOptions {
        port,
        world,
        faults,
        caller,
    } = options;
    let emulator = Emulator::new(world, clock)
        .with_faults(faults)
        .with_clock_skew(SKEW);
    let mut running = Server::start(Arc::new(emulator), port).await?;
    running.environment = environment(&running.endpoint(), caller);
    Ok(running)
}

/// The variables of a client's environment. There is no session token to set, but one that is left
/// over would spoil every signature, so it is emptied.
fn environment(endpoint: &str, caller: CallerKind) -> Vec<(String, String)> {
    [
        ("AWS_ACCESS_KEY_ID", caller.access_key()),
        ("AWS_SECRET_ACCESS_KEY", caller.secret_key()),
        ("AWS_SESSION_TOKEN", ""),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", endpoint),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect()
}
