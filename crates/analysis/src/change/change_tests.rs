//! What becomes of findings and verdicts, kind by kind, and for any two runs.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::controls::{iam_5, iam_19};
use crate::model::assessment::{AccountEvidence, Completeness, UserEvidence};
use crate::model::change::{ABSENT, NOT_IN_ORGANIZATION, NOT_READ, VERDICT};
use crate::model::{
    AccountChange, AccountId, ChangeKind, Coverage, Exemption, Finding, Outcome, Severity, UserAssessment,
    Verdict,
};

const ID: &str = "111122223333";

fn account(users: Vec<UserAssessment>) -> AccountAssessment {
    AccountAssessment {
        account_id: AccountId::try_from(ID).unwrap(),
        account_name: "payments".to_owned(),
        ou_path: "Root".to_owned(),
        state: "ACTIVE".into(),
        management: false,
        scope: None,
        assessed: true,
        completeness: Completeness::Full,
        reason: String::new(),
        way_out: String::new(),
        scp_coverage: Coverage::None,
        enforcement: None,
        users,
        findings: Vec::new(),
        evidence: AccountEvidence::default(),
    }
}

fn user(name: &str, iam_5: Outcome, verdict: Verdict) -> UserAssessment {
    UserAssessment {
        user_name: name.into(),
        user_arn: format!("arn:aws:iam::{ID}:user/{name}").into(),
        console_password: None,
        mfa_devices: None,
        mfa_devices_exact: false,
        active_access_keys: None,
        iam_5,
        verdict,
        reason: format!("{iam_5}"),
        exemption: None,
        verdict_reason: format!("{verdict}"),
        without_mfa: None,
        evidence: UserEvidence::default(),
    }
}

fn alice(iam_5: Outcome) -> AccountAssessment {
    account(vec![user("alice", iam_5, Verdict::Contained)])
}

/// An account that could not be entered, as the analyzer says it.
fn unread() -> AccountAssessment {
    let why = "AccessDenied";
    let mut account = account(Vec::new());
    account.assessed = false;
    account.completeness = Completeness::None;
    account.reason = why.to_owned();
    let id = account.account_id.clone();
    account.findings = vec![
        iam_5::CONTROL.of_account(&id, Outcome::Unknown, why),
        iam_19::CONTROL.of_account(&id, Outcome::Unknown, why),
    ];
    account
}

/// What became of IAM.5 of the one user.
#[track_caller]
fn of_iam_5(
    old: Option<&AccountAssessment>,
    new: Option<&AccountAssessment>,
) -> (ChangeKind, String, String) {
    let items = compare(old, new).items;
    let mut found = items.into_iter().filter(|item| item.subject == "IAM.5");
    let item = found.next().unwrap();
    assert!(found.next().is_none());
    (item.kind, item.was.to_string(), item.now.to_string())
}

#[test]
fn a_fail_that_was_a_pass_or_was_not_there_is_new() {
    let fail = alice(Outcome::Fail);
    for old in [
        alice(Outcome::Pass),
        alice(Outcome::NotApplicable),
        account(vec![]),
    ] {
        assert_eq!(of_iam_5(Some(&old), Some(&fail)).0, ChangeKind::New);
    }
    let (kind, was, now) = of_iam_5(None, Some(&fail));
    assert_eq!(
        (kind, was.as_str(), now.as_str()),
        (ChangeKind::New, NOT_IN_ORGANIZATION, "fail")
    );
}

#[test]
fn a_fail_that_the_earlier_run_could_not_see_is_newly_assessed() {
    let fail = alice(Outcome::Fail);
    for old in [alice(Outcome::Unknown), unread()] {
        assert_eq!(of_iam_5(Some(&old), Some(&fail)).0, ChangeKind::NewlyAssessed);
    }
    let mut partly = account(vec![]);
    partly.completeness = Completeness::Partial;
    let (kind, was, _) = of_iam_5(Some(&partly), Some(&fail));
    assert_eq!((kind, was.as_str()), (ChangeKind::NewlyAssessed, NOT_READ));
}

