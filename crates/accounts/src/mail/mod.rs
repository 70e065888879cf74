//! Outgoing mail as administrators see it: where it goes out, a test that explains failures, and every letter with what
//! became of it. The machinery is [`platform::mail`].
//!
//! The provider's server (no client named) needs the right over everything; a client's own needs it for the whole client.
//! Passwords go in and never come out.
//!
//! Events: `mail.changed`, `mail.removed`.

mod http;
mod service;
mod view;

pub(crate) use http::routes;
pub(crate) use service::undoable;
pub use view::{LetterView, MailServerView, MailTestView};
