//! The monitor: how every line stands at this moment and how its day has gone so far.
//!
//! One picture of the whole floor is counted from the facts at most once a second ([`Now`]), however many watch, and cut to
//! what each may see. Nothing is kept between two pictures, so that no figure can drift away from the facts: whoever counts
//! the facts by hand finds the same (`tests/insight/live.rs`). Desks that watch a line hear `monitor.changed` when its
//! picture differs from the one before, and read it anew.

mod http;
mod model;
mod store;
mod tell;
mod view;

pub use http::routes;
pub use model::{AgentNow, Floor, LineNow, Now, QueueNow, Tick};
pub use tell::Told;
