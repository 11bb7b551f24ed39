//! org-audit: xtask.
fn main() {}
