//! The demonstration: a provider with two clients, two lines each, eight agents whom queues give work and six who are at
//! work already, three queues and some hundreds of conversations of the last fortnight, in Chinese and English.
//!
//! It is lived, not written: the program is started on a clock that begins a fortnight ago, and every word goes in by the
//! interfaces that people use (`/api/v1`, the widget's calls), in order of time. So the log, the record, search and
//! figures are what they would be. The data is in `crates/server/demo/*.json`; names and numbers are invented.

mod cast;
mod clock;
mod data;
mod days;
mod desk_work;
mod floor;
mod house;
mod people;
mod shops;
mod talk;

pub use cast::{Seats, take_seats};
pub use shops::Shops;

use crate::boot::{Surroundings, start_with};
use crate::chance::SystemClock;
use crate::commands::codes::DEMO_PRESENT;
use crate::config::Config;
use crate::folder::{database_in, demo_file_in, write_private};
use crate::startup::Startup;
use clock::DemoClock;
use kernel::{Clock, Error, Result};
use std::sync::Arc;

/// Somebody who can sign in to the demonstration.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Login {
    /// What to sign in with.
    pub login: String,
    /// The password.
    pub password: String,
    /// Who that is.
    pub who: String,
}

/// How far back the demonstration begins.
const BEGINS_MS: i64 = 15 * 24 * 3_600_000;

/// Is the demonstration in this data folder?
pub fn is_loaded(config: &Config) -> bool {
    demo_file_in(&config.data).is_file()
}

/// The logins of the demonstration in this folder.
pub fn logins(config: &Config) -> Vec<Login> {
    shops::read_file(&config.data).map(|f| f.logins).unwrap_or_default()
}

/// Fills an empty data folder. Errors: `demo.present` when something is in it already, or what an interface refused.
pub async fn fill(config: &Config, startup: &Startup) -> Result<()> {
    if is_loaded(config) || database_in(&config.data).exists() {
        return Err(Error::new(&DEMO_PRESENT).detail(config.data.display().to_string()));
    }
    let now = SystemClock::default().now();
    let clock = Arc::new(DemoClock::new(now - BEGINS_MS));
    let config = elsewhere(config);
    let around = Surroundings { clock: clock.clone(), ..Surroundings::default() };
    startup.step("demonstration: people and clients", "演示数据：人员与甲方");
    let running = start_with(config.clone(), around).await?;
    let filled = live(&running, &clock, now, startup).await;
    running.stop().await;
    let file = filled?;
    let text = serde_json::to_string_pretty(&file)
        .map_err(|e| Error::internal("the demonstration's file").cause(e))?;
    write_private(&demo_file_in(&config.data), &text)
        .map_err(|e| Error::internal("the demonstration's file").cause(e))
}

async fn live(
    running: &crate::boot::Running,
    clock: &DemoClock,
    now: i64,
    startup: &Startup,
) -> Result<shops::File> {
    let house = house::build(running).await?;
    startup.step("demonstration: conversations", "演示数据：会话");
    talk::hold(running, clock, &house, now, startup).await?;
    Ok(shops::File { shops: house.shops(), logins: house.logins() })
}

/// The same configuration on ports that nobody knows, with the addresses that people will use later: the widget's
/// allowed sites and every link are made from those.
fn elsewhere(config: &Config) -> Config {
    let base = |given: &Option<String>, at: std::net::SocketAddr| {
        given.clone().or_else(|| (at.port() != 0).then(|| format!("http://localhost:{}", at.port())))
    };
    Config {
        desk_url: base(&config.desk_url, config.desk),
        public_url: base(&config.public_url, config.public),
        files_url: base(&config.files_url, config.files),
        desk: free(),
        public: free(),
        files: free(),
        ..config.clone()
    }
}

fn free() -> std::net::SocketAddr {
    std::net::SocketAddr::from(([127, 0, 0, 1], 0))
}
