//! Lists: by key, never by number of rows skipped.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Error;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Rows of a page when none are asked for.
pub const PAGE_DEFAULT: u32 = 50;
/// Rows of a page at the most.
pub const PAGE_MAX: u32 = 100;

/// The part of a list that is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

impl Page {
    /// Rows to answer with.
    pub fn rows(&self) -> usize {
        self.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX) as usize
    }
    /// The key after which to go on.
    pub fn after<K: for<'de> Deserialize<'de>>(&self) -> kernel::Result<Option<K>> {
        self.cursor.as_deref().map(decode_cursor).transpose()
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Listing<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page, `null` on the last.
    pub next: Option<String>,
}

impl<T> Listing<T> {
    /// From one row more than the page holds: the surplus says that there is a next page, whose key is the last row's.
    pub fn from_surplus<K: Serialize>(mut rows: Vec<T>, page: usize, key: impl Fn(&T) -> K) -> Listing<T> {
        let more = rows.len() > page;
        rows.truncate(page);
        let next = if more { rows.last().map(|r| encode_cursor(&key(r))) } else { None };
        Listing { items: rows, next }
    }
    /// All there is.
    pub fn whole(items: Vec<T>) -> Listing<T> {
        Listing { items, next: None }
    }
}

/// A key as an opaque cursor.
pub fn encode_cursor(key: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// A cursor as a key. A cursor is only a place in a list; it grants nothing.
pub fn decode_cursor<K: for<'de> Deserialize<'de>>(cursor: &str) -> kernel::Result<K> {
    let unfit = || Error::invalid("cursor", "unfit");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| unfit())?;
    serde_json::from_slice(&bytes).map_err(|_| unfit())
}
