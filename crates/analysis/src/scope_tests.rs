//! Scope maps over a small organization.

use serde_json::json;

use super::*;
use crate::controls::common::testing;

/// Root, below it A with B; an account in each, and one whose place is not known.
fn organization() -> OrganizationSnapshot {
    let account = |id: &str, parent: Option<&str>| {
        json!({"id": id, "name": id, "state": "ACTIVE", "joined_method": null, "joined_at": null,
            "parent_id": parent})
    };
    testing::organization(&json!({
        "tree": {"roots": [{"id": "r-1", "name": "Root", "policy_types": {}}],
            "organizational_units": [{"id": "ou-a", "name": "A", "parent_id": "r-1"},
                {"id": "ou-b", "name": "B", "parent_id": "ou-a"}]},
        "accounts": [account("000000000001", Some("r-1")), account("000000000002", Some("ou-a")),
            account("000000000003", Some("ou-b")), account("000000000004", None)],
    }))
}

fn scopes(map: &str) -> Vec<Scope> {
    let organization = organization();
    let hierarchy = Hierarchy::new(&organization);
    let map = ScopeMap::parse(map).unwrap();
    organization
        .accounts
        .iter()
        .map(|account| map.of(account, &hierarchy))
        .collect()
}

#[test]
fn the_nearest_entry_counts_and_what_none_reaches_is_unmapped() {
    use Scope::{Connected, InCde, Out, Unmapped};
    assert_eq!(
        scopes("[organizational_units]\nou-a = \"connected\"\n\"Root / A / B\" = \"in_cde\"\n"),
        [Unmapped, Connected, InCde, Unmapped]
    );
    assert_eq!(
        scopes(
            "[accounts]\n000000000003 = \"out\"\n[organizational_units]\nou-b = \"in_cde\"\nr-1 = \"connected\"\n"
        ),
        [Connected, Connected, Out, Unmapped]
    );
    assert_eq!(scopes("[accounts]\n000000000004 = \"in_cde\"\n")[3], InCde);
}

#[test]
fn a_mistake_is_told_with_its_line() {
    for (text, told) in [
        (
            "[accounts]\n\n111122223333 = \"cde\"\n",
            "line 3: `cde` is not one of in_cde, connected, out",
        ),
        (
            "[accounts]\n111122223333 = \"unmapped\"\n",
            "line 2: `unmapped` is not one of in_cde, connected, out",
        ),
        (
            "[accounts]\n1234 = \"out\"\n",
            "line 2: `1234` is not an account id (twelve digits)",
        ),
        (
            "# nothing\n",
            "line 1: the map names neither accounts nor organizational units",
        ),
        (
            "[organizational_units]\n\" \" = \"out\"\n",
            "line 2: an empty name names no organizational unit",
        ),
    ] {
        assert_eq!(ScopeMap::parse(text).unwrap_err().to_string(), told);
    }
    let line = |text: &str| ScopeMap::parse(text).unwrap_err().line;
    assert_eq!(line("[accounts]\n\n[account]\n111122223333 = \"out\"\n"), 3);
    assert_eq!(line("[accounts]\n111122223333 = 7\n"), 2);
    assert_eq!(
        line("[accounts]\n111122223333 = \"out\"\n111122223333 = \"out\"\n"),
        3
    );
}

#[test]
fn entries_that_name_nothing_are_reported_with_their_lines() {
    let organization = organization();
    let map = ScopeMap::parse(
        "[accounts]\n999999999999 = \"out\"\n000000000001 = \"out\"\n[organizational_units]\nou-gone = \"out\"\n\
         \"Root / A\" = \"in_cde\"\n",
    )
    .unwrap();
    let unmatched = map.unmatched(&organization, &Hierarchy::new(&organization));
    let told: Vec<_> = unmatched
        .iter()
        .map(|entry| (entry.line, entry.name.as_str()))
        .collect();
    assert_eq!(told, [(2, "999999999999"), (5, "ou-gone")]);
}
