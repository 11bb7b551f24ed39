//! `org-audit explain`: the list of controls and lints, and the page of one.

use std::fmt::Write as _;

use org_audit_analysis::{controls, nearest};
use org_audit_policy::lint;

use crate::error::CliError;

/// Every control and lint, one a line.
pub fn list() -> String {
    let mut text = String::from("Controls:\n");
    let width = controls::ALL
        .iter()
        .map(|control| control.id.len())
        .max()
        .unwrap_or(0);
    for control in controls::ALL {
        line(
            &mut text,
            control.id,
            width,
            control.severity.as_str(),
            control.title,
        );
    }
    text.push_str("\nLints:\n");
    let pages: Vec<lint::Page> = lint::pages().collect();
    let width = pages.iter().map(|page| page.code.len()).max().unwrap_or(0);
    for page in &pages {
        line(&mut text, page.code, width, page.severity.as_str(), &page.title);
    }
    text
}

fn line(text: &mut String, name: &str, width: usize, severity: &str, title: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  {name:width$}  {severity:<13}  {title}");
}

/// The page of the control or lint of this name.
///
/// # Errors
///
/// When there is neither.
pub fn page(name: &str) -> Result<String, CliError> {
    if let Some(control) = controls::by_id(name) {
        return Ok(controls::page(control));
    }
    if let Some(page) = lint::pages().find(|page| page.code.eq_ignore_ascii_case(name)) {
        return Ok(page.markdown);
    }
    let names = controls::ALL.iter().map(|control| control.id);
    let names: Vec<&str> = names.chain(lint::pages().map(|page| page.code)).collect();
    let help = match nearest(name, &names) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`org-audit explain` lists them".to_owned(),
    };
    Err(CliError::usage(format!("there is no control or lint `{name}`")).with_help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_control_and_lint() {
        let list = list();
        for control in controls::ALL {
            assert!(list.contains(control.title), "{}", control.id);
        }
        for page in lint::pages() {
            assert!(list.contains(page.code), "{}", page.code);
        }
    }

    #[test]
    fn a_page_is_found_whatever_the_case() {
        assert!(page("iam.5").unwrap().starts_with("# IAM.5: "));
        let code = lint::pages().next().unwrap().code;
        assert!(page(&code.to_ascii_uppercase()).unwrap().starts_with("# "));
    }

    #[test]
    fn a_name_that_is_nothing_is_told_with_the_nearest() {
        let error = page("IAM5").unwrap_err();
        assert_eq!(error.to_string(), "there is no control or lint `IAM5`");
        assert_eq!(error.help(), Some("did you mean `IAM.5`?"));
        assert_eq!(
            page("something else").unwrap_err().help(),
            Some("`org-audit explain` lists them")
        );
    }
}
