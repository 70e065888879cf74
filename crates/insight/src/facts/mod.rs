//! Facts that this area keeps itself: turns of talk (`reply_turn`), each from the contact's first message that nobody had
//! answered to the answer of a member of staff.
//!
//! And what contacts say when they are asked how it was (`satisfaction`), one per conversation.
//!
//! Kept by a reader of the log, idempotent by position: a turn is begun once per event, and an event ends only a turn begun
//! before it.
//!
//! | event | effect |
//! |---|---|
//! | `message.created` by the contact | begins a turn, unless one is open |
//! | `message.created` by a member of staff, not a note | ends the open turn as `replied` |
//! | `conversation.resolved` | ends the open turn as `unanswered`; the next one is a first one |
//! | `conversation.merged`, `.split` with what is waited for | the open turn waits in the other conversation: an answer there ends it; where one is open there already it ends as `merged`, since both wait for one answer |
//! | `conversation.join_undone` | it waits where it was asked again |
//! | `survey.invited`, `survey.answered` | the contact was asked; what they said |
//!
//! What a bot or a program with a token writes answers nobody here: the customer waits for a human.

mod model;
mod reader;
mod store;

pub use model::{Step, step};
pub use reader::{NAME, Turns};
