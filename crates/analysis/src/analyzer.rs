//! One account's assessment.

use std::collections::HashMap;

use org_audit_policy::reach::{Reach, SessionKind, SessionVerdict};
use smol_str::SmolStr;

use crate::collected::{evidence, evidence_of};
use crate::controls::common::policies::ROLES_NOT_READ;
use crate::controls::{Assess, Context, Parameters, Selection, iam_5};
use crate::enforcement;
use crate::exceptions::Exceptions;
use crate::facts::{AccountFacts, Gap, UserSources};
use crate::hierarchy::{Hierarchy, UNKNOWN_PLACE};
use crate::model::assessment::{AccountEvidence, Completeness, PolicyAssessment, ScopeSummary, UserEvidence};
use crate::model::outcome::Scope;
use crate::model::snapshot::{
    Access, Account, AccountSnapshot, AwsManagedPolicies, LiveConfirmation, OrganizationSnapshot,
};
use crate::model::{
    AccountAssessment, AccountId, Coverage, Finding, Outcome, Reading, TargetCoverage, UserAssessment,
};
use crate::policies::{self, Linter, Survey};
use crate::scope::ScopeMap;
use crate::scp::ScpCoverage;
use crate::verdict::{self, AccountPolicies, Judgement, Place, Shared};

/// Which controls are judged, and by which parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The controls.
    pub selection: Selection,
    /// Their parameters.
    pub parameters: Parameters,
    /// Approved exceptions. They change no outcome.
    pub exceptions: Exceptions,
    /// Which accounts are in the cardholder data environment; `None` where nobody said so.
    pub scope: Option<ScopeMap>,
}

/// Everything that one kind of session of a user may do.
#[derive(Debug, Clone)]
pub struct SessionReach {
    /// Action by action.
    pub session: Reach,
    /// What it amounts to beside the same user's session with MFA.
    pub verdict: SessionVerdict,
}

/// Judges accounts of one organization. Made once, used from many threads.
#[derive(Debug)]
pub struct Analyzer<'a> {
    organization: &'a OrganizationSnapshot,
    aws_managed: &'a AwsManagedPolicies,
    hierarchy: Hierarchy<'a>,
    accounts: HashMap<&'a AccountId, &'a Account>,
    scp: ScpCoverage,
    options: Options,
    shared: Shared,
    linter: Linter,
}

impl<'a> Analyzer<'a> {
    /// Prepares what all accounts share: the tree and the SCP coverage of every node. The default controls
    /// are judged.
    #[must_use]
    pub fn new(organization: &'a OrganizationSnapshot, aws_managed: &'a AwsManagedPolicies) -> Self {
        Self::with_options(organization, aws_managed, Options::default())
    }

    /// The same with a choice of controls and parameters.
    #[must_use]
    pub fn with_options(
        organization: &'a OrganizationSnapshot,
        aws_managed: &'a AwsManagedPolicies,
        options: Options,
    ) -> Self {
        let hierarchy = Hierarchy::new(organization);
        let scp = ScpCoverage::new(organization, &hierarchy);
        let accounts = organization
            .accounts
            .iter()
            .map(|account| (&account.id, account))
            .collect();
        Self {
            organization,
            aws_managed,
            hierarchy,
            accounts,
            scp,
            options,
            shared: Shared::default(),
            linter: Linter::default(),
        }
    }

    /// SCP coverage of the root, every OU and every account, from the root downwards.
    #[must_use]
    pub fn targets(&self) -> &[TargetCoverage] {
        self.scp.targets()
    }

    /// The controls that are judged.
    pub(crate) fn selection(&self) -> &Selection {
        &self.options.selection
    }

    /// Every SCP with its lints, where it hangs and what it covers.
    #[must_use]
    pub fn scps(&self) -> Vec<PolicyAssessment> {
        policies::scps(self.organization, &self.hierarchy, self.targets())
    }

    /// The policies of an account that speak of MFA.
    pub(crate) fn survey(&self, id: &AccountId, snapshot: Option<&AccountSnapshot>) -> Survey {
        Survey::of(id, snapshot, self.aws_managed, &self.linter)
    }

