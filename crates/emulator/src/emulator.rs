//! The core: one request in, one response out. No I/O, no clock of its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::access::{CALLERS, Caller, CallerKind};
use crate::counters::{Calls, Counters};
use crate::draw::draw;
use crate::error::ApiError;
use crate::faults::{Fault, Faults};
use crate::live::Live;
use crate::route::{Call, Input, Service};
use crate::sigv4::{self, Authorization};
use crate::wire::{Request, Response};
use crate::world::{Account, World, WorldSpec};
use crate::xml::Xml;
use crate::{iam, organizations, sts};

/// Tells the time. The emulator never reads a clock itself, so that a test decides what time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The path at which another process reads the counters, without a signature.
pub const CALLS_PATH: &str = "/_org-audit/calls";

/// The path at which another process reads which operations there are, without a signature.
pub const OPERATIONS_PATH: &str = "/_org-audit/operations";

/// An emulated AWS organization.
pub struct Emulator {
    world: World,
    clock: Clock,
    skew: Option<SignedDuration>,
    faults: Faults,
    pub(crate) live: Live,
    counters: Counters,
    sequence: AtomicU64,
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let accounts = self.world.accounts().len();
        formatter
            .debug_struct("Emulator")
            .field("accounts", &accounts)
            .finish_non_exhaustive()
    }
}

/// What a handler has to work with.
pub(crate) struct Context<'a> {
    pub emulator: &'a Emulator,
    pub world: &'a World,
    pub caller: &'a Caller<'a>,
    pub now: Timestamp,
    pub operation: &'a str,
    pub number: u64,
}

impl Context<'_> {
    pub fn account(&self) -> &Account {
        self.caller.account
    }

    pub fn faults(&self) -> &Faults {
        &self.emulator.faults
    }
}

impl Emulator {
    /// An organization that starts now, by this clock.
    #[must_use]
    pub fn new(spec: WorldSpec, clock: Clock) -> Self {
        let start = clock();
        let world = World::build(spec, start);
        let live = Live::new(&world);
        Self {
            world,
            clock,
            skew: None,
            faults: Faults::default(),
            live,
            counters: Counters::default(),
            sequence: AtomicU64::new(0),
        }
    }

