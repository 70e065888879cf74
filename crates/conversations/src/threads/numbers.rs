//! The numbers people say, handed out in blocks so that opening conversations does not queue up at one row per client.

use kernel::{AggregateKey, Result, TenantId, TenantScope, args, sql};
use parking_lot::Mutex;
use platform::App;
use platform::store::Tx;
use std::collections::HashMap;

/// Numbers taken at once. What a restart leaves unused stays a hole.
const BLOCK: i64 = 50;

/// The numbers in hand. Provided as a port.
#[derive(Default)]
pub struct Numbers {
    hand: Mutex<HashMap<TenantId, (i64, i64)>>,
}

impl Numbers {
    /// The next number of a client.
    pub async fn next(&self, app: &App, scope: &TenantScope, tenant: TenantId) -> Result<i64> {
        if let Some(n) = self.in_hand(tenant) {
            return Ok(n);
        }
        let take = async move |tx: &mut Tx| {
            tx.one(
                sql!(
                    "INSERT INTO conversation_number(tenant_id, next) VALUES ($1, 1001 + $2)
                     ON CONFLICT (tenant_id) DO UPDATE SET next = conversation_number.next + $2 RETURNING next"
                ),
                args![tenant, BLOCK],
                |r| r.int(0),
            )
            .await
        };
        let end = app.db().write(scope, AggregateKey::new("number", tenant.0), take).await?.unwrap_or(1001);
        self.hand.lock().insert(tenant, (end - BLOCK + 1, end));
        Ok(end - BLOCK)
    }

    fn in_hand(&self, tenant: TenantId) -> Option<i64> {
        let mut hand = self.hand.lock();
        let (next, end) = hand.get_mut(&tenant)?;
        if next >= end {
            return None;
        }
        *next += 1;
        Some(*next - 1)
    }
}
