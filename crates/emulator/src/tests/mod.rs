//! Tests of the emulator through its own front door: signed requests in, responses out.

mod access;
mod faults;
mod iam;
mod organizations;
mod reports;
#[cfg(feature = "sdk-client")]
mod sdk_client;
mod server;
mod sts;
mod worlds;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{CallerKind, Emulator, Fault, Request, Response, Service, WorldSpec, sigv4};

/// A clock that a test moves.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<AtomicI64>);

impl TestClock {
    fn new() -> Self {
        let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        Self(Arc::new(AtomicI64::new(start.as_millisecond())))
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

/// An emulator and its clock.
pub(crate) struct Setup {
    emulator: Arc<Emulator>,
    clock: TestClock,
}

fn start(spec: WorldSpec) -> Setup {
    start_with(spec, &[])
}

fn start_with(spec: WorldSpec, faults: &[&str]) -> Setup {
    let clock = TestClock::new();
    let of_emulator = clock.clone();
    let faults: Vec<Fault> = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let emulator = Emulator::new(spec, Arc::new(move || of_emulator.now())).with_faults(faults);
    Setup {
        emulator: Arc::new(emulator),
        clock,
    }
}

/// A client with credentials.
#[derive(Clone)]
pub(crate) struct Client {
    emulator: Arc<Emulator>,
    access_key: String,
    secret: String,
    token: Option<String>,
}

/// What came back.
pub(crate) struct Answer {
    status: u16,
    response: Response,
}

impl Answer {
    fn text(&self) -> String {
        self.response.text()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.response.body).unwrap()
    }

    /// The error code, in either protocol.
    fn code(&self) -> String {
        match self.response.header("x-amzn-errortype") {
            Some(code) => code.to_owned(),
            None => self.all("Code").into_iter().next().unwrap_or_default(),
        }
    }

    /// The contents of every element of this name, unescaped.
    fn all(&self, tag: &str) -> Vec<String> {
        let text = self.text();
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        text.split(&open)
            .skip(1)
            .filter_map(|rest| rest.split(&close).next())
            .map(unescape)
            .collect()
    }

    fn one(&self, tag: &str) -> String {
        self.all(tag)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no <{tag}> in {}", self.text()))
    }

    fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn url_decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

impl Setup {
    fn client(&self, kind: CallerKind) -> Client {
        Client {
            emulator: Arc::clone(&self.emulator),
            access_key: kind.access_key().to_owned(),
            secret: kind.secret_key().to_owned(),
            token: None,
        }
    }

    fn management(&self) -> Client {
        self.client(CallerKind::Management)
    }

    fn account_named(&self, name: &str) -> String {
        let accounts = self.emulator.world().accounts();
        accounts
            .iter()
            .find(|account| account.name == name)
            .unwrap()
            .id
            .clone()
    }

    /// A session of the audit's role in an account.
    fn member(&self, account: &str) -> Client {
        self.management()
            .assume(account, &[])
            .unwrap_or_else(|answer| panic!("{}", answer.text()))
    }
}

impl Client {
    fn query(&self, service: Service, version: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let mut body = format!("Action={action}&Version={version}");
        for (key, value) in parameters {
            body.push_str(&format!(
                "&{key}={}",
                utf8_percent_encode(value, NON_ALPHANUMERIC)
            ));
        }
        let headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        self.send(service, &headers, body)
    }

    fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.query(Service::Iam, "2010-05-08", action, parameters)
    }

    fn sts(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.query(Service::Sts, "2011-06-15", action, parameters)
    }

    #[expect(clippy::needless_pass_by_value, reason = "tests write `json!` in place")]
    fn organizations(&self, operation: &str, input: Value) -> Answer {
        let target = format!("AWSOrganizationsV20161128.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target.as_str()),
        ];
        self.send(Service::Organizations, &headers, input.to_string())
    }

    fn send(&self, service: Service, headers: &[(&str, &str)], body: String) -> Answer {
        let request = self.signed(service, headers, body);
        let response = self.emulator.handle(&request);
        Answer {
            status: response.status,
            response,
        }
    }

    fn signed(&self, service: Service, headers: &[(&str, &str)], body: String) -> Request {
        let now = self.emulator.now();
        let mut headers: Vec<(String, String)> = headers
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        headers.push(("host".to_owned(), "127.0.0.1".to_owned()));
        headers.push((
            "x-amz-date".to_owned(),
            now.strftime("%Y%m%dT%H%M%SZ").to_string(),
        ));
        if let Some(token) = &self.token {
            headers.push(("x-amz-security-token".to_owned(), token.clone()));
        }
        let mut request = Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query: String::new(),
            headers,
            body: Bytes::from(body),
        };
        sigv4::sign_request(&mut request, &self.access_key, &self.secret, service);
        request
    }

    /// Assumes the audit's role in an account.
    fn assume(&self, account: &str, more: &[(&str, &str)]) -> Result<Self, Answer> {
        let spec = &self.emulator.world().spec;
        let arn = format!("arn:aws:iam::{account}:role{}{}", spec.role_path, spec.role);
        let mut parameters = vec![("RoleArn", arn.as_str()), ("RoleSessionName", "org-audit")];
        parameters.extend_from_slice(more);
        let answer = self.sts("AssumeRole", &parameters);
        if answer.status != 200 {
            return Err(answer);
        }
        Ok(self.with_credentials(&answer))
    }

    fn with_credentials(&self, answer: &Answer) -> Self {
        Self {
            emulator: Arc::clone(&self.emulator),
            access_key: answer.one("AccessKeyId"),
            secret: answer.one("SecretAccessKey"),
            token: Some(answer.one("SessionToken")),
        }
    }

    /// Every page of an Organizations list, and how many requests that took.
    fn every(&self, operation: &str, input: Value, key: &str) -> (Vec<Value>, usize) {
        let mut items = Vec::new();
        let mut input = input;
        for requests in 1.. {
            let answer = self.organizations(operation, input.clone()).ok().json();
            let page = answer[key].as_array().unwrap();
            assert!(page.len() <= 20);
            items.extend(page.iter().cloned());
            match answer.get("NextToken") {
                Some(token) => input["NextToken"] = token.clone(),
                None => return (items, requests),
            }
        }
        unreachable!()
    }

    /// The texts of every page of an IAM list.
    fn every_text(&self, action: &str, parameters: &[(&str, &str)], tag: &str) -> Vec<String> {
        let mut all = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let mut asked = parameters.to_vec();
            if let Some(marker) = &marker {
                asked.push(("Marker", marker));
            }
            let answer = self.iam(action, &asked).ok();
            all.extend(answer.all(tag));
            if answer.one("IsTruncated") == "false" {
                return all;
            }
            marker = Some(answer.one("Marker"));
        }
    }
}

fn empty() -> Value {
    json!({})
}
