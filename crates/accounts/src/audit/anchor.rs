//! The anchors outside the database: one line per client and day, appended and fsynced.
//!
//! A line reads `2026-11-21 tenant=7 seq=42 at=1800000000000 mac=<hex>`. Copied elsewhere (printed, mailed, kept by
//! the client), it shows that nothing up to that entry was rewritten since.

use super::store;
use super::verify::Anchors;
use kernel::{AggregateKey, Error, JobId, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::store::Tx;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The kind of the daily job.
pub(crate) const ANCHOR: &str = "audit.anchor";
/// A day in ms.
const DAY_MS: Millis = 86_400_000;

/// One line, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Anchor {
    pub day: String,
    pub tenant: TenantId,
    pub seq: i64,
    pub mac: Vec<u8>,
}

fn file(data: &Path) -> PathBuf {
    data.join("audit-anchors.log")
}

fn parse(line: &str) -> Option<Anchor> {
    let mut words = line.split_ascii_whitespace();
    let day = words.next()?.to_owned();
    let mut value = |name: &str| words.find_map(|w| w.strip_prefix(name)?.strip_prefix('='));
    let tenant = value("tenant")?.parse().ok().map(TenantId)?;
    let seq = value("seq")?.parse().ok()?;
    let mac = hex::decode(value("mac")?).ok()?;
    Some(Anchor { day, tenant, seq, mac })
}

fn read(data: &Path) -> Result<Vec<Anchor>> {
    match std::fs::read_to_string(file(data)) {
        Ok(text) => Ok(text.lines().filter_map(parse).collect()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(vec![]),
        Err(e) => Err(Error::internal("the anchors cannot be read").cause(e)),
    }
}

/// The newest anchor of each series.
pub(super) fn newest(data: &Path) -> Result<Anchors> {
    Ok(read(data)?.into_iter().map(|a| (a.tenant, a)).collect())
}

fn day_of(now: Millis) -> String {
    jiff::Timestamp::from_millisecond(now)
        .map_or_else(|_| String::from("1970-01-01"), |t| t.strftime("%Y-%m-%d").to_string())
}

/// Appends today's line of every series that has none yet.
async fn append(app: &App) -> Result<()> {
    let heads =
        app.db().read(&crate::authorize::provider(), async |tx: &mut Tx| store::heads(tx).await).await?;
    let (data, now) = (app.settings().data.clone(), app.now());
    let write = move || -> Result<()> {
        let day = day_of(now);
        let done: BTreeSet<TenantId> =
            read(&data)?.into_iter().filter(|a| a.day == day).map(|a| a.tenant).collect();
        let mut lines = String::new();
        for h in heads.iter().filter(|h| h.seq > 0 && !done.contains(&h.tenant)) {
            // Writing to a String cannot fail.
            let _ = writeln!(
                lines,
                "{day} tenant={} seq={} at={now} mac={}",
                h.tenant,
                h.seq,
                hex::encode(&h.mac)
            );
        }
        if lines.is_empty() {
            return Ok(());
        }
        let kept = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file(&data))
            .and_then(|mut f| f.write_all(lines.as_bytes()).and_then(|()| f.sync_all()))
            .and_then(|()| std::fs::File::open(&data)?.sync_all());
        kept.map_err(|e| Error::internal("the anchors cannot be written").cause(e))
    };
    tokio::task::spawn_blocking(write)
        .await
        .map_err(|e| Error::internal("the anchors were not written").cause(e))?
}

/// Anchors every series and sets itself for the next day.
pub(crate) async fn anchor_job(app: App, _: Job) -> Result<()> {
    append(&app).await?;
    schedule(&app, app.now() + DAY_MS).await
}

/// Sets the job, or moves it.
pub(crate) async fn schedule(app: &App, due_at: Millis) -> Result<()> {
    let id: JobId = app.id();
    let write = async move |tx: &mut Tx| {
        tx.enqueue(&NewJob {
            id,
            tenant: TenantId(0),
            kind: ANCHOR,
            subject: 0,
            payload: serde_json::Value::Null,
            due_at,
            unique_key: Some(ANCHOR.into()),
        })
        .await
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("audit", 0), write).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back() {
        let a = parse("2026-11-21 tenant=7 seq=42 at=1800000000000 mac=00ff").expect("a line");
        assert_eq!(a, Anchor { day: "2026-11-21".into(), tenant: TenantId(7), seq: 42, mac: vec![0, 255] });
        assert_eq!(parse("2026-11-21 tenant=x"), None);
        assert_eq!(day_of(1_800_000_000_000), "2027-01-15");
    }
}
