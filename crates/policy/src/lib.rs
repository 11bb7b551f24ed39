//! The IAM policy language: parse, evaluate, reach, lint.
//!
//! A library without I/O: no AWS SDK, no clock, no environment. Text comes in, answers go out.

pub mod document;
mod nearest;

pub use document::{ParseError, PolicyDocument};
