//! The store keeps its promises on both engines (the invariants at the head of `platform::store`).

mod conformance;
mod faults;

pub use faults::SmallDisk;

use kernel::{AggregateKey, Result, TenantId, TenantScope, args, sql};
use platform::store::{Db, Tx};

/// Each test on both engines.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::cases::$name(testkit::Engine::Sqlite).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::cases::$name(testkit::Engine::Postgres).await;
            }
        }
    )+};
}
pub(crate) use both;

pub fn key(id: i64) -> AggregateKey {
    AggregateKey::new("thing", id)
}

/// A row of a client: the blob table has the plainest rows that row-level security guards.
pub async fn add_row(tx: &mut Tx, tenant: i64, n: i64) -> Result<()> {
    let hash = [&n.to_be_bytes()[..], &[0; 24]].concat();
    let sql = sql!("INSERT INTO blob(tenant_id, hash, size, at) VALUES ($1, $2, $3, 0)");
    tx.exec(sql, args![tenant, hash, n]).await.map(|_| ())
}

pub async fn write_row(db: &Db, tenant: i64, n: i64) -> Result<()> {
    let scope = TenantScope::tenant(TenantId(tenant));
    db.write(&scope, key(n), async move |tx: &mut Tx| add_row(tx, tenant, n).await).await
}

/// The rows of a client, sorted.
pub async fn rows(db: &Db, tenant: i64) -> Vec<i64> {
    let read = async move |tx: &mut Tx| {
        tx.all(sql!("SELECT size FROM blob WHERE tenant_id = $1 ORDER BY size"), args![tenant], |r| r.int(0))
            .await
    };
    db.read(&TenantScope::tenant(TenantId(tenant)), read).await.expect("reads")
}
