//! One line before each part of a task, and one with the times at the end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// The parts that were done, with how long each took.
#[derive(Debug, Default)]
pub struct Stages {
    done: Vec<(&'static str, Duration)>,
}

impl Stages {
    /// Says what `name` is about to do, does it, and keeps the time.
    pub fn run<T>(&mut self, name: &'static str, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("==> {name}: {what}");
        let start = Instant::now();
        let result = work().with_context(|| format!("stage `{name}`"));
        self.done.push((name, start.elapsed()));
        result
    }

    /// Prints the table of times.
    pub fn summary(&self) {
        let total: Duration = self.done.iter().map(|(_, time)| *time).sum();
        for (name, time) in &self.done {
            println!("    {:<12} {:>7.1} s", name, time.as_secs_f64());
        }
        println!("    {:<12} {:>7.1} s", "total", total.as_secs_f64());
    }
}
