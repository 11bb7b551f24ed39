//! Pages: how to know that there is another one, and that there is not.

use org_audit_model::Failure;

use crate::failure::invalid;

/// The next page's token, by the service's own rules; an answer that contradicts itself is a failure, as
/// the rest of the list would be lost.
///
/// An empty page with a token is followed: Organizations does send such (Organizations API Reference,
/// "ListAccounts": "check the NextToken response parameter").
pub(crate) fn next_token(
    operation: &str,
    before: Option<&str>,
    token: Option<&str>,
    truncated: bool,
) -> Result<Option<String>, Failure> {
    match token.filter(|token| !token.is_empty()) {
        None if truncated => Err(invalid(
            operation,
            "the list goes on, but the answer has no marker",
        )),
        None => Ok(None),
        Some(token) if before == Some(token) => {
            Err(invalid(operation, "the answer points to its own page again"))
        }
        Some(token) => Ok(Some(token.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_followed_and_its_absence_ends_the_list() {
        assert_eq!(next_token("x:L", None, Some("t"), false).unwrap().unwrap(), "t");
        assert_eq!(next_token("x:L", Some("t"), None, false).unwrap(), None);
        assert_eq!(next_token("x:L", Some("t"), Some(""), false).unwrap(), None);
    }

    #[test]
    fn a_list_that_contradicts_itself_is_a_failure() {
        assert!(next_token("x:L", None, None, true).is_err());
        assert!(next_token("x:L", Some("t"), Some("t"), true).is_err());
    }
}
