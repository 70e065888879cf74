//! Merging: two contacts who are one become one, and can be parted again within [`UNDO_MS`].
//!
//! ```text
//! survivor + merged ──(one transaction)──▶ survivor: fields as chosen, tags of both, every address, word, relation,
//!        ▲                                 block and conversation; `contact_merge` keeps both as they were
//!        └──────────────(undo)──────────── what came from the merged contact goes back, what was changed since stays
//! ```
//! What other areas hang on contacts moves through [`Holder`]. The merged contact's row is gone; its id leads to the
//! survivor ([`current`]). Invariants: merge and undo leave everything as it was; merges of one client run one after the
//! other; what arrives for the merged contact while it is being merged follows a minute later ([`SETTLE`]). Events:
//! `contact.merged`, `contact.merge_undone`.

mod apply;
mod holder;
mod http;
mod jobs;
mod model;
mod service;
mod store;
mod view;

pub use holder::{Holder, Moving, add_holder};
pub(crate) use http::routes;
pub(crate) use jobs::{SETTLE, settle};
pub use store::current;
pub(crate) use store::of_survivor;
pub(crate) use view::MergeView;

/// A merge can be undone for so long: 30 days.
pub const UNDO_MS: kernel::Millis = 30 * 86_400_000;
