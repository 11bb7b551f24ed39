//! Two assessments of one account.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::AccountComparison;
use super::sides::{Entry, Key, Side, Silence};
use crate::controls::iam_5;
use crate::model::change::{ChangedAccount, ChangedItem, VERDICT};
use crate::model::{AccountAssessment, AccountChange, ChangeKind, Outcome, Verdict};

/// What a run says of a key, or what its silence means.
type Said<T> = Result<Entry<T>, Silence>;

/// What both runs say of one thing; `None` where one says nothing.
type Pair = (Option<Entry<Outcome>>, Option<Entry<Outcome>>);

/// Compares one account's assessments; `None` where the account was not in the organization.
pub(super) fn accounts(
    old: Option<&AccountAssessment>,
    new: Option<&AccountAssessment>,
) -> AccountComparison {
    let Some(account) = new.or(old) else {
        return AccountComparison {
            account: None,
            items: Vec::new(),
        };
    };
    let mut items = findings(account, Side(old), Side(new));
    items.extend(verdicts(account, Side(old), Side(new)));
    AccountComparison {
        account: changed_account(old, new),
        items,
    }
}

fn changed_account(
    old: Option<&AccountAssessment>,
    new: Option<&AccountAssessment>,
) -> Option<ChangedAccount> {
    let (kind, account) = match (old, new) {
        (Some(old), None) => (AccountChange::Left, old),
        (None, Some(new)) => (AccountChange::Joined, new),
        (Some(old), Some(new)) if old.assessed && !new.assessed => (AccountChange::NotAssessed, new),
        (Some(old), Some(new)) if !old.assessed && new.assessed => (AccountChange::NewlyAssessed, new),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let reason = match kind {
        AccountChange::Left | AccountChange::NewlyAssessed => String::new(),
        AccountChange::Joined | AccountChange::NotAssessed => account.reason.clone(),
    };
    Some(ChangedAccount {
        kind,
        account_id: account.account_id.clone(),
        account_name: account.account_name.clone(),
        reason,
    })
}

fn findings(account: &AccountAssessment, old: Side<'_>, new: Side<'_>) -> Vec<ChangedItem> {
    let (mut before, mut after) = (old.findings(), new.findings());
    let keys: BTreeSet<Key> = before.keys().chain(after.keys()).cloned().collect();
    let mut items = Vec::new();
    for (control, resource) in keys {
        let key = (control, resource);
        let pairs = paired(
            before.remove(&key).unwrap_or_default(),
            after.remove(&key).unwrap_or_default(),
        );
        for (was, now) in pairs {
            let was = was.ok_or_else(|| old.silence(&key.0));
            let now = now.ok_or_else(|| new.silence(&key.0));
            items.push(item(account, &key, of_findings(&was, &now), &was, now));
        }
    }
    items
}

/// What both runs say of one key, in pairs: equal ones first, then those of one outcome, then the rest. Where a
/// control says one thing of a resource, as most do, there is one pair.
fn paired(mut old: Vec<Entry<Outcome>>, mut new: Vec<Entry<Outcome>>) -> Vec<Pair> {
    type Alike = fn(&Entry<Outcome>, &Entry<Outcome>) -> bool;
    const RULES: [Alike; 3] = [
        |a, b| a.said == b.said && a.reason == b.reason,
        |a, b| a.said == b.said,
        |_, _| true,
    ];
    let mut pairs = Vec::new();
    for alike in RULES {
        let mut rest = Vec::new();
        for was in old {
            match new.iter().position(|now| alike(&was, now)) {
                Some(at) => pairs.push((Some(was), Some(new.remove(at)))),
                None => rest.push(was),
            }
        }
        old = rest;
    }
    pairs.extend(old.into_iter().map(|was| (Some(was), None)));
    pairs.extend(new.into_iter().map(|now| (None, Some(now))));
    pairs
}

/// What became of a finding.
fn of_findings(was: &Said<Outcome>, now: &Said<Outcome>) -> ChangeKind {
    use Outcome::{Fail, NotApplicable, Pass, Unknown};
    let was = was.as_ref().map(|entry| entry.said);
    let now = now.as_ref().map(|entry| entry.said);
    match (was, now) {
        (_, Err(Silence::NotInOrganization)) => ChangeKind::LeftOrganization,
        (Ok(Unknown) | Err(Silence::NotRead(_)), Ok(Unknown) | Err(Silence::NotRead(_))) => {
            ChangeKind::Unchanged
        }
        (Ok(Unknown) | Err(Silence::NotRead(_)), Ok(Fail | Pass | NotApplicable)) => {
            ChangeKind::NewlyAssessed
        }
        (Ok(Fail | Pass | NotApplicable), Ok(Unknown) | Err(Silence::NotRead(_))) => ChangeKind::NotAssessed,
        (Ok(Fail), Ok(Pass | NotApplicable) | Err(Silence::Absent)) => ChangeKind::Resolved,
        (Ok(Pass | NotApplicable) | Err(Silence::Absent | Silence::NotInOrganization), Ok(Fail)) => {
            ChangeKind::New
        }
        (Ok(was), Ok(now)) if was == now => ChangeKind::Unchanged,
        (Ok(_) | Err(_), Ok(_) | Err(_)) => ChangeKind::Changed,
    }
}

fn verdicts(account: &AccountAssessment, old: Side<'_>, new: Side<'_>) -> Vec<ChangedItem> {
    let (mut before, mut after) = (old.verdicts(), new.verdicts());
    let users: BTreeSet<SmolStr> = before.keys().chain(after.keys()).cloned().collect();
    users
        .into_iter()
        .map(|user| {
            // The population of the users is IAM.5's.
            let was = before.remove(&user).ok_or_else(|| old.silence(iam_5::CONTROL.id));
            let now = after.remove(&user).ok_or_else(|| new.silence(iam_5::CONTROL.id));
            let key = (VERDICT.into(), user);
            item(account, &key, of_verdicts(&was, &now), &was, now)
        })
        .collect()
}

/// What became of a user's verdict.
fn of_verdicts(was: &Said<Verdict>, now: &Said<Verdict>) -> ChangeKind {
    let was = was.as_ref().map(|entry| entry.said);
    let now = now.as_ref().map(|entry| entry.said);
    match (was, now) {
        (_, Err(Silence::NotInOrganization)) => ChangeKind::LeftOrganization,
        (
            Ok(Verdict::Unknown) | Err(Silence::NotRead(_)),
            Ok(Verdict::Unknown) | Err(Silence::NotRead(_)),
        ) => ChangeKind::Unchanged,
        (Err(Silence::Absent | Silence::NotInOrganization), Ok(now)) if is_open(now) => ChangeKind::New,
        (Ok(was), Err(Silence::Absent)) if is_open(was) => ChangeKind::Resolved,
        (Err(Silence::Absent | Silence::NotInOrganization), _) | (_, Err(Silence::Absent)) => {
            ChangeKind::Changed
        }
        (Ok(Verdict::Unknown) | Err(Silence::NotRead(_)), Ok(_)) => ChangeKind::NewlyAssessed,
        (Ok(_), Ok(Verdict::Unknown) | Err(Silence::NotRead(_))) => ChangeKind::NotAssessed,
        (Ok(was), Ok(now)) if was == now => ChangeKind::Unchanged,
        (Ok(was), Ok(now)) => match openness(now).cmp(&openness(was)) {
            std::cmp::Ordering::Greater => ChangeKind::Worse,
            std::cmp::Ordering::Less => ChangeKind::Better,
            std::cmp::Ordering::Equal => ChangeKind::Changed,
        },
    }
}

/// Whether a session without MFA can do more than self-service.
const fn is_open(verdict: Verdict) -> bool {
    openness(verdict) >= openness(Verdict::Partial)
}

/// How much a session without MFA can do. A user without credentials allows no more and no less than one whose
/// sessions all need MFA.
const fn openness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Unknown | Verdict::NoCredentials | Verdict::Protected => 0,
        Verdict::Contained | Verdict::LockedOut => 1,
        Verdict::Partial => 2,
        Verdict::Exposed => 3,
    }
}

