//! Notices: what a person is told, kept until it is read: mentions, what was handed over, answers in what one follows,
//! listed words, replies that could not go.
//!
//! ```text
//! log ──▶ reader ──▶ who is told? ──▶ one row per person, kind and subject ──▶ `personal_notice.created` ──▶ the person's sockets
//! ```
//! A notice about the same thing again is the same row, unread once more: ten messages in a followed conversation are one
//! notice. Whoever lost the right to the line is neither told nor shown. Other areas tell with [`give`], in their own
//! transaction, with a kind of their own.
//!
//! Invariants: a notice holds ids, never text; at most [`KEPT_MAX`] are kept per person, the oldest go first.
//!
//! Events: `personal_notice.created`, `personal_notice.read`.

mod events;
mod http;
mod model;
mod store;
mod view;

pub use events::{NAME, NoticePresenter, NoticeReader};
pub use http::routes;
pub use model::{KEPT_MAX, Notice, kinds};
pub use store::{give, unread};
pub use view::NoticeView;
