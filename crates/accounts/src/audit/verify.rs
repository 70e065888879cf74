//! Walks the chains.

use super::anchor;
use super::chain::{self, FIRST};
use super::store::{self, Head};
use kernel::{AggregateKey, Result, TenantId};
use platform::App;
use platform::store::Tx;
use std::collections::BTreeMap;

/// Entries read at once.
const PAGE: i64 = 1_000;
/// Faults told at the most.
const BROKEN_MAX: usize = 100;

/// One fault of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Whose series.
    pub tenant: TenantId,
    /// The place in the series.
    pub seq: i64,
    /// What is wrong, in English: for the operator's terminal.
    pub what: String,
}

/// What a walk over all chains found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Series walked.
    pub series: usize,
    /// Entries whose mac was worked out.
    pub entries: u64,
    /// Anchors compared.
    pub anchors: usize,
    /// What does not hold; empty when all is well. At most 100.
    pub broken: Vec<Broken>,
}

impl Report {
    fn add(&mut self, tenant: TenantId, seq: i64, what: impl Into<String>) {
        if self.broken.len() < BROKEN_MAX {
            self.broken.push(Broken { tenant, seq, what: what.into() });
        }
    }
}

/// Opens the record: takes in the key, and begins the provider's own series.
pub(crate) async fn open(app: &App) -> Result<()> {
    let root = chain::take_root(root_key(app));
    let write = async move |tx: &mut Tx| store::begin(tx, TenantId(0), root).await;
    app.db().write(&crate::authorize::provider(), AggregateKey::new("audit", 0), write).await
}

fn root_key(app: &App) -> [u8; 32] {
    app.secrets().derive("audit chain")
}

/// Walks every series, and compares each with its head row and its newest anchor.
pub async fn verify(app: &App) -> Result<Report> {
    chain::take_root(root_key(app));
    let (heads, headless) = app
        .db()
        .read(&crate::authorize::provider(), async |tx: &mut Tx| {
            Ok((store::heads(tx).await?, store::headless(tx).await?))
        })
        .await?;
    let mut anchors = anchor::newest(&app.settings().data)?;
    let mut report = Report { series: heads.len(), ..Report::default() };
    for tenant in headless {
        report.add(tenant, 0, "the series has no head row");
    }
    for head in heads {
        let anchor = anchors.remove(&head.tenant);
        walk(app, &head, anchor.as_ref(), &mut report).await?;
    }
    for (tenant, a) in anchors {
        report.add(tenant, a.seq, "an anchored series is gone");
    }
    Ok(report)
}

async fn walk(app: &App, head: &Head, anchor: Option<&anchor::Anchor>, report: &mut Report) -> Result<()> {
    let tenant = head.tenant;
    let Ok(key) = chain::key_of(head.root, tenant) else {
        report.add(tenant, 0, "the series is chained under another master key");
        return Ok(());
    };
    let (mut mac, mut seq): (Vec<u8>, i64) = (FIRST.to_vec(), 0);
    let mut met = anchor.is_none();
    while seq < head.seq {
        let after = seq;
        let read = async move |tx: &mut Tx| store::stretch(tx, tenant, after, PAGE).await;
        let page = app.db().read(&crate::authorize::provider(), read).await?;
        if page.is_empty() {
            break;
        }
        for (entry, stored) in page {
            // What was added after the head was read belongs to the next walk.
            if entry.seq > head.seq {
                break;
            }
            if entry.seq != seq + 1 {
                report.add(tenant, seq + 1, "entries are missing");
            }
            if entry.mac(&key, &mac)[..] != stored[..] {
                report.add(tenant, entry.seq, "the entry does not fit the chain");
            }
            if let Some(a) = anchor.filter(|a| a.seq == entry.seq) {
                met = true;
                report.anchors += 1;
                if a.mac != stored {
                    report.add(tenant, a.seq, "the entry is not the one anchored outside the database");
                }
            }
            report.entries += 1;
            (seq, mac) = (entry.seq, stored);
        }
    }
    if seq != head.seq || (seq > 0 && mac != head.mac) {
        report.add(tenant, head.seq, "the series does not end where its head row says");
    }
    if let Some(a) = anchor.filter(|a| !met && a.seq > 0) {
        report.add(tenant, a.seq, "the anchored entry is missing");
    }
    Ok(())
}

/// The newest anchors by series.
pub(super) type Anchors = BTreeMap<TenantId, anchor::Anchor>;
