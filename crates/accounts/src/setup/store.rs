//! The SQL of set-up.

use crate::sessions::access::Hash;
use kernel::{Millis, Result, args, sql};
use platform::store::Tx;

/// Is set-up open?
pub(super) async fn setup_open(tx: &mut Tx) -> Result<bool> {
    let sql = sql!("SELECT id FROM setup WHERE id = 1 AND closed_at IS NULL");
    Ok(tx.one(sql, &[], |r| r.int(0)).await?.is_some())
}

pub(super) async fn set_setup_token(tx: &mut Tx, hash: Hash, expires_at: Millis) -> Result<bool> {
    let sql = sql!("UPDATE setup SET token_hash = $1, expires_at = $2 WHERE id = 1 AND closed_at IS NULL");
    Ok(tx.exec(sql, args![hash, expires_at]).await? > 0)
}

/// Does this token open set-up now?
pub(super) async fn setup_fits(tx: &mut Tx, hash: Hash, now: Millis) -> Result<bool> {
    let sql = sql!(
        "SELECT id FROM setup WHERE id = 1 AND closed_at IS NULL AND token_hash = $1 AND expires_at > $2"
    );
    Ok(tx.one(sql, args![hash, now], |r| r.int(0)).await?.is_some())
}

/// Closes set-up for good; false when it was closed before.
pub(super) async fn close_setup(tx: &mut Tx, now: Millis) -> Result<bool> {
    let sql = sql!(
        "UPDATE setup SET closed_at = $1, token_hash = NULL, expires_at = NULL WHERE id = 1 AND closed_at IS NULL"
    );
    Ok(tx.exec(sql, args![now]).await? > 0)
}
