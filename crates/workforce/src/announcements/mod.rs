//! Must-read announcements (公告签收): who they are for, until when, who has read them; and going ready waits for them.
//!
//! ```text
//! published ── from its time ──▶ valid ── until its time ──▶ over
//!     └────────── withdrawn ───────┘
//! ```
//! For whom: everybody who may see conversations of the client, narrowed by line, team and role. A receipt is written once
//! and never changes. Invariant: while an announcement that says so is valid and unread, its reader does not go ready.
//!
//! Events: `announcement.published`, `announcement.read` {user}, `announcement.withdrawn`.

mod bar;
mod http;
mod model;
mod service;
mod store;
mod view;

pub use bar::Unread;
pub use http::routes;
pub(crate) use service::unread_of;
pub(crate) use view::AnnouncementView;
