//! Which crate may depend on what: the walls of the workspace.
//!
//! The AWS SDK is in one crate, so that the others build and test in seconds; Handlebars, clap and the
//! terminal are each in one, so that there is one place to look. The emulator knows nothing of the fetcher:
//! one mistake must not sit on both sides of the wire.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Problem;
use crate::process;
use crate::workspace;

/// What a crate may use.
struct Wall {
    /// The folder below `crates/`.
    name: &'static str,
    /// Crates of ours that it may depend on.
    ours: &'static [&'static str],
    /// Crates, of ours or of others, that its tests, benches and examples may use as well.
    in_tests: &'static [&'static str],
    /// Crates of others that are behind a wall elsewhere, and that this one may use.
    others: &'static [&'static str],
}

/// One row a crate. A crate that is not here fails the check.
const WALLS: &[Wall] = &[
    Wall {
        name: "model",
        ours: &[],
        in_tests: &[],
        others: &[],
    },
    Wall {
        name: "policy",
        ours: &[],
        in_tests: &[],
        others: &[],
    },
    Wall {
        name: "fetcher",
        ours: &["model"],
        in_tests: &["emulator", "tracing-subscriber"],
        others: &["aws-", "tokio"],
    },
    Wall {
        name: "analysis",
        ours: &["model", "policy"],
        in_tests: &[],
        others: &["rayon"],
    },
    Wall {
        name: "reporting",
        ours: &["model"],
        in_tests: &[],
        others: &["handlebars"],
    },
    Wall {
        name: "emulator",
        ours: &[],
        in_tests: &[],
        // The two interface crates of the in-process client; never a service crate.
        others: &["aws-smithy-runtime-api", "aws-smithy-types", "hyper", "tokio"],
    },
    Wall {
        name: "cli",
        ours: &["model", "policy", "fetcher", "analysis", "reporting", "emulator"],
        in_tests: &[],
        others: &[
            "clap",
            "anstream",
            "owo-colors",
            "indicatif",
            "comfy-table",
            "tracing-subscriber",
            "tokio",
        ],
    },
    Wall {
        name: "xtask",
        ours: &[],
        in_tests: &[],
        others: &[],
    },
];

/// What is behind a wall. A name that ends with `-` stands for all that begin so.
const GUARDED: &[&str] = &[
    "aws-",
    "handlebars",
    "clap",
    "clap_complete",
    "clap_mangen",
    "anstream",
    "owo-colors",
    "indicatif",
    "comfy-table",
    "tracing-subscriber",
    "hyper",
    "hyper-util",
    "tokio",
    "rayon",
    "reqwest",
];

/// How the names of our packages begin.
const PREFIX: &str = "org-audit-";

/// A package of the workspace.
#[derive(Debug)]
pub struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

/// One of its dependencies.
#[derive(Debug)]
struct Dependency {
    name: String,
    /// Of tests, benches and examples only.
    dev: bool,
}

/// Reads the packages from cargo.
pub fn packages() -> Result<Vec<Package>> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1", "--offline"];
    let text = process::output(Command::new(workspace::cargo()).args(arguments))?;
    parse(&serde_json::from_str(&text)?)
}

fn parse(metadata: &Value) -> Result<Vec<Package>> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    packages
        .context("`cargo metadata` lists no packages")?
        .iter()
        .map(package)
        .collect()
}

fn package(value: &Value) -> Result<Package> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let dependencies = value.get("dependencies").and_then(Value::as_array);
    let dependencies = dependencies.into_iter().flatten().map(|dependency| {
        Some(Dependency {
            name: text(dependency, "name")?,
            dev: text(dependency, "kind").as_deref() == Some("dev"),
        })
    });
    Ok(Package {
        name: text(value, "name").context("a package without a name")?,
        dependencies: dependencies
            .collect::<Option<_>>()
            .context("a dependency without a name")?,
    })
}

