//! A transaction, as a closure sees it.

use super::row::Row;
use super::undo::Undo;
use super::{dialect, postgres, sqlite};
use kernel::{Error, Event, Result, TenantScope, Value};
use std::sync::Arc;

/// The engine under a transaction.
pub(super) enum Conn {
    Lite(sqlite::Lite),
    Pg(postgres::Pg),
}

/// A transaction. What it emits becomes part of the log when it commits.
pub struct Tx {
    pub(super) conn: Conn,
    pub(super) scope: TenantScope,
    pub(super) events: Vec<Event>,
    pub(super) jobs_added: bool,
    pub(super) made: Option<i64>,
    pub(super) undo: Option<Arc<Undo>>,
}

impl Tx {
    pub(super) fn new(conn: Conn) -> Tx {
        Tx { conn, scope: TenantScope::system(), events: vec![], jobs_added: false, made: None, undo: None }
    }

    /// Runs a statement and says how many rows it changed.
    pub async fn exec(&mut self, sql: &'static str, args: &[Value<'_>]) -> Result<u64> {
        match &mut self.conn {
            Conn::Lite(c) => c.exec(sql, args),
            Conn::Pg(c) => c.exec(sql, args).await,
        }
    }

    /// Runs a statement and maps every row of its result.
    pub async fn all<T>(
        &mut self,
        sql: &'static str,
        args: &[Value<'_>],
        map: fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match &mut self.conn {
            Conn::Lite(c) => c.all(sql, args, map),
            Conn::Pg(c) => c.all(sql, args, map).await,
        }
    }

    /// Runs a statement and maps the first row of its result, if there is one.
    pub async fn one<T>(
        &mut self,
        sql: &'static str,
        args: &[Value<'_>],
        map: fn(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.all(sql, args, map).await?.into_iter().next())
    }

    /// As [`Tx::one`], with `not_found` where there is no row.
    #[track_caller]
    pub fn get<'a, T: 'a>(
        &'a mut self,
        sql: &'static str,
        args: &'a [Value<'a>],
        map: fn(&Row<'_>) -> Result<T>,
    ) -> impl Future<Output = Result<T>> + 'a {
        let missing = Error::not_found();
        async move { self.one(sql, args, map).await?.ok_or(missing) }
    }

    /// Adds a fact to the log. It takes its position when the transaction commits.
    pub fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Marks that this transaction added jobs, so that their runner wakes after the commit.
    pub(crate) fn mark_jobs(&mut self) {
        self.jobs_added = true;
    }

    /// Says what this transaction makes, so that the same request, sent again after the process ended before its answer,
    /// can be answered all the same (see [`made_before`](super::made_before)).
    pub fn made(&mut self, id: impl Into<i64>) {
        self.made = Some(id.into());
    }

    /// The recorded change that this transaction undoes, if it does: whoever records a change compares it with what stands.
    pub fn undoes(&self) -> Option<Arc<Undo>> {
        self.undo.clone()
    }

    /// Whose scope this runs in.
    pub fn scope(&self) -> &TenantScope {
        &self.scope
    }

    /// The ids as the text argument of `IN_IDS($N)`.
    pub fn ids<T: Into<i64>>(ids: impl IntoIterator<Item = T>) -> String {
        dialect::id_list(ids.into_iter().map(Into::into))
    }

    /// The position of the newest event in this snapshot.
    pub async fn position(&mut self) -> Result<i64> {
        let pos = self.one(kernel::sql!("SELECT pos FROM log_head WHERE id = 1"), &[], |r| r.int(0)).await?;
        Ok(pos.unwrap_or(0))
    }
}
