//! Conversations on live screens: what each event shows and to whom, and the signals that may be lost.
//!
//! Rooms: everybody at the conversation, its assignee, its followers and those mentioned, its line, its queue; its
//! visitor sees frames of the channel's own.

mod looking;
mod present;

pub use looking::{Looking, left, ops};
pub use present::ConversationPresenter;
