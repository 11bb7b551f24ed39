//! `README.txt`: what an assessor has in hand, in words, for somebody who never ran this program.

use org_audit_model::manifest::{MANIFEST_FILE, SIGNATURE_FILE};
use org_audit_model::snapshot::OrganizationSnapshot;

use super::sums::SUMS_FILE;
use crate::text::safe;

/// Name of the file.
pub const README_FILE: &str = "README.txt";

/// The directory of the snapshot's accounts, whose files are described once.
const ACCOUNTS: &str = "snapshot/accounts/";

/// What each file of a run is. A name that ends with `/` stands for everything below it.
const FILES: &[(&str, &str)] = &[
    (README_FILE, "This file."),
    (
        MANIFEST_FILE,
        "Who collected this, when and how; by which version of the program; the size and SHA-256 of every other \
         file.",
    ),
    (
        SIGNATURE_FILE,
        "The signature of manifest.json, and by it of everything here.",
    ),
    (
        SUMS_FILE,
        "The same SHA-256 values in the form that sha256sum reads.",
    ),
    (
        "collection.csv",
        "Every account of the organization: by which role session it was entered, when, with which request ids \
         (they join with CloudTrail), and why not where it was not.",
    ),
    (
        "exceptions.toml",
        "The approved exceptions that were applied: who approved what, why, and until when.",
    ),
    (
        "scope-map.toml",
        "Which accounts are in the cardholder data environment, by the word of whoever ordered the run.",
    ),
    (
        "accounts/",
        "Pages for people of the accounts that are too much for report.html, which leads to them.",
    ),
    (
        "report.html",
        "The report for people. It opens in any browser and loads nothing from the network.",
    ),
    (
        "accounts/",
        "Pages of single accounts, which report.html links to because it would be too large with all of them.",
    ),
    ("report.json", "Everything that the report says, for programs."),
    (
        "report.md",
        "The summary, in Markdown: for a pull request or a chat.",
    ),
    (
        "report.junit.xml",
        "The findings as test results (JUnit), for continuous integration.",
    ),
    (
        "report.ocsf.jsonl",
        "The findings as OCSF Compliance Findings, one on a line, for a security data lake.",
    ),
    (
        "report.asff.json",
        "The findings in the AWS Security Finding Format, for Security Hub.",
    ),
    (
        "scope-map.toml",
        "Which accounts are in the cardholder data environment, connected to it, or out of it, as it was declared.",
    ),
    (
        "report.sarif",
        "What is wrong with the policies, in SARIF 2.1.0, for code scanning.",
    ),
    (
        "findings.csv",
        "The outcome of every control for every resource. IAM.5 has a row for every IAM user.",
    ),
    (
        "users.csv",
        "Every IAM user of the organization: the full population, with what is known of each.",
    ),
    (
        "accounts.csv",
        "Every account of the organization, read or not, and why not; counts of users from three sources.",
    ),
    (
        "scp-coverage.csv",
        "How far service control policies ask for MFA, for the root, every OU and every account.",
    ),
    (
        "controls.csv",
        "Every control that was judged: how often it fails and passes, and which requirements it supports.",
    ),
    (
        "policies.csv",
        "Every SCP, and every identity policy that speaks of MFA, with everybody to whom it applies.",
    ),
    ("policy-lints.csv", "What is wrong with those policies."),
    (
        "snapshot/organization.json",
        "The organization as it was read: accounts, organizational units, policies, who asked and how often.",
    ),
    (
        "snapshot/aws-managed-policies.json",
        "The text of the AWS managed policies in use.",
    ),
    (
        ACCOUNTS,
        "One file for each account: everything that was read from it, the credential report as AWS sent it, policy \
         documents, and the request id of each answer. All other files can be made from these again: `org-audit \
         analyze` with the same controls, parameters, formats and files gives the same bytes.",
    ),
];

/// The text, for a run that consists of `files`.
pub fn text(organization: &OrganizationSnapshot, files: &[String], signed: bool) -> String {
    let mut all: Vec<&str> = files.iter().map(String::as_str).collect();
    all.extend([README_FILE, MANIFEST_FILE, SUMS_FILE]);
    all.extend(signed.then_some(SIGNATURE_FILE));
    all.sort_unstable();
    all.dedup();
    let parts = [
        head(organization),
        listing(&all),
        how_to_check(signed),
        MEANING.to_owned(),
    ];
    parts.join("\n")
}

