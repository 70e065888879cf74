//! Webhooks out: a client's own systems hear what happens, signed as Standard Webhooks has it.
//!
//! ```text
//! log ──▶ reader "webhooks": does this client listen to this kind? ──▶ delivery + job ──▶ attempt
//!    pending ── 2xx ──▶ delivered
//!       │  └── anything else: again after 5 s, 30 s, 2 min … 24 h ──▶ failed (kept, can be sent again)
//!       └── 410, or nothing came through for 5 days ──▶ webhook switched off, `webhook.stopped`
//! ```
//! | state | meaning |
//! |---|---|
//! | pending | waits for its first or next try |
//! | delivered | the receiver answered with 2xx |
//! | failed | all tries are used up, or the webhook was switched off; can be sent again |
//!
//! A delivery is idempotent by (target, place in the log), and its id is the `webhook-id` at every try, so a receiver can
//! tell repeats. What is sent is rendered at each try from what is stored at that moment: texts are not copied into
//! deliveries. Order is not promised; message numbers tell it. Replies of an API inbox go to its `webhook_url` the same
//! way, signed with the inbox's secret; where that fails for good, the message is marked as failed.
//!
//! Events: `webhook.created`, `webhook.changed`, `webhook.removed`, `webhook.stopped`.

mod events;
mod explain;
mod http;
mod jobs;
mod model;
mod render;
mod service;
mod store;
mod view;

pub use events::WebhookReader;
pub use explain::{Outcome, Step, explain, next_step};
pub use model::{Delivery, KINDS, Status, Target, Webhook};
pub use service::Tested;
pub use view::{DeliveryView, FaultView, TestView, WebhookMade, WebhookView};

use platform::Registry;
use std::sync::Arc;

pub(crate) fn register(reg: &mut Registry) {
    reg.desk(http::routes());
    http::undoable(reg);
    reg.provide(Arc::new(service::Flights::default()));
    reg.reader("webhooks", |app| WebhookReader::new(app.clone()));
    reg.job(jobs::DELIVER, jobs::deliver);
    reg.job(jobs::PRUNE, jobs::prune);
    reg.on_start("webhooks", jobs::begin);
}
