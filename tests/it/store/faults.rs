//! What holds while something breaks.

use super::{add_row, key, rows, write_row};
use futures_util::future::join_all;
use kernel::{Actor, Error, Event, Rng, TenantId, TenantScope};
use parking_lot::Mutex;
use platform::log::Log;
use platform::store::{Db, Location, Options, Tx};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};
use testkit::{Cluster, SeededRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

fn one() -> TenantScope {
    TenantScope::tenant(TenantId(1))
}

async fn add_with_event(db: &Db, n: i64) -> kernel::Result<()> {
    let write = async move |tx: &mut Tx| {
        add_row(tx, 1, n).await?;
        tx.emit(Event::new(TenantId(1), "thing.made", n, Actor::SYSTEM, 0));
        Ok(())
    };
    db.write(&one(), key(n), write).await
}

/// Every acknowledged number is there with one event; what is there beyond it was sent; positions have no gap.
async fn check_set(db: &Db, acknowledged: &BTreeSet<i64>, sent: i64) {
    let stored: BTreeSet<i64> = rows(db, 1).await.into_iter().collect();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(stored.iter().all(|n| *n < sent));
    let (log, mut events) = (Log::new(db.clone()), vec![]);
    while let Some(page) =
        Some(log.after(events.len() as i64, 1000).await.expect("reads")).filter(|p| !p.is_empty())
    {
        events.extend(page);
    }
    let positions: Vec<i64> = events.iter().map(|e| e.pos).collect();
    assert_eq!(positions, (1..=stored.len() as i64).collect::<Vec<_>>());
    let subjects: BTreeSet<i64> = events.iter().map(|e| e.subject).collect();
    assert_eq!(subjects, stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_restarts_of_postgres_under_load_lose_nothing() {
    let rng = SeededRng::from_env();
    let cluster = Arc::new(tokio::task::spawn_blocking(Cluster::start).await.expect("starts"));
    let db = Db::open(&Location::Postgres(cluster.database()), &Options::default()).expect("opens");
    let (next, stop) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(false)));
    let good = Arc::new(Mutex::new(BTreeSet::new()));
    let writers: Vec<_> = (0..24)
        .map(|_| {
            let (db, next, stop, good) = (db.clone(), next.clone(), stop.clone(), good.clone());
            tokio::spawn(async move {
                let mut slowest = Duration::ZERO;
                while !stop.load(SeqCst) {
                    let (n, began) = (next.fetch_add(1, SeqCst), Instant::now());
                    match add_with_event(&db, n).await {
                        Ok(()) => drop(good.lock().insert(n)),
                        Err(e) => assert!(e.code.code.starts_with("store."), "{e}"),
                    }
                    slowest = slowest.max(began.elapsed());
                }
                slowest
            })
        })
        .collect();
    for round in 0..20 {
        let goal = good.lock().len() + 50 + (rng.u64() % 100) as usize;
        while good.lock().len() < goal {
            tokio::task::yield_now().await;
        }
        let (c, crash) = (cluster.clone(), round % 2 == 0);
        let restarted = tokio::task::spawn_blocking(move || {
            if crash {
                c.crash()
            } else {
                c.stop()
            }
            c.up();
        });
        restarted.await.expect("restarts");
    }
    let goal = good.lock().len() + 50;
    while good.lock().len() < goal {
        tokio::task::yield_now().await;
    }
    stop.store(true, SeqCst);
    let slowest = join_all(writers).await.into_iter().map(|w| w.expect("runs")).max();
    println!("{} acknowledged, {} sent, slowest {slowest:?}", good.lock().len(), next.load(SeqCst));
    let acknowledged = good.lock().clone();
    db.close();
    let later = Db::open(db.location(), &Options::default()).expect("opens");
    check_set(&later, &acknowledged, next.load(SeqCst)).await;
}

/// Where the line is cut.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// The engine never hears COMMIT.
    Before,
    /// The engine commits, its answer is lost.
    After,
}

/// Carries bytes between the store and the server; cuts the line at a COMMIT when armed.
async fn proxy(socket: PathBuf, cut: Cut, armed: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let port = listener.local_addr().expect("has a port").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (socket, armed) = (socket.clone(), armed.clone());
            tokio::spawn(async move {
                let server = UnixStream::connect(socket).await.expect("the server is up");
                carry(client, server, cut, &armed).await;
            });
        }
    });
    port
}

