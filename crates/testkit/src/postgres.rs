//! A PostgreSQL of the test's own: a cluster in a temporary folder, on a socket, ended when the test process ends.
//!
//! Looked for under `/usr/lib/postgresql/*/bin`, then in the `PATH`. As root it runs as the user `postgres`, since
//! PostgreSQL refuses root.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// A running cluster.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    user: Option<(u32, u32)>,
}

static SHARED: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU64 = AtomicU64::new(0);
/// Between two attempts to reach the server after a start.
const POLL: Duration = Duration::from_millis(20);
/// A server must answer within this after its start.
const START_MAX: Duration = Duration::from_secs(60);

const SETTINGS: &str = "listen_addresses = ''\nmax_connections = 300\nshared_buffers = '64MB'\nfsync = off\n\
    full_page_writes = off\nlog_min_messages = fatal\nlogging_collector = off\n";

impl Cluster {
    /// The one of this test process, started at the first call. Panics with what is missing.
    pub fn shared() -> &'static Cluster {
        SHARED.get_or_init(Cluster::start)
    }

    /// One of the caller's own, for tests that stop and start it.
    pub fn start() -> Cluster {
        let bin = find_bin();
        let folder = temp_folder();
        let user = (id("-u", None) == "0").then(|| {
            let numbers = ["-u", "-g"].map(|f| id(f, Some("postgres")).parse::<u32>());
            match numbers {
                [Ok(u), Ok(g)] => (u, g),
                _ => panic!("PostgreSQL does not run as root, and there is no user `postgres`: apt-get install postgresql"),
            }
        });
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).expect("the folder changes its owner");
        }
        let cluster = Cluster { bin, folder, user };
        let data = cluster.data();
        cluster.must(
            "initdb",
            &["-D", &data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "-N"],
        );
        let conf = cluster.folder.join("data/postgresql.conf");
        let mut text = std::fs::read_to_string(&conf).expect("initdb writes postgresql.conf");
        text.push_str(&format!("{SETTINGS}unix_socket_directories = '{}'\n", cluster.folder.display()));
        std::fs::write(&conf, text).expect("the configuration is written");
        cluster.leave_reaper();
        cluster.up();
        cluster
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn command(&self, program: &str) -> Command {
        let mut c = Command::new(self.bin.join(program));
        c.current_dir(&self.folder).stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            c.uid(uid).gid(gid);
        }
        c
    }

    fn must(&self, program: &str, args: &[&str]) {
        let out: Output = self.command(program).args(args).output().unwrap_or_else(|e| {
            panic!("{} could not be started: {e}", self.bin.join(program).display());
        });
        let text = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{program} {args:?} failed: {text}");
    }

    /// A shell that waits for this process's end (its standard input closes then, however the end came), stops the
    /// server and removes the folder.
    #[expect(clippy::zombie_processes, reason = "it outlives this process, which is its purpose")]
    fn leave_reaper(&self) {
        let script = format!(
            "read -r _; '{}/pg_ctl' -D '{}' -m immediate -s stop; rm -rf '{}'",
            self.bin.display(),
            self.data(),
            self.folder.display()
        );
        let mut sh = Command::new("sh");
        sh.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        sh.process_group(0).current_dir("/");
        if let Some((uid, gid)) = self.user {
            sh.uid(uid).gid(gid);
        }
        let mut child = sh.spawn().expect("a shell starts");
        // Held open until the process ends.
        std::mem::forget(child.stdin.take());
    }

    /// Starts the server, if it is stopped, and waits until it answers.
    pub fn up(&self) {
        let log = self.folder.join("log").display().to_string();
        let mut c = self.command("pg_ctl");
        c.args(["-D", &self.data(), "-l", &log, "-s", "-W", "start"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _ = c.status().expect("pg_ctl starts");
        let began = Instant::now();
        let socket = self.folder.display().to_string();
        while !self.quiet("psql", &["-h", &socket, "-U", "postgres", "-d", "postgres", "-c", "SELECT 1"]) {
            assert!(began.elapsed() < START_MAX, "PostgreSQL did not start; see {log}");
            std::thread::sleep(POLL);
        }
    }

    fn quiet(&self, program: &str, args: &[&str]) -> bool {
        let mut c = self.command(program);
        c.args(args).stdout(Stdio::null()).stderr(Stdio::null());
        c.status().is_ok_and(|s| s.success())
    }

    /// Ends the server at once, as a crash would.
    pub fn crash(&self) {
        self.must("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-s", "stop"]);
    }

    /// Ends the server, throwing its clients out.
    pub fn stop(&self) {
        self.must("pg_ctl", &["-D", &self.data(), "-m", "fast", "-s", "stop"]);
    }

    /// A new database; answers how to reach it.
    pub fn database(&self) -> String {
        let name = format!("t{}", DATABASES.fetch_add(1, Relaxed));
        let socket = self.folder.display().to_string();
        self.must("createdb", &["-h", &socket, "-U", "postgres", "--template=template0", &name]);
        format!("host={socket} user=postgres dbname={name}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The reaper would do so as well, only later.
        self.quiet("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-s", "stop"]);
    }
}

fn id(flag: &str, user: Option<&str>) -> String {
    let out = Command::new("id").arg(flag).args(user).output().expect("`id` runs");
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

fn find_bin() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|e| {
            let path = e.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            Some((version, path.join("bin")))
        })
        .filter(|(_, p)| p.join("initdb").exists())
        .collect();
    found.sort();
    let in_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|p| p.join("initdb").exists() && p.join("pg_ctl").exists())
    };
    found.pop().map(|(_, p)| p).or_else(in_path).unwrap_or_else(|| {
        panic!("PostgreSQL's `initdb` is neither under /usr/lib/postgresql/*/bin nor in the PATH: apt-get install postgresql")
    })
}

/// Short, since the name of a socket has 107 bytes at the most.
fn temp_folder() -> PathBuf {
    let root = Path::new("/tmp");
    let made = tempfile::Builder::new().prefix("hark-pg-").tempdir_in(root).expect("a folder in /tmp");
    made.keep()
}
