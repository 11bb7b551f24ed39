//! An emulated AWS organization behind the real wire protocols.
//!
//! The core is [`Emulator::handle`]: one request in, one response out, no I/O and no clock of its own.
//! In front of it are [`server::Server`] (HTTP on loopback, for any client) and, with the feature
//! `sdk-client`, an in-process HTTP client for the AWS SDK for Rust (for tests, without a port).
//!
//! A [`WorldSpec`] says which organization it is, a [`Fault`] what goes wrong with it. `docs/emulator.md`
//! lists every behaviour with its source at AWS, and what is not emulated.
//!
//! **Architecture invariant.** This crate knows the wire and shares no type with the fetcher that it is
//! used against: one mistake must not sit on both sides.

mod access;
mod counters;
mod document;
mod draw;
mod emulator;
mod error;
mod faults;
mod form;
mod iam;
mod live;
mod organizations;
mod paced;
mod page;
mod report;
mod route;
#[cfg(feature = "sdk-client")]
pub mod sdk_client;
pub mod serve;
pub mod server;
mod sigv4;
mod sts;
#[cfg(test)]
mod tests;
mod truth;
mod wire;
mod world;
mod xml;

pub use access::{CallerKind, UnknownCaller};
pub use counters::Calls;
pub use emulator::{CALLS_PATH, Clock, Emulator, OPERATIONS_PATH, static_credentials};
pub use faults::{Fault, Faults, ParseFaultError, Share};
pub use route::Service;
pub use serve::{ServeOptions, serve};
pub use server::{Running, Server};
pub use truth::{Truth, UserTruth};
pub use wire::{Delivery, Request, Response};
pub use world::{
    Account, AccountState, DEFAULT_ROLE, DeviceKind, EmptyPages, Node, OrganizationPolicy, PolicyType,
    RoleSetup, RootMfa, RootSetup, Unit, UserSpec, World, WorldSpec,
};

/// The operations that the emulator has, as `service:Operation`, sorted within a service.
#[must_use]
pub fn operations() -> Vec<String> {
    let iam = iam::operations().map(|name| format!("iam:{name}"));
    let organizations = organizations::operations().map(|name| format!("organizations:{name}"));
    let sts = sts::OPERATIONS.iter().map(|name| format!("sts:{name}"));
    iam.chain(organizations).chain(sts).collect()
}
