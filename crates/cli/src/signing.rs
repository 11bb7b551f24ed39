//! Signatures of the manifest: detached, in OpenSSH's own form, so that `ssh-keygen -Y verify` checks them.
//!
//! OpenSSH and not minisign, because an engineer has such a key and an assessor has `ssh-keygen`. Keys are
//! Ed25519 or ECDSA P-256. RSA is left out: its only implementation here leaks the key by its timing
//! (RUSTSEC-2023-0071). The private key stays in memory, is wiped afterwards, and is never written or told.

use std::fs;
use std::path::Path;

use ssh_key::{HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};

use crate::error::CliError;
use crate::run_directory::cannot;

/// What a signature is for (`ssh-keygen -Y verify -n`): one that was made for something else is not taken.
pub const NAMESPACE: &str = "org-audit";

/// A private key that can sign.
pub struct Signer(PrivateKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// Reads the key of `path`. Called before the work begins: a wrong key must not be found out after an hour.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is no private key that can sign here, or asks for a passphrase.
    pub fn load(path: &Path) -> Result<Self, CliError> {
        let text = fs::read(path).map_err(|error| cannot("read", path, &error))?;
        let refuse = |what: String| CliError::usage(format!("`{}` cannot sign: {what}", path.display()));
        // The error is a kind and a place, never a part of the key.
        let key = PrivateKey::from_openssh(&text).map_err(|error| {
            refuse(format!(
                "it is no OpenSSH private key of a kind that is known here ({error})"
            ))
            .with_help("make one with `ssh-keygen -t ed25519 -N '' -f KEY`")
        })?;
        if key.is_encrypted() {
            return Err(
                refuse("it is protected by a passphrase, and nobody can be asked".to_owned()).with_help(
                    "use a key without a passphrase that your secret store keeps, or sign afterwards: \
                         `ssh-keygen -Y sign -f KEY -n org-audit RUN/manifest.json`",
                ),
            );
        }
        let signer = Self(key);
        // A kind that can be read and cannot sign, such as RSA or a security key, shows now.
        signer.sign(b"").map_err(|error| {
            refuse(format!(
                "keys of the kind {} cannot be used here",
                signer.0.algorithm()
            ))
            .with_help(format!("use an Ed25519 or ECDSA P-256 key ({error})"))
        })?;
        Ok(signer)
    }

    /// The signature of `bytes`, as the text of a `.sig` file.
    ///
    /// # Errors
    ///
    /// When a key of this kind cannot sign.
    pub fn sign(&self, bytes: &[u8]) -> Result<String, CliError> {
        self.0
            .sign(NAMESPACE, HashAlg::Sha512, bytes)
            .and_then(|signature| signature.to_pem(LineEnding::LF))
            .map_err(|error| CliError::unexpected(&error))
    }
}

/// Who signed `bytes`: the fingerprint of one of `keys`, by which `signature` is good; or why it is not.
pub fn verify(bytes: &[u8], signature: &str, keys: &[PublicKey]) -> Result<String, String> {
    let signature =
        SshSig::from_pem(signature).map_err(|error| format!("it is no OpenSSH signature ({error})"))?;
    let signer = signature.public_key();
    let fingerprint = signer.fingerprint(HashAlg::Sha256);
    let key = keys.iter().find(|key| key.key_data() == signer).ok_or_else(|| {
        format!("it was made by the key {fingerprint}, which is not among those that were given")
    })?;
    key.verify(NAMESPACE, bytes, &signature)
        .map_err(|_| "it does not belong to this manifest".to_owned())?;
    Ok(fingerprint.to_string())
}

/// The public keys of a file: one on a line, as in `KEY.pub`; lines that begin with `#` are comments.
///
/// # Errors
///
/// When it cannot be read, or a line is no public key.
pub fn public_keys(path: &Path) -> Result<Vec<PublicKey>, CliError> {
    let text = fs::read_to_string(path).map_err(|error| cannot("read", path, &error))?;
    let mut keys = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = PublicKey::from_openssh(line).map_err(|error| {
            CliError::usage(format!(
                "`{}`:{}: this is no OpenSSH public key ({error})",
                path.display(),
                number + 1
            ))
            .with_help("give the file KEY.pub that belongs to the signer's key")
        })?;
        keys.push(key);
    }
    if keys.is_empty() {
        return Err(CliError::usage(format!(
            "there is no key in `{}`",
            path.display()
        )));
    }
    Ok(keys)
}
