//! Faults: switches that make the organization misbehave, the same way every time.
//!
//! A fault with a percentage is decided by the seed and the request's number, never by chance: the same
//! run has the same faults.

mod buckets;
mod parse;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::access::Caller;
use crate::document::like;
use crate::draw::{below, draw, of_text};
use crate::error::ApiError;
use crate::route::{Call, Service};
use crate::wire::{Delivery, Response};
use crate::world::{RoleSetup, World};
use buckets::Buckets;

pub use parse::ParseFaultError;

/// Ten thousandths: 1 % is 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(pub(crate) u32);

/// One switch.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// `latency=80ms`: every answer takes this much longer.
    Latency(Duration),
    /// `throttle` at AWS's documented rates, or `throttle=RATE` calls a second for every operation.
    Throttle(Option<f64>),
    /// `deny=iam:GetAccountSummary[@ACCOUNT]`: an action is refused (wildcards allowed); `sts:AssumeRole` into
    /// an account is about that account.
    Deny(String, Option<String>),
    /// `deny-assume-role=10%`: this share of the readable accounts refuses the role.
    DenyAssumeRole(Share),
    /// `error-500=1%`: this share of the answers is an internal error.
    InternalError(Share),
    /// `reset=1%`: this share of the connections is reset instead of an answer.
    Reset(Share),
    /// `truncate=1%`: this share of the bodies lacks its second half (and says so in its length).
    Truncate(Share),
    /// `cut=1%`: this share of the connections ends in the middle of the body.
    Cut(Share),
    /// `slow-body=20ms`: bodies come in pieces of 512 bytes with this pause between them.
    SlowBody(Duration),
    /// `expired-credentials[=COUNT][@ACCOUNT]`: the caller's own credentials expire after COUNT requests;
    /// with an account, the role sessions of that account are expired.
    ExpiredCredentials(u64, Option<String>),
    /// `report-never-completes[@ACCOUNT]`.
    ReportNeverCompletes(Option<String>),
    /// `report-takes=5s`: how long a report is made, by the emulator's clock.
    ReportTakes(Duration),
    /// `report-limit-exceeded[=COUNT][@ACCOUNT]`: the first COUNT requests for a report are refused.
    ReportLimitExceeded(u32, Option<String>),
    /// `packed-policy-too-large`: every session policy is too large.
    PackedPolicyTooLarge,
    /// `empty-pages`: every page of Organizations is preceded by an empty one.
    EmptyPages,
}

/// The switches of one emulator, with what they need to know of its world.
#[derive(Debug, Default)]
pub struct Faults {
    switches: Vec<Fault>,
    seed: u64,
    refusing: BTreeSet<String>,
    buckets: Option<Buckets>,
}

impl Faults {
    pub(crate) fn new(switches: impl IntoIterator<Item = Fault>, world: &World) -> Self {
        let switches: Vec<Fault> = switches.into_iter().collect();
        let mut refusing = BTreeSet::new();
        let mut buckets = None;
        for switch in &switches {
            if let Fault::DenyAssumeRole(share) = switch {
                refusing.extend(chosen(world, *share));
            }
            if let Fault::Throttle(rate) = switch {
                buckets = Some(Buckets::new(*rate));
            }
        }
        Self {
            switches,
            seed: world.spec.seed,
            refusing,
            buckets,
        }
    }

    /// The accounts whose role `deny-assume-role` refuses.
    #[must_use]
    pub fn refusing_accounts(&self) -> &BTreeSet<String> {
        &self.refusing
    }

    /// Whether any connection may be reset: the server prepares its sockets for it.
    pub(crate) fn may_reset(&self) -> bool {
        self.switches
            .iter()
            .any(|switch| matches!(switch, Fault::Reset(_)))
    }

    pub(crate) fn denies_assume_role(&self, account: &str) -> bool {
        self.refusing.contains(account)
    }

    pub(crate) fn empty_pages(&self) -> bool {
        self.switches.contains(&Fault::EmptyPages)
    }

    pub(crate) fn packed_policy_too_large(&self) -> bool {
        self.switches.contains(&Fault::PackedPolicyTooLarge)
    }

    pub(crate) fn caller_expired(&self, number: u64) -> bool {
        self.switches
            .iter()
            .any(|switch| matches!(switch, Fault::ExpiredCredentials(after, None) if number >= *after))
    }

    pub(crate) fn session_expired(&self, account: &str) -> bool {
        let of_account = |of: &Option<String>| of.as_deref() == Some(account);
        self.switches
            .iter()
            .any(|switch| matches!(switch, Fault::ExpiredCredentials(_, of) if of_account(of)))
    }

