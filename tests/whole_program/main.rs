//! The whole program, as a person or a scheduler runs it: the binary, its files, its exit codes.
//!
//! One file per promise. [`harness`] runs the binary with an environment of its own, so that no setting of
//! the machine gets in, and takes what differs from run to run out of what is compared.

#![cfg(test)]

mod archive;
mod assessor;
mod bad_input;
mod baseline;
mod call_counts;
mod controls;
mod demo;
mod determinism;
mod diff;
mod documentation;
mod documented;
mod endpoint;
mod evidence;
mod exceptions;
mod faults;
mod harness;
mod help;
mod killed;
mod profile;
mod scope_map;
mod secrets;
mod server;
mod signature;
mod templates;
mod verify;
