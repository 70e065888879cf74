//! Where rows go: prepared inserts into SQLite, COPY into PostgreSQL.

use super::postgres::connect;
use crate::fault::{Fault, Outcome, While};
use bytes::Bytes;
use futures_util::SinkExt;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql};
use std::fmt::Write;
use std::path::Path;
use tokio_postgres::Client;

/// One value.
#[derive(Debug, Clone)]
pub enum Cell {
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing.
    Null,
}

impl From<i64> for Cell {
    fn from(v: i64) -> Cell {
        Cell::Int(v)
    }
}
impl From<i32> for Cell {
    fn from(v: i32) -> Cell {
        Cell::Int(i64::from(v))
    }
}
impl From<&str> for Cell {
    fn from(v: &str) -> Cell {
        Cell::Text(v.to_owned())
    }
}
impl From<String> for Cell {
    fn from(v: String) -> Cell {
        Cell::Text(v)
    }
}
impl From<Vec<u8>> for Cell {
    fn from(v: Vec<u8>) -> Cell {
        Cell::Bytes(v)
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(v: Option<T>) -> Cell {
        v.map_or(Cell::Null, Into::into)
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Cell::Int(v) => ToSqlOutput::Owned(Value::Integer(*v)),
            Cell::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Cell::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Cell::Null => ToSqlOutput::Owned(Value::Null),
        })
    }
}

/// One row.
pub type Line = Vec<Cell>;

/// An open store.
pub enum Sink {
    /// A file that nobody else has open.
    Sqlite(Connection),
    /// A database.
    Postgres(Client),
}

impl Sink {
    /// Opens a file. What is written is safe only once it is finished: a run that breaks off begins anew.
    pub fn sqlite(path: &Path) -> Outcome<Sink> {
        let c = Connection::open(path).while_("opening the store")?;
        c.execute_batch(
            "PRAGMA synchronous=OFF; PRAGMA cache_size=-262144; PRAGMA temp_store=MEMORY; BEGIN;",
        )?;
        Ok(Sink::Sqlite(c))
    }

    /// Connects to a database.
    pub async fn postgres(url: &str) -> Outcome<Sink> {
        let client = connect(url).await?;
        client.batch_execute("BEGIN").await?;
        Ok(Sink::Postgres(client))
    }

    /// Runs a statement.
    pub async fn run(&mut self, statement: &str) -> Outcome<()> {
        match self {
            Sink::Sqlite(c) => Ok(c.execute_batch(statement)?),
            Sink::Postgres(c) => Ok(c.batch_execute(statement).await?),
        }
    }

    /// Writes rows. `columns` are separated by commas.
    pub async fn rows(&mut self, table: &str, columns: &str, rows: &[Line]) -> Outcome<()> {
        match self {
            Sink::Sqlite(c) => {
                let marks = vec!["?"; columns.split(',').count()].join(",");
                let mut insert =
                    c.prepare_cached(&format!("INSERT INTO {table}({columns}) VALUES ({marks})"))?;
                for row in rows {
                    insert.execute(rusqlite::params_from_iter(row)).while_(table)?;
                }
                Ok(())
            }
            Sink::Postgres(c) => {
                let to = c
                    .copy_in::<_, Bytes>(&format!("COPY {table}({columns}) FROM STDIN"))
                    .await
                    .while_(table)?;
                let mut to = std::pin::pin!(to);
                to.send(Bytes::from(copy_text(rows))).await?;
                to.finish().await.while_(table)?;
                Ok(())
            }
        }
    }

    /// Commits, and makes statistics and file as they are after some time of use.
    pub async fn finish(mut self) -> Outcome<()> {
        self.run("COMMIT").await?;
        match self {
            Sink::Sqlite(c) => {
                c.execute_batch("PRAGMA optimize=0x10002; PRAGMA synchronous=FULL;")?;
                c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                c.close().map_err(|(_, e)| Fault::from(e))
            }
            Sink::Postgres(c) => Ok(c.batch_execute("VACUUM ANALYZE").await?),
        }
    }

    /// A short mark of what the tables look like.
    pub async fn fingerprint(self) -> Outcome<String> {
        let text = match self {
            Sink::Sqlite(c) => {
                let all = "SELECT COALESCE(group_concat(sql, ';'), '') FROM (SELECT sql FROM sqlite_master ORDER BY name)";
                c.query_row(all, [], |r| r.get::<_, String>(0))?
            }
            Sink::Postgres(c) => {
                let all = "SELECT COALESCE(string_agg(table_name || column_name || data_type, ';'
                           ORDER BY table_name, column_name), '')
                           FROM information_schema.columns WHERE table_schema = current_schema()";
                c.query_one(all, &[]).await?.get(0)
            }
        };
        let hash = crate::signing::token_hash(&text);
        Ok(hash[..4].iter().fold(String::new(), |mut out, b| {
            // Writing to a string cannot fail.
            let _ = write!(out, "{b:02x}");
            out
        }))
    }
}

/// Rows in the text form of COPY.
fn copy_text(rows: &[Line]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * 256);
    for row in rows {
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                out.push(b'\t');
            }
            match cell {
                Cell::Int(v) => out.extend_from_slice(v.to_string().as_bytes()),
                Cell::Null => out.extend_from_slice(b"\\N"),
                Cell::Bytes(v) => {
                    out.extend_from_slice(b"\\\\x");
                    v.iter().for_each(|b| out.extend_from_slice(format!("{b:02x}").as_bytes()));
                }
                Cell::Text(v) => v.bytes().for_each(|b| match b {
                    b'\\' => out.extend_from_slice(b"\\\\"),
                    b'\n' => out.extend_from_slice(b"\\n"),
                    b'\r' => out.extend_from_slice(b"\\r"),
                    b'\t' => out.extend_from_slice(b"\\t"),
                    b => out.push(b),
                }),
            }
        }
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_escapes_what_would_end_a_cell() {
        let row = vec![Cell::Int(-1), Cell::Null, Cell::from("a\tb\\"), Cell::Bytes(vec![0, 255])];
        assert_eq!(copy_text(&[row]), b"-1\t\\N\ta\\tb\\\\\t\\\\x00ff\n");
    }
}