    pub(crate) fn report_never_completes(&self, account: &str) -> bool {
        let of_account = |of: &Option<String>| of.as_deref().is_none_or(|of| of == account);
        self.switches
            .iter()
            .any(|switch| matches!(switch, Fault::ReportNeverCompletes(of) if of_account(of)))
    }

    pub(crate) fn report_takes(&self) -> Option<SignedDuration> {
        self.switches.iter().find_map(|switch| {
            if let Fault::ReportTakes(takes) = switch {
                SignedDuration::try_from(*takes).ok()
            } else {
                None
            }
        })
    }

    pub(crate) fn report_limit(&self, account: &str) -> Option<u32> {
        self.switches.iter().find_map(|switch| {
            let Fault::ReportLimitExceeded(count, of) = switch else {
                return None;
            };
            of.as_deref().is_none_or(|of| of == account).then_some(*count)
        })
    }

    /// What happens to a request before it is looked at: throttling, internal errors, refusals.
    pub(crate) fn before(
        &self,
        call: &Call,
        caller: &Caller<'_>,
        about: &str,
        now: Timestamp,
        number: u64,
    ) -> Result<(), ApiError> {
        let account = &caller.account.id;
        if let Some(buckets) = &self.buckets
            && !buckets.take(call.service, &call.operation, account, now)
        {
            return Err(ApiError::throttled(call.service));
        }
        let action = format!("{}:{}", call.service.name(), call.operation);
        for switch in &self.switches {
            if let Fault::InternalError(share) = switch
                && self.strikes("error-500", number, *share)
            {
                return Err(ApiError::service_failure(call.service));
            }
            if let Fault::Deny(pattern, of) = switch
                && of.as_ref().is_none_or(|of| of == about)
                && like(pattern, &action, true)
            {
                return Err(denied(call.service, caller, &action));
            }
        }
        Ok(())
    }

    /// What happens to a response on its way.
    pub(crate) fn deliver(&self, mut response: Response, number: u64) -> Response {
        let strikes = |kind: &str, share: &Share| self.strikes(kind, number, *share);
        for switch in &self.switches {
            if let Fault::Latency(latency) = switch {
                response.delay += *latency;
            }
            if let Fault::Truncate(share) = switch
                && strikes("truncate", share)
            {
                let half = response.body.len() / 2;
                response.body.truncate(half);
            }
            if let Some(delivery) = delivery(switch, &response, strikes) {
                response.delivery = delivery;
            }
        }
        response
    }

    fn strikes(&self, kind: &str, number: u64, share: Share) -> bool {
        below(draw(self.seed, &[of_text(kind), number]), 10_000) < u64::from(share.0)
    }
}

/// What a fault does to the way a response is sent. A reset outdoes the others.
fn delivery(switch: &Fault, response: &Response, strikes: impl Fn(&str, &Share) -> bool) -> Option<Delivery> {
    if let Fault::Reset(share) = switch
        && strikes("reset", share)
    {
        return Some(Delivery::Reset);
    }
    if let Fault::Cut(share) = switch
        && response.delivery != Delivery::Reset
        && strikes("cut", share)
    {
        return Some(Delivery::Cut {
            after: response.body.len() / 2,
        });
    }
    if let Fault::SlowBody(pause) = switch
        && response.delivery == Delivery::Whole
    {
        return Some(Delivery::Slow {
            chunk: 512,
            pause: *pause,
        });
    }
    None
}

/// The accounts that refuse the role: a share of those that could be read, by the seed. At least one,
/// as a fault that strikes nobody would test nothing.
fn chosen(world: &World, share: Share) -> BTreeSet<String> {
    let mut readable: Vec<(u64, &str)> = world
        .accounts()
        .iter()
        .skip(1)
        .filter(|account| account.state.is_usable() && account.role == RoleSetup::Trusting)
        .map(|account| {
            (
                draw(world.spec.seed, &[0xDE17, account.index as u64]),
                account.id.as_str(),
            )
        })
        .collect();
    readable.sort_unstable();
    let count = (readable.len() * share.0 as usize / 10_000).max(usize::from(share.0 > 0));
    readable
        .into_iter()
        .take(count)
        .map(|(_, id)| id.to_owned())
        .collect()
}

fn denied(service: Service, caller: &Caller<'_>, action: &str) -> ApiError {
    ApiError::access_denied(
        service,
        format!(
            "User: {} is not authorized to perform: {action} on resource: * because no identity-based policy allows \
             the {action} action",
            caller.arn
        ),
    )
}