#[test]
fn a_fail_that_passes_or_does_not_apply_any_more_is_resolved() {
    let fail = alice(Outcome::Fail);
    for new in [Outcome::Pass, Outcome::NotApplicable] {
        assert_eq!(of_iam_5(Some(&fail), Some(&alice(new))).0, ChangeKind::Resolved);
    }
}

#[test]
fn a_deleted_user_is_resolved_only_where_the_account_was_read_completely() {
    let fail = alice(Outcome::Fail);
    let (kind, _, now) = of_iam_5(Some(&fail), Some(&account(vec![])));
    assert_eq!((kind, now.as_str()), (ChangeKind::Resolved, ABSENT));
    let mut partly = account(vec![]);
    partly.completeness = Completeness::Partial;
    let mut without_report = account(vec![]);
    let id = without_report.account_id.clone();
    without_report.findings = vec![iam_5::CONTROL.of_account(&id, Outcome::Unknown, "no report")];
    for new in [partly, without_report, unread()] {
        let (kind, _, now) = of_iam_5(Some(&fail), Some(&new));
        assert_eq!((kind, now.as_str()), (ChangeKind::NotAssessed, NOT_READ));
    }
}

#[test]
fn what_is_unknown_now_is_not_assessed_and_not_resolved() {
    for old in [Outcome::Fail, Outcome::Pass, Outcome::NotApplicable] {
        let kind = of_iam_5(Some(&alice(old)), Some(&alice(Outcome::Unknown))).0;
        assert_eq!(kind, ChangeKind::NotAssessed);
    }
}

#[test]
fn an_account_that_left_resolves_nothing() {
    let comparison = compare(Some(&alice(Outcome::Fail)), None);
    assert_eq!(comparison.account.unwrap().kind, AccountChange::Left);
    assert!(
        comparison
            .items
            .iter()
            .all(|item| item.kind == ChangeKind::LeftOrganization)
    );
}

#[test]
fn a_control_that_was_not_judged_resolves_nothing() {
    let mut old = account(vec![]);
    let flaw = |outcome| iam_19::CONTROL.finding("arn:aws:iam::111122223333:user/bob", outcome, "r");
    old.findings = vec![flaw(Outcome::Fail)];
    let kind = |new: &AccountAssessment| compare(Some(&old), Some(new)).items[0].kind;
    assert_eq!(kind(&account(vec![])), ChangeKind::NotAssessed);
    let mut judged = account(vec![]);
    judged.findings = vec![iam_19::CONTROL.of_account(&old.account_id, Outcome::NotApplicable, "no users")];
    assert_eq!(kind(&judged), ChangeKind::Resolved);
}

#[test]
fn several_findings_of_one_resource_are_paired_by_what_they_say() {
    let finding = |outcome, reason: &str| Finding {
        control_id: "mfa-policy-flaws".into(),
        outcome,
        severity: Severity::Medium,
        resource_type: "AWS::IAM::User".into(),
        resource_arn: "arn:aws:iam::111122223333:user/bob".into(),
        reason: reason.to_owned(),
        exemption: None,
    };
    let (mut old, mut new) = (account(vec![]), account(vec![]));
    old.findings = vec![finding(Outcome::Pass, "a"), finding(Outcome::Fail, "b")];
    new.findings = vec![
        finding(Outcome::Fail, "0"),
        finding(Outcome::Fail, "b"),
        finding(Outcome::Pass, "a"),
    ];
    let kinds: Vec<_> = compare(Some(&old), Some(&new))
        .items
        .into_iter()
        .map(|item| (item.kind, item.reason))
        .collect();
    assert_eq!(
        kinds,
        [
            (ChangeKind::Unchanged, "a".to_owned()),
            (ChangeKind::Unchanged, "b".to_owned()),
            (ChangeKind::New, "0".to_owned()),
        ]
    );
}