    /// SCP coverage of an account.
    #[must_use]
    pub fn coverage_of(&self, id: &AccountId) -> Option<&TargetCoverage> {
        self.scp.of_account(id)
    }

    /// The SCPs above an account.
    pub(crate) fn chain_of(&self, id: &AccountId) -> std::sync::Arc<verdict::Chain> {
        self.scp.chain_of(id)
    }

    /// The AWS managed policies of the snapshot.
    #[must_use]
    pub fn aws_managed(&self) -> &'a AwsManagedPolicies {
        self.aws_managed
    }

    /// What a session of one kind may do for a user, in full, action by action, and what that amounts to; worked
    /// out for this user alone. `None` where there is no such user in `snapshot`.
    ///
    /// The session need not be one that the user can open. Where the SCPs above are not known, they are left out.
    ///
    /// # Errors
    ///
    /// Why the user's policies are not known.
    #[must_use]
    pub fn reach_of(
        &self,
        id: &AccountId,
        snapshot: &AccountSnapshot,
        user_name: &str,
        kind: SessionKind,
    ) -> Option<Result<SessionReach, String>> {
        let facts = AccountFacts::new(snapshot);
        let user = facts.users.get(user_name)?;
        let chain = self.scp.chain_of(id);
        let place = Place {
            organization: &self.organization.organization.id,
            account: id,
            partition: &self.organization.collection.partition,
            chain: &chain,
        };
        let policies = AccountPolicies::new(&facts, self.aws_managed);
        Some(verdict::reach_of(user, &policies, place, &self.shared, kind))
    }

    /// Judges the account of `snapshot`; `None` where the snapshot has no file of that account.
    #[must_use]
    pub fn assess(&self, id: &AccountId, snapshot: Option<&AccountSnapshot>) -> AccountAssessment {
        match snapshot {
            Some(snapshot) => match not_read(&snapshot.access) {
                Some((reason, way_out)) => {
                    let mut assessment = self.blank(id, reason, way_out);
                    assessment.evidence = evidence_of(snapshot);
                    assessment
                }
                None => self.assess_read(id, snapshot),
            },
            None => self.blank(
                id,
                "the collection ended before this account was read".to_owned(),
                "repeat the run".to_owned(),
            ),
        }
    }

    /// An account of which nothing was read: one unknown for the whole account.
    fn blank(&self, id: &AccountId, reason: String, way_out: String) -> AccountAssessment {
        let mut assessment = self.frame(id);
        assessment.findings.push(unknown_account(id, &reason));
        let findings = self.judge_controls(id, &[], Err(&reason));
        assessment.findings.extend(findings);
        assessment.reason = reason;
        assessment.way_out = way_out;
        assessment
    }

    fn frame(&self, id: &AccountId) -> AccountAssessment {
        let account = self.accounts.get(id).copied();
        let chain = account.and_then(|account| self.hierarchy.above(account));
        AccountAssessment {
            account_id: id.clone(),
            account_name: account.map(|account| account.name.clone()).unwrap_or_default(),
            ou_path: chain.map_or_else(|| UNKNOWN_PLACE.to_owned(), |chain| chain.path()),
            state: account
                .map(|account| account.state.as_str().into())
                .unwrap_or_default(),
            scope: self.scope_of(account),
            management: *id == self.organization.organization.management_account_id,
            assessed: false,
            completeness: Completeness::None,
            reason: String::new(),
            way_out: String::new(),
            scp_coverage: self
                .scp
                .of_account(id)
                .map_or(Coverage::Unknown, |target| target.coverage),
            enforcement: None,
            users: Vec::new(),
            findings: Vec::new(),
            evidence: AccountEvidence::default(),
        }
    }

    fn scope_of(&self, account: Option<&Account>) -> Option<Scope> {
        let map = self.options.scope.as_ref()?;
        Some(account.map_or(Scope::Unmapped, |account| map.of(account, &self.hierarchy)))
    }

    /// The run by scope, without its accounts yet; `None` where there is no scope map.
    pub(crate) fn scope_summary(&self) -> Option<ScopeSummary> {
        let map = self.options.scope.as_ref()?;
        Some(ScopeSummary {
            unmatched: map.unmatched(self.organization, &self.hierarchy),
            ..ScopeSummary::default()
        })
    }

    fn assess_read(&self, id: &AccountId, snapshot: &AccountSnapshot) -> AccountAssessment {
        let facts = AccountFacts::new(snapshot);
        let mut assessment = self.frame(id);
        let mut gaps = facts.gaps();
        gaps.extend(self.missing_roles(&facts));
        let chain = self.scp.chain_of(id);
        let place = Place {
            organization: &self.organization.organization.id,
            account: id,
            partition: &self.organization.collection.partition,
            chain: &chain,
        };
        assessment.users = assess_users(&facts, self.aws_managed, place, &self.shared);
        assessment.enforcement = enforcement::of(&facts, self.aws_managed, &self.linter);
        assessment.assessed = facts.report.is_ok();
        assessment.completeness = completeness(&facts, &gaps);
        assessment.reason = join(gaps.iter().map(|gap| gap.what.as_str()));
        assessment.way_out = join(gaps.iter().map(|gap| gap.way_out.as_str()));
        assessment.evidence = evidence(&facts);
        if let Err(why) = &facts.report {
            assessment.findings.push(unknown_account(
                id,
                &format!("the credential report could not be read: {why}"),
            ));
        }
        let findings = self.judge_controls(id, &assessment.users, Ok(&facts));
        assessment.findings.extend(findings);
        assessment
    }

    /// The findings of the selected controls, but IAM.5's, which stands with each user. Where nothing was read
    /// of the account, `facts` says why.
    fn judge_controls(
        &self,
        id: &AccountId,
        users: &[UserAssessment],
        facts: Result<&AccountFacts<'_>, &str>,
    ) -> Vec<Finding> {
        let context = Context {
            account_id: id,
            partition: &self.organization.collection.partition,
            coverage: self.scp.of_account(id),
            users,
            central_root: self.central_root(id),
            aws_managed: self.aws_managed,
            linter: &self.linter,
            parameters: &self.options.parameters,
        };
        let mut findings = Vec::new();
        for control in self.options.selection.iter() {
            match (control.assess, facts) {
                (Assess::WithUsers, _) => {}
                (Assess::Organization(assess), _) => findings.extend(assess(&context)),
                (Assess::Account(assess), Ok(facts)) => findings.extend(assess(facts, &context)),
                (Assess::Account(_), Err(why)) => {
                    findings.push(control.of_account(id, Outcome::Unknown, why));
                }
            }
        }
        findings
    }

    /// Whether the organization manages the root credentials of this account from its management account, whose own
    /// are not among them.
    fn central_root(&self, id: &AccountId) -> Option<bool> {
        if *id == self.organization.organization.management_account_id {
            return Some(false);
        }
        let features = self.organization.root_access_features.value()?;
        Some(
            features
                .iter()
                .any(|feature| feature == "RootCredentialsManagement"),
        )
    }

    /// A control looks at roles, and this snapshot was collected without them.
    fn missing_roles(&self, facts: &AccountFacts<'_>) -> Option<Gap> {
        let missing = facts.details().is_some_and(|details| details.roles.is_none());
        (missing && self.options.selection.needs_roles()).then(|| Gap {
            what: ROLES_NOT_READ.to_owned(),
            way_out:
                "collect again with the same controls; a snapshot that was made without them has no roles"
                    .to_owned(),
        })
    }
}

