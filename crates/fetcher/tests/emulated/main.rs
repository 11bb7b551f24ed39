//! The fetcher with the real SDK against an emulated AWS: in the same process, and over HTTP on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test that cannot go on is to stop where it stands, in its helpers too"
)]

mod access;
mod bench;
mod calls;
mod evidence;
mod faults;
mod logging;
mod readings;
mod wire;
