//! Which process routes. One row: whoever takes over raises its epoch, and every write of the floor names the epoch it
//! was decided under.
//!
//! On SQLite the data folder has one owner already, so a start takes over at once; on PostgreSQL the row is a lease.

use crate::codes;
use kernel::{AggregateKey, Error, Millis, Result, args, sql};
use platform::App;
use platform::store::Tx;

/// How long a lease holds without being renewed.
pub const LEASE_MS: Millis = 10_000;
/// How often it is renewed.
pub const RENEW_MS: Millis = 3_000;

const KEY: AggregateKey = AggregateKey::new("routing_owner", 1);

/// Takes over, if nobody holds the lease (or `force`); the new epoch.
pub async fn take(app: &App, holder: &str, force: bool) -> Result<Option<i64>> {
    let (holder, now) = (holder.to_owned(), app.now());
    let write = async move |tx: &mut Tx| {
        tx.one(
            sql!(
                "UPDATE routing_owner SET holder = $1, epoch = epoch + 1, lease_until = $2
                 WHERE id = 1 AND (lease_until < $3 OR holder = $1 OR CAST($4 AS BIGINT) = 1) RETURNING epoch"
            ),
            args![holder, now + LEASE_MS, now, force],
            |r| r.int(0),
        )
        .await
    };
    app.db().write(&accounts::authorize::reader(), KEY, write).await
}

/// Renews the lease; false when somebody else took over.
pub async fn renew(app: &App, epoch: i64) -> Result<bool> {
    let until = app.now() + LEASE_MS;
    let write = async move |tx: &mut Tx| {
        let sql = sql!("UPDATE routing_owner SET lease_until = $1 WHERE id = 1 AND epoch = $2");
        tx.exec(sql, args![until, epoch]).await
    };
    Ok(app.db().write(&accounts::authorize::reader(), KEY, write).await? == 1)
}

/// Refuses a write that was decided under an older epoch: `routing.not_owner`.
pub async fn check(tx: &mut Tx, epoch: i64) -> Result<()> {
    let now = tx.one(sql!("SELECT epoch FROM routing_owner WHERE id = 1"), &[], |r| r.int(0)).await?;
    if now == Some(epoch) { Ok(()) } else { Err(Error::new(&codes::NOT_OWNER)) }
}
