//! What controls share. A control's own file holds what is its own alone.

pub mod age;
pub mod control;
pub mod page;
pub mod parameters;
pub mod password_policy;
pub mod policies;
pub mod population;
pub mod root;
pub mod selection;
pub mod tags;
#[cfg(test)]
pub mod testing;
pub mod unused;
