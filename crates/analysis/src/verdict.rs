//! The verdict for one user: what a session without MFA can do.

use crate::facts::UserSources;
use crate::model::Verdict;

/// What the credentials alone decide, and why.
pub fn of(user: &UserSources<'_>) -> (Verdict, String) {
    let password = user.console_password();
    let keys = user.active_access_keys();
    let device = user.mfa_devices().0.map(|count| count > 0);
    match (password, keys, device) {
        (Some(false), Some(0), _) => (
            Verdict::NoCredentials,
            "neither a password nor an active access key".to_owned(),
        ),
        (Some(true), Some(0), Some(true)) => (
            Verdict::Protected,
            "an MFA device is enrolled and no access key is active".to_owned(),
        ),
        _ => (
            Verdict::Unknown,
            "the policies have not been evaluated".to_owned(),
        ),
    }
}
