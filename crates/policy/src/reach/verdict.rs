//! What a session without MFA amounts to.

use super::forms::SOMETHING;
use super::{Others, Outcome, Reach};
use crate::actions::{AccessLevel, Action, ActionId, ActionList};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The verdict on a user's sessions without MFA, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Neither password nor active key.
    NoCredentials,
    /// No session without MFA can be opened.
    Protected,
    /// Such a session does no more than enrol MFA and what belongs to it.
    Contained,
    /// Contained, and it cannot enrol either, though with MFA it could do more.
    LockedOut,
    /// Something that decides could not be read.
    Unknown,
    /// More than self-service, less than with MFA.
    Partial,
    /// All that the user can do with MFA, or a way to more privilege.
    Exposed,
}

impl Verdict {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::NoCredentials => "no_credentials",
            Verdict::Protected => "protected",
            Verdict::Contained => "contained",
            Verdict::LockedOut => "locked_out",
            Verdict::Partial => "partial",
            Verdict::Exposed => "exposed",
            Verdict::Unknown => "unknown",
        }
    }
}

/// What one session without MFA amounts to, and why.
#[derive(Debug, Clone)]
pub struct SessionVerdict {
    /// The verdict.
    pub verdict: Verdict,
    /// Actions beyond self-service, in the order of the list.
    pub beyond: Vec<ActionId>,
    /// Self-service actions that are open on other users too, in the order of the list.
    pub on_others: Vec<ActionId>,
    /// Those of the above that lead to more privilege.
    pub escalations: Vec<ActionId>,
    /// Services for whose future actions nothing stands in the way, `(new service)` among them.
    pub beyond_the_list: Vec<&'static str>,
    /// Actions beyond self-service that the policies name and the list does not have.
    pub unlisted: Vec<String>,
    /// Whether the session can enable an MFA device of its own user.
    pub can_enrol: bool,
}

impl SessionVerdict {
    /// How many actions beyond self-service there are at each access level.
    #[must_use]
    pub fn by_level(&self) -> BTreeMap<AccessLevel, usize> {
        let counts = AccessLevel::ALL.map(|level| {
            let of_level = |id: &&ActionId| Part::of(**id).level == Some(level);
            (level, self.beyond.iter().filter(of_level).count())
        });
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

/// On which resources an action is self-service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// On any: the call acts on the caller, or harms nobody.
    Any,
    /// On the caller's own user only.
    OwnUser,
}

/// What a contained session may still do.
///
/// `DeleteVirtualMFADevice` is among them on every device, because AWS refuses to delete one that is in use; and
/// `ChangePassword` always acts on the caller.
const SELF_SERVICE: [(&str, Scope); 15] = [
    ("iam:changepassword", Scope::Any),
    ("iam:createvirtualmfadevice", Scope::Any),
    ("iam:deactivatemfadevice", Scope::OwnUser),
    ("iam:deletevirtualmfadevice", Scope::Any),
    ("iam:enablemfadevice", Scope::OwnUser),
    ("iam:getaccountpasswordpolicy", Scope::Any),
    ("iam:getaccountsummary", Scope::Any),
    ("iam:getmfadevice", Scope::OwnUser),
    ("iam:getuser", Scope::OwnUser),
    ("iam:listmfadevices", Scope::OwnUser),
    ("iam:listusers", Scope::Any),
    ("iam:listvirtualmfadevices", Scope::Any),
    ("iam:resyncmfadevice", Scope::OwnUser),
    ("sts:getcalleridentity", Scope::Any),
    ("sts:getsessiontoken", Scope::Any),
];

/// Whether an action, in lower case, is on the list of what a contained session may still do.
pub(crate) fn is_self_service(action: &str) -> bool {
    SELF_SERVICE.iter().any(|(name, _)| *name == action)
}

/// Actions by which a principal can give itself, or take from another, more than it has.
const ESCALATIONS: [&str; 22] = [
    "iam:addusertogroup",
    "iam:attachgrouppolicy",
    "iam:attachrolepolicy",
    "iam:attachuserpolicy",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:createpolicyversion",
    "iam:createservicespecificcredential",
    "iam:deactivatemfadevice",
    "iam:deletegrouppolicy",
    "iam:deleteuserpermissionsboundary",
    "iam:deleteuserpolicy",
    "iam:detachgrouppolicy",
    "iam:detachuserpolicy",
    "iam:putgrouppolicy",
    "iam:putrolepolicy",
    "iam:putuserpermissionsboundary",
    "iam:putuserpolicy",
    "iam:resetservicespecificcredential",
    "iam:setdefaultpolicyversion",
    "iam:updateassumerolepolicy",
    "iam:updateloginprofile",
];

/// Of those, the ones that only give more when they act on somebody else: a credential of one's own gives nothing
/// that one has not got.
const ESCALATIONS_ON_OTHERS: [&str; 6] = [
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:createservicespecificcredential",
    "iam:deactivatemfadevice",
    "iam:resetservicespecificcredential",
    "iam:updateloginprofile",
];

/// Whoever may pass any role of the account to a service, and start something there that acts with the role, has what
/// the most privileged of these roles has.
const PASS_ROLE: &str = "iam:passrole";

/// What acts with a role that it is given and does what its maker says, each documented as a way to more privilege:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>.
const RUN_WITH_A_ROLE: [&str; 16] = [
    "autoscaling:createlaunchconfiguration",
    "cloudformation:createstack",
    "codebuild:createproject",
    "datapipeline:createpipeline",
    "ec2:associateiaminstanceprofile",
    "ec2:runinstances",
    "ecs:registertaskdefinition",
    "ecs:runtask",
    "glue:createdevendpoint",
    "glue:createjob",
    "lambda:createfunction",
    "lambda:updatefunctionconfiguration",
    "sagemaker:createnotebookinstance",
    "sagemaker:createprocessingjob",
    "sagemaker:createtrainingjob",
    "states:createstatemachine",
];

/// `iam:PassRole`, where it lets the session run something with a role that it may choose freely.
fn passes_any_role(reach: &Reach) -> Option<ActionId> {
    let list = ActionList::embedded();
    let session = reach.session();
    let any_role = format!(
        "arn:{}:iam::{}:role/{SOMETHING}",
        session.partition(),
        session.caller().account()
    );
    let open = |name: &str| list.find(name).is_some_and(|id| reach.is_reachable(id));
    list.find(PASS_ROLE)
        .filter(|id| reach.is_reachable(*id) && reach.on(*id, &any_role).possible())
        .filter(|_| RUN_WITH_A_ROLE.iter().any(|name| open(name)))
}

/// The part that an action plays in a verdict.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    self_service: Option<Scope>,
    /// With [`Scope::OwnUser`], it is one only on others.
    escalation: Option<Scope>,
    stand_in: bool,
    level: Option<AccessLevel>,
}

