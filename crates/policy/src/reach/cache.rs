//! Reach of many users.

/// Placeholder.
#[derive(Debug)]
pub struct ReachCache;
