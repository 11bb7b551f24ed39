//! JUnit XML, for continuous integration: a test suite for each account, a test case for each finding.
//!
//! There is no standard. What is written is valid by the schema of Jenkins' xUnit plugin (`junit-10.xsd`),
//! which most readers follow. A fail is a `failure`, an unknown an `error`; what does not apply, what an approved
//! exception covers, and the unknown of an account that cannot be read in its state are `skipped`. Each suite also has a case that says whether the account was
//! read, so that an account of which nothing is known is never green.

use std::borrow::Cow;
use std::path::Path;

use org_audit_model::assessment::Completeness;
use org_audit_model::{AccountAssessment, Outcome, RunAssessment};

use super::Renderer;
use super::file::ReportFile;
use crate::context::ReportContext;
use crate::error::ReportError;
use crate::finding::{self, Found};
use crate::text::visible;

const NAME: &str = "report.junit.xml";

/// The report that is being written.
pub(super) struct Junit {
    file: ReportFile,
}

impl Junit {
    /// Begins the file.
    pub(super) fn begin(directory: &Path, context: &ReportContext<'_>) -> Result<Self, ReportError> {
        let mut file = ReportFile::begin(directory, NAME)?;
        let organization = &context.organization.organization.id;
        file.text(&format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"org-audit {}\">\n",
            xml(organization)
        ))?;
        Ok(Self { file })
    }
}

impl Renderer for Junit {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        let name = format!("{} {}", account.account_id, account.account_name);
        let mut suite = Suite::new(name, &account.evidence.started_at);
        for (name, value) in [
            ("account_id", account.account_id.as_str()),
            ("account_name", &account.account_name),
            ("ou_path", &account.ou_path),
            ("state", &account.state),
            ("scp_coverage", account.scp_coverage.as_str()),
        ] {
            suite.property(name, value);
        }
        suite.case("org-audit.account", "the account was read", &read(account));
        let outside = finding::is_outside(account);
        for found in finding::of(account) {
            let class = format!("org-audit.{}", found.control_id.replace('.', "-"));
            let mut name = format!("{} {}", found.control_id, found.resource());
            if found.ordinal() > 1 {
                name.push_str(&format!(" ({})", found.ordinal()));
            }
            suite.case(&class, &name, &Ending::of(&found, outside));
        }
        self.file.text(&suite.finish())
    }

    fn finish(mut self: Box<Self>, run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        let mut suite = Suite::new("organization".to_owned(), "");
        let class = "org-audit.organization";
        for gap in &run.organization_gaps {
            suite.case(class, gap, &Ending::error(gap, String::new()));
        }
        let whole = if run.incomplete {
            let message = "something could not be read, and what it holds is unknown";
            Ending::error(message, String::new())
        } else {
            Ending::Green
        };
        suite.case(class, "the run is complete", &whole);
        self.file.text(&suite.finish())?;
        self.file.text("</testsuites>\n")?;
        self.file.finish()
    }
}

/// How a test case ends.
enum Ending {
    Green,
    Failure {
        kind: String,
        message: String,
        text: String,
    },
    Error {
        message: String,
        text: String,
    },
    Skipped {
        message: String,
    },
}

impl Ending {
    fn error(message: &str, text: String) -> Self {
        let message = message.to_owned();
        Self::Error { message, text }
    }

    fn of(found: &Found<'_>, outside: bool) -> Self {
        match (found.outcome, found.exemption) {
            (Outcome::Pass, _) => Self::Green,
            (Outcome::NotApplicable, _) => Self::Skipped {
                message: format!("not applicable: {}", found.reason),
            },
            (Outcome::Unknown, _) if outside => Self::Skipped {
                message: format!("unknown: {}", found.reason),
            },
            (Outcome::Unknown, _) => Self::error(found.reason, details(found)),
            (Outcome::Fail, Some(exemption)) => Self::Skipped {
                message: format!("fails, {}: {}", finding::accepted(exemption), found.reason),
            },
            (Outcome::Fail, None) => Self::Failure {
                kind: found.severity.to_string(),
                message: found.reason.to_owned(),
                text: details(found),
            },
        }
    }
}