/// Every dependency that goes through a wall.
pub fn check(packages: &[Package]) -> Vec<Problem> {
    packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Package) -> Vec<Problem> {
    let name = package.name.strip_prefix(PREFIX).unwrap_or(&package.name);
    let place = format!("crates/{name}/Cargo.toml");
    let Some(wall) = WALLS.iter().find(|wall| wall.name == name) else {
        return vec![Problem::new(
            place,
            format!("`{name}` has no row in the table of walls: add it to crates/xtask/src/tidy/walls.rs"),
        )];
    };
    package
        .dependencies
        .iter()
        .filter(|dependency| !may_use(wall, dependency))
        .map(|dependency| {
            let message = format!(
                "`{name}` must not depend on `{}`: see the table in crates/xtask/src/tidy/walls.rs",
                dependency.name
            );
            Problem::new(place.clone(), message)
        })
        .collect()
}

fn may_use(wall: &Wall, dependency: &Dependency) -> bool {
    let ours = dependency.name.strip_prefix(PREFIX);
    let name = ours.unwrap_or(&dependency.name);
    if dependency.dev && wall.in_tests.contains(&name) {
        return true;
    }
    if ours.is_some() {
        return wall.ours.contains(&name);
    }
    let guarded = GUARDED.iter().any(|guarded| covers(guarded, name));
    !guarded || wall.others.iter().any(|other| covers(other, name))
}

/// Whether `entry` of a table means `name`: itself, a family (`aws-`), or its parts (`hyper`, `hyper-util`).
fn covers(entry: &str, name: &str) -> bool {
    name.strip_prefix(entry)
        .is_some_and(|rest| rest.is_empty() || entry.ends_with('-') || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The problems of a package `name` with dependencies (name, kind).
    fn problems(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|(name, kind)| json!({"name": name, "kind": kind}))
            .collect();
        let metadata = json!({"packages": [{"name": name, "dependencies": dependencies}]});
        check(&parse(&metadata).unwrap())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_aws_sdk_is_the_fetchers_alone() {
        let sdk = [("aws-sdk-iam", None), ("aws-config", None)];
        assert!(problems("org-audit-fetcher", &sdk).is_empty());
        for other in [
            "model",
            "policy",
            "analysis",
            "reporting",
            "emulator",
            "cli",
            "xtask",
        ] {
            assert_eq!(problems(&format!("{PREFIX}{other}"), &sdk).len(), 2, "{other}");
        }
    }

    #[test]
    fn the_emulator_may_know_the_sdks_interface_and_nothing_of_the_fetcher() {
        assert!(problems("org-audit-emulator", &[("aws-smithy-runtime-api", None)]).is_empty());
        assert_eq!(
            problems("org-audit-emulator", &[("org-audit-fetcher", Some("dev"))]).len(),
            1
        );
    }

    #[test]
    fn tests_may_go_further_only_where_the_table_says_so() {
        let emulator = |kind| problems("org-audit-fetcher", &[("org-audit-emulator", kind)]);
        assert!(emulator(Some("dev")).is_empty());
        assert_eq!(emulator(None).len(), 1);
        assert_eq!(
            problems("org-audit-policy", &[("org-audit-model", Some("dev"))]).len(),
            1
        );
    }

    #[test]
    fn handlebars_and_clap_have_one_home_each() {
        assert!(problems("org-audit-reporting", &[("handlebars", None)]).is_empty());
        assert_eq!(problems("org-audit-cli", &[("handlebars", None)]).len(), 1);
        assert!(problems("org-audit-cli", &[("clap", None), ("clap_complete", None)]).is_empty());
        assert_eq!(
            problems("org-audit-analysis", &[("clap_complete", None)]).len(),
            1
        );
    }

    #[test]
    fn a_crate_without_a_row_is_a_problem() {
        let found = problems("org-audit-extra", &[]);
        assert!(found.first().unwrap().contains("no row"), "{found:?}");
    }

    #[test]
    fn free_crates_are_free() {
        assert!(problems("org-audit-model", &[("serde", None), ("thiserror", None)]).is_empty());
    }
}
