//! Reads a whole AWS organization in few calls, and hands it to a [`Sink`] piece by piece.
//!
//! [`connect`] finds out who calls and where; [`collect()`] reads. What is read, and with how many calls, is
//! in `docs/collection.md`.
//!
//! # Architecture invariants
//!
//! * This is the only crate that knows the AWS SDK. No type of the SDK's service crates is in its API; the
//!   one exception is [`SharedHttpClient`], which lets a test put an emulated AWS behind the real SDK.
//! * It reads neither the environment nor the clock: `aws-config` reads the environment, because finding
//!   credentials is its job, and times come from the [`Clock`] that the caller passes in.
//! * No reading fails silently: whatever could not be read is a
//!   [`Reading::Unreadable`](org_audit_model::Reading::Unreadable) with AWS's own words.
//! * Its own log lines hold no secret at any level. Those of the SDK do: at `trace` it writes whole answers,
//!   `AssumeRole`'s with the secret key among them, where the HTTP client hands them over in one piece or
//!   `LOG_SENSITIVE_BODIES` is set. A program that logs must let only its own targets through.
//! * An account's data is handed to the sink and dropped, so that memory does not grow with the number of
//!   accounts.

mod account;
mod aws_managed;
mod calls;
mod collect;
mod connection;
mod documents;
mod error;
mod event;
mod failure;
mod intact;
mod limit;
mod organization;
mod pace;
mod page;
mod sdk;
mod settings;
mod sink;

use std::sync::Arc;

pub use aws_smithy_runtime_api::client::http::SharedHttpClient;

pub use collect::collect;
pub use connection::{Connection, connect};
pub use error::FetchError;
pub use event::{Event, Observer};
pub use settings::{
    AccountFilter, CollectSettings, ConnectSettings, Pacing, REQUESTS_AT_ONCE, SettingsError,
    StaticCredentials, Timeouts,
};
pub use sink::Sink;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;
