//! One row of a result, read by column number.

use kernel::{Error, Result};

/// A row on either engine.
pub enum Row<'r> {
    /// Of SQLite.
    Lite(&'r rusqlite::Row<'r>),
    /// Of PostgreSQL.
    Pg(&'r tokio_postgres::Row),
}

macro_rules! column {
    ($(#[$doc:meta])* $name:ident, $t:ty) => {
        $(#[$doc])*
        pub fn $name(&self, i: usize) -> Result<$t> {
            match self {
                Row::Lite(r) => r.get(i).map_err(|e| misread(i, e)),
                Row::Pg(r) => r.try_get(i).map_err(|e| misread(i, e)),
            }
        }
    };
}

impl Row<'_> {
    /// An integer. PostgreSQL's narrower integers and booleans count as integers, as they do on SQLite.
    pub fn int(&self, i: usize) -> Result<i64> {
        self.opt_int(i)?.ok_or_else(|| Error::internal(format!("column {i} is null")))
    }
    /// An integer or nothing.
    pub fn opt_int(&self, i: usize) -> Result<Option<i64>> {
        use tokio_postgres::types::Type;
        match self {
            Row::Lite(r) => r.get(i).map_err(|e| misread(i, e)),
            Row::Pg(r) => match *r.columns()[i].type_() {
                Type::BOOL => r.try_get::<_, Option<bool>>(i).map(|v| v.map(i64::from)),
                Type::INT4 => r.try_get::<_, Option<i32>>(i).map(|v| v.map(i64::from)),
                _ => r.try_get(i),
            }
            .map_err(|e| misread(i, e)),
        }
    }
    column!(/// Text.
        text, String);
    column!(/// Text or nothing.
        opt_text, Option<String>);
    column!(/// Bytes.
        blob, Vec<u8>);
    column!(/// Bytes or nothing.
        opt_blob, Option<Vec<u8>>);

    /// A boolean, stored as 0 or 1.
    pub fn bool(&self, i: usize) -> Result<bool> {
        Ok(self.int(i)? != 0)
    }
    /// An id.
    pub fn id<T: From<i64>>(&self, i: usize) -> Result<T> {
        self.int(i).map(T::from)
    }
    /// An id or nothing.
    pub fn opt_id<T: From<i64>>(&self, i: usize) -> Result<Option<T>> {
        Ok(self.opt_int(i)?.map(T::from))
    }
    /// JSON stored as text; `null` where there is nothing.
    pub fn json(&self, i: usize) -> Result<serde_json::Value> {
        match self.opt_text(i)? {
            None => Ok(serde_json::Value::Null),
            Some(t) => serde_json::from_str(&t).map_err(|e| misread(i, e)),
        }
    }
}

#[track_caller]
fn misread(column: usize, e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal(format!("column {column}: {e}")).cause(e)
}
