//! The fast matcher is the simple matcher.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies.rs"]
mod bodies;

fuzz_target!(|input: (&str, &str)| bodies::matcher(input.0, input.1));
