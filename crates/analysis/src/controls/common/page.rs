//! A control's page: the doc comment of its file, under a table of what is fixed about it.

use std::fmt::Write as _;

use super::control::{Assess, Control};

/// What is said of a control that AWS does not have.
const OWN: &str = "none: a control of org-audit itself";

/// The page, as Markdown.
#[must_use]
pub fn markdown(control: &Control) -> String {
    let mut page = format!("# {}: {}\n\n", control.id, control.title);
    let rule = control
        .config_rule
        .map_or_else(|| OWN.to_owned(), |rule| format!("`{rule}`"));
    let judged = match (control.assess, control.default) {
        (Assess::WithUsers, _) => "always",
        (Assess::Account(_) | Assess::Organization(_), true) => "by default",
        (Assess::Account(_) | Assess::Organization(_), false) => "when it is named, or with `all`",
    };
    page.push_str("| | |\n|---|---|\n");
    for (what, text) in [
        ("Severity", control.severity.to_string()),
        ("Resource type", format!("`{}`", control.resource_type)),
        ("AWS Config rule", rule),
        ("Judged", judged.to_owned()),
    ] {
        row(&mut page, what, &text);
    }
    page.push('\n');
    page.push_str(&body(control.source));
    page.push_str("\n## Requirements that it supports\n\n");
    requirements(&mut page, control);
    page
}

fn requirements(page: &mut String, control: &Control) {
    let listed = control.requirements.by_standard();
    if listed.iter().all(|(_, requirements)| requirements.is_empty()) {
        page.push_str("None is listed for it.\n");
        return;
    }
    page.push_str(
        "It supports these requirements; alone it does not show that any of them is in place.\n\n\
         | Standard | Requirements |\n|---|---|\n",
    );
    for (standard, requirements) in listed {
        if !requirements.is_empty() {
            row(page, standard, &requirements.join(", "));
        }
    }
}

fn row(page: &mut String, left: &str, right: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(page, "| {left} | {right} |");
}

/// The doc comment's first paragraph on one line: the title.
#[must_use]
pub fn title(source: &str) -> String {
    let lines: Vec<&str> = comment(source).take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// The doc comment after its title, with each heading one level further down: the page has its own title.
#[must_use]
pub fn body(source: &str) -> String {
    let mut body = String::new();
    let mut in_code = false;
    for line in comment(source).skip_while(|line| !line.is_empty()).skip(1) {
        in_code ^= line.starts_with("```");
        if !in_code && line.starts_with('#') {
            body.push('#');
        }
        body.push_str(line);
        body.push('\n');
    }
    body
}

/// The lines of a file's doc comment.
fn comment(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "//! X.1: a title\n//! on two lines.\n//!\n//! # Why\n//!\n//! ```json\n//! # no heading\n//! ```\nuse x;\n//! not this\n";

    #[test]
    fn the_title_is_the_first_paragraph() {
        assert_eq!(title(SOURCE), "X.1: a title on two lines.");
    }

    #[test]
    fn headings_go_one_level_down_and_code_stays_as_it_is() {
        assert_eq!(body(SOURCE), "## Why\n\n```json\n# no heading\n```\n");
    }
}
