//! The clock. Nothing outside of this file asks what time it is.

use jiff::Timestamp;

/// Now, to the microsecond: nanoseconds say nothing and make evidence harder to read.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
