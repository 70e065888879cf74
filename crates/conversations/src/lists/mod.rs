//! Lists of conversations, by view: mine, the queue, mentions, followed, open, closed, all.
//!
//! Every list is read per line from an index and merged, so that its cost follows the page, not the number of
//! conversations. A page and the log's position come from one snapshot.

mod http;
mod store;

pub(crate) use http::{BAND, due_key, held, lines, read_rows, render};
pub use http::{ConversationPage, Found, routes, rows};
pub(crate) use store::{Narrow, followed, mentioned, mine, queued, readings};

/// Lines one list is merged from at the most.
pub const LINES_MAX: usize = 200;
