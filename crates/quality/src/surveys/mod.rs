//! Surveys: what a customer says right after the service, in the same window.
//!
//! ```text
//! conversation resolved ──(the line's survey is on, an agent had answered)──▶ invitation, by itself ─┐
//! agent ──(邀评)──────────────────────────────────────────────────────────▶ invitation, by the agent ─┤
//!                                                     shown in the widget until it expires ◀──────────┘
//!                                                              └── answered once ──▶ response
//! ```
//! An invitation keeps the questions as they were when it was made. Who invited is kept with the answer, since agents who
//! choose whom they ask choose their score too: rates and scores are shown apart for both.
//!
//! Invariants: one invitation per conversation, one response per invitation; only the conversation's own contact answers.
//! Events: `survey.changed`, `survey.removed`, `survey.invited`, `survey.answered`.

mod events;
mod http;
mod model;
mod part;
mod results;
mod service;
mod store;
mod view;
mod visitor;

pub use model::{Definition, InvitedBy, Response, Survey};
pub use service::{answer, invite};

use platform::Registry;

pub(crate) fn register(reg: &mut Registry) {
    reg.desk(http::routes());
    accounts::packs::line_part(reg, part::Surveys);
    reg.desk(results::routes());
    reg.public(visitor::routes());
    reg.reader("surveys", |app| events::AfterTheEnd::new(app.clone()));
}
