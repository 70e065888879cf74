//! Search: a full-text index of messages and contacts on this node, derived from the log and rebuildable.
//!
//! ```text
//! log ──▶ reader "search" ──▶ areas' Documents ──▶ writer (made lazily, gone after a minute of rest)
//!                                                    │ commit ≤ 500 ms after a document came; its payload is the position
//!                                                    ▼
//! find(scope, words) ──▶ words, Han runs cut by jieba (query only) ──▶ DATA/search ──▶ newest first
//! ```
//! Text is indexed as folded Latin words and Han bigrams, traditional and simplified characters as one (`han`). The dictionary is needed for queries only: it cuts a run of
//! three or more characters into words, each of which must be there as its bigrams, in any order. So two-character words
//! are found whatever the dictionary thinks of them, indexing costs little, and a server at rest holds no dictionary.
//!
//! Documents are numbered into eras in order of arrival; a query looks at the newest eras first and stops when it has
//! enough, so that a common word costs no more than a rare one. Nothing sensitive is indexed: areas hand over text that
//! was masked before it was stored.

mod engine;
mod han;
mod model;
mod query;
mod reader;
mod tokens;

pub use engine::Search;
pub use han::fold;
pub use model::{Doc, DocKind, Documents, Find, Hit, Sources};
pub use reader::{SearchReader, rebuild};

pub(crate) use reader::register;