/// The parts of all actions by number, so that a verdict compares no names.
static PARTS: LazyLock<Vec<Part>> = LazyLock::new(|| {
    let part = |(name, (_, action)): (&String, (ActionId, &Action))| Part {
        self_service: SELF_SERVICE
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, scope)| *scope),
        escalation: ESCALATIONS.contains(&name.as_str()).then(|| {
            if ESCALATIONS_ON_OTHERS.contains(&name.as_str()) {
                Scope::OwnUser
            } else {
                Scope::Any
            }
        }),
        stand_in: action.is_stand_in(),
        level: Some(action.level()),
    };
    let list = ActionList::embedded();
    list.lower.iter().zip(list.iter()).map(part).collect()
});

impl Part {
    fn of(id: ActionId) -> Self {
        PARTS.get(id.index()).copied().unwrap_or_default()
    }
}

/// Judges a session without MFA against the same user's session with MFA.
///
/// What is only possible counts as open: the verdict errs on the safe side.
#[must_use]
pub fn verdict(without: &Reach, with: &Reach) -> SessionVerdict {
    let list = ActionList::embedded();
    let own = without.session().caller().arn();
    let mut out = SessionVerdict {
        verdict: Verdict::Contained,
        beyond: Vec::new(),
        on_others: Vec::new(),
        escalations: Vec::new(),
        beyond_the_list: Vec::new(),
        unlisted: open_names(without),
        can_enrol: false,
    };
    let mut less_than_with_mfa = false;
    let mut others = Others::new(without);
    let sessions = without.open_actions().into_iter().zip(with.open_actions());
    for ((id, part), (open, open_with_mfa)) in (0u16..).map(ActionId).zip(PARTS.iter()).zip(sessions) {
        less_than_with_mfa |= !open && open_with_mfa;
        if !open {
            continue;
        }
        if part.stand_in {
            out.beyond_the_list
                .extend(list.get(id).map(|action| action.service()));
            continue;
        }
        match part.self_service {
            Some(Scope::Any) => {}
            Some(Scope::OwnUser) if !others.open(id) => {}
            Some(Scope::OwnUser) => out.on_others.push(id),
            None => out.beyond.push(id),
        }
        match part.escalation {
            Some(Scope::OwnUser) if !others.open(id) => {}
            Some(Scope::Any | Scope::OwnUser) => out.escalations.push(id),
            None => {}
        }
    }
    if let Some(id) = passes_any_role(without) {
        let at = out.escalations.partition_point(|known| *known < id);
        out.escalations.insert(at, id);
    }
    out.can_enrol = list
        .find("iam:enablemfadevice")
        .is_some_and(|id| reaches(&without.of(id), without, id, own));
    less_than_with_mfa |= open_names(with).len() > out.unlisted.len();
    let open = [
        out.beyond.is_empty(),
        out.on_others.is_empty(),
        out.beyond_the_list.is_empty(),
        out.unlisted.is_empty(),
    ];
    let contained = open.iter().all(|empty| *empty);
    out.verdict = match (contained, less_than_with_mfa) {
        (true, true) if !out.can_enrol => Verdict::LockedOut,
        (true, _) => Verdict::Contained,
        (false, true) if out.escalations.is_empty() => Verdict::Partial,
        (false, _) => Verdict::Exposed,
    };
    out
}

fn open_names(reach: &Reach) -> Vec<String> {
    reach
        .unlisted()
        .iter()
        .filter(|(_, outcome)| outcome.is_reachable())
        .map(|(name, _)| name.clone())
        .collect()
}

/// Whether an action is open on the caller's own user.
fn reaches(outcome: &Outcome, reach: &Reach, id: ActionId, own: &str) -> bool {
    match outcome {
        Outcome::Allowed { resource } if resource == own => true,
        Outcome::Denied { .. } => false,
        Outcome::Allowed { .. } | Outcome::Possible { .. } => reach.on(id, own).possible(),
    }
}