async fn carry(client: TcpStream, server: UnixStream, cut: Cut, armed: &AtomicUsize) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(n @ 1..) = from_client.read(&mut bytes).await {
        let commit = bytes[..n].windows(7).any(|w| w == b"COMMIT\0");
        if commit && armed.load(SeqCst) > 0 {
            armed.fetch_sub(1, SeqCst);
            if cut == Cut::After {
                // No answer may pass any more; then the engine is told, and given the time it needs.
                answers.abort();
                let _ = to_server.write_all(&bytes[..n]).await;
                let _ = to_server.shutdown().await;
            }
            return;
        }
        if to_server.write_all(&bytes[..n]).await.is_err() {
            return;
        }
    }
    answers.abort();
}

async fn in_doubt(cut: Cut) {
    let url = Cluster::shared().database();
    let folder =
        url.split_whitespace().next().and_then(|p| p.strip_prefix("host=")).expect("names its folder");
    let armed = Arc::new(AtomicUsize::new(0));
    let port = proxy(Path::new(folder).join(".s.PGSQL.5432"), cut, armed.clone()).await;
    let through = url.replace(&format!("host={folder}"), &format!("host=127.0.0.1 port={port}"));
    let db = Db::open(&Location::Postgres(through), &Options::default()).expect("opens");
    for n in 0..10 {
        armed.store(1, SeqCst);
        add_with_event(&db, n).await.expect("is written once, whatever became of the line");
        assert_eq!(armed.load(SeqCst), 0, "the line was cut");
    }
    check_set(&db, &(0..10).collect(), 10).await;
    assert_eq!(rows(&db, 1).await.len(), 10);
    assert_eq!(db.tail().head(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_in_doubt_that_happened_is_acknowledged_once() {
    in_doubt(Cut::After).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_in_doubt_that_did_not_happen_is_done_once() {
    in_doubt(Cut::Before).await;
}

/// A file system of some megabytes, gone with this value. Needs the right to mount.
pub struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    pub fn new(size: &str) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"])
            .arg(folder.path())
            .output();
        let ok = mounted.is_ok_and(|o| o.status.success());
        if !ok {
            println!("a full disk cannot be had: mounting a tmpfs needs root");
        }
        ok.then_some(SmallDisk(folder))
    }
    pub fn path(&self) -> &Path {
        self.0.path()
    }
    /// Takes all the room that is left.
    pub fn fill(&self) {
        let mut f = std::fs::File::create(self.path().join("ballast")).expect("is made");
        while std::io::Write::write_all(&mut f, &[0; 4096]).is_ok() {}
    }
    /// Takes the room that has become free since.
    pub fn top_up(&self) {
        let ballast = std::fs::File::options().append(true).open(self.path().join("ballast"));
        let mut f = ballast.expect("is there");
        while std::io::Write::write_all(&mut f, &[0; 4096]).is_ok() {}
    }
    pub fn free(&self) {
        std::fs::remove_file(self.path().join("ballast")).expect("is there");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let Some(disk) = SmallDisk::new("8m") else { return };
    let db = Db::open(&Location::Sqlite(disk.path().join("hark.db")), &Options::default()).expect("opens");
    let mut good = BTreeSet::new();
    for round in 0..3_i64 {
        let base = round * 100_000;
        for n in base..base + 50 {
            add_with_event(&db, n).await.expect("there is room");
            good.insert(n);
        }
        disk.fill();
        let mut refused: Option<Error> = None;
        for n in base + 50..base + 5_000 {
            match add_with_event(&db, n).await {
                Ok(()) => drop(good.insert(n)),
                Err(e) => {
                    refused = Some(e);
                    break;
                }
            }
        }
        let e = refused.expect("the disk is full");
        assert_eq!((e.code.code, e.kind()), ("store.full", kernel::Kind::StorageFull), "{e}");
        // Reading goes on, also of what was just written.
        let stored: BTreeSet<i64> = rows(&db, 1).await.into_iter().collect();
        assert_eq!(stored, good);
        let many = join_all((0..50).map(|n| write_row(&db, 1, base + 90_000 + n))).await;
        assert!(many.iter().all(|r| r.as_ref().is_err_and(|e| e.code.code == "store.full")));
        disk.free();
    }
    add_with_event(&db, 999_999).await.expect("there is room again, without a restart");
    good.insert(999_999);
    let stored: BTreeSet<i64> = rows(&db, 1).await.into_iter().collect();
    assert_eq!(stored, good);
    assert_eq!(db.tail().head(), good.len() as i64);
}
