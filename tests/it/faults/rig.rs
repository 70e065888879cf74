//! The real program as a child process, on a folder and a database that outlive it.

use benches::{Api, Launcher, Process, Seats, Server, Serving, found};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use testkit::{Cluster, Engine};

/// A start that lost its port to another test is tried again.
const STARTS_MAX: usize = 3;
/// Readers of the log must catch up within this.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);
/// The seed of the staff.
const STAFF_SEED: u64 = 7;

/// The program: named by `HARK_BIN`, or the one that was built beside this test.
pub fn program() -> PathBuf {
    let beside = || {
        let test = std::env::current_exe().expect("a test has a path");
        test.parent().and_then(Path::parent).expect("a test lies in target/PROFILE/deps").join("hark")
    };
    let path = std::env::var_os("HARK_BIN").map_or_else(beside, PathBuf::from);
    let missing = "cargo build --workspace builds it; HARK_BIN names another";
    assert!(path.is_file(), "the program is missing at {}: {missing}", path.display());
    path
}

struct Hark {
    program: PathBuf,
    settings: Vec<&'static str>,
}

impl Hark {
    /// Without this test's own variables, which the program would take for its configuration.
    fn command(&self) -> Command {
        let mut c = Command::new(&self.program);
        for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("HARK_")) {
            c.env_remove(name);
        }
        c
    }
}

impl Launcher for Hark {
    fn serve(&self, s: &Serving<'_>) -> Command {
        let mut c = self.command();
        c.arg("serve").arg("--data").arg(s.data).arg("--port-base").arg(s.port_base.to_string());
        c.args(self.settings.iter().flat_map(|pair| ["--set", pair]));
        // What these tests show must not hang on whether names can be looked up here.
        c.env("HARK_MAIL_IN_RESOLVER", "off");
        if let Some(url) = s.database_url {
            c.env("HARK_STORE_POSTGRES", url);
        }
        c
    }
}

/// Where the running server listens.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub desk: SocketAddr,
    pub public: SocketAddr,
}

/// An inbox that takes signed messages.
#[derive(Clone)]
pub struct Inbox {
    pub key: String,
    pub secret: benches::Key,
}

/// The program on its folder.
pub struct Rig {
    hark: Hark,
    pub data: PathBuf,
    pub database: Option<String>,
    pub seats: Seats,
    server: RefCell<Option<Server>>,
    place: Cell<Place>,
    _folder: TempDir,
}

impl Rig {
    /// Founds a provider and starts the program on it.
    pub async fn on(engine: Engine) -> Rig {
        let database = (engine == Engine::Postgres).then(|| Cluster::shared().database());
        Rig::with(None, database, &[]).await
    }

