//! The emulator in a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::options::Case;

/// A running emulator. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    environment: BTreeMap<String, String>,
}

impl Server {
    /// Starts `org-audit demo --serve` and waits for the environment that it prints.
    pub fn start(binary: &Path, case: &Case, fault: &str) -> Result<Self> {
        let mut process = Command::new(binary)
            .args(["demo", "--serve", "--accounts", &case.accounts.to_string()])
            .args(["--users", &case.users.to_string()])
            .args([
                "--fault",
                &format!("latency={}ms", case.latency),
                "--fault",
                fault,
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the emulator")?;
        let stdout = process
            .stdout
            .take()
            .context("the emulator has no standard output")?;
        let mut server = Self {
            process,
            environment: BTreeMap::new(),
        };
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            let Some((name, value)) = line.strip_prefix("export ").and_then(|rest| rest.split_once('='))
            else {
                bail!("the emulator printed `{line}`");
            };
            server
                .environment
                .insert(name.to_owned(), value.trim_matches('\'').to_owned());
            if NEEDED.iter().all(|name| server.environment.contains_key(*name)) {
                return Ok(server);
            }
        }
        bail!("the emulator ended before it printed all of {NEEDED:?}")
    }

    /// What a client needs to be told.
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// How many calls it has answered.
    pub fn calls(&self) -> Result<u64> {
        let url = self.environment.get("AWS_ENDPOINT_URL").context("no endpoint")?;
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address)?;
        write!(
            stream,
            "GET /_org-audit/calls HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let counted: Value = serde_json::from_str(body).context("the emulator's count is not JSON")?;
        counted
            .get("total")
            .and_then(Value::as_u64)
            .context("the emulator's count has no total")
    }
}

/// What a client cannot do without.
const NEEDED: [&str; 4] = [
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
