//! Old events go once every cursor has passed them.

use crate::store::{Db, Tx};
use kernel::{AggregateKey, Millis, Result, TenantScope, args, sql};

/// Events are kept for 30 days at the least.
pub const KEEP_MS: Millis = 30 * 24 * 3_600_000;
/// Rows removed in one write, so that no other write waits long.
const ROWS_PER_STEP: i64 = 2_000;

/// Removes a step's worth of events older than [`KEEP_MS`] that every cursor has passed. Answers how many; 0 means done.
pub async fn prune(db: &Db, now: Millis) -> Result<u64> {
    let write = async move |tx: &mut Tx| {
        let passed = tx.one(sql!("SELECT MIN(pos) FROM cursor"), &[], |r| r.opt_int(0)).await?.flatten();
        let Some(passed) = passed else { return Ok(0) };
        tx.exec(
            sql!(
                "DELETE FROM event WHERE pos IN (SELECT pos FROM event WHERE pos <= $1 AND at < $2 ORDER BY pos LIMIT $3)"
            ),
            args![passed, now - KEEP_MS, ROWS_PER_STEP],
        )
        .await
    };
    db.write(&TenantScope::system(), AggregateKey::new("log", 0), write).await
}