    /// With its data below this folder, on this database, with these settings.
    pub async fn with(below: Option<&Path>, database: Option<String>, settings: &[&'static str]) -> Rig {
        benches::allow_many_files();
        let folder = match below {
            Some(path) => tempfile::tempdir_in(path),
            None => tempfile::tempdir(),
        };
        let folder = folder.expect("a folder");
        let data = folder.path().join("data");
        let hark = Hark { program: program(), settings: settings.to_vec() };
        let seats =
            found(&hark, &data, database.as_deref(), STAFF_SEED).await.expect("a provider is founded");
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
        let place = Cell::new(Place { desk: nowhere, public: nowhere });
        let rig = Rig { hark, data, database, seats, server: RefCell::default(), place, _folder: folder };
        rig.start().await;
        rig
    }

    /// Starts the program and waits until it is ready. Answers how long that took.
    pub async fn start(&self) -> Duration {
        for attempt in 1.. {
            match Server::start(&self.hark, &self.data, self.database.as_deref()).await {
                Ok(server) => {
                    let took = server.ready_after;
                    self.place.set(Place { desk: server.desk, public: server.public });
                    *self.server.borrow_mut() = Some(server);
                    return took;
                }
                Err(e) if attempt == STARTS_MAX => panic!("the program does not start: {e}"),
                Err(e) => println!("a start failed: {e}"),
            }
        }
        unreachable!("the loop ends by its own bound")
    }

    /// Starts the program and ends it (SIGKILL) after this time, ready or not.
    pub async fn start_and_kill(&self, after: Duration) {
        let serving = Serving { data: &self.data, port_base: 0, database_url: self.database.as_deref() };
        let mut command = self.hark.serve(&serving);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        tokio::time::sleep(after).await;
        child.kill().expect("it is ours");
        child.wait().expect("it is ours");
    }

    fn process(&self) -> Process {
        let server = self.server.borrow_mut().take();
        server.and_then(|s| s.process).expect("a server of ours is running")
    }

    /// Ends the program where it stands.
    pub fn kill(&self) {
        self.process().kill().expect("it is ours");
    }

    /// Asks the program to end and waits, while others go on; how it ended and after how long.
    pub async fn stop(&self) -> (ExitStatus, Duration) {
        let mut process = self.process();
        let asked = std::time::Instant::now();
        process.terminate();
        loop {
            if let Some(status) = process.ended().expect("it is ours") {
                return (status, asked.elapsed());
            }
            assert!(asked.elapsed() < CAUGHT_UP_WITHIN, "the program does not end when asked");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Is the program, which nobody ended, still there?
    pub fn lives(&self) -> bool {
        let mut server = self.server.borrow_mut();
        let process = server.as_mut().and_then(|s| s.process.as_mut());
        process.is_some_and(|p| p.ended().is_ok_and(|e| e.is_none()))
    }

    /// Where it listens, or listened last.
    pub fn place(&self) -> Place {
        self.place.get()
    }

    /// An administrator at the desk's API.
    pub fn admin(&self) -> Api {
        Api::new(self.place().desk, &self.seats.admin_token())
    }

    /// The first client's inboxes: the signed one, and the public name of its web chat.
    pub async fn inboxes(&self) -> (Inbox, String) {
        let (id, key) = self.seats.api_inbox();
        (self.with_secret(&id, key).await, self.seats.web_inbox())
    }

    async fn with_secret(&self, id: &str, key: String) -> Inbox {
        let made = self.admin().post(&format!("/api/v1/inboxes/{id}/secret"), &json!({})).await;
        let made = made.expect("a secret is made");
        let secret = benches::Key::parse(text(&made, "secret")).expect("a secret");
        Inbox { key, secret }
    }

    /// A further client with a line and a signed inbox: its id and the inbox.
    pub async fn client(&self, name: &str) -> (String, Inbox) {
        let api = self.admin();
        let tenant = api.post("/api/v1/tenants", &json!({ "name": name })).await.expect("a client");
        let tenant = text(&tenant, "id").to_owned();
        let line =
            api.post("/api/v1/lines", &json!({ "tenant": tenant, "name": name })).await.expect("a line");
        let body = json!({ "tenant": tenant, "line": text(&line, "id"), "channel": "api", "name": name });
        let inbox = api.post("/api/v1/inboxes", &body).await.expect("an inbox");
        let inbox = self.with_secret(text(&inbox, "id"), text(&inbox, "key").to_owned()).await;
        (tenant, inbox)
    }

    /// Runs a command on this data; what it printed.
    pub fn command(&self, words: &[&str]) -> Output {
        let mut c = self.hark.command();
        c.args(words).arg("--data").arg(&self.data).args(["--language", "en"]).stdin(Stdio::null());
        if let Some(url) = &self.database {
            c.env("HARK_STORE_POSTGRES", url);
        }
        c.output().expect("the program starts")
    }

    /// The readers catch up with the log; the store, the log and the record are whole.
    pub async fn is_whole(&self) {
        self.admin().wait_for_readers(CAUGHT_UP_WITHIN).await.expect("readers catch up");
        for words in [["store", "check"], ["audit", "verify"]] {
            let out = self.command(&words);
            let said = [out.stdout, out.stderr].map(|b| String::from_utf8_lossy(&b).into_owned()).concat();
            assert!(out.status.success() && said.contains('✓'), "hark {}: {said}", words.join(" "));
        }
    }

    /// The last lines of the program's log, for a person who looks at a failure.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.data.with_extension("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

/// A text of an answer.
pub fn text<'a>(v: &'a Value, name: &str) -> &'a str {
    v[name].as_str().unwrap_or_else(|| panic!("no {name} in {v}"))
}
