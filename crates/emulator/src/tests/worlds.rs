//! Worlds: deterministic, of every kind, and large without being heavy.

use std::collections::BTreeSet;

use super::start;
use crate::world::identities::{AccountView, MFA_FORMS};
use crate::world::model::PolicyRef;
use crate::{AccountState, UserSpec, World, WorldSpec};

fn world(spec: WorldSpec) -> World {
    World::build(spec, "2026-03-01T12:00:00Z".parse().unwrap())
}

#[test]
fn the_same_seed_gives_the_same_world_and_another_seed_another() {
    let view = |spec: WorldSpec| {
        let world = world(spec);
        format!("{:?}", AccountView::make(&world, &world.accounts()[7]))
    };
    assert_eq!(view(WorldSpec::demo()), view(WorldSpec::demo()));
    assert_ne!(view(WorldSpec::demo()), view(WorldSpec::demo().seed(1)));
}

#[test]
fn account_ids_are_twelve_digits_and_all_different() {
    let world = world(WorldSpec::uniform().accounts(10_000));
    let ids: BTreeSet<&str> = world
        .accounts()
        .iter()
        .map(|account| account.id.as_str())
        .collect();
    assert_eq!(ids.len(), 10_000);
    assert!(
        ids.iter()
            .all(|id| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()))
    );
    assert!(world.units.len() <= 2000, "the limit of Organizations");
}

#[test]
fn the_demonstration_has_accounts_in_every_state() {
    let world = world(WorldSpec::demo());
    for state in [
        AccountState::Active,
        AccountState::PendingActivation,
        AccountState::Suspended,
        AccountState::PendingClosure,
        AccountState::Closed,
    ] {
        assert!(
            world.accounts().iter().any(|account| account.state == state),
            "{state:?}"
        );
    }
}

#[test]
fn the_demonstration_has_users_of_every_kind() {
    let setup = start(WorldSpec::demo());
    let world = setup.emulator.world();
    let users: Vec<_> = world
        .accounts()
        .iter()
        .flat_map(|account| setup.emulator.expected_users(&account.id))
        .collect();
    let some = |test: &dyn Fn(&crate::UserTruth) -> bool| users.iter().any(test);
    assert!(some(&|user| user.live.password && user.live.devices == 0));
    assert!(some(&|user| user.live.password && user.live.devices == 1));
    assert!(some(&|user| user.live.devices >= 3));
    assert!(some(&|user| !user.live.password && user.live.active_keys == 2));
    assert!(some(&|user| !user.live.password
        && user.live.active_keys == 0
        && user.live.devices == 0));
    assert!(some(&|user| user.arn.contains(":user/division/")));
    assert!(some(&|user| user.name.len() == 64));
}

#[test]
fn every_published_form_of_an_mfa_policy_is_attached_somewhere() {
    let world = world(WorldSpec::demo());
    let mut forms = BTreeSet::new();
    let (mut boundaries, mut inline, mut aws) = (0, 0, 0);
    for account in world.accounts() {
        let view = AccountView::make(&world, account);
        forms.extend(view.policies[0].versions.last().cloned());
        boundaries += view.users.iter().filter(|user| user.boundary.is_some()).count();
        inline += view.users.iter().filter(|user| !user.inline.is_empty()).count();
        aws += view
            .users
            .iter()
            .filter(|user| matches!(user.attached.first(), Some(PolicyRef::Aws(_))))
            .count();
    }
    assert_eq!(forms.len(), MFA_FORMS.len());
    assert!(
        boundaries > 5 && inline > 5 && aws > 5,
        "{boundaries} {inline} {aws}"
    );
}

#[test]
fn nobody_fails_in_a_uniform_world_and_somebody_in_a_mixed_one() {
    let failing = |spec: WorldSpec| {
        let setup = start(spec);
        let accounts = setup.emulator.world().accounts();
        let users = accounts
            .iter()
            .flat_map(|account| setup.emulator.expected_users(&account.id));
        users
            .filter(|user| user.live.password && user.live.devices == 0)
            .count()
    };
    assert_eq!(
        failing(WorldSpec::uniform().accounts(30).users_per_account(50)),
        0
    );
    assert_eq!(failing(WorldSpec::every_user_passes()), 0);
    assert!(failing(WorldSpec::mixed().accounts(30).users_per_account(50)) > 50);
}

