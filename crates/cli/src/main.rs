//! org-audit: cli.
fn main() {}
