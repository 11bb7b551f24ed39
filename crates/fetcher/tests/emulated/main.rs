//! The fetcher with the real SDK against an emulated AWS in the same process.

mod access;
mod bench;
mod calls;
mod evidence;
mod faults;
mod readings;
mod wire;
