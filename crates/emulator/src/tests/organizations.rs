//! Organizations: the tree, the policies, the pages.

use serde_json::json;

use super::{empty, start};
use crate::{CallerKind, EmptyPages, PolicyType, WorldSpec};

#[test]
fn every_account_is_listed_once_with_state_and_path() {
    let setup = start(WorldSpec::demo());
    let (accounts, _) = setup.management().every("ListAccounts", empty(), "Accounts");
    let world = setup.emulator.world();
    assert_eq!(accounts.len(), world.accounts().len());
    for (listed, account) in accounts.iter().zip(world.accounts()) {
        assert_eq!(listed["Id"], account.id.as_str());
        assert_eq!(listed["State"], account.state.name());
        assert!(listed.get("Status").is_none(), "the retired field is gone");
        let path = listed["Paths"][0].as_str().unwrap();
        assert!(
            path.starts_with(&format!("{}/{}/", world.organization_id, world.root_id)),
            "{path}"
        );
        assert!(path.ends_with(&format!("/{}/", account.id)), "{path}");
    }
}

#[test]
fn the_retired_status_comes_back_when_the_world_asks_for_it() {
    let setup = start(WorldSpec::uniform().with_status_field());
    let page = setup
        .management()
        .organizations("ListAccounts", empty())
        .ok()
        .json();
    assert_eq!(page["Accounts"][0]["Status"], "ACTIVE");
}

#[test]
fn a_page_has_at_most_twenty_entries() {
    let setup = start(WorldSpec::uniform().accounts(101));
    let (accounts, requests) = setup.management().every("ListAccounts", empty(), "Accounts");
    assert_eq!((accounts.len(), requests), (101, 6));
}

#[test]
fn max_results_outside_one_to_twenty_is_refused() {
    let client = start(WorldSpec::uniform()).management();
    for wrong in [0, 21, -1] {
        let answer = client.organizations("ListAccounts", json!({ "MaxResults": wrong }));
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "InvalidInputException"),
            "{wrong}"
        );
    }
    let page = client
        .organizations("ListAccounts", json!({ "MaxResults": 3 }))
        .ok()
        .json();
    assert_eq!(page["Accounts"].as_array().unwrap().len(), 3);
}

#[test]
fn a_token_of_another_operation_is_refused() {
    let client = start(WorldSpec::uniform().accounts(50)).management();
    let token = client.organizations("ListAccounts", empty()).ok().json()["NextToken"].clone();
    let answer = client.organizations("ListRoots", json!({ "NextToken": token }));
    assert_eq!(answer.code(), "InvalidInputException");
    assert_eq!(answer.json()["Reason"], "INVALID_PAGINATION_TOKEN");
}

#[test]
fn an_empty_page_with_a_token_comes_before_every_page_when_the_world_says_so() {
    let setup = start(WorldSpec::uniform().accounts(30).empty_pages(EmptyPages::Always));
    let client = setup.management();
    let first = client.organizations("ListAccounts", empty()).ok().json();
    assert_eq!(first["Accounts"], json!([]));
    assert!(first["NextToken"].is_string());
    let (accounts, requests) = client.every("ListAccounts", empty(), "Accounts");
    assert_eq!((accounts.len(), requests), (30, 4));
}

#[test]
fn the_demonstration_has_empty_pages_somewhere() {
    let setup = start(WorldSpec::demo());
    let client = setup.management();
    let world = setup.emulator.world();
    let parents = world
        .units
        .iter()
        .map(|unit| unit.id.as_str())
        .chain([world.root_id.as_str()]);
    let empty = parents.into_iter().any(|parent| {
        let page = client
            .organizations("ListOrganizationalUnitsForParent", json!({ "ParentId": parent }))
            .json();
        page["OrganizationalUnits"] == json!([]) && page.get("NextToken").is_some()
    });
    assert!(empty);
}

#[test]
fn walking_the_tree_finds_every_unit_and_every_account() {
    let setup = start(WorldSpec::demo());
    let client = setup.management();
    let world = setup.emulator.world();
    let mut parents = vec![world.root_id.clone()];
    let (mut units, mut accounts) = (0, 0);
    while let Some(parent) = parents.pop() {
        let input = json!({ "ParentId": parent });
        let (children, _) = client.every(
            "ListOrganizationalUnitsForParent",
            input.clone(),
            "OrganizationalUnits",
        );
        units += children.len();
        let ids: Vec<String> = children
            .iter()
            .map(|unit| unit["Id"].as_str().unwrap().to_owned())
            .collect();
        for (child, listed) in ids.iter().zip(&children) {
            let (above, _) = client.every("ListParents", json!({ "ChildId": child }), "Parents");
            assert_eq!(above[0]["Id"], parent.as_str());
            assert!(listed["Path"].as_str().unwrap().ends_with(&format!("/{child}/")));
        }
        let typed = json!({ "ParentId": parent, "ChildType": "ORGANIZATIONAL_UNIT" });
        assert_eq!(client.every("ListChildren", typed, "Children").0.len(), ids.len());
        accounts += client.every("ListAccountsForParent", input, "Accounts").0.len();
        parents.extend(ids);
    }
    assert_eq!((units, accounts), (world.units.len(), world.accounts().len()));
}

