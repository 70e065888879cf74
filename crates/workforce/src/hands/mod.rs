//! Raised hands (举手求助): an agent asks for help with a conversation; who leads the line hears it and takes it, reads
//! along, whispers, or takes over. The time to help is a fact.
//!
//! ```text
//! raised ── a lead takes it ──▶ taken
//!    └──────────┬─────────────────┘
//!               ▼ lowered by the agent or a lead, or the conversation ends or changes hands
//!            lowered
//! ```
//! Invariant: one raised hand per agent and conversation. A whisper is a note that mentions the agent, known as one by a
//! row of its own. Watching is recorded as a look, and who watches is shown to those who may watch.
//!
//! Events: `hand.raised`, `hand.taken`, `hand.lowered`, `watch.begun`, `watch.ended`, `whisper.sent`; all {user}.

mod events;
mod http;
mod service;
mod store;
mod view;
mod watching;

pub use events::Ends;
pub use http::routes;
pub(crate) use store::mine;
pub(crate) use view::{HandView, view};
