//! The node number.

use crate::codes;
use crate::store::{Db, Tx};
use kernel::{AggregateKey, Clock, Error, Millis, Result, Rng, TenantScope, args, sql};
use std::sync::Arc;
use std::time::Duration;

/// A number is held for this long without renewal.
pub const LEASE_MS: Millis = 90_000;
/// After its lease a number rests this long, so that a clock that runs fast takes nothing from a node that lives.
const REST_MS: Millis = 60_000;
/// Numbers there are.
const NUMBERS: i64 = 1024;

/// A held number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeLease {
    /// 0–1023.
    pub node: u16,
    /// Names this holder.
    pub holder: String,
}

/// Takes the lowest number that is free. On SQLite the folder's lock makes this process the only one, so that it is 0.
/// Errors: `nodes.none_free`.
pub async fn hold(db: &Db, rng: &dyn Rng, now: Millis) -> Result<NodeLease> {
    let holder = format!("{:016x}", rng.u64());
    let alone = db.sqlite_path().is_some();
    let name = holder.clone();
    let write = async move |tx: &mut Tx| {
        // Two nodes that start at once meet at this row and go one after the other.
        tx.exec(sql!("UPDATE log_head SET pos = pos WHERE id = 1"), &[]).await?;
        let resting = if alone { i64::MAX } else { now - REST_MS };
        let taken = tx
            .all(
                sql!("SELECT node FROM node_lease WHERE lease_until > $1 ORDER BY node"),
                args![resting],
                |r| r.int(0),
            )
            .await?;
        let free =
            (0..NUMBERS).find(|n| !taken.contains(n)).ok_or_else(|| Error::new(&codes::NO_NODE_NUMBER))?;
        tx.exec(
            sql!(
                "INSERT INTO node_lease(node, holder, lease_until) VALUES ($1, $2, $3)
                 ON CONFLICT (node) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until"
            ),
            args![free, name, now + LEASE_MS],
        )
        .await?;
        Ok(free)
    };
    let node = db.write(&TenantScope::system(), AggregateKey::new("node", 0), write).await?;
    let node = u16::try_from(node).map_err(|_| Error::internal("a node number has ten bits"))?;
    Ok(NodeLease { node, holder })
}

async fn renew(db: &Db, lease: &NodeLease, now: Millis) -> Result<bool> {
    let (node, holder) = (i64::from(lease.node), lease.holder.clone());
    let write = async move |tx: &mut Tx| {
        let sql = sql!("UPDATE node_lease SET lease_until = $1 WHERE node = $2 AND holder = $3");
        Ok(tx.exec(sql, args![now + LEASE_MS, node, holder]).await? == 1)
    };
    db.write(&TenantScope::system(), AggregateKey::new("node", 0), write).await
}

/// Renews the lease until `stop` turns true, then gives the number back. Calls `lost` when another holds it, or when it
/// could not be renewed for its whole time: ids made from then on might be another's too.
pub async fn keep(
    db: Db,
    clock: Arc<dyn Clock>,
    lease: NodeLease,
    mut stop: tokio::sync::watch::Receiver<bool>,
    lost: impl FnOnce() + Send,
) {
    if db.sqlite_path().is_some() {
        // The folder's lock is the lease; writing a row each half minute would only wake the disk.
        return crate::web::stopped(&mut stop).await;
    }
    let mut good_until = clock.now() + LEASE_MS;
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(LEASE_MS as u64 / 3)) => {}
            () = crate::web::stopped(&mut stop) => break,
        }
        let now = clock.now();
        match renew(&db, &lease, now).await {
            Ok(true) => good_until = now + LEASE_MS,
            Ok(false) => return lost(),
            Err(e) if clock.now() >= good_until => {
                tracing::error!(error = %e, node = lease.node, "the node number could not be renewed in time");
                return lost();
            }
            Err(e) => {
                tracing::warn!(error = %e, node = lease.node, "the node number could not be renewed; trying again")
            }
        }
    }
    // Its time has passed at once, and it rests all the same, since ids of this minute were made with it.
    let _ = renew(&db, &lease, clock.now() - LEASE_MS).await;
}