#[test]
fn the_demonstration_has_four_levels_of_units_or_fewer_and_three_at_least() {
    let setup = start(WorldSpec::demo());
    let world = setup.emulator.world();
    let depth = |mut at: usize| {
        let mut depth = 1;
        while let Some(parent) = world.units[at].parent {
            at = parent;
            depth += 1;
        }
        depth
    };
    let deepest = (0..world.units.len()).map(depth).max().unwrap();
    assert!((3..=5).contains(&deepest), "{deepest}");
    assert!(world.accounts().len() >= 40);
}

#[test]
fn list_roots_says_which_policy_types_are_enabled() {
    let types = |spec: WorldSpec| {
        let page = start(spec)
            .management()
            .organizations("ListRoots", empty())
            .ok()
            .json();
        page["Roots"][0]["PolicyTypes"].as_array().unwrap().len()
    };
    assert_eq!(types(WorldSpec::uniform()), 2);
    assert_eq!(
        types(WorldSpec::uniform().without_policy_type(PolicyType::ServiceControl)),
        1
    );
    assert_eq!(types(WorldSpec::uniform().consolidated_billing()), 0);
}

#[test]
fn full_access_hangs_everywhere_except_where_the_world_took_it_away() {
    let setup = start(WorldSpec::demo());
    let client = setup.management();
    let world = setup.emulator.world();
    let input = json!({ "PolicyId": "p-FullAWSAccess" });
    let (targets, _) = client.every("ListTargetsForPolicy", input, "Targets");
    assert_eq!(targets.len(), 1 + world.units.len() + world.accounts().len() - 2);
    assert!(!targets.iter().any(|target| target["Name"] == "data-clean-room"));
    let input = json!({ "PolicyId": "p-RCPFullAWSAccess" });
    let (targets, _) = client.every("ListTargetsForPolicy", input, "Targets");
    assert_eq!(targets.len(), 1 + world.units.len() + world.accounts().len());
}

#[test]
fn attachments_read_by_policy_and_by_target_are_the_same() {
    let setup = start(WorldSpec::demo());
    let client = setup.management();
    let filter = "SERVICE_CONTROL_POLICY";
    let mut by_policy = Vec::new();
    for policy in client
        .every("ListPolicies", json!({ "Filter": filter }), "Policies")
        .0
    {
        let id = policy["Id"].as_str().unwrap();
        for target in client
            .every("ListTargetsForPolicy", json!({ "PolicyId": id }), "Targets")
            .0
        {
            by_policy.push((target["TargetId"].as_str().unwrap().to_owned(), id.to_owned()));
        }
    }
    let world = setup.emulator.world();
    let nodes = world.accounts().iter().map(|account| account.id.clone());
    let nodes = nodes
        .chain(world.units.iter().map(|unit| unit.id.clone()))
        .chain([world.root_id.clone()]);
    let mut by_target = Vec::new();
    for node in nodes {
        let input = json!({ "TargetId": node, "Filter": filter });
        for policy in client.every("ListPoliciesForTarget", input, "Policies").0 {
            by_target.push((node.clone(), policy["Id"].as_str().unwrap().to_owned()));
        }
    }
    by_policy.sort();
    by_target.sort();
    assert_eq!(by_policy, by_target);
    let attached_at = |node: &str| by_target.iter().filter(|(target, _)| target == node).count();
    assert!(
        world.units.iter().all(|unit| attached_at(&unit.id) > 0),
        "a node without any SCP cannot be"
    );
}

