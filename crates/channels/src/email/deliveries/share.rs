//! How much is sent to whom: each address and each client has its share of the hour and the day, so that no fault, rule or
//! circle of programs has us write to anybody without end.

use super::store;
use crate::email::mailbox::MailboxConfig;
use kernel::{MessageId, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;

const HOUR_MS: Millis = 3_600_000;
const DAY_MS: Millis = 24 * HOUR_MS;
/// Mails to one address in an hour where the mailbox sets nothing.
pub const ADDRESS_PER_HOUR: i64 = 20;
/// In a day.
pub const ADDRESS_PER_DAY: i64 = 100;

/// What a client may send. A port; without one the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientShare {
    /// Mails in an hour, each recipient counted.
    pub per_hour: i64,
    /// In a day.
    pub per_day: i64,
}

impl Default for ClientShare {
    fn default() -> ClientShare {
        ClientShare { per_hour: 2_000, per_day: 20_000 }
    }
}

impl ClientShare {
    /// As the program sets it.
    pub(super) fn of(app: &App) -> ClientShare {
        app.try_port::<Arc<ClientShare>>().map(|s| **s).unwrap_or_default()
    }
}

/// The addresses of a mail as they are counted.
pub(super) fn hashes<'a>(app: &App, addresses: impl Iterator<Item = &'a str>) -> Vec<[u8; 32]> {
    let key = app.secrets().derive("addresses of mail");
    addresses.map(|a| *blake3::keyed_hash(&key, a.to_lowercase().as_bytes()).as_bytes()).collect()
}

/// Has one of these addresses, or the client, had its share? This mail's own earlier tries do not count.
pub(super) async fn is_used(
    tx: &mut Tx,
    (tenant, message): (TenantId, MessageId),
    hashes: &[[u8; 32]],
    (config, client): (&MailboxConfig, ClientShare),
    now: Millis,
) -> Result<bool> {
    let (hour, day) = (now - HOUR_MS, now - DAY_MS);
    let (in_hour, in_day) = store::sent_by(tx, tenant, message, hour, day).await?;
    let more = hashes.len() as i64;
    if in_hour + more > client.per_hour || in_day + more > client.per_day {
        return Ok(true);
    }
    let per_hour = config.address_per_hour.unwrap_or(ADDRESS_PER_HOUR);
    let per_day = config.address_per_day.unwrap_or(ADDRESS_PER_DAY);
    for hash in hashes {
        let (in_hour, in_day) = store::sent_to(tx, (tenant, message), hash, hour, day).await?;
        if in_hour >= per_hour || in_day >= per_day {
            return Ok(true);
        }
    }
    Ok(false)
}