#[test]
fn verdicts_get_worse_and_better() {
    let verdict = |old, new| {
        let [old, new] = [old, new].map(|verdict| account(vec![user("alice", Outcome::Pass, verdict)]));
        let items = compare(Some(&old), Some(&new)).items;
        items
            .into_iter()
            .find(|item| item.subject == VERDICT)
            .unwrap()
            .kind
    };
    assert_eq!(verdict(Verdict::Contained, Verdict::Exposed), ChangeKind::Worse);
    assert_eq!(verdict(Verdict::Exposed, Verdict::Protected), ChangeKind::Better);
    assert_eq!(
        verdict(Verdict::Exposed, Verdict::Unknown),
        ChangeKind::NotAssessed
    );
    assert_eq!(
        verdict(Verdict::Unknown, Verdict::Exposed),
        ChangeKind::NewlyAssessed
    );
    assert_eq!(verdict(Verdict::Partial, Verdict::Partial), ChangeKind::Unchanged);
    assert_eq!(
        verdict(Verdict::NoCredentials, Verdict::Protected),
        ChangeKind::Changed
    );
}

fn change(old: Option<&AccountAssessment>, new: &AccountAssessment) -> Change {
    let mut tally = Tally::default();
    tally.add(&compare(old, Some(new)));
    let figures = figures();
    let baseline = BaselineReference {
        organization_id: "o-a1b2c3d4e5".into(),
        started_at: figures.started_at,
        manifest_sha256: None,
    };
    tally.finish(baseline, figures.clone(), figures)
}

#[test]
fn an_approved_exception_keeps_a_new_fail_from_the_exit_code_and_resolves_nothing() {
    let fail = alice(Outcome::Fail);
    let mut exempt = fail.clone();
    exempt.users[0].exemption = Some(Exemption {
        entry: 1,
        reason: "r".to_owned(),
        owner: "o".to_owned(),
        approved_by: "a".to_owned(),
        expires: jiff::civil::date(2030, 1, 1),
    });
    let new = change(Some(&alice(Outcome::Pass)), &exempt);
    assert!(!new.has_new(Severity::Low));
    assert_eq!(new.failing(ChangeKind::New), 1);
    assert_eq!(new.new_findings, []);
    assert_eq!(of_iam_5(Some(&fail), Some(&exempt)).0, ChangeKind::Unchanged);
}

#[test]
fn only_new_and_newly_assessed_fails_are_new_for_the_exit_code() {
    let change = |old: &AccountAssessment, new: &AccountAssessment| change(Some(old), new);
    let fail = alice(Outcome::Fail);
    assert!(change(&alice(Outcome::Pass), &fail).has_new(Severity::Medium));
    assert!(change(&unread(), &fail).has_new(Severity::Medium));
    assert!(!change(&alice(Outcome::Pass), &fail).has_new(Severity::High));
    assert!(!change(&fail, &fail).has_new(Severity::Low));
    assert_eq!(change(&unread(), &fail).new_findings.len(), 1);
    assert_eq!(change(&fail, &unread()).failing(ChangeKind::NotAssessed), 1);
}

fn figures() -> RunFigures {
    RunFigures {
        started_at: "2026-01-02T03:04:05Z".parse().unwrap(),
        accounts: 1,
        accounts_assessed: 1,
        users: 1,
        iam_5: crate::model::assessment::OutcomeCounts::default(),
        exposed: 0,
        verdict_unknown: 0,
        enforced: 0,
        coverage_unknown: 0,
        incomplete: false,
    }
}

#[test]
fn the_most_severe_of_the_new_ones_are_named() {
    let finding = |index: usize, severity| Finding {
        control_id: "IAM.3".into(),
        outcome: Outcome::Fail,
        severity,
        resource_type: "AWS::IAM::User".into(),
        resource_arn: format!("arn:aws:iam::111122223333:user/u{index}").into(),
        reason: "r".to_owned(),
        exemption: None,
    };
    let mut new = account(vec![]);
    let most = crate::model::change::MOST_NEW;
    new.findings = (0..most + 10)
        .map(|index| finding(index, Severity::Low))
        .collect();
    new.findings.push(finding(9_999, Severity::Critical));
    let change = change(None, &new);
    assert_eq!(change.new_findings.len(), most);
    assert_eq!(change.new_findings_left_out, 11);
    assert_eq!(change.new_findings[0].severity, Some(Severity::Critical));
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    proptest::sample::select(Outcome::ALL.to_vec())
}

