//! The parser never crashes, and printing what it read and reading that again is the identity.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies.rs"]
mod bodies;

fuzz_target!(|text: &str| bodies::parser(text));
