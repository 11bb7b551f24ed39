//! Serves an emulated organization until it is stopped, and prints the environment to set.
//!
//! ```text
//! cargo run -p org-audit-emulator --example serve -- --accounts 200 --users 20 --fault latency=30ms
//! ```

#![expect(
    clippy::print_stdout,
    reason = "the environment to set is this program's output"
)]

use std::io::Write as _;
use std::sync::Arc;

use org_audit_emulator::{ServeOptions, WorldSpec, serve};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let options = options(std::env::args().skip(1))?;
    let running = serve(options, Arc::new(jiff::Timestamp::now)).await?;
    for (key, value) in running.environment() {
        println!("export {key}={value}");
    }
    std::io::stdout().flush()?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn options(arguments: impl Iterator<Item = String>) -> Result<ServeOptions, Failure> {
    let mut options = ServeOptions::default();
    // `demo --serve` is how the real program is told to do this; here it goes without saying.
    let mut arguments = arguments.filter(|argument| argument != "demo" && argument != "--serve");
    let (mut accounts, mut users, mut seed) = (None, None, None);
    while let Some(name) = arguments.next() {
        let value = arguments
            .next()
            .ok_or_else(|| format!("`{name}` needs a value"))?;
        match name.as_str() {
            "--port" => options.port = value.parse()?,
            "--accounts" => accounts = Some(value.parse()?),
            "--users" => users = Some(value.parse()?),
            "--seed" => seed = Some(value.parse()?),
            "--fault" => options.faults.push(value.parse()?),
            "--caller" => options.caller = value.parse()?,
            "--world" => options.world = world(&value)?,
            _ => return Err(format!("unknown option `{name}`").into()),
        }
    }
    let mut world = options.world;
    world = accounts.map_or(world.clone(), |accounts| world.accounts(accounts));
    world = users.map_or(world.clone(), |users| world.users_per_account(users));
    options.world = seed.map_or(world.clone(), |seed| world.seed(seed));
    Ok(options)
}

fn world(name: &str) -> Result<WorldSpec, Failure> {
    match name {
        "company" => Ok(WorldSpec::demo()),
        "uniform" => Ok(WorldSpec::uniform()),
        "mixed" => Ok(WorldSpec::mixed()),
        _ => Err(format!("unknown world `{name}`; one of company, mixed, uniform").into()),
    }
}
