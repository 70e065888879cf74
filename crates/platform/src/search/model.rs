//! What is indexed and what is found.

use crate::App;
use futures_util::future::BoxFuture;
use kernel::{Event, LineId, Millis, Result, TenantId};
use std::sync::Arc;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocKind {
    /// A message of a conversation.
    Message,
    /// A contact.
    Contact,
}

impl DocKind {
    pub(super) fn code(self) -> u64 {
        self as u64
    }
    pub(super) fn from_code(code: u64) -> DocKind {
        if code == 1 { DocKind::Contact } else { DocKind::Message }
    }
}

/// Something to be found.
#[derive(Debug, Clone)]
pub struct Doc {
    /// What it is.
    pub kind: DocKind,
    /// Its id, unique in the installation.
    pub id: i64,
    /// Whose.
    pub tenant: TenantId,
    /// Of which line; 0 where it belongs to the whole client (contacts).
    pub line: LineId,
    /// In which conversation, 0 if none.
    pub conversation: i64,
    /// When; the newest are found first.
    pub at: Millis,
    /// What is searched: masked text only, never anything sensitive.
    pub text: String,
    /// It has not been indexed before, so that nothing need be replaced.
    pub fresh: bool,
    /// It is to be forgotten; only `id` counts.
    pub delete: bool,
}

/// A source of documents: an area's messages, an area's contacts.
pub trait Documents: Send + Sync + 'static {
    /// The kinds of events after which a document is made, changed or forgotten.
    fn kinds(&self) -> &'static [&'static str];
    /// The documents of these events, which are of its kinds. `hot` holds what the writer had in hand, so that fresh
    /// events need no reading back.
    fn documents<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Doc>>>;
    /// A page of all there is, by id, after this one; for rebuilding. An empty page is the end.
    fn all<'a>(&'a self, app: &'a App, after: i64, max: usize) -> BoxFuture<'a, Result<Vec<Doc>>>;
}

/// The sources that areas registered; a port.
#[derive(Default, Clone)]
pub struct Sources(Vec<Arc<dyn Documents>>);

impl Sources {
    pub(crate) fn push(&mut self, source: Arc<dyn Documents>) {
        self.0.push(source);
    }
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<dyn Documents>> {
        self.0.iter()
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Find {
    /// The words.
    pub words: String,
    /// Messages or contacts; `None` for both.
    pub kind: Option<DocKind>,
    /// Hits at the most.
    pub limit: usize,
}

/// Something found. The areas read what is shown by its id, under the reader's rights of that moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What it is.
    pub kind: DocKind,
    /// Its id.
    pub id: i64,
    /// Whose.
    pub tenant: TenantId,
    /// Of which line, 0 if of none.
    pub line: LineId,
    /// In which conversation, 0 if none.
    pub conversation: i64,
    /// When.
    pub at: Millis,
    /// Falls with age: 1 for now, a half for a month ago.
    pub score: f64,
}
