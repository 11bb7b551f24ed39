//! The policy document: read from JSON into a typed tree that remembers where everything stood.
//!
//! The grammar is the one AWS publishes
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>). The reader is
//! generous where AWS has been generous over the years (one object or a list, one string or a list, JSON
//! booleans and numbers as condition values, no `Version`) and strict where a guess would change meaning:
//! a duplicate key, an unknown operator or a missing `Effect` is an error with a place, never skipped.

mod ast;
mod error;
mod json;
mod operator;
mod position;
mod print;
mod read;
mod url;

pub use ast::{
    ActionElement, Condition, Effect, PolicyDocument, Principal, PrincipalElement, PrincipalKind,
    ResourceElement, Statement, Text, UnknownElement, Version,
};
pub use error::{ParseError, ParseErrorKind};
pub use json::{MAX_BYTES, MAX_DEPTH};
pub use operator::{Operator, OperatorBase, Qualifier};
pub use position::{LineIndex, Position, Span, excerpt};
