//! Policy documents: decoded, and kept once by the SHA-256 of their text.

use org_audit_model::DocumentId;
use org_audit_model::snapshot::{Document, Documents};
use percent_encoding::percent_decode_str;

/// Decodes a document as IAM sends it: percent-encoded by RFC 3986, in which `+` is a plus sign (IAM API
/// Reference, "GetAccountAuthorizationDetails").
pub(crate) fn decode(encoded: &str) -> Option<String> {
    percent_decode_str(encoded)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// Keeps `text` and returns its name.
pub(crate) fn keep(documents: &mut Documents, text: String) -> DocumentId {
    let id = DocumentId::of(&text);
    documents.entry(id.clone()).or_insert(text);
    id
}

/// Decodes and keeps a document of IAM, or says why there is none.
pub(crate) fn keep_encoded(documents: &mut Documents, encoded: Option<&str>) -> Document {
    let missing = |why: &str| Document::Missing {
        missing: why.to_owned(),
    };
    match encoded {
        None => missing("the answer has no document"),
        Some(encoded) => match decode(encoded) {
            None => missing("the document is not UTF-8 text"),
            Some(text) => Document::Kept(keep(documents, text)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_sign_stays_a_plus_sign() {
        assert_eq!(decode("%7B%22a%22%3A%20%22x+y%22%7D").unwrap(), r#"{"a": "x+y"}"#);
    }

    #[test]
    fn the_same_text_is_kept_once() {
        let mut documents = Documents::new();
        let first = keep_encoded(&mut documents, Some("%7B%7D"));
        let second = keep_encoded(&mut documents, Some("{}"));
        assert_eq!(first, second);
        assert_eq!(documents.len(), 1);
    }

    #[test]
    fn a_document_that_is_not_text_is_missing_and_says_why() {
        let mut documents = Documents::new();
        for encoded in [None, Some("%ff%fe")] {
            let document = keep_encoded(&mut documents, encoded);
            assert!(matches!(document, Document::Missing { .. }));
        }
        assert!(documents.is_empty());
    }
}
