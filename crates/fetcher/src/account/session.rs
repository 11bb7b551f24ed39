//! How an account is entered: by a role, or with the caller's own credentials.
//!
//! `AssumeRole` is called directly and not through a credentials provider of the SDK: a provider calls it
//! inside the first IAM call and reports a refusal as if the network had failed, without AWS's message.

use aws_credential_types::Credentials;
use aws_sdk_sts::operation::assume_role::AssumeRoleOutput;
use org_audit_model::snapshot::{Access, SessionPolicy};
use org_audit_model::{AccountId, Failure};
use smol_str::SmolStr;

use super::Accounts;
use crate::calls::{ask, has_code};
use crate::failure::invalid;

const ASSUME_ROLE: &str = "sts:AssumeRole";

/// Everything that the audit ever calls in a member account. The session gets the intersection of this
/// and of what the role may (IAM User Guide, "Session policies"), so it can never write.
const SESSION_POLICY: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["#,
    r#""iam:GenerateCredentialReport","iam:GetCredentialReport","iam:GetAccountAuthorizationDetails","#,
    r#""iam:GetAccountSummary","iam:GetAccountPasswordPolicy","iam:ListVirtualMFADevices","#,
    r#""iam:GetLoginProfile","iam:ListMFADevices","iam:GetPolicy","iam:GetPolicyVersion""#,
    r#"],"Resource":"*"}]}"#
);

/// An account that was entered.
pub(super) struct Entered {
    pub(super) access: Access,
    /// The session's credentials; `None` where the caller's own are used.
    pub(super) credentials: Option<Credentials>,
}

impl Accounts {
    /// Enters the account; the error is the [`Access`] to record.
    pub(super) async fn enter(&self, account: &AccountId) -> Result<Entered, Access> {
        if *account == self.caller_account {
            return Ok(Entered {
                access: Access::CallerCredentials,
                credentials: None,
            });
        }
        let role_arn = self.role_arn(account);
        match self.assume(account, &role_arn).await {
            Ok(entered) => Ok(entered),
            Err(failure) => Err(Access::Refused { role_arn, failure }),
        }
    }

    fn role_arn(&self, account: &AccountId) -> String {
        let settings = &self.settings;
        format!(
            "arn:{}:iam::{account}:role{}{}",
            self.partition, settings.role_path, settings.role_name
        )
    }

    async fn assume(&self, account: &AccountId, role_arn: &str) -> Result<Entered, Failure> {
        let mut policy = if self.settings.session_policy {
            SessionPolicy::Applied
        } else {
            SessionPolicy::Off
        };
        let mut answer = self.call(role_arn, policy).await;
        if let Err(failure) = &answer
            && policy == SessionPolicy::Applied
            && has_code(failure, "PackedPolicyTooLarge")
        {
            // Session tags passed on by the caller count against the same limit; the audit is worth more
            // than the narrowing, and the snapshot says that there was none.
            policy = SessionPolicy::RefusedBySize;
            answer = self.call(role_arn, policy).await;
        }
        let output = answer?;
        let (credentials, assumed_role_arn) = session(&output, account)?;
        Ok(Entered {
            access: Access::AssumedRole {
                role_arn: role_arn.to_owned(),
                assumed_role_arn,
                request_id: aws_sdk_sts::operation::RequestId::request_id(&output).map(SmolStr::new),
                session_policy: policy,
            },
            credentials: Some(credentials),
        })
    }

    async fn call(&self, role_arn: &str, policy: SessionPolicy) -> Result<AssumeRoleOutput, Failure> {
        let settings = &self.settings;
        let duration = i32::try_from(settings.session_duration_seconds).unwrap_or(i32::MAX);
        let narrowed = policy == SessionPolicy::Applied;
        let call = self
            .sts
            .assume_role()
            .role_arn(role_arn)
            .role_session_name(&settings.session_name)
            .set_external_id(settings.external_id.clone())
            .duration_seconds(duration)
            .set_policy(narrowed.then(|| SESSION_POLICY.to_owned()))
            .send();
        ask(&self.calls, ASSUME_ROLE, call).await
    }
}

/// The session's credentials and its ARN. A session of another account than the one that was asked for
/// would put one account's users under another one's name, so it is refused.
fn session(output: &AssumeRoleOutput, account: &AccountId) -> Result<(Credentials, String), Failure> {
    let missing = |what: &str| invalid(ASSUME_ROLE, what);
    let credentials = output
        .credentials()
        .ok_or_else(|| missing("the answer has no credentials"))?;
    let arn = output
        .assumed_role_user()
        .map(|user| user.arn().to_owned())
        .ok_or_else(|| missing("the answer has no session ARN"))?;
    if arn.split(':').nth(4) != Some(account.as_str()) {
        return Err(missing(&format!("the session is `{arn}`, of another account")));
    }
    let credentials = Credentials::new(
        credentials.access_key_id(),
        credentials.secret_access_key(),
        Some(credentials.session_token().to_owned()),
        // Whether they have expired is for AWS to say, not for this machine's clock.
        None,
        "org-audit",
    );
    Ok((credentials, arn))
}

#[cfg(test)]
mod tests {
    use aws_sdk_sts::types;

    use super::*;

    fn output(arn: &str) -> AssumeRoleOutput {
        let expiration = aws_smithy_types::DateTime::from_secs(2_000_000_000);
        AssumeRoleOutput::builder()
            .credentials(
                types::Credentials::builder()
                    .access_key_id("ASIA")
                    .secret_access_key("secret")
                    .session_token("token")
                    .expiration(expiration)
                    .build()
                    .unwrap(),
            )
            .assumed_role_user(
                types::AssumedRoleUser::builder()
                    .assumed_role_id("AROA:x")
                    .arn(arn)
                    .build()
                    .unwrap(),
            )
            .build()
    }

    #[test]
    fn a_session_of_another_account_is_refused() {
        let account = AccountId::try_from("111122223333").unwrap();
        let own = "arn:aws:sts::111122223333:assumed-role/audit/org-audit";
        let other = "arn:aws:sts::999999999999:assumed-role/audit/org-audit";
        assert!(session(&output(own), &account).is_ok());
        let failure = session(&output(other), &account).unwrap_err();
        assert!(failure.message.contains("another account"));
    }

    #[test]
    fn the_session_policy_only_reads_and_leaves_room_within_the_limit() {
        // 2,048 characters is STS's limit for inline and managed session policies together.
        assert!(SESSION_POLICY.len() < 1_000);
        let actions: Vec<&str> = SESSION_POLICY
            .split('"')
            .filter(|word| word.starts_with("iam:"))
            .collect();
        assert_eq!(actions.len(), 10);
        for action in actions {
            let name = action.trim_start_matches("iam:");
            assert!(
                ["Get", "List", "GenerateCredentialReport"]
                    .iter()
                    .any(|start| name.starts_with(start)),
                "{action}"
            );
        }
    }
}
