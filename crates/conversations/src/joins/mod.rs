//! Joins: conversations that are merged, split or forwarded, and taken apart again.
//!
//! ```text
//! merge    #1235 ──▶ #1240    #1235 ends and goes on in #1240, which shows its messages as a block from elsewhere
//! split    #1240 ─·─▶ #1241   chosen messages go on in a new conversation, which shows them as its first block
//! forward  #1240 ···▶ #1242   a new conversation with somebody outside, by mail, who reads what was quoted to them and no more
//! ```
//! No message changes its conversation or its number: screens hold cursors by number, and facts and the log are never
//! rewritten. What is joined is a row of `conversation_join`, and the conversation `merged_into` points where it goes on.
//!
//! | | origin | holder | taken back |
//! |---|---|---|---|
//! | `merged` | has ended, points at the holder; nobody writes into it | gets what comes for the origin: mails, chat, replies that wait | the origin is as it was; what came meanwhile stays |
//! | `split` | says of each message where it went on | is new; answers the newest of its messages | while nobody wrote in it: it ends, merged into the origin |
//! | `forwarded` | says to where | is new, of the person it was sent to | no: the mail has its undo time |
//!
//! Invariants: a conversation points at one that points nowhere (merging points earlier ones on), so a pointer is followed once;
//! it is followed only while both are one contact's; the two rows are held in the order of their ids, so that of two who merge
//! them into each other one wins. Nobody reads a block without the right to read the conversation it stands in.
//!
//! Events: `conversation.merged`, `.split`, `.join_undone`, beside `.resolved` (with `merged_into`) and `.reopened`.

mod forwarding;
mod http;
mod merging;
mod model;
mod quoting;
mod splitting;
mod store;
mod undoing;
mod view;

pub use http::routes;
pub use model::{BLOCK_MAX, Join, Joining, Kind};
pub use store::{behind, split_off};
pub use view::{BlockView, ConversationMark, JoinView};
pub(crate) use view::{Joined, of_conversation};
