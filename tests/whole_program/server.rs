//! `org-audit demo --serve` in a process of its own, and what it counted.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::harness::Sandbox;

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// What it printed to be set.
    pub environment: BTreeMap<String, String>,
}

impl Server {
    /// Starts one with further options of `demo`.
    #[track_caller]
    pub fn start(sandbox: &Sandbox, options: &[&str]) -> Self {
        let mut command = sandbox.command(&["demo", "--serve"]);
        command
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // Made before anything is read, so that the process ends with it whatever goes wrong.
        let mut server = Self {
            process: command.spawn().unwrap(),
            environment: BTreeMap::new(),
        };
        let lines = BufReader::new(server.process.stdout.take().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            let (name, value) = line
                .strip_prefix("export ")
                .and_then(|rest| rest.split_once('='))
                .unwrap();
            server
                .environment
                .insert(name.to_owned(), value.trim_matches('\'').to_owned());
            if WANTED.iter().all(|name| server.environment.contains_key(*name)) {
                return server;
            }
        }
        let told = &server.environment;
        panic!("the server ended before it printed all of {WANTED:?}: {told:?}");
    }

    /// The URL that it printed.
    pub fn url(&self) -> &str {
        &self.environment["AWS_ENDPOINT_URL"]
    }

    /// Gives `command` the environment that a person would paste.
    pub fn set<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(&self.environment)
    }

    /// What it answered so far: totals, by operation, by account.
    pub fn calls(&self) -> Value {
        let address = self.url().strip_prefix("http://").unwrap().trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        let request =
            format!("GET /_org-audit/calls HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }
}

/// What a client needs to be told.
const WANTED: [&str; 4] = [
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
];

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
