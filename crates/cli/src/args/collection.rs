//! Options about how the accounts are read.

use clap::Args;

/// How the member accounts are entered and read.
#[derive(Debug, Args)]
pub struct CollectionArgs {
    /// Name of the role to assume in every member account.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "OrganizationAccountAccessRole",
        help_heading = "Member accounts"
    )]
    pub role_name: String,
    /// Path of that role, such as `/audit/`.
    #[arg(
        long,
        value_name = "PATH",
        default_value = "/",
        help_heading = "Member accounts"
    )]
    pub role_path: String,
    /// External id that the role's trust policy asks for. Not written anywhere.
    #[arg(
        long,
        value_name = "ID",
        env = "ORG_AUDIT_EXTERNAL_ID",
        hide_env_values = true,
        help_heading = "Member accounts"
    )]
    pub external_id: Option<String>,
    /// Name of the role session: CloudTrail shows it with every call.
    #[arg(
        long,
        value_name = "NAME",
        default_value = "org-audit",
        help_heading = "Member accounts"
    )]
    pub session_name: String,
    /// How long a role session lasts, in seconds, 900 to 43200. Role chaining allows 3600 at most.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 900,
        help_heading = "Member accounts"
    )]
    pub session_duration: u32,
    /// Do not narrow the role session to the calls that the audit makes.
    ///
    /// Normally every session carries an inline session policy, so that even an administrator's role can
    /// do nothing but read during the audit.
    #[arg(long, help_heading = "Member accounts")]
    pub no_session_policy: bool,
    /// How many accounts are read at the same time.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 32,
        help_heading = "Member accounts"
    )]
    pub concurrency: u16,
    /// Ask IAM about every user, and not only about those that would fail.
    ///
    /// The credential report can be four hours old. This costs two calls a user.
    #[arg(long, help_heading = "Member accounts")]
    pub fresh: bool,
}
