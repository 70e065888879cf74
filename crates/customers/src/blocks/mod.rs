//! The block list (黑名单): who may not reach a client, where, until when, and who agreed to it.
//!
//! ```text
//! asked ──(somebody else agrees)──▶ active ──(its time comes)──▶ expired
//!   │ └────(somebody else refuses)─▶ refused  └────(lifted)────▶ lifted
//! ```
//! An entry names a contact or an address, and reaches one inbox, one line or the whole client. Intake asks
//! [`blocked`] in the transaction that takes a message. What becomes of a message is the client's choice: refused with
//! words for customers, or taken silently and closed at once, so that nobody's time is spent. Invariants: nobody agrees
//! to what they asked for themselves; one entry is open per subject and reach. Events: `block.asked`, `.decided`,
//! `.lifted`, `.expired`.

mod http;
mod jobs;
mod model;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub(crate) use jobs::{EXPIRE, expire};
pub use service::InboxLines;
pub use store::{Hit, blocked, hit};
pub(crate) use store::{blocked_among, of_contact, reassign};
pub use view::Block;