/// Whether the account was read. One that cannot be read in its state, or was left out, is skipped.
fn read(account: &AccountAssessment) -> Ending {
    if finding::is_outside(account) {
        let message = account.reason.clone();
        return Ending::Skipped { message };
    }
    match account.completeness {
        Completeness::Full if account.assessed => Ending::Green,
        Completeness::Full | Completeness::Partial | Completeness::None => {
            Ending::error(&account.reason, format!("way out: {}", visible(&account.way_out)))
        }
    }
}

fn details(found: &Found<'_>) -> String {
    let mut text = format!(
        "control: {}\nseverity: {}\nresource: {} ({})\naccount: {}\nid: {}\n",
        found.control_id,
        found.severity,
        visible(found.resource()),
        visible(found.resource_type),
        found.account_id,
        found.id(),
    );
    if let Some(user) = found.user {
        text.push_str(&format!(
            "without MFA: {}, {}\n",
            user.verdict,
            visible(&user.verdict_reason)
        ));
    }
    text
}

/// A test suite: its counts stand before its cases.
struct Suite {
    name: String,
    timestamp: String,
    properties: String,
    cases: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Suite {
    fn new(name: String, timestamp: &str) -> Self {
        Self {
            name,
            timestamp: timestamp.to_owned(),
            properties: String::new(),
            cases: String::new(),
            tests: 0,
            failures: 0,
            errors: 0,
            skipped: 0,
        }
    }

    fn property(&mut self, name: &str, value: &str) {
        let property = format!("<property name=\"{name}\" value=\"{}\"/>\n", xml(value));
        self.properties.push_str(&property);
    }

    fn case(&mut self, class: &str, name: &str, ending: &Ending) {
        self.tests += 1;
        let result = match ending {
            Ending::Green => String::new(),
            Ending::Failure { kind, message, text } => {
                self.failures += 1;
                let (message, text) = (xml(message), lines(text));
                format!("<failure type=\"{kind}\" message=\"{message}\">{text}</failure>")
            }
            Ending::Error { message, text } => {
                self.errors += 1;
                let (message, text) = (xml(message), lines(text));
                format!("<error type=\"unknown\" message=\"{message}\">{text}</error>")
            }
            Ending::Skipped { message } => {
                self.skipped += 1;
                format!("<skipped message=\"{}\"/>", xml(message))
            }
        };
        self.cases.push_str(&format!(
            "<testcase classname=\"{}\" name=\"{}\">{result}</testcase>\n",
            xml(class),
            xml(name)
        ));
    }

    fn finish(self) -> String {
        let Self {
            tests,
            failures,
            errors,
            skipped,
            ..
        } = self;
        let timestamp = match self.timestamp.as_str() {
            "" => String::new(),
            time => format!(" timestamp=\"{}\"", xml(time)),
        };
        let properties = match self.properties.as_str() {
            "" => String::new(),
            properties => format!("<properties>\n{properties}</properties>\n"),
        };
        format!(
            "<testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" \
             skipped=\"{skipped}\"{timestamp}>\n{properties}{}</testsuite>\n",
            xml(&self.name),
            self.cases
        )
    }
}

/// `text` as XML, with invisible characters written out. XML 1.0 has no way to write most control
/// characters, and not U+FFFE and U+FFFF either.
fn xml(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    let special = |c| matches!(c, '&' | '<' | '>' | '"' | '\'' | '\u{fffe}' | '\u{ffff}');
    if !shown.contains(special) {
        return shown;
    }
    let mut escaped = String::with_capacity(shown.len() + 16);
    for c in shown.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' => escaped.push_str("⟨U+FFFE⟩"),
            '\u{ffff}' => escaped.push_str("⟨U+FFFF⟩"),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// Several lines as XML. Line ends are ours; the hostile parts have none left.
fn lines(text: &str) -> String {
    text.lines().map(xml).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_written_out() {
        assert_eq!(xml("a\0b\u{1b}\u{fffe}"), "a⟨U+0000⟩b⟨U+001B⟩⟨U+FFFE⟩");
        assert_eq!(
            xml("<a b=\"c\" d='e'>&\n"),
            "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;⟨U+000A⟩"
        );
        assert!(matches!(xml("日本 ana"), Cow::Borrowed(_)));
    }
}