#[test]
fn a_uniform_account_has_exactly_the_users_that_were_asked_for() {
    let setup = start(WorldSpec::uniform().accounts(3).users_per_account(1234));
    let account = &setup.emulator.world().accounts()[2];
    assert_eq!(setup.emulator.expected_users(&account.id).len(), 1234);
}

#[test]
fn a_larger_demonstration_keeps_the_company_and_adds_teams() {
    let world = world(WorldSpec::demo().accounts(200));
    assert_eq!(world.accounts().len(), 200);
    assert!(
        world
            .accounts()
            .iter()
            .any(|account| account.name == "card-vault-prod")
    );
    let names: BTreeSet<&str> = world
        .accounts()
        .iter()
        .map(|account| account.name.as_str())
        .collect();
    assert_eq!(names.len(), 200);
    assert_eq!(
        world
            .accounts()
            .iter()
            .map(|a| a.email.as_str())
            .collect::<BTreeSet<_>>()
            .len(),
        200
    );
}

#[test]
fn names_of_the_organization_keep_to_the_limits_of_aws() {
    let world = world(WorldSpec::demo());
    for account in world.accounts() {
        assert!(account.name.chars().count() <= 50, "{}", account.name);
        assert!(
            account.email.len() <= 64 && account.email.is_ascii(),
            "{}",
            account.email
        );
    }
    for unit in &world.units {
        assert!(unit.name.chars().count() <= 128, "{}", unit.name);
    }
    for policy in &world.policies {
        assert!(policy.name.chars().count() <= 128 && policy.description.chars().count() <= 512);
    }
}

/// No time is asserted: this holds that a large organization is answered at all, account by account.
#[test]
fn accounts_all_over_a_large_organization_answer_with_all_their_users() {
    let setup = start(WorldSpec::mixed().accounts(10_000).users_per_account(100));
    for position in (1..10_000).step_by(499) {
        let account = &setup.emulator.world().accounts()[position];
        let session = setup.member(&account.id);
        let details = session.iam(
            "GetAccountAuthorizationDetails",
            &[("MaxItems", "1000"), ("Filter.member.1", "User")],
        );
        assert_eq!(details.ok().all("UserName").len(), 100);
        session.iam("GenerateCredentialReport", &[]).ok();
        session.iam("GetCredentialReport", &[]).ok();
    }
}

#[test]
fn a_test_can_put_a_policy_on_a_user_in_every_way_and_an_scp_at_every_level() {
    let document = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let users = vec![
        UserSpec::new("ana").managed("mine", document),
        UserSpec::new("bob").group("ours", document),
        UserSpec::new("eve")
            .boundary("limit", document)
            .managed("mine", "{}"),
    ];
    let spec = WorldSpec::demo()
        .users_of(3, users)
        .scp("/", "at the root", document)
        .scp("Security", "at the unit", document)
        .scp("forensics", "at the account", document)
        .scp("nowhere", "prepared", document);
    let world = world(spec);
    let account = &world.accounts()[3];
    let view = AccountView::make(&world, account);
    let policy = |reference: PolicyRef| match reference {
        PolicyRef::Local(at) => (view.policies[at].name, view.policies[at].versions.len()),
        PolicyRef::Aws(name) => (name, 0),
    };
    let user = |name: &str| view.user(name).unwrap();
    assert_eq!(policy(user("ana").attached[0]), ("mine", 1));
    assert_eq!(policy(user("eve").attached[0]), ("mine", 1));
    assert_eq!(policy(user("eve").boundary.unwrap()), ("limit", 1));
    assert_eq!(user("bob").groups, ["ours"]);
    let group = view.groups.iter().find(|group| group.name == "ours").unwrap();
    assert_eq!(group.inline[0].document, document);
    let chain = world.chain(account);
    let attached = |name: &str| {
        let policy = world.policies.iter().find(|policy| policy.name == name).unwrap();
        let at = chain.iter().position(|node| policy.is_attached(*node));
        (at, chain.len())
    };
    assert_eq!(attached("at the root"), (Some(0), 3));
    assert_eq!(attached("at the unit"), (Some(1), 3));
    assert_eq!(attached("at the account"), (Some(2), 3));
    assert_eq!(attached("prepared"), (None, 3));
}
