//! The rows of the database, read beside the program.

use testkit::Engine;

/// What changes by itself: the program's own bookkeeping, and what people do by merely being there.
const RESTLESS: [&str; 16] = [
    "log_head",
    "commit_mark",
    "cursor",
    "job",
    "idempotency",
    "node_lease",
    "routing_owner",
    "session",
    "agent_state",
    "agent_interval",
    "delivery",
    "event",
    "audit_anchor",
    "api_token",
    "conversation_number",
    "blob",
];

/// One text per row, in order.
pub async fn all(engine: Engine, database: &str) -> Vec<String> {
    let mut rows = match engine {
        Engine::Sqlite => sqlite(database),
        Engine::Postgres => postgres(database).await,
    };
    rows.sort();
    rows
}

fn is_restless(table: &str) -> bool {
    RESTLESS.contains(&table) || table.starts_with("sqlite_")
}

fn sqlite(path: &str) -> Vec<String> {
    use rusqlite::{Connection, OpenFlags, types::ValueRef};
    let c = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
    let mut q = c.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").expect("prepares");
    let tables: Vec<String> = q.query_map([], |r| r.get(0)).expect("reads").flatten().collect();
    let mut out = vec![];
    for table in tables.iter().filter(|t| !is_restless(t)) {
        let mut q = c.prepare(&format!("SELECT * FROM {table}")).expect("prepares");
        let names: Vec<String> = q.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = q.query([]).expect("reads");
        while let Some(row) = rows.next().expect("reads") {
            let mut line = format!("{table}:");
            for (i, name) in names.iter().enumerate() {
                let value = match row.get_ref(i).expect("a value") {
                    ValueRef::Null => "null".to_owned(),
                    ValueRef::Integer(n) => n.to_string(),
                    ValueRef::Real(n) => n.to_string(),
                    ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
                    ValueRef::Blob(b) => format!("{b:02x?}"),
                };
                line.push_str(&format!(" {name}={value}"));
            }
            out.push(line);
        }
    }
    out
}

async fn postgres(url: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("connects");
    tokio::spawn(connection);
    let sql = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    let tables = client.query(sql, &[]).await.expect("reads");
    let mut out = vec![];
    for table in tables.iter().map(|r| r.get::<_, String>(0)).filter(|t| !is_restless(t)) {
        let sql = format!("SELECT row_to_json(t)::text FROM {table} t");
        let rows = client.query(&sql, &[]).await.expect("reads");
        out.extend(rows.iter().map(|r| format!("{table}: {}", r.get::<_, String>(0))));
    }
    out
}

/// Jobs of a kind that wait or run.
pub(super) async fn jobs(engine: Engine, database: &str, kind: &str) -> i64 {
    // A job that is done is gone.
    let sql = format!("SELECT COUNT(*) FROM job WHERE kind = '{kind}' AND dead_at IS NULL");
    match engine {
        Engine::Sqlite => {
            use rusqlite::{Connection, OpenFlags};
            let c = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opens");
            c.query_row(&sql, [], |r| r.get(0)).expect("reads")
        }
        Engine::Postgres => {
            let (client, connection) =
                tokio_postgres::connect(database, tokio_postgres::NoTls).await.expect("connects");
            tokio::spawn(connection);
            client.query_one(&sql, &[]).await.expect("reads").get(0)
        }
    }
}

/// The rows that came and went, at most ten of each.
pub fn difference(before: &[String], after: &[String]) -> String {
    let gone = before.iter().filter(|r| after.binary_search(r).is_err()).map(|r| format!("- {r}"));
    let new = after.iter().filter(|r| before.binary_search(r).is_err()).map(|r| format!("+ {r}"));
    gone.take(10).chain(new.take(10)).collect::<Vec<_>>().join("\n")
}
