//! Queues: where customers of a line wait, and what the work there needs of an agent.
//!
//! How it is served beyond that ([`Rules`]) is one record: hours by a calendar, stages of help, dedicated seats, and for
//! whom work is kept for a while. A seat takes its agent from all other work, so it is given only by who sets up queues
//! wherever that agent works.
//!
//! Client and line of a queue never change; conversations name their queue by id. A change takes effect on what waits
//! at once. Events: `queue.created`, `queue.set`, `queue.removed` (one that was never used); the figures
//! that sockets get as `queue.changed` are no events of the log (see [`crate::floor`]).

mod fitting;
mod http;
mod model;
mod part;
mod rules;
mod service;
mod store;
mod view;

pub use http::routes;
pub(crate) use model::level;
pub use model::{Absence, Fit, Queue, SkillAsk};
pub(crate) use part::{Queues, undoable};
pub use rules::{CrewKind, Hours, Rules, StageRule, WorkClass};
pub use service::{Change, New, change, create};
pub use store::{all, by_ids};
pub use view::QueueView;
