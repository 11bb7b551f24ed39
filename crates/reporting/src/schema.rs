//! JSON Schemas of what this program writes as JSON, made from the types that are written.
//!
//! They are published in `docs/schema/`, which `cargo xtask docs` writes from the example `schema`.

use org_audit_model::manifest::Manifest;
use org_audit_model::snapshot::AwsManagedPolicies;
use org_audit_model::{AccountSnapshot, OrganizationSnapshot};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use crate::formats::json::Report;

/// Every schema by the name of its file below `docs/schema`, without `.schema.json`.
#[must_use]
pub fn all() -> Vec<(&'static str, Schema)> {
    vec![
        ("report", of::<Report<'static>>("report.json")),
        ("manifest", of::<Manifest>("manifest.json")),
        (
            "snapshot-organization",
            of::<OrganizationSnapshot>("snapshot/organization.json"),
        ),
        (
            "snapshot-account",
            of::<AccountSnapshot>("snapshot/accounts/<account id>.json"),
        ),
        (
            "snapshot-aws-managed-policies",
            of::<AwsManagedPolicies>("snapshot/aws-managed-policies.json"),
        ),
    ]
}

/// The schema of what is written, draft 2020-12.
fn of<T: JsonSchema>(file: &str) -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), file.into());
    schema
}