fn item<T: Copy + Word>(
    account: &AccountAssessment,
    key: &Key,
    kind: ChangeKind,
    was: &Said<T>,
    now: Said<T>,
) -> ChangedItem {
    let word = |said: &Said<T>| match said {
        Ok(entry) => entry.said.word(),
        Err(silence) => silence.as_str(),
    };
    let (was_word, now_word) = (word(was).into(), word(&now).into());
    let shown = now.as_ref().or(was.as_ref()).ok();
    let severity = shown.and_then(|entry| entry.severity);
    let resource_type = shown.map(|entry| entry.resource_type.clone()).unwrap_or_default();
    ChangedItem {
        kind,
        subject: key.0.clone(),
        severity,
        account_id: account.account_id.clone(),
        account_name: account.account_name.clone(),
        ou_path: account.ou_path.clone(),
        resource_type,
        resource_arn: key.1.clone(),
        was: was_word,
        now: now_word,
        exempt: now.as_ref().is_ok_and(|entry| entry.exempt),
        reason: match now {
            Ok(entry) => entry.reason,
            Err(Silence::Absent) => "it is gone; the account was read completely".to_owned(),
            Err(Silence::NotRead(why)) => why,
            Err(Silence::NotInOrganization) => "the account is no longer in the organization".to_owned(),
        },
    }
}

/// What is spelled in a fixed way.
trait Word {
    fn word(self) -> &'static str;
}

impl Word for Outcome {
    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Verdict {
    fn word(self) -> &'static str {
        self.as_str()
    }
}
