//! Configuration: one list of keys, read from defaults, a file, the environment and flags, later ones winning.
//!
//! ```text
//! flags ▸ environment (HARK_…) ▸ file (hark.toml) ▸ defaults
//! ```
//! A key that is not on the list is refused, with its line and the nearest key that is. `hark config check` prints every
//! key with its value, where the value came from and what it means; values of secrets are never printed.

mod explain;
mod keys;
mod read;

pub use explain::{explain, template};
pub use keys::{KEYS, Key, Shape};
pub use read::{Fault, Given, Input, read};

use channels::email::deliveries::ClientShare;
use channels::email::door::DoorSettings;
use channels::email::judging::Resolving;
use platform::egress::Allow;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// What the program is to do, complete and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Where the desk listens; port 0 takes a free one.
    pub desk: SocketAddr,
    /// Where the public origin listens.
    pub public: SocketAddr,
    /// Where the files' origin listens.
    pub files: SocketAddr,
    /// Base address of the desk, if it differs from where it listens.
    pub desk_url: Option<String>,
    /// Base address of the public origin.
    pub public_url: Option<String>,
    /// Base address of the files' origin.
    pub files_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// PostgreSQL; without it SQLite in the data folder.
    pub postgres: Option<String>,
    /// Skip the backup before an upgrade.
    pub skip_backup: bool,
    /// Writes waiting at the most.
    pub queue_max: usize,
    /// Read lanes.
    pub readers: usize,
    /// Connections per listener.
    pub connections: usize,
    /// Addresses outside the public network that outgoing calls may reach.
    pub egress_allow: Vec<Allow>,
    /// Where mail is taken in.
    pub mail_in: DoorSettings,
    /// Where names are looked up to judge who sent a mail.
    pub resolving: Resolving,
    /// Domains of forwarders whose word about a sender is believed (ARC).
    pub sealers: Vec<String>,
    /// What one client's inboxes of mail may send.
    pub client_share: ClientShare,
    /// Which messages of the program are logged.
    pub log_level: String,
    /// One JSON object per line instead of text.
    pub log_json: bool,
    /// What `/metrics` asks for from elsewhere than this machine.
    pub metrics_token: Option<String>,
}

/// A configuration with the story of each value.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Every key with its value and where that came from.
    pub given: BTreeMap<&'static str, Given>,
}

impl Config {
    /// The defaults, on this data folder and on free ports of the loopback address: what tests start.
    pub fn on_free_ports(data: impl Into<PathBuf>) -> Config {
        let flags = vec![
            ("data".to_owned(), data.into().to_string_lossy().into_owned()),
            ("listen.port_base".to_owned(), "0".to_owned()),
        ];
        let input = Input { file: None, environment: vec![], flags };
        read(input).expect("invariant: the defaults are a valid configuration").config
    }

    /// The configuration file that is read when none is named: `hark.toml` in the working folder, if it is there.
    pub fn usual_file() -> Option<PathBuf> {
        let path = PathBuf::from("hark.toml");
        path.is_file().then_some(path)
    }
}
