//! What happens during a collection, told as it happens.

use org_audit_model::AccountSnapshot;

/// Something that happened. More kinds may be added.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The tree and the list of accounts are known. The policies are still being read.
    OrganizationRead {
        /// How many accounts there are, in every state.
        accounts: usize,
        /// How many organizational units.
        organizational_units: usize,
    },
    /// The organization's policies have been read, or could not be.
    PoliciesRead {
        /// How many policies, of all types.
        policies: usize,
    },
    /// An account is done, read or not.
    AccountFinished {
        /// The account's name: free text, hostile until escaped.
        name: &'a str,
        /// What was read.
        account: &'a AccountSnapshot,
    },
    /// AWS asked to slow down. The call is tried again.
    Throttled {
        /// The operation as IAM policies name it.
        operation: &'static str,
    },
}

/// Is told what happens. It is called from several threads at once and must return quickly.
pub trait Observer: Send + Sync {
    /// Takes an event.
    fn event(&self, event: Event<'_>);
}

/// An observer that does not look, for callers that have nothing to show.
impl Observer for () {
    fn event(&self, _event: Event<'_>) {}
}
