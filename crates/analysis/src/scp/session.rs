//! When a statement's conditions hold, for the kinds of session that matter to MFA.
//!
//! `aws:MultiFactorAuthPresent` is in the context of sessions with temporary credentials only: it is absent
//! for long-term access keys and for role and federated sessions (IAM User Guide, "AWS global condition
//! context keys", `aws:MultiFactorAuthPresent`).

use org_audit_policy::document::{Condition, OperatorBase, Qualifier, Statement};

/// Who makes the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// An IAM user in the console, without MFA: the key is there and false.
    Console,
    /// An IAM user's long-term access key: the key is absent.
    Key,
    /// An IAM user with MFA: the key is there and true.
    Mfa,
    /// A role session: the key is absent, and the principal is a role.
    Role,
}

impl Session {
    /// Those that an IAM user can open without MFA.
    pub const WITHOUT_MFA: [Self; 2] = [Self::Console, Self::Key];

    /// `aws:MultiFactorAuthPresent` as its context has it.
    fn mfa_present(self) -> Option<bool> {
        match self {
            Self::Console => Some(false),
            Self::Mfa => Some(true),
            Self::Key | Self::Role => None,
        }
    }

    fn kind_in_arn(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Console | Self::Key | Self::Mfa => "user",
        }
    }
}

/// A truth value that may not be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tri {
    /// Certainly not.
    False,
    /// It depends on what is not known.
    Unknown,
    /// Certainly.
    True,
}

impl Tri {
    fn of(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// Whether a statement's conditions mention MFA at all.
pub fn mentions_mfa(statement: &Statement) -> bool {
    statement
        .conditions()
        .iter()
        .any(|condition| is_mfa_present(condition) || is_mfa_age(condition))
}

/// Whether all conditions of `statement` hold in `session`: the worst of them decides.
pub fn holds(statement: &Statement, session: Session) -> Tri {
    statement
        .conditions()
        .iter()
        .map(|condition| line_holds(condition, session))
        .min()
        .unwrap_or(Tri::True)
}

fn is_mfa_present(condition: &Condition) -> bool {
    condition.is_key("aws:MultiFactorAuthPresent")
}

fn is_mfa_age(condition: &Condition) -> bool {
    condition.is_key("aws:MultiFactorAuthAge")
}

fn line_holds(condition: &Condition, session: Session) -> Tri {
    let operator = condition.operator();
    if operator.qualifier == Some(Qualifier::ForAllValues)
        || operator.qualifier == Some(Qualifier::ForAnyValue)
    {
        return Tri::Unknown;
    }
    if is_mfa_present(condition) {
        mfa_present_holds(condition, session.mfa_present())
    } else if is_mfa_age(condition) {
        mfa_age_holds(condition, session)
    } else if condition.is_key("aws:PrincipalArn") {
        principal_arn_holds(condition, session)
    } else {
        Tri::Unknown
    }
}

/// The condition on a key whose value is known to be `present`, or known to be absent.
fn mfa_present_holds(condition: &Condition, present: Option<bool>) -> Tri {
    use OperatorBase as O;
    let operator = condition.operator();
    let Some(values) = truth_values(condition) else {
        return Tri::Unknown;
    };
    if operator.base == O::Null {
        return Tri::of(values.contains(&present.is_none()));
    }
    let compares_text = matches!(
        operator.base,
        O::Bool
            | O::StringEquals
            | O::StringEqualsIgnoreCase
            | O::StringLike
            | O::StringNotEquals
            | O::StringNotEqualsIgnoreCase
            | O::StringNotLike
    );
    if !compares_text {
        return Tri::Unknown;
    }
    let negated = operator.base.is_negated();
    match present {
        // An absent key: `…IfExists` and the negated operators hold, the others do not.
        None => Tri::of(operator.if_exists || negated),
        Some(value) => Tri::of(values.contains(&value) != negated),
    }
}

fn truth_values(condition: &Condition) -> Option<Vec<bool>> {
    condition
        .values()
        .iter()
        .map(|value| value.to_ascii_lowercase().parse().ok())
        .collect()
}

/// `aws:MultiFactorAuthAge` is absent in every session without MFA.
fn mfa_age_holds(condition: &Condition, session: Session) -> Tri {
    let operator = condition.operator();
    if session == Session::Mfa {
        return Tri::Unknown;
    }
    if operator.base == OperatorBase::Null {
        return truth_values(condition).map_or(Tri::Unknown, |values| Tri::of(values.contains(&true)));
    }
    Tri::of(operator.if_exists || operator.base.is_negated())
}

/// Whether a pattern of principals takes in every IAM user, or every role, or none of them. Patterns that
/// name single ones are not decided here.
fn principal_arn_holds(condition: &Condition, session: Session) -> Tri {
    use OperatorBase as O;
    let operator = condition.operator();
    let like = matches!(operator.base, O::ArnLike | O::ArnEquals | O::StringLike);
    let unlike = matches!(operator.base, O::ArnNotLike | O::ArnNotEquals | O::StringNotLike);
    if !like && !unlike {
        return Tri::Unknown;
    }
    let matched = condition
        .values()
        .iter()
        .map(|pattern| covers(pattern, session))
        .max()
        .unwrap_or(Tri::False);
    match (matched, unlike) {
        (Tri::Unknown, _) => Tri::Unknown,
        (matched, false) => matched,
        (matched, true) => Tri::of(matched == Tri::False),
    }
}

fn covers(pattern: &str, session: Session) -> Tri {
    if pattern == "*" {
        return Tri::True;
    }
    let Some(resource) = pattern.splitn(6, ':').nth(5) else {
        return Tri::Unknown;
    };
    let wanted = session.kind_in_arn();
    let everywhere = matches!(pattern.split(':').nth(4), Some("*"));
    match resource.split_once('/') {
        Some((kind, "*")) if kind == wanted && everywhere => Tri::True,
        Some((kind, _)) if kind == wanted => Tri::Unknown,
        Some(("user" | "role" | "assumed-role" | "federated-user", _)) => Tri::False,
        _ if resource == "root" => Tri::False,
        _ => Tri::Unknown,
    }
}