#[test]
fn describe_policy_gives_the_document_and_knows_who_made_it() {
    let setup = start(WorldSpec::demo());
    let client = setup.management();
    let own = client
        .organizations("DescribePolicy", json!({ "PolicyId": "p-FullAWSAccess" }))
        .ok()
        .json();
    assert_eq!(own["Policy"]["PolicySummary"]["AwsManaged"], true);
    for policy in client
        .every(
            "ListPolicies",
            json!({ "Filter": "SERVICE_CONTROL_POLICY" }),
            "Policies",
        )
        .0
    {
        let answer = client
            .organizations("DescribePolicy", json!({ "PolicyId": policy["Id"] }))
            .ok()
            .json();
        let content: serde_json::Value =
            serde_json::from_str(answer["Policy"]["Content"].as_str().unwrap()).unwrap();
        assert!(content["Statement"].is_array());
    }
    let missing = client.organizations("DescribePolicy", json!({ "PolicyId": "p-nowhere00" }));
    assert_eq!(missing.code(), "PolicyNotFoundException");
}

#[test]
fn what_does_not_exist_has_its_own_error() {
    let client = start(WorldSpec::demo()).management();
    let code = |operation: &str, input| client.organizations(operation, input).code();
    assert_eq!(
        code("ListAccountsForParent", json!({ "ParentId": "ou-none-1" })),
        "ParentNotFoundException"
    );
    assert_eq!(
        code("ListParents", json!({ "ChildId": "1" })),
        "ChildNotFoundException"
    );
    assert_eq!(
        code("DescribeAccount", json!({ "AccountId": "000000000000" })),
        "AccountNotFoundException"
    );
    let unit = json!({ "OrganizationalUnitId": "ou-none-1" });
    assert_eq!(
        code("DescribeOrganizationalUnit", unit),
        "OrganizationalUnitNotFoundException"
    );
    let target = json!({ "TargetId": "000000000000", "Filter": "SERVICE_CONTROL_POLICY" });
    assert_eq!(code("ListPoliciesForTarget", target), "TargetNotFoundException");
    assert_eq!(
        code("ListTagsForResource", json!({ "ResourceId": "x" })),
        "TargetNotFoundException"
    );
    assert_eq!(
        code("ListPolicies", json!({ "Filter": "SCP" })),
        "InvalidInputException"
    );
    assert_eq!(code("ListPolicies", empty()), "InvalidInputException");
    assert_eq!(
        code("DescribeResourcePolicy", empty()),
        "ResourcePolicyNotFoundException"
    );
    let effective = json!({ "PolicyType": "SERVICE_CONTROL_POLICY" });
    assert_eq!(
        code("DescribeEffectivePolicy", effective),
        "InvalidInputException"
    );
    assert_eq!(code("CloseAccount", empty()), "UnknownOperationException");
}

#[test]
fn the_delegated_administrator_reads_what_the_management_account_reads() {
    let setup = start(WorldSpec::demo());
    let delegated = setup.client(CallerKind::Delegated);
    let (accounts, _) = delegated.every("ListAccounts", empty(), "Accounts");
    assert_eq!(accounts.len(), setup.emulator.world().accounts().len());
    let (listed, _) = delegated.every("ListDelegatedAdministrators", empty(), "DelegatedAdministrators");
    assert_eq!(listed[0]["Name"], "security-tooling");
    let input = json!({ "AccountId": listed[0]["Id"] });
    assert_eq!(
        delegated
            .every("ListDelegatedServicesForAccount", input, "DelegatedServices")
            .0
            .len(),
        3
    );
}

#[test]
fn an_ordinary_member_only_learns_what_the_organization_is() {
    let setup = start(WorldSpec::demo());
    let member = setup.client(CallerKind::Member);
    member.organizations("DescribeOrganization", empty()).ok();
    let refused = member.organizations("ListAccounts", empty());
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (400, "AccessDeniedException")
    );
}

#[test]
fn an_outsider_is_in_no_organization() {
    let outsider = start(WorldSpec::demo()).client(CallerKind::Outsider);
    let answer = outsider.organizations("DescribeOrganization", empty());
    assert_eq!(answer.code(), "AWSOrganizationsNotInUseException");
}

#[test]
fn a_list_only_caller_lists_accounts_and_reads_no_policy() {
    let setup = start(WorldSpec::demo());
    let caller = setup.client(CallerKind::ListOnly);
    caller.organizations("ListAccounts", empty()).ok();
    for (operation, input) in [
        ("ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY" })),
        ("DescribePolicy", json!({ "PolicyId": "p-FullAWSAccess" })),
        ("ListTargetsForPolicy", json!({ "PolicyId": "p-FullAWSAccess" })),
    ] {
        let refused = caller.organizations(operation, input);
        assert_eq!(refused.code(), "AccessDeniedException");
        let message = refused.json()["Message"].as_str().unwrap().to_owned();
        let reason = format!("because no identity-based policy allows the organizations:{operation} action");
        assert!(message.ends_with(&reason), "{message}");
    }
}