/// Why nothing was read, and the way out; `None` where the account was entered.
fn not_read(access: &Access) -> Option<(String, String)> {
    match access {
        Access::AssumedRole { .. } | Access::CallerCredentials => None,
        Access::NotAssessable { state } => Some((
            format!("not assessable: an account in state {state} cannot be read"),
            String::new(),
        )),
        Access::Excluded => Some(("left out by the arguments of the run".to_owned(), String::new())),
        Access::Refused { role_arn, failure } => {
            Some((format!("{failure}; role `{role_arn}`"), failure.way_out()))
        }
    }
}

fn unknown_account(id: &AccountId, reason: &str) -> Finding {
    iam_5::CONTROL.of_account(id, Outcome::Unknown, reason)
}

fn completeness(facts: &AccountFacts<'_>, gaps: &[Gap]) -> Completeness {
    if gaps.is_empty() {
        Completeness::Full
    } else if facts.report.is_err()
        && facts.users.is_empty()
        && facts.snapshot.account_summary.value().is_none()
    {
        Completeness::None
    } else {
        Completeness::Partial
    }
}

/// Sentences one after the other, each once.
fn join<'t>(sentences: impl Iterator<Item = &'t str>) -> String {
    let mut once: Vec<&str> = Vec::new();
    for sentence in sentences.filter(|sentence| !sentence.is_empty()) {
        if !once.contains(&sentence) {
            once.push(sentence);
        }
    }
    once.join("; ")
}

