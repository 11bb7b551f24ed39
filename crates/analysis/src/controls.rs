//! The controls: one file each, whose doc comment is its page.
//!
//! A control is a [`Control`] constant in a file of its own and a line in each of the two lists below; `cargo
//! xtask new-control NAME` writes all of it. What several controls share is in [`common`].

pub mod access_keys_without_mfa;
pub mod common;
pub mod hardware_or_phishing_resistant;
pub mod iam_1;
pub mod iam_10;
pub mod iam_11;
pub mod iam_12;
pub mod iam_13;
pub mod iam_14;
pub mod iam_15;
pub mod iam_16;
pub mod iam_17;
pub mod iam_18;
pub mod iam_19;
pub mod iam_2;
pub mod iam_21;
pub mod iam_22;
pub mod iam_24;
pub mod iam_25;
pub mod iam_27;
pub mod iam_3;
pub mod iam_4;
pub mod iam_5;
pub mod iam_6;
pub mod iam_7;
pub mod iam_8;
pub mod iam_9;
pub mod mfa_policy_flaws;
pub mod scp_mfa_coverage;

pub use common::control::{Assess, Context, Control, Requirements};
pub use common::parameters::{ParameterError, Parameters};
pub use common::selection::{Selection, SelectionError};

/// Every control: Security Hub's in the order of their numbers, then our own in that of their names.
pub const ALL: &[&Control] = &[
    &iam_1::CONTROL,
    &iam_2::CONTROL,
    &iam_3::CONTROL,
    &iam_4::CONTROL,
    &iam_5::CONTROL,
    &iam_6::CONTROL,
    &iam_7::CONTROL,
    &iam_8::CONTROL,
    &iam_9::CONTROL,
    &iam_10::CONTROL,
    &iam_11::CONTROL,
    &iam_12::CONTROL,
    &iam_13::CONTROL,
    &iam_14::CONTROL,
    &iam_15::CONTROL,
    &iam_16::CONTROL,
    &iam_17::CONTROL,
    &iam_18::CONTROL,
    &iam_19::CONTROL,
    &iam_21::CONTROL,
    &iam_22::CONTROL,
    &iam_24::CONTROL,
    &iam_25::CONTROL,
    &iam_27::CONTROL,
    &access_keys_without_mfa::CONTROL,
    &hardware_or_phishing_resistant::CONTROL,
    &mfa_policy_flaws::CONTROL,
    &scp_mfa_coverage::CONTROL,
];

/// The control with this id, whatever the case of its letters.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Control> {
    ALL.iter()
        .copied()
        .find(|control| control.id.eq_ignore_ascii_case(id))
}

/// The page of a control, as Markdown.
#[must_use]
pub fn page(control: &Control) -> String {
    common::page::markdown(control)
}

/// Every control with its page, in the order of [`ALL`].
pub fn pages() -> impl Iterator<Item = (&'static Control, String)> {
    ALL.iter().map(|control| (*control, page(control)))
}

#[cfg(test)]
#[path = "controls/controls_tests.rs"]
mod tests;
