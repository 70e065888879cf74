//! The record of every change and of every look at personal data: one HMAC-chained series per client.
//!
//! A change is recorded in the transaction that makes it ([`record`]); a look beside the read ([`look`]). [`verify`]
//! walks every series and compares it with its head row and with the newest line of `audit-anchors.log`, which a daily
//! job appends outside the database.
//!
//! Invariants: `seq` runs from 1 without gaps; the head row holds the last entry's mac; an entry never changes.

mod anchor;
mod chain;
mod deed;
mod http;
mod service;
mod store;
mod undo;
mod verify;
mod view;

pub(crate) use anchor::{ANCHOR, anchor_job, schedule};
pub(crate) use deed::{Deed, Fact};
pub(crate) use http::routes;
pub(crate) use service::Looks;
pub use service::{Change, LOOK_MS, Look, look, record};
pub(crate) use store::begin_like_own;
pub use undo::{PutBack, Undoable, as_patch, undoable};
pub(crate) use verify::open;
pub use verify::{Broken, Report, verify};
pub use view::AuditEntry;
