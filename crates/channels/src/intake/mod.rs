//! Intake: what every channel does with a message from a customer. In one transaction: is it here already? who writes?
//! which conversation? append. It is acknowledged after the commit.
//!
//! Invariants: the same message sent again, out of order or many times at once, is one message in one conversation and
//! gets the same answer; a contact has at most one live conversation per inbox and thread.

mod model;
mod service;
mod store;

pub use model::{Also, Incoming, Mail, SenderKey, Taken};
pub use service::take;
pub use store::seen;
