//! Forward-only migrations: any version to the latest in one step, after an online backup.
//!
//! Each file of `migrations/` is one step, run in one transaction on both engines. On PostgreSQL every table with a
//! `tenant_id` gets row-level security, except the platform's own queues ([`OPEN_TABLES`]), which only the system reads.

use super::{backup, dialect};
use crate::codes;
use kernel::{Error, Result};
use std::path::Path;

/// One step.
pub struct Migration {
    /// Its number; gap-free from 1.
    pub version: i64,
    /// What it is called.
    pub name: &'static str,
    /// Its statements, with the placeholders of [`dialect`].
    pub sql: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal),+ $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../../../migrations/", $name, ".sql")),
        }),+]
    };
}

/// Every step, oldest first.
pub static MIGRATIONS: &[Migration] = migrations![
    1 "0001_platform",
    2 "0002_accounts",
    3 "0003_customers",
    4 "0004_conversations",
    5 "0005_routing",
    6 "0006_channels",
    7 "0007_automation",
    8 "0008_routing_rules",
    9 "0009_floor",
    10 "0010_insight",
    11 "0011_desk_work",
    12 "0012_sending",
    13 "0013_visitors",
    14 "0014_mail",
    15 "0015_crm",
    17 "0017_service",
    18 "0018_mail_channel",
    19 "0019_ways",
    20 "0020_joining",
    21 "0021_judging",
    22 "0022_mail_answers",
];

/// Tables with a `tenant_id` that the system alone reads: row-level security would only slow them.
const OPEN_TABLES: &str = "event,job,cursor,idempotency";

/// The version this program brings a store to.
pub fn latest_version() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.version)
}

fn newer(found: i64) -> Error {
    Error::new(&codes::STORE_NEWER)
        .detail(format!("the data is of version {found}, this program knows {}", latest_version()))
}

/// Brings a SQLite file to the latest version.
pub(super) fn sqlite(c: &rusqlite::Connection, path: &Path, skip_backup: bool) -> Result<()> {
    let failed = |what: String| move |e: rusqlite::Error| Error::internal(format!("{what}: {e}"));
    let found: i64 =
        c.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(failed("read the version".into()))?;
    if found > latest_version() {
        return Err(newer(found));
    }
    if found == latest_version() {
        return Ok(());
    }
    if found > 0 && !skip_backup {
        backup::before_upgrade(c, path, found)?;
    }
    for m in MIGRATIONS.iter().filter(|m| m.version > found) {
        let text = format!(
            "BEGIN IMMEDIATE; {} ; PRAGMA user_version = {}; COMMIT;",
            dialect::sqlite_ddl(m.sql),
            m.version
        );
        c.execute_batch(&text).map_err(failed(format!("migration {}", m.name)))?;
        tracing::info!(migration = m.name, "the store was brought forward");
    }
    Ok(())
}

/// Brings a PostgreSQL database to the latest version and answers the position of its newest event.
pub(super) async fn postgres(url: &str, skip_backup: bool) -> Result<i64> {
    let away = |e: tokio_postgres::Error| {
        Error::new(&codes::STORE_AWAY).detail(format!("{e}: {:?}", e.as_db_error().map(|d| d.message())))
    };
    let (mut client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.map_err(away)?;
    tokio::spawn(connection);
    // hark_app must not be a member of hark_system: it would inherit the policy by which the system sees everything.
    let setup = "SELECT pg_advisory_lock(4831977);
        CREATE TABLE IF NOT EXISTS schema_version(version BIGINT NOT NULL);
        DO $$ BEGIN CREATE ROLE hark_app NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
        DO $$ BEGIN CREATE ROLE hark_system NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
        REVOKE hark_system FROM hark_app; GRANT hark_app TO CURRENT_USER; GRANT hark_system TO CURRENT_USER;";
    client.batch_execute(setup).await.map_err(away)?;
    let row =
        client.query_one("SELECT COALESCE(MAX(version), 0) FROM schema_version", &[]).await.map_err(away)?;
    let found: i64 = row.get(0);
    if found > latest_version() {
        return Err(newer(found));
    }
    if found > 0 && found < latest_version() && !skip_backup {
        backup::postgres_before_upgrade(url, found).await?;
    }
    for m in MIGRATIONS.iter().filter(|m| m.version > found) {
        let t = client.transaction().await.map_err(away)?;
        t.batch_execute(&dialect::postgres_ddl(m.sql)).await.map_err(|e| {
            Error::internal(format!("migration {}: {:?}", m.name, e.as_db_error().map(|d| d.message())))
        })?;
        t.execute("INSERT INTO schema_version(version) VALUES ($1)", &[&m.version]).await.map_err(away)?;
        t.commit().await.map_err(away)?;
        tracing::info!(migration = m.name, "the store was brought forward");
    }
    if found < latest_version() {
        client.batch_execute(&lock_rows()).await.map_err(away)?;
    }
    let head = client.query_one("SELECT pos FROM log_head WHERE id = 1", &[]).await.map_err(away)?;
    client.batch_execute("SELECT pg_advisory_unlock(4831977)").await.map_err(away)?;
    Ok(head.get(0))
}

/// Row-level security for every table of a client's rows; rights for the two roles.
fn lock_rows() -> String {
    format!(
        "DO $$ DECLARE t text; BEGIN
           FOR t IN SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables b
               USING (table_schema, table_name)
               WHERE c.table_schema = current_schema() AND c.column_name = 'tenant_id' AND b.table_type = 'BASE TABLE'
                 AND c.table_name <> ALL(string_to_array('{OPEN_TABLES}', ','))
           LOOP
             EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
             EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
             EXECUTE format('DROP POLICY IF EXISTS wall ON %I', t);
             EXECUTE format('CREATE POLICY wall ON %I TO hark_app USING (tenant_id = ANY(string_to_array(
               current_setting(''hark.tenants'', true), '','')::bigint[]))', t);
             EXECUTE format('DROP POLICY IF EXISTS system ON %I', t);
             EXECUTE format('CREATE POLICY system ON %I TO hark_system USING (true)', t);
           END LOOP;
         END $$;
         DO $$ BEGIN
           EXECUTE format('GRANT USAGE ON SCHEMA %I TO hark_app, hark_system', current_schema());
           EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO hark_app, hark_system',
             current_schema());
         END $$;"
    )
}
