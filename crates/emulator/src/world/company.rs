//! The layout of the demonstration: a freight company with the units, names, exceptions and accidents
//! that a real organization has.

use super::model::{AccountState, RoleSetup};

/// An OU of the company: its name and the name of its parent (empty: the root).
pub(crate) type UnitRow = (&'static str, &'static str);

/// What is particular about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    Plain,
    /// Nobody works there with IAM users.
    NoUsers,
    State(AccountState),
    /// Joined by invitation, and how its role is set up.
    Invited(RoleSetup),
    /// Made in the organization, and its role refuses.
    Refusing,
    /// Names as an attacker would choose them.
    Hostile,
    /// Its credential report was made before the audit, and users have changed since.
    OldReport,
}

/// The company's OUs; a parent comes before its children.
pub(crate) const UNITS: &[UnitRow] = &[
    ("Security", ""),
    ("Infrastructure", ""),
    ("Network", "Infrastructure"),
    ("Shared Services", "Infrastructure"),
    ("Workloads", ""),
    ("Production", "Workloads"),
    ("PCI", "Production"),
    ("Core", "Production"),
    ("Data", "Production"),
    ("Staging", "Workloads"),
    ("Development", "Workloads"),
    ("Acquisitions", ""),
    ("Policy Staging", ""),
    ("Sandbox", ""),
    ("=cmd|' /C calc'!A0", "Sandbox"),
    ("Suspended", ""),
];

/// How many accounts the company has by itself.
pub(crate) const FEATURED: usize = ACCOUNTS.len();

/// The position of the delegated administrator.
pub(crate) const DELEGATED: &str = "security-tooling";

/// The company's accounts: name, OU and what is particular. The first is the management account.
pub(crate) const ACCOUNTS: &[(&str, &str, Trait)] = &[
    ("meridian-management", "", Trait::Plain),
    ("security-tooling", "Security", Trait::Plain),
    ("log-archive", "Security", Trait::NoUsers),
    ("forensics", "Security", Trait::Plain),
    ("network-hub", "Network", Trait::Plain),
    ("dns", "Network", Trait::Plain),
    ("egress-inspection", "Network", Trait::NoUsers),
    ("ci-cd", "Shared Services", Trait::Plain),
    ("artifact-registry", "Shared Services", Trait::Plain),
    ("observability", "Shared Services", Trait::OldReport),
    ("backup-vault", "Shared Services", Trait::Plain),
    ("card-vault-prod", "PCI", Trait::Plain),
    ("payments-prod", "PCI", Trait::OldReport),
    ("tokenization-prod", "PCI", Trait::Plain),
    ("fraud-scoring-prod", "PCI", Trait::Plain),
    ("orders-prod", "Core", Trait::Plain),
    ("tracking-prod", "Core", Trait::Plain),
    ("customer-portal-prod", "Core", Trait::Plain),
    ("warehouse-prod", "Core", Trait::Plain),
    ("pricing-prod", "Core", Trait::Plain),
    ("billing-prod", "Core", Trait::Plain),
    ("notifications-prod", "Core", Trait::Plain),
    ("data-lake-prod", "Data", Trait::Plain),
    ("analytics-prod", "Data", Trait::Plain),
    ("data-clean-room", "Data", Trait::Plain),
    ("orders-staging", "Staging", Trait::Plain),
    ("payments-staging", "Staging", Trait::Plain),
    ("customer-portal-staging", "Staging", Trait::Plain),
    ("tracking-staging", "Staging", Trait::Plain),
    ("orders-dev", "Development", Trait::Plain),
    ("payments-dev", "Development", Trait::OldReport),
    ("customer-portal-dev", "Development", Trait::Plain),
    ("tracking-dev", "Development", Trait::Plain),
    ("mobile-dev", "Development", Trait::Plain),
    ("data-dev", "Development", Trait::Plain),
    (
        "northpass-legacy",
        "Acquisitions",
        Trait::Invited(RoleSetup::Missing),
    ),
    (
        "northpass-billing",
        "Acquisitions",
        Trait::Invited(RoleSetup::Refusing),
    ),
    (
        "northpass-fleet",
        "Acquisitions",
        Trait::Invited(RoleSetup::Trusting),
    ),
    ("policy-staging", "Policy Staging", Trait::Plain),
    ("identity-lockdown", "Policy Staging", Trait::Plain),
    ("sandbox-platform", "Sandbox", Trait::Plain),
    ("sandbox-data-science", "Sandbox", Trait::Plain),
    ("sandbox-frontend", "Sandbox", Trait::Plain),
    ("🚀 hackathon-2025", "Sandbox", Trait::Hostile),
    ("<script>alert(1)</script>", "=cmd|' /C calc'!A0", Trait::Hostile),
    ("invoice-\u{202e}gpj.exe", "=cmd|' /C calc'!A0", Trait::Refusing),
    (
        "legacy-storefront",
        "Suspended",
        Trait::State(AccountState::Suspended),
    ),
    ("trial-2019", "Suspended", Trait::State(AccountState::Closed)),
    (
        "former-partner",
        "Suspended",
        Trait::State(AccountState::PendingClosure),
    ),
    (
        "onboarding-2026",
        "Suspended",
        Trait::State(AccountState::PendingActivation),
    ),
];

/// Words that further accounts are named with.
pub(crate) const SUBJECTS: &[&str] = &[
    "booking",
    "carrier",
    "catalog",
    "claims",
    "customs",
    "dispatch",
    "docks",
    "drivers",
    "energy",
    "fleet",
    "forecast",
    "fulfilment",
    "inventory",
    "invoicing",
    "labels",
    "ledger",
    "loyalty",
    "manifest",
    "maps",
    "partners",
    "quotes",
    "rates",
    "returns",
    "routing",
    "search",
    "settlement",
    "tariffs",
    "telemetry",
    "terminal",
    "yard",
];

/// Stages that further accounts are named with.
pub(crate) const STAGES: &[&str] = &["prod", "staging", "dev"];
