//! Channels: how customers reach us and how replies reach them.
//!
//! ```text
//! widget ─── /w/v1 ──▶ webchat ──┐
//!                                ├──▶ intake: one transaction: contact, conversation, message ──▶ log
//! any source ─ /in/v1 ─▶ api ────┤
//! mailbox, SMTP ───────▶ email ──┘
//! ```
//! A channel is one folder here and one entry in [`outbound`]; it passes the contract suite (tests/contract.rs). It may
//! see of a conversation what its customer may see, and nothing else.

pub mod api;
pub mod codes;
pub mod email;
pub mod identity;
pub mod intake;
pub mod transcripts;
pub mod visits;
pub mod webchat;

use conversations::ports::{Outbound, TellPlace, VisitorPresenter, Visitors};
use platform::Registry;
use std::sync::Arc;

/// Every channel, for sending again what failed.
pub fn outbound() -> Vec<Arc<dyn Outbound>> {
    vec![Arc::new(webchat::Webchat), Arc::new(api::Api), Arc::new(email::Email)]
}

/// What this area brings.
pub fn register(reg: &mut Registry) {
    reg.codes.push(codes::ALL);
    reg.provide::<Vec<Arc<dyn Outbound>>>(outbound());
    reg.provide::<Arc<dyn VisitorPresenter>>(Arc::new(webchat::Presenter));
    reg.provide::<Arc<dyn Visitors>>(Arc::new(webchat::Principal));
    reg.provide::<Arc<dyn TellPlace>>(Arc::new(webchat::Presenter));
    reg.desk(identity::routes());
    reg.desk(visits::routes());
    reg.public(transcripts::routes());
    webchat::register(reg);
    api::register(reg);
    email::register(reg);
}
