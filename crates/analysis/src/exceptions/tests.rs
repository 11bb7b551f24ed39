//! An exception covers what it names and nothing else, and no outcome changes.

use super::*;

const GOOD: &str = r#"
[[exception]]
account = "111122223333"
user = "legacy-*"
control = "iam.5"
reason = "the vendor's tool cannot use MFA; replaced by roles in March"
owner = "payments team"
approved_by = "CISO"
expires = 2027-03-31
"#;

#[track_caller]
fn refused(text: &str, message: &str, line: usize) {
    let error = Exceptions::parse(text).unwrap_err();
    assert!(
        error.to_string().contains(message),
        "`{error}` does not say `{message}`"
    );
    let before = &text[..error.span().start];
    assert_eq!(
        before.matches('\n').count() + 1,
        line,
        "{error} at {:?}",
        error.span()
    );
    assert!(!error.help().is_empty());
}

#[test]
fn an_entry_is_read_whole() {
    let exceptions = Exceptions::parse(GOOD).unwrap();
    let entry = &exceptions.entries[0];
    assert_eq!(entry.line, 2);
    assert_eq!(entry.controls, ["IAM.5"]);
    assert_eq!(entry.grants.expires.to_string(), "2027-03-31");
    assert_eq!(entry.target, Target::User("legacy-*".to_owned()));
    assert!(Exceptions::parse("").unwrap().is_empty());
}

#[test]
fn each_mistake_is_told_with_its_line() {
    let with = |from: &str, to: &str| {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD);
        text
    };
    refused(&with("expires = 2027-03-31\n", ""), "expires", 2);
    refused(&with("2027-03-31", "\"2027-03-31\""), "datetime", 9);
    refused(&with("2027-03-31", "2027-03-31T00:00:00Z"), "not a date alone", 9);
    refused(&with("2027-03-31", "2027-02-30"), "", 9);
    refused(&with("iam.5", "IAM.55"), "no control `IAM.55`", 5);
    refused(&with("iam.5", "IAM.*"), "no control `IAM.*`", 5);
    refused(&with("111122223333", "11112222"), "not an account id", 3);
    refused(&with("CISO", "  "), "`approved_by` is empty", 8);
    refused(&with("owner =", "ownr ="), "ownr", 7);
    refused(
        &with("user = \"legacy-*\"\n", ""),
        "neither a user nor a resource",
        2,
    );
    refused(&with("user =", "resource = \"*\"\nuser ="), "not for both", 4);
    refused(&with("control = \"iam.5\"\n", ""), "names no control", 2);
    refused(
        &with("control = \"iam.5\"", "controls = []"),
        "`controls` is empty",
        5,
    );
    refused(
        &with("control =", "controls = [\"IAM.3\"]\ncontrol ="),
        "side by side",
        5,
    );
    refused(&with("[[exception]]", "[[exceptions]]"), "exceptions", 2);
    refused(&with("account =", "account "), "", 3);
}

#[test]
fn a_star_stands_for_any_characters_and_nothing_else_does() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("*", "anything", true),
        ("a", "a", true),
        ("a", "A", false),
        ("a", "ab", false),
        ("a*", "ab", true),
        ("*b", "ab", true),
        ("a*b", "ab", true),
        ("a*b", "a", false),
        ("ab*ba", "aba", false),
        ("*a*a*", "ba", false),
        ("*a*a*", "bana", true),
        ("a.c", "abc", false),
        ("?", "x", false),
        ("", "", true),
        ("é*", "été", true),
    ] {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }
}

#[test]
fn an_account_that_is_named_like_another_ones_id_gets_none_of_its_exceptions() {
    assert!(names_account("111122223333", "111122223333", "payments"));
    assert!(!names_account("111122223333", "444455556666", "111122223333"));
    assert!(names_account("pay*", "444455556666", "payments"));
    assert!(names_account("4444*", "444455556666", "x"));
}
