//! Identifiers that are checked once, when they enter the program.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

/// A text that does not have the form of the identifier that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct IdError {
    text: String,
    expected: &'static str,
}

/// The twelve digits of an AWS account.
///
/// INVARIANT: exactly twelve ASCII digits, so that it can safely be part of a path or an ARN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[0-9]{12}$")))]
#[serde(try_from = "SmolStr", into = "SmolStr")]
pub struct AccountId(SmolStr);

impl AccountId {
    /// The account id as AWS writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for AccountId {
    type Error = IdError;

    fn try_from(text: &str) -> Result<Self, IdError> {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self(text.into()));
        }
        Err(IdError {
            text: text.chars().take(64).collect(),
            expected: "an account id (twelve digits)",
        })
    }
}

impl TryFrom<SmolStr> for AccountId {
    type Error = IdError;

    fn try_from(text: SmolStr) -> Result<Self, IdError> {
        Self::try_from(text.as_str())
    }
}

impl From<AccountId> for SmolStr {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A policy document's name in a snapshot: the SHA-256 of its text, in lower-case hexadecimal.
///
/// The same text attached in a thousand places is kept once in each file that needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[0-9a-f]{64}$")))]
#[serde(transparent)]
pub struct DocumentId(SmolStr);

impl DocumentId {
    /// The name of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(sha256_hex(text.as_bytes()).into())
    }

    /// Sixty-four hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// `bytes` in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    let digits = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    let mut text = String::with_capacity(bytes.len() * 2);
    text.extend(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_is_twelve_digits_and_nothing_else() {
        assert_eq!(
            AccountId::try_from("012345678901").unwrap().as_str(),
            "012345678901"
        );
        for wrong in [
            "",
            "12345678901",
            "1234567890123",
            "../../../etc",
            "12345678901x",
            "１２３４",
        ] {
            assert!(AccountId::try_from(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<AccountId>("\"../123456789\"").is_err());
    }

    #[test]
    fn a_document_is_named_by_the_sha_256_of_its_text() {
        let id = DocumentId::of("abc");
        assert_eq!(
            id.as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
