//! The accounts: twenty a call, with their place in the tree where the answer tells it.

use aws_sdk_organizations::types;
use jiff::Timestamp;
use org_audit_model::snapshot::{Account, AccountState};
use org_audit_model::{AccountId, Failure};
use smol_str::SmolStr;

use super::Organizations;
use crate::calls::ask_and_keep;
use crate::failure::invalid;
use crate::page::next_token;

const LIST_ACCOUNTS: &str = "organizations:ListAccounts";

impl Organizations<'_> {
    /// Every account, in the order of its id.
    pub(super) async fn accounts(&self) -> Result<Vec<Account>, Failure> {
        let mut accounts = Vec::new();
        let mut token: Option<String> = None;
        loop {
            self.pace.accounts.turn().await;
            let call = self.client.list_accounts().set_next_token(token.clone()).send();
            let page = ask_and_keep(self.calls, LIST_ACCOUNTS, call).await?;
            for listed in page.accounts() {
                accounts.push(account(listed)?);
            }
            token = next_token(LIST_ACCOUNTS, token.as_deref(), page.next_token(), false)?;
            if token.is_none() {
                break;
            }
        }
        if accounts.is_empty() {
            // There is at least the management account.
            return Err(invalid(LIST_ACCOUNTS, "the answer has no accounts"));
        }
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        accounts.dedup_by(|a, b| a.id == b.id);
        Ok(accounts)
    }
}

fn account(listed: &types::Account) -> Result<Account, Failure> {
    let id = listed
        .id()
        .ok_or_else(|| invalid(LIST_ACCOUNTS, "an account has no id"))?;
    let id = AccountId::try_from(id).map_err(|error| invalid(LIST_ACCOUNTS, &error.to_string()))?;
    // `Status` was retired on 9 September 2026, and older partitions and emulators have no `State`
    // (Organizations API Reference, "Account").
    let state = listed
        .state()
        .map(types::AccountState::as_str)
        .or_else(|| listed.status().map(types::AccountStatus::as_str))
        .unwrap_or("UNKNOWN");
    Ok(Account {
        parent_id: listed.paths().iter().find_map(|path| parent(path, &id)),
        id,
        name: listed.name().unwrap_or_default().to_owned(),
        state: AccountState::from(SmolStr::new(state)),
        joined_method: listed.joined_method().map(|method| SmolStr::new(method.as_str())),
        joined_at: listed.joined_timestamp().and_then(timestamp),
    })
}

/// The root or OU just above the account in a path such as `o-1/r-1/ou-1/111122223333/`.
fn parent(path: &str, account: &AccountId) -> Option<SmolStr> {
    let mut parts = path.trim_end_matches('/').rsplit('/');
    if parts.next()? != account.as_str() {
        return None;
    }
    parts
        .next()
        .filter(|parent| parent.starts_with("r-") || parent.starts_with("ou-"))
        .map(SmolStr::new)
}

/// The SDK's time as ours.
pub(crate) fn timestamp(time: &aws_smithy_types::DateTime) -> Option<Timestamp> {
    let nanoseconds = i32::try_from(time.subsec_nanos()).ok()?;
    Timestamp::new(time.secs(), nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_is_the_part_before_the_account() {
        let id = AccountId::try_from("111122223333").unwrap();
        let parent = |path| parent(path, &id);
        assert_eq!(parent("o-1/r-1/111122223333/").unwrap(), "r-1");
        assert_eq!(parent("o-1/r-1/ou-1-2/ou-1-3/111122223333").unwrap(), "ou-1-3");
        assert_eq!(parent("o-1/r-1/999999999999/"), None);
        assert_eq!(parent("o-1/111122223333/"), None);
        assert_eq!(parent(""), None);
    }

    #[test]
    fn state_is_taken_before_status_and_neither_is_unknown() {
        let build = |state: Option<&str>, status: Option<&str>| {
            account(
                &types::Account::builder()
                    .id("111122223333")
                    .set_state(state.map(types::AccountState::from))
                    .set_status(status.map(types::AccountStatus::from))
                    .build(),
            )
            .unwrap()
            .state
        };
        assert_eq!(build(Some("CLOSED"), Some("SUSPENDED")), AccountState::Closed);
        assert_eq!(build(None, Some("ACTIVE")), AccountState::Active);
        assert_eq!(build(None, None), AccountState::Other("UNKNOWN".into()));
    }
}
