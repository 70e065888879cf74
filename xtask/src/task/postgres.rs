//! A PostgreSQL of our own for the tests: made in a temporary folder, gone when they end.

use super::needs::is_root;
use super::{Done, Failed, step};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variable by which tests find a server that they may make databases on.
pub const VARIABLE: &str = "HARK_TEST_POSTGRES";

/// Is PostgreSQL installed, or is there an address to use?
pub fn is_there() -> bool {
    std::env::var_os(VARIABLE).is_some() || program("initdb").is_some()
}

/// A server while this value lives.
pub struct Server {
    /// Its address.
    pub url: String,
    folder: Option<PathBuf>,
}

/// Starts one, unless the environment names one.
pub fn start() -> Done<Server> {
    if let Ok(url) = std::env::var(VARIABLE) {
        return Ok(Server { url, folder: None });
    }
    let initdb = program("initdb").ok_or_else(|| Failed("initdb is not installed".into()))?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let folder = std::env::temp_dir().join(format!("hark-postgres-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    if is_root() {
        // PostgreSQL refuses to run as root; the package brought a user for it.
        run_quietly(Command::new("chown").arg("postgres").arg(&folder))?;
    }
    let data = folder.join("data");
    run_quietly(as_postgres(&initdb).arg("-D").arg(&data).args([
        "-U",
        "hark",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]))?;
    let options = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=200",
        folder.display()
    );
    let pg_ctl = program("pg_ctl").ok_or_else(|| Failed("pg_ctl is not installed".into()))?;
    let log = folder.join("log");
    let mut c = as_postgres(&pg_ctl);
    c.arg("-D").arg(&data).arg("-w").arg("-l").arg(&log).arg("-o").arg(options).arg("start");
    // Its descendants would keep the pipe open, so nothing is read from it.
    let status = c.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).status()?;
    if !status.success() {
        let said = std::fs::read_to_string(log).unwrap_or_default();
        return Err(Failed(format!("PostgreSQL did not start:\n{said}")));
    }
    let url = format!("postgres://hark@127.0.0.1:{port}/postgres");
    Ok(Server { url, folder: Some(folder) })
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(folder) = &self.folder else { return };
        if let Some(pg_ctl) = program("pg_ctl") {
            // At the end there is nobody to tell that a temporary server did not stop well.
            let _ = as_postgres(&pg_ctl)
                .arg("-D")
                .arg(folder.join("data"))
                .args(["-m", "immediate", "stop"])
                .output();
        }
        let _ = std::fs::remove_dir_all(folder);
    }
}

fn run_quietly(c: &mut Command) -> Done {
    let out = c.current_dir(std::env::temp_dir()).output()?;
    match out.status.success() {
        true => Ok(()),
        false => Err(Failed(format!("{c:?}: {}", String::from_utf8_lossy(&out.stderr)))),
    }
}

fn as_postgres(program: &Path) -> Command {
    if is_root() {
        let mut c = step::command("setpriv", &["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        c.arg(program).current_dir(std::env::temp_dir());
        return c;
    }
    let mut c = Command::new(program);
    c.current_dir(std::env::temp_dir());
    c
}

/// A program of PostgreSQL: in the path, or where Debian keeps it.
fn program(name: &str) -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|d| d.filter_map(|e| Some(e.ok()?.path().join("bin").join(name))).collect())
        .unwrap_or_default();
    versions.sort();
    let in_path = std::env::var_os("PATH")
        .map(|p| std::env::split_paths(&p).map(|d| d.join(name)).collect::<Vec<_>>())
        .unwrap_or_default();
    versions.into_iter().rev().chain(in_path).find(|p| p.is_file())
}
