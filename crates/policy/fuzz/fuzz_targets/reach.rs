//! What the exact evaluator allows is never denied in reach.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies.rs"]
mod bodies;

fuzz_target!(|bytes: &[u8]| bodies::reach_is_sound(bytes));