fn verdict_words() -> impl Strategy<Value = Verdict> {
    proptest::sample::select(Verdict::ALL.to_vec())
}

/// An account with any users and findings, read in any way.
fn any_account() -> impl Strategy<Value = Option<AccountAssessment>> {
    let users = proptest::collection::btree_map(0_u8..5, (outcomes(), verdict_words()), 0..5);
    let findings = proptest::collection::vec((0_u8..3, outcomes(), 0_u8..3), 0..6);
    (users, findings, 0_u8..6).prop_map(|(users, findings, how)| {
        if how == 0 {
            return None;
        }
        if how == 1 {
            return Some(unread());
        }
        let users = users
            .into_iter()
            .map(|(name, (outcome, verdict))| user(&format!("u{name}"), outcome, verdict));
        let mut account = account(users.collect());
        account.findings = findings
            .into_iter()
            .map(|(resource, outcome, reason)| {
                iam_19::CONTROL.finding(&format!("r{resource}"), outcome, format!("{reason}"))
            })
            .collect();
        if how == 2 {
            account.completeness = Completeness::Partial;
        }
        Some(account)
    })
}

/// What a run says of everything but the verdicts, as a multiset.
fn said(account: Option<&AccountAssessment>) -> BTreeMap<(String, String, String), usize> {
    let mut said = BTreeMap::new();
    let account = account.into_iter();
    for (control, resource, outcome) in account.flat_map(|account| {
        let users = account
            .users
            .iter()
            .map(|user| ("IAM.5".to_owned(), user.user_arn.to_string(), user.iam_5));
        let findings = account
            .findings
            .iter()
            .filter(|finding| finding.resource_type != "AWS::::Account");
        users.chain(findings.map(|finding| {
            (
                finding.control_id.to_string(),
                finding.resource_arn.to_string(),
                finding.outcome,
            )
        }))
    }) {
        *said.entry((control, resource, outcome.to_string())).or_default() += 1;
    }
    said
}

proptest! {
    #[test]
    fn every_finding_of_both_runs_is_told_once(old in any_account(), new in any_account()) {
        let items = compare(old.as_ref(), new.as_ref()).items;
        for (account, word) in [
            (old.as_ref(), (|item: &ChangedItem| item.was.to_string()) as fn(&ChangedItem) -> String),
            (new.as_ref(), |item| item.now.to_string()),
        ] {
            let mut told = BTreeMap::new();
            for item in items.iter().filter(|item| item.subject != VERDICT) {
                if word(item).parse::<Outcome>().is_ok() {
                    let key = (item.subject.to_string(), item.resource_arn.to_string(), word(item));
                    *told.entry(key).or_default() += 1;
                }
            }
            prop_assert_eq!(told, said(account));
        }
    }

    #[test]
    fn an_account_that_was_not_read_resolves_nothing(old in any_account(), new in any_account()) {
        let read = new.as_ref().is_some_and(|new| new.completeness != Completeness::None);
        let whole = new.as_ref().is_some_and(|new| new.completeness == Completeness::Full);
        for item in compare(old.as_ref(), new.as_ref()).items {
            if item.kind == ChangeKind::Resolved || item.kind == ChangeKind::Better {
                prop_assert!(read, "{item:?}");
                prop_assert!(whole || item.now != ABSENT, "{item:?}");
                prop_assert!(item.now != "unknown" && item.now != NOT_READ, "{item:?}");
            }
            if item.now == "fail" && item.kind != ChangeKind::Unchanged {
                prop_assert!(matches!(item.kind, ChangeKind::New | ChangeKind::NewlyAssessed), "{item:?}");
            }
        }
    }

    #[test]
    fn a_run_compared_with_itself_has_no_change(run in any_account()) {
        let comparison = compare(run.as_ref(), run.as_ref());
        prop_assert!(comparison.account.is_none());
        prop_assert!(comparison.items.iter().all(|item| item.kind == ChangeKind::Unchanged));
    }
}
