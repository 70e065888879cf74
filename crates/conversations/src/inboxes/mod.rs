//! Inboxes: one configured address of a channel, such as the chat on a client's shop or a source attached over the API.
//!
//! An inbox belongs to a line and names the queue its conversations wait in: one of its own line, or of another line of
//! the same client, if whoever ties the two together holds the right in both. Its `key` is public (it stands in the page);
//! secrets of an inbox lie sealed in the platform's `secret` table under `inbox.webhook`.
//!
//! Events: `inbox.created`, `inbox.changed`.

mod cache;
mod http;
mod model;
mod of_events;
mod part;
mod store;
mod widget;

pub use cache::{Cache, Lines, follow};
pub use http::routes;
pub use model::{Brand, Inbox, InboxConfig};
pub use of_events::inboxes_of;
pub(crate) use part::{Inboxes, undoable};
pub use store::{by_id, by_key, queue_within};
pub use widget::{
    ConsentText, FieldKind, FieldOption, FormField, IdentityMode, IdentityRules, VisitorForm, WidgetSettings,
};

/// The name under which an API inbox's secret is sealed; its owner is the inbox.
pub const SECRET: &str = "inbox.webhook";
/// The secret before the last rotation, still good for a day.
pub const SECRET_BEFORE: &str = "inbox.webhook.before";
/// The name under which the secret lies with which a client's site vouches for its visitors; its owner is the inbox.
pub const IDENTITY_SECRET: &str = "inbox.identity";
/// The one before the last rotation, still good for a day.
pub const IDENTITY_SECRET_BEFORE: &str = "inbox.identity.before";
