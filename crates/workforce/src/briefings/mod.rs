//! Briefings before a shift (班前会): a sheet with points, signed by who held it, acknowledged by everybody it concerns.
//!
//! ```text
//! draft ── points change ──▶ draft ── signed: who was there ──▶ signed ── each acknowledges, once
//! ```
//! Invariant: a signed sheet never changes; its hash over what was signed is kept, and every reading compares them. It
//! concerns the agents of the line, or those of them who are in the team.
//!
//! Events: `briefing.created`, `briefing.changed`, `briefing.signed`, `briefing.acknowledged` {user}.

mod http;
mod model;
mod service;
mod store;
mod view;

pub use http::routes;
pub(crate) use service::hex;
pub(crate) use store::open_for;
pub(crate) use view::BriefingView;
