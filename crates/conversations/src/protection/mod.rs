//! Protection of what stands on screens: watermark and copy control where a client asks for them, and personal data
//! masked for those without the right to it.
//!
//! ```text
//! text in the store ──▶ Sight of this reader ──▶ in full: the right, or a reason given for this conversation
//!                                             └─▶ masked: 138****6207
//! ```
//! Masking happens where answers are made (HTTP, live frames, search, timeline), never on the screen. A reason opens one
//! conversation for [`UNMASK_MS`] and is in the record before the answer.
//!
//! Invariants: who may not see personal data is never sent it; a client's settings hold at the next answer.
//!
//! Events: `protection.changed`, `conversation.unmasked`, `conversation.copied`.

mod http;
mod sight;
mod store;

pub use http::routes;
pub(crate) use sight::masked_facts;
pub use sight::{Sight, UNMASK_MS, Unmasked, masked};
pub use store::{Protection, all};
