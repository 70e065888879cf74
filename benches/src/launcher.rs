//! Starting a server, or a floor, as a process of its own, and making sure that it ends.

use crate::driver::{Api, Connection, Request};
use crate::fault::{Fault, Outcome, While};
use crate::process;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A server that is not ready after this long will not be.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// Between two questions whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(1);
/// A process that does not end within this after being asked is killed.
const END_WITHIN: Duration = Duration::from_secs(20);
/// Port triples looked at until one is free.
const PORT_TRIES: usize = 200;

/// How a server is to be started.
#[derive(Debug, Clone, Copy)]
pub struct Serving<'a> {
    /// Its data folder.
    pub data: &'a Path,
    /// The desk's port on 127.0.0.1; the public origin takes the next, files the one after.
    pub port_base: u16,
    /// PostgreSQL instead of SQLite.
    pub database_url: Option<&'a str>,
}

/// What the `hark` command supplies: how to start itself.
pub trait Launcher {
    /// The command that serves.
    fn serve(&self, serving: &Serving<'_>) -> Command;

    /// The command that runs a floor, up to its name: `hark bench floor`.
    fn floor(&self) -> Command {
        let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("hark"));
        let mut command = Command::new(program);
        command.args(["bench", "floor"]);
        command
    }
}

/// A child process that is ended when dropped.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Its number.
    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to end and waits; kills it when it does not. Answers how it ended.
    pub fn stop(&mut self) -> Outcome<ExitStatus> {
        self.terminate();
        let asked = Instant::now();
        while asked.elapsed() < END_WITHIN {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.kill()?;
        Err(Fault::new("the server did not end when asked and was killed"))
    }

    /// Asks it to end (SIGTERM).
    pub fn terminate(&self) {
        process::terminate(self.pid());
    }

    /// Ends it where it stands (SIGKILL).
    pub fn kill(&mut self) -> Outcome<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        if let Ok(None) = self.0.try_wait() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Its process, when it is ours.
    pub process: Option<Process>,
    /// The desk's address.
    pub desk: SocketAddr,
    /// The public origin's address.
    pub public: SocketAddr,
    /// From start to the first answer that it is ready.
    pub ready_after: Duration,
}

impl Server {
    /// A server that somebody else runs. Only plain HTTP: TLS would measure the proxy.
    pub fn elsewhere(desk: &str, public: &str) -> Outcome<Server> {
        Ok(Server {
            process: None,
            desk: address(desk)?,
            public: address(public)?,
            ready_after: Duration::ZERO,
        })
    }

    /// Starts one and waits until it is ready. Its log goes to `server.log` beside the data folder.
    pub async fn start(launcher: &dyn Launcher, data: &Path, database_url: Option<&str>) -> Outcome<Server> {
        let port_base = free_ports()?;
        let log = data.with_extension("log");
        let out = File::options().create(true).append(true).open(&log).while_("the server's log")?;
        let mut command = launcher.serve(&Serving { data, port_base, database_url });
        command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
        let started = Instant::now();
        let mut process = Process(command.spawn().while_("starting the server")?);
        let at = |n| SocketAddr::from(([127, 0, 0, 1], port_base + n));
        while started.elapsed() < READY_WITHIN {
            if is_ready(at(0)).await {
                let ready_after = started.elapsed();
                return Ok(Server { process: Some(process), desk: at(0), public: at(1), ready_after });
            }
            if let Some(status) = process.0.try_wait()? {
                return Err(Fault::new(format!("the server ended with {status}:\n{}", end_of(&log))));
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        Err(Fault::new(format!("the server was not ready within {READY_WITHIN:?}:\n{}", end_of(&log))))
    }

    /// The desk's API, with a token.
    pub fn api(&self, token: &str) -> Api {
        Api::new(self.desk, token)
    }

    /// Its process number, when it is ours.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::pid)
    }

    /// CPU used so far, in µs; 0 for a server elsewhere.
    pub fn cpu_us(&self) -> Outcome<u64> {
        self.pid().map_or(Ok(0), process::cpu_us)
    }

    /// Memory held, in kB; 0 for a server elsewhere.
    pub fn rss_kb(&self) -> Outcome<u64> {
        self.pid().map_or(Ok(0), process::rss_kb)
    }

    /// Ends it, if it is ours.
    pub fn stop(mut self) -> Outcome<()> {
        self.process.as_mut().map_or(Ok(()), |p| p.stop().map(|_| ()))
    }
}

async fn is_ready(desk: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(desk).await else { return false };
    let request = Request::new("GET", "/readyz").bytes(desk);
    connection.call(&request).await.is_ok_and(|a| a.status == 200)
}

fn end_of(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

fn address(url: &str) -> Outcome<SocketAddr> {
    use std::net::ToSocketAddrs;
    let host =
        url.strip_prefix("http://").ok_or_else(|| Fault::new(format!("{url}: give an http:// address")))?;
    let host = host.trim_end_matches('/');
    let with_port = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let found = with_port.to_socket_addrs().while_(url)?.find(SocketAddr::is_ipv4);
    found.ok_or_else(|| Fault::new(format!("{url}: no IPv4 address")))
}

/// A port with two free ones behind it, below those that the system gives to clients.
fn free_ports() -> Outcome<u16> {
    let start = 10_000 + (std::process::id() % 7_000) as u16 * 3;
    for k in 0..PORT_TRIES as u16 {
        let base = 10_000 + (start - 10_000 + 3 * k) % 21_000;
        let free = |n: u16| TcpListener::bind(("127.0.0.1", base + n)).is_ok();
        if free(0) && free(1) && free(2) {
            return Ok(base);
        }
    }
    Err(Fault::new("no three free ports in a row"))
}

/// A floor that serves.
#[derive(Debug)]
pub struct FloorServer {
    process: Process,
    /// Where.
    pub at: SocketAddr,
    /// From start to the first line it printed.
    pub ready_after: Duration,
}

impl FloorServer {
    /// Starts a floor and reads the port that it prints.
    pub fn start(launcher: &dyn Launcher, name: &str, arguments: &[String]) -> Outcome<FloorServer> {
        let started = Instant::now();
        let (process, line) = first_line(launcher, name, arguments)?;
        let port = serde_json::from_str::<serde_json::Value>(&line)?["port"].as_u64();
        let port = port.ok_or_else(|| Fault::new(format!("the floor {name} printed {line}")))?;
        let at = SocketAddr::from(([127, 0, 0, 1], port as u16));
        Ok(FloorServer { process, at, ready_after: started.elapsed() })
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }
}

/// Runs a floor that only measures and answers what it printed.
pub fn measure_floor(
    launcher: &dyn Launcher,
    name: &str,
    arguments: &[String],
) -> Outcome<serde_json::Value> {
    let (_, line) = first_line(launcher, name, arguments)?;
    Ok(serde_json::from_str(&line)?)
}

fn first_line(launcher: &dyn Launcher, name: &str, arguments: &[String]) -> Outcome<(Process, String)> {
    let mut command = launcher.floor();
    // Its standard input is ours to hold open: it ends when this process does, however that comes about.
    command.arg(name).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().while_("starting a floor")?;
    let out = child.stdout.take().ok_or_else(|| Fault::new("a floor without output"))?;
    let process = Process(child);
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    Ok((process, line))
}
