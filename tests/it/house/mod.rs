//! The whole program with two clients, each with two lines, and somebody of every role: what tests of the house share.
//!
//! ```text
//! Alpha ─ A1      Bravo ─ B1
//!       └ A2            └ B2
//! ```
//! Every text of a client holds its mark, every text of a line the mark with the line's number, so that what leaks is
//! found by its mark.

mod build;
mod crm;
mod desk_work;
mod floor;
mod http;
mod insight;
mod mail;
mod notices;
mod rows;
mod schema;
mod sending;
mod socket;

pub use build::Places;
pub use http::{Person, Reply};
pub use rows::difference;
pub use schema::{Api, Operation};
pub use socket::Socket;

use serde_json::Value;
use server::{Config, Running};
use std::collections::BTreeMap;
use std::time::Duration;
use tempfile::TempDir;
use testkit::{Cluster, Engine};
use tokio::task::JoinSet;

/// Stands in every text of the first client.
pub const MARK_A: &str = "Qvalpha";
/// Stands in every text of the second client.
pub const MARK_B: &str = "Qvbravo";
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";
/// The roles that every installation begins with.
pub const ROLES: [&str; 5] = ["administrator", "supervisor", "agent", "client_staff", "developer"];

/// Between two looks at what is still under way.
const REST: Duration = Duration::from_millis(20);
/// Looks at the most.
const RESTS_MAX: usize = 1_500;

/// The program, filled.
pub struct House {
    /// The program.
    pub running: Running,
    /// What it describes of itself.
    pub api: Api,
    /// The provider's administrator.
    pub admin: Person,
    /// Everybody else by name: `agent@A`, `agent@A1`, `agent@A2`, `agent@B1`, `token@A1` …
    pub people: BTreeMap<String, Person>,
    /// Line A1 with everything in it.
    pub a1: Places,
    /// Line A2 with everything in it.
    pub a2: Places,
    /// Line B1 with everything in it.
    pub b1: Places,
    /// Line B2 with everything in it.
    pub b2: Places,
    engine: Engine,
    database: String,
    sockets: JoinSet<()>,
    _folder: TempDir,
}

impl House {
    /// Starts and fills one.
    pub async fn on(engine: Engine) -> House {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::on_free_ports(folder.path());
        config.postgres = (engine == Engine::Postgres).then(|| Cluster::shared().database());
        let database = match &config.postgres {
            Some(url) => url.clone(),
            None => folder.path().join("hark.db").to_string_lossy().into_owned(),
        };
        let running = server::start(config).await.expect("the program starts");
        build::build(running, engine, database, folder).await
    }

    /// Everything the database holds that a refused call must leave alone, a line per row.
    pub async fn rows(&self) -> Vec<String> {
        rows::all(self.engine, &self.database).await
    }

    /// Somebody by name.
    pub fn person(&self, name: &str) -> &Person {
        self.people.get(name).unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    /// Somebody without any proof.
    pub fn nobody(&self) -> Person {
        self.admin.stripped()
    }

    /// A staff socket.
    pub async fn socket(&self, of: &Person) -> Socket {
        let desk = &self.running.app().settings().desk_url;
        Socket::open(self.running.desk, desk, of).await.expect("the socket opens")
    }

    /// Waits until every reader of the log has come to its end, the watch over the lines has seen how things stand, and
    /// what goes out to staff has been told and tried: the house's servers are not there, so each card and letter is laid
    /// aside at its first try.
    pub async fn settle(&self) {
        let app = self.running.app();
        while app.readers().slowest().is_some_and(|p| p < app.log().head()) {
            tokio::time::sleep(REST).await;
        }
        let waits = |row: &String| {
            ["card:", "letter:"].iter().any(|t| row.starts_with(t)) && row.contains(" status=pending ")
        };
        for _ in 0..RESTS_MAX {
            let untold = rows::jobs(self.engine, &self.database, platform::notices::SPREAD).await;
            if insight::watched(self).await && untold == 0 && !self.rows().await.iter().any(waits) {
                return;
            }
            tokio::time::sleep(REST).await;
        }
        panic!("cards or letters still wait");
    }

    /// Keeps a socket open as long as the house stands.
    fn keep(&mut self, socket: Socket) {
        self.sockets.spawn(socket.stay());
    }

    /// Ends the program in order.
    pub async fn end(mut self) {
        self.sockets.shutdown().await;
        self.running.stop().await;
    }
}

/// A field that is a text, such as an id.
pub fn text(v: &Value, field: &str) -> String {
    v[field].as_str().unwrap_or_else(|| panic!("no {field} in {v}")).to_owned()
}
