//! Which cases are measured.

use anyhow::{Context, Result, bail};

/// What `cargo xtask bench --help` prints.
const USAGE: &str = "\
usage: cargo xtask bench [--accounts N,…] [--users N,…] [--latency MS,…] [--concurrency N] [--report-takes T]
       cargo xtask bench policy
       cargo xtask bench analysis

  --accounts      sizes of the organization (200,1000)
  --users         users in each account (20,100)
  --latency       milliseconds that every answer takes (0,30,80)
  --concurrency   accounts at the same time, for both programs (64)
  --report-takes  how long AWS makes a credential report, such as 2s (0ms)";

/// One measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub accounts: u32,
    pub users: u32,
    /// In milliseconds.
    pub latency: u32,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    accounts: Vec<u32>,
    users: Vec<u32>,
    latency: Vec<u32>,
    pub concurrency: u32,
    pub report_takes: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            accounts: vec![200, 1_000],
            users: vec![20, 100],
            latency: vec![0, 30, 80],
            concurrency: 64,
            report_takes: "0ms".to_owned(),
        }
    }
}

impl Options {
    /// Reads the options.
    pub fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(name) = rest.next() {
            let mut value = || {
                rest.next()
                    .with_context(|| format!("`{name}` needs a value\n\n{USAGE}"))
            };
            match name.as_str() {
                "--accounts" => options.accounts = numbers(value()?)?,
                "--users" => options.users = numbers(value()?)?,
                "--latency" => options.latency = numbers(value()?)?,
                "--concurrency" => options.concurrency = number(value()?)?,
                "--report-takes" => value()?.clone_into(&mut options.report_takes),
                _ => bail!("`{name}` is not an option\n\n{USAGE}"),
            }
        }
        Ok(options)
    }

    /// Every combination, smallest first.
    pub fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for &accounts in &self.accounts {
            for &users in &self.users {
                for &latency in &self.latency {
                    cases.push(Case {
                        accounts,
                        users,
                        latency,
                    });
                }
            }
        }
        cases
    }
}

fn numbers(text: &str) -> Result<Vec<u32>> {
    text.split(',').map(number).collect()
}

fn number(text: &str) -> Result<u32> {
    text.parse().with_context(|| format!("`{text}` is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options> {
        Options::parse(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn everything_is_measured_unless_a_part_is_asked_for() {
        assert_eq!(parse("").unwrap().cases().len(), 12);
        let some = parse("--accounts 200 --latency 0,80 --users 20").unwrap();
        let latencies: Vec<u32> = some.cases().iter().map(|case| case.latency).collect();
        assert_eq!(latencies, [0, 80]);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, named) in [
            ("--acounts 5", "`--acounts`"),
            ("--users many", "`many`"),
            ("--users", "`--users`"),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(named), "{error}");
        }
    }
}
