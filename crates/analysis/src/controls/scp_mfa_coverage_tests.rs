//! scp-mfa-coverage over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::{outcomes, reason};

#[test]
fn an_account_whose_chain_enforces_mfa_passes() {
    assert_eq!(
        outcomes(&CONTROL, json!({"scp_coverage": "enforced"})),
        ["account pass"]
    );
}

#[test]
fn an_account_that_is_covered_in_part_or_not_at_all_fails() {
    for coverage in ["partial", "none", "not_enabled"] {
        assert_eq!(
            outcomes(&CONTROL, json!({"scp_coverage": coverage})),
            ["account fail"],
            "{coverage}"
        );
    }
}

#[test]
fn the_management_account_is_not_applicable() {
    assert_eq!(
        outcomes(&CONTROL, json!({"scp_coverage": "exempt"})),
        ["account not_applicable"]
    );
}

#[test]
fn a_coverage_that_is_not_known_is_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"scp_coverage": "unknown"})),
        ["account unknown"]
    );
    assert_eq!(outcomes(&CONTROL, json!({})), ["account unknown"]);
}

#[test]
fn the_reason_is_that_of_the_coverage() {
    assert_eq!(
        reason(&CONTROL, json!({"scp_coverage": "none"})),
        "the reason of the coverage"
    );
}