fn head(organization: &OrganizationSnapshot) -> String {
    let collection = &organization.collection;
    let ended = collection
        .ended_at
        .map_or_else(|| "(cut off before its end)".to_owned(), |at| at.to_string());
    let mut text = format!(
        "org-audit: what can be done in an AWS organization by someone who has no second factor\n\n\
         Organization   {}\n\
         Collected by   {}\n\
         From           {} (UTC)\n\
         Until          {ended}\n\
         Program        org-audit {}\n",
        safe(&organization.organization.id),
        safe(&collection.caller.arn),
        collection.started_at,
        safe(&collection.tool_version),
    );
    if collection.is_demo() {
        text.push_str("\nThis is a demonstration. The organization does not exist.\n");
    } else if !collection.endpoint_overrides.is_empty() {
        text.push_str(
            "\nWARNING: the program did not talk to AWS's own endpoints. See collection.endpoint_overrides in\n\
             manifest.json: what was audited may not be AWS.\n",
        );
    }
    text
}

fn listing(files: &[&str]) -> String {
    let mut text = "WHAT IS HERE\n\n".to_owned();
    let mut described = Vec::new();
    for file in files {
        let (name, what) = describe(file);
        if described.contains(&name) {
            continue;
        }
        described.push(name);
        let count = files.iter().filter(|file| file.starts_with(name)).count();
        let name = if name.ends_with('/') {
            format!("{name} ({count} files)")
        } else {
            safe(name)
        };
        text.push_str(&format!("{name}\n"));
        wrap(what, "    ", &mut text);
    }
    text
}

fn describe(file: &str) -> (&str, &'static str) {
    FILES
        .iter()
        .find(|(name, _)| file == *name || (name.ends_with('/') && file.starts_with(name)))
        .map_or((file, "A report in another form."), |(name, what)| (*name, *what))
}

/// Appends `words`, indented, in lines of at most 100 characters.
fn wrap(words: &str, indent: &str, text: &mut String) {
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() && indent.len() + line.len() + 1 + word.len() > 100 {
            text.push_str(&format!("{indent}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    text.push_str(&format!("{indent}{line}\n"));
}

fn how_to_check(signed: bool) -> String {
    let signature = if signed { SIGNED } else { UNSIGNED };
    format!("{CHECK}{signature}")
}

const CHECK: &str = "\
HOW TO CHECK THAT NOBODY CHANGED IT

In this directory, with no program but sha256sum (on macOS: shasum -a 256):

    sha256sum --check --quiet SHA256SUMS
    sha256sum SHA256SUMS manifest.json

The first command says nothing when every file is as it was written. The value of SHA256SUMS that
the second one prints must stand in manifest.json. With the program itself, which also finds files
that were added or renamed:

    org-audit verify .

";

const UNSIGNED: &str = "\
This run is not signed: whoever changes a file can write new checksums as well. Compare the SHA-256
of manifest.json with the one that was kept elsewhere when the run was made.
";

const SIGNED: &str = "\
The signature shows who wrote manifest.json. Get the signer's public key from the signer, not from
here, and write it into a file allowed_signers as: the signer's name, a space, the key. Then:

    ssh-keygen -Y verify -f allowed_signers -I NAME -n org-audit \\
        -s manifest.json.sig < manifest.json
";

const MEANING: &str = "\
WHAT THE OUTCOMES MEAN

pass            The requirement of the control is met, and everything that decides it was read.
fail            It is not met. A fail with an approved exception is still a fail.
not_applicable  The control says nothing of this resource: for IAM.5, a user without a console
                password. It is never counted as a pass.
unknown         Something that decides it could not be read. It is never counted as a pass.

Pass rate = pass / (pass + fail). not_applicable and unknown are in neither number.

A pass of IAM.5 says that an IAM user with a console password has an MFA device. It supports PCI
DSS v4.0.1 requirement 8.4.2 and does not by itself show that the requirement is in place: whether
MFA is asked for at every access depends on policies too (see the verdicts and the SCP coverage),
and people who sign in by federation are not IAM users and are not in here. The assessor decides.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_fits_a_page() {
        let mut text = String::new();
        for (_, what) in FILES {
            wrap(what, "    ", &mut text);
        }
        for constant in [CHECK, UNSIGNED, SIGNED, MEANING] {
            text.push_str(constant);
        }
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }

    #[test]
    fn only_what_is_there_is_listed_and_account_files_once() {
        let files = [
            "snapshot/accounts/1.json",
            "snapshot/accounts/2.json",
            "users.csv",
        ];
        let text = listing(&files);
        assert_eq!(text.matches("snapshot/accounts/ (2 files)").count(), 1);
        assert!(text.contains("users.csv\n    Every IAM user"));
        assert!(!text.contains("report.html"));
    }

    #[test]
    fn a_file_that_a_stranger_put_there_cannot_pass_for_text() {
        assert!(listing(&["x\nREADME"]).contains("x\\u{a}README\n"));
    }
}
