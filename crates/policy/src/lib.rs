//! The IAM policy language: parse, evaluate, reach, lint.
//!
//! A library without I/O: no AWS SDK, no clock, no environment. Text comes in, answers go out.

pub mod actions;
mod arn;
pub mod cases;
mod condition;
mod context;
pub mod document;
pub mod evaluate;
pub mod lint;
mod nearest;
mod pattern;
mod prepared;
pub mod reach;
mod truth;
mod variables;

pub use actions::{AccessLevel, ActionList};
pub use context::{ContextValue, RequestContext};
pub use document::{ParseError, PolicyDocument};
pub use evaluate::{Caller, Decision, Evaluation, PolicySet, Request, ScpChain, evaluate};
pub use pattern::wildcard_match;
pub use prepared::Policy;
pub use truth::Truth;