    /// With these faults switched on.
    #[must_use]
    pub fn with_faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults = Faults::new(faults, &self.world);
        self
    }

    /// Refuses requests that were signed at a time further away than this. Off by default, so that a
    /// test with a clock of its own can talk to a client that reads the real one.
    #[must_use]
    pub fn with_clock_skew(mut self, skew: SignedDuration) -> Self {
        self.skew = Some(skew);
        self
    }

    /// The organization.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The faults that are switched on.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// How often each operation was called.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.counters.calls()
    }

    /// How many calls there were for each account. An `AssumeRole` counts for the account that it
    /// leads into, every other call for the account of its credentials.
    #[must_use]
    pub fn calls_by_account(&self) -> BTreeMap<String, u64> {
        self.counters.by_account()
    }

    /// Starts counting anew.
    pub fn reset_calls(&self) {
        self.counters.reset();
    }

    /// The time, by the emulator's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Answers one request.
    #[must_use]
    pub fn handle(&self, request: &Request) -> Response {
        if request.path == CALLS_PATH {
            return self.introspect(request);
        }
        if request.path == OPERATIONS_PATH {
            return Response::new(200, "application/json", json!(crate::operations()).to_string());
        }
        let number = self.sequence.fetch_add(1, Ordering::Relaxed);
        let request_id = request_id(self.world.spec.seed, number);
        let call = match Call::parse(request) {
            Ok(call) => call,
            Err((service, error)) => {
                self.counters.count(service, "-", None, error.status);
                return error.render(service, &request_id);
            }
        };
        let mut counted_account = None;
        let outcome = self.answer(request, &call, number, &mut counted_account);
        let response = match outcome {
            Ok(body) => success(&call, &body, &request_id),
            Err(error) => error.render(call.service, &request_id),
        };
        self.counters.count(
            call.service,
            &call.operation,
            counted_account.as_deref(),
            response.status,
        );
        self.faults.deliver(response, number)
    }

    fn introspect(&self, request: &Request) -> Response {
        match request.method.as_str() {
            "GET" => Response::new(200, "application/json", self.counters.to_json().to_string()),
            "DELETE" => {
                self.counters.reset();
                Response::new(204, "application/json", "")
            }
            _ => Response::new(
                405,
                "text/plain",
                "GET reads the counters, DELETE starts them anew\n",
            ),
        }
    }

    fn answer(
        &self,
        request: &Request,
        call: &Call,
        number: u64,
        counted_account: &mut Option<String>,
    ) -> Result<String, ApiError> {
        let now = self.now();
        let caller = self.authenticate(request, call.service, now, number)?;
        let about = sts::target_account(call).unwrap_or_else(|| caller.account.id.clone());
        *counted_account = Some(about.clone());
        self.faults.before(call, &caller, &about, now, number)?;
        let context = Context {
            emulator: self,
            world: &self.world,
            caller: &caller,
            now,
            operation: &call.operation,
            number,
        };
        match (&call.input, call.service) {
            (Input::Json(input), _) => {
                organizations::answer(&context, call, input).map(|value| value.to_string())
            }
            (Input::Form(form), Service::Sts) => sts::answer(&context, call, form),
            (Input::Form(form), Service::Iam | Service::Organizations) => iam::answer(&context, call, form),
        }
    }

    /// Finds the caller of a request by its access key, and verifies the signature.
    fn authenticate(
        &self,
        request: &Request,
        service: Service,
        now: Timestamp,
        number: u64,
    ) -> Result<Caller<'_>, ApiError> {
        let authorization = Authorization::parse(request, service)?;
        self.check_skew(request, service, now)?;
        let token = request.header("x-amz-security-token");
        let kind = CALLERS
            .into_iter()
            .find(|kind| kind.access_key() == authorization.access_key);
        if let Some(kind) = kind {
            authorization.verify(request, kind.secret_key(), service)?;
            if self.faults.caller_expired(number) {
                return Err(sigv4::expired(service));
            }
            return Ok(Caller::of_static(kind, &self.world));
        }
        let session = self
            .live
            .session(authorization.access_key)
            .ok_or_else(|| sigv4::unknown_key(service))?;
        if token != Some(session.token.as_str()) {
            return Err(sigv4::unknown_key(service));
        }
        authorization.verify(request, &session.secret, service)?;
        let account = self
            .world
            .account(&session.account)
            .ok_or_else(|| sigv4::unknown_key(service))?;
        if now >= session.expires || self.faults.session_expired(&account.id) {
            return Err(sigv4::expired(service));
        }
        Ok(Caller::of_session(session, account))
    }

    fn check_skew(&self, request: &Request, service: Service, now: Timestamp) -> Result<(), ApiError> {
        let Some(skew) = self.skew else { return Ok(()) };
        let header = request.header("x-amz-date").unwrap_or_default();
        let signed = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", header)
            .ok()
            .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC).ok())
            .map(|time| time.timestamp());
        match signed {
            Some(signed) if now.duration_since(signed).abs() <= skew => Ok(()),
            Some(_) | None => Err(sigv4::mismatch(
                service,
                format!("Signature expired: {header} is too far from the server's time {now}"),
            )),
        }
    }
}

/// A caller's static credentials: access key and secret key.
#[must_use]
pub fn static_credentials(kind: CallerKind) -> (&'static str, &'static str) {
    (kind.access_key(), kind.secret_key())
}

fn success(call: &Call, body: &str, request_id: &str) -> Response {
    let response = match call.service {
        Service::Organizations => Response::new(200, "application/x-amz-json-1.1", body.to_owned()),
        Service::Iam | Service::Sts => {
            let mut xml = Xml::new();
            let envelope = format!("{}Response", call.operation);
            xml.open_root(&envelope, call.service.namespace());
            if !body.is_empty() {
                let result = format!("{}Result", call.operation);
                xml.element(&result, |xml| xml.raw(body));
            }
            xml.element("ResponseMetadata", |xml| xml.text("RequestId", request_id));
            xml.close(&envelope);
            Response::new(200, "text/xml", xml.finish())
        }
    };
    response.with_header("x-amzn-requestid", request_id)
}

/// A request id in the form of a UUID: the same seed and request number give the same id.
fn request_id(seed: u64, number: u64) -> String {
    let (high, low) = (draw(seed, &[0xA1, number]), draw(seed, &[0xA2, number]));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}
