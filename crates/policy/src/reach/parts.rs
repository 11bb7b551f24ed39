//! The parts that actions play in a verdict: self-service, ways to more privilege, access levels.

use crate::actions::{AccessLevel, ActionId, ActionList, ActionSet};
use std::sync::LazyLock;

/// On which resources an action is self-service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
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

/// The parts of all actions by number, so that a verdict compares no names.
pub(super) struct Parts {
    pub(super) stand_ins: ActionSet,
    /// What every identity may call.
    pub(super) free: ActionSet,
    self_service: ActionSet,
    /// Self-service on the caller's own user only; ascending.
    pub(super) own_user: Vec<ActionId>,
    /// Ways to more privilege; those with [`Scope::OwnUser`] only on others. Ascending.
    pub(super) escalations: Vec<(ActionId, Scope)>,
    by_level: [(AccessLevel, ActionSet); 5],
    pub(super) pass_role: Option<ActionId>,
    pub(super) run_with_a_role: ActionSet,
    pub(super) enable: Option<ActionId>,
}

static PARTS: LazyLock<Parts> = LazyLock::new(Parts::of_the_list);

impl Parts {
    pub(super) fn get() -> &'static Self {
        &PARTS
    }

    fn of_the_list() -> Self {
        let list = ActionList::embedded();
        let ids = |names: &[&str]| -> ActionSet { names.iter().filter_map(|name| list.find(name)).collect() };
        let self_service = |wanted: &[Scope]| -> ActionSet {
            let of_scope = SELF_SERVICE.iter().filter(|(_, scope)| wanted.contains(scope));
            of_scope.filter_map(|(name, _)| list.find(name)).collect()
        };
        let of_level = |level| -> ActionSet {
            let own = list.iter().filter(|(_, action)| action.level() == level);
            own.map(|(id, _)| id).collect()
        };
        let on_others = ids(&ESCALATIONS_ON_OTHERS);
        let scope = |id: ActionId| {
            if on_others.contains(id) {
                Scope::OwnUser
            } else {
                Scope::Any
            }
        };
        let stand_ins = list.iter().filter(|(_, action)| action.is_stand_in());
        Self {
            stand_ins: stand_ins.map(|(id, _)| id).collect(),
            free: list.free().iter().copied().collect(),
            self_service: self_service(&[Scope::Any, Scope::OwnUser]),
            own_user: self_service(&[Scope::OwnUser]).iter().collect(),
            escalations: ids(&ESCALATIONS).iter().map(|id| (id, scope(id))).collect(),
            by_level: AccessLevel::ALL.map(|level| (level, of_level(level))),
            pass_role: list.find(PASS_ROLE),
            run_with_a_role: ids(&RUN_WITH_A_ROLE),
            enable: list.find("iam:enablemfadevice"),
        }
    }

    /// How many of `actions` there are at each access level.
    pub(super) fn count_by_level(&self, actions: &ActionSet) -> impl Iterator<Item = (AccessLevel, usize)> {
        self.by_level
            .iter()
            .map(|(level, own)| (*level, own.in_common(actions)))
    }
}

/// Those of `open` that are more than self-service; stand-ins, which are no actions yet, are not among them.
pub(crate) fn beyond_self_service(open: &ActionSet) -> ActionSet {
    open.without(&PARTS.stand_ins).without(&PARTS.self_service)
}