/// Every user of an account.
pub(crate) fn assess_users(
    facts: &AccountFacts<'_>,
    aws_managed: &AwsManagedPolicies,
    place: Place<'_>,
    shared: &Shared,
) -> Vec<UserAssessment> {
    let policies = AccountPolicies::new(facts, aws_managed);
    let judge = |user| verdict::judge(user, &policies, place, shared);
    facts
        .users
        .iter()
        .map(|(name, user)| assess_user(facts, name, user, judge(user)))
        .collect()
}

fn assess_user(
    facts: &AccountFacts<'_>,
    name: &SmolStr,
    user: &UserSources<'_>,
    judgement: Judgement,
) -> UserAssessment {
    let report_time = facts.report_time();
    let population = iam_5::Population {
        report_missing: facts.report.as_ref().err().map(String::as_str),
        report_time: report_time.as_deref(),
    };
    let (outcome, reason) = iam_5::judge(user, population);
    let (mfa_devices, mfa_devices_exact) = user.mfa_devices();
    UserAssessment {
        user_name: name.clone(),
        user_arn: user.arn().map(SmolStr::new).unwrap_or_default(),
        console_password: user.console_password(),
        mfa_devices,
        mfa_devices_exact,
        active_access_keys: user.active_access_keys(),
        iam_5: outcome,
        verdict: judgement.verdict,
        reason,
        exemption: None,
        verdict_reason: judgement.reason,
        without_mfa: judgement.without_mfa,
        evidence: user_evidence(user, report_time),
    }
}

fn user_evidence(user: &UserSources<'_>, report_time: Option<String>) -> UserEvidence {
    use crate::model::credential_report::Flag;
    fn as_it_stands(flag: &Flag) -> String {
        match flag {
            Flag::True => "true".to_owned(),
            Flag::False => "false".to_owned(),
            Flag::NotSupported => "not_supported".to_owned(),
            Flag::Other(text) => text.to_string(),
        }
    }
    UserEvidence {
        report_password_enabled: user.row.as_ref().map(|row| as_it_stands(&row.password_enabled)),
        report_mfa_active: user.row.as_ref().map(|row| as_it_stands(&row.mfa_active)),
        report_generated_at: user.row.as_ref().and(report_time),
        live_login_profile: user.live.map(live_login_profile),
        live_mfa_devices: user.live.map(live_mfa_devices),
        live_at: user.live.and_then(live_time),
    }
}

fn live_login_profile(live: &LiveConfirmation) -> String {
    match live.login_profile.value() {
        Some(Some(_)) => "present".to_owned(),
        Some(None) => "absent".to_owned(),
        None => live.login_profile.why_missing().unwrap_or_default(),
    }
}

fn live_mfa_devices(live: &LiveConfirmation) -> String {
    match live.mfa_devices.value() {
        Some(Some(devices)) if devices.is_empty() => "none".to_owned(),
        Some(Some(devices)) => devices
            .iter()
            .map(|device| device.serial_number.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        Some(None) => "the user is gone".to_owned(),
        None => live.mfa_devices.why_missing().unwrap_or_default(),
    }
}

fn live_time(live: &LiveConfirmation) -> Option<String> {
    match &live.mfa_devices {
        Reading::Read { at, .. } | Reading::Unreadable { at, .. } => Some(at.to_string()),
        Reading::NotAsked { .. } => None,
    }
}
