//! What one run of a program cost.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::server::Server;

/// The cost of one run.
#[derive(Debug, PartialEq)]
pub struct Cost {
    /// Seconds on the clock.
    pub wall: f64,
    /// Seconds of processor time, user and system.
    pub cpu: f64,
    /// Peak resident memory in bytes.
    pub memory: u64,
    /// Calls that the emulator answered.
    pub calls: u64,
}

/// Runs `command`, which goes through `measure.py`, and adds the calls that `server` counted.
pub fn run(command: &mut Command, server: &Server, good: &[i64]) -> Result<Cost> {
    let mut cost = cost_of(command, good)?;
    cost.calls = server.calls()?;
    Ok(cost)
}

/// Runs `command`, which goes through `measure.py`.
pub fn cost_of(command: &mut Command, good: &[i64]) -> Result<Cost> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .context("cannot start Python")?;
    let talk = String::from_utf8_lossy(&output.stderr);
    let (cost, exit) = parse(&String::from_utf8_lossy(&output.stdout))
        .with_context(|| format!("the measured program left no measurement: {}", talk.trim()))?;
    if !good.contains(&exit) {
        bail!(
            "the measured program ended with exit code {exit}: {}",
            talk.trim()
        );
    }
    Ok(cost)
}

fn parse(line: &str) -> Result<(Cost, i64)> {
    let value: Value = serde_json::from_str(line)?;
    let field = |name: &str| value.get(name).with_context(|| format!("`{name}` is missing"));
    let seconds = |name: &str| {
        field(name)?
            .as_f64()
            .with_context(|| format!("`{name}` is no number"))
    };
    let cost = Cost {
        wall: seconds("wall")?,
        cpu: seconds("cpu")?,
        memory: field("memory")?.as_u64().context("`memory` is no number")?,
        calls: 0,
    };
    Ok((cost, field("exit")?.as_i64().context("`exit` is no number")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_is_read() {
        let line = r#"{"wall": 1.5, "cpu": 0.25, "memory": 4096, "exit": 3}"#;
        let (cost, exit) = parse(line).unwrap();
        assert_eq!((cost.memory, exit), (4096, 3));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = parse(r#"{"wall": 1.5, "cpu": 0.25, "exit": 0}"#).unwrap_err();
        assert!(error.to_string().contains("memory"));
    }
}
