//! Handovers (交接班): what one person leaves open, from them to the next.
//!
//! ```text
//! draft: what is open is collected ── note, comments, what changes hands ──▶ signed ── receiver ──▶ countersigned
//! ```
//! Countersigning gives the receiver what was chosen and is still held by who hands over; what changed hands meanwhile or
//! ended stays as it is, and the sheet says so. Invariants: a signed sheet never changes but by its countersignature; its
//! hash over what was signed is kept, and every reading compares them.
//!
//! Events: `handover.created`, `handover.changed`, `handover.signed`, `handover.countersigned`; all {user}: the receiver.

mod http;
mod model;
mod service;
mod store;
mod view;

pub use http::routes;
pub(crate) use store::open_for;
pub(crate) use view::HandoverView;
