//! When a snoozed conversation may come back: the times people say, worked out on the line's calendar.

mod http;
mod model;

pub(crate) use http::calendar;
pub use http::routes;
pub use model::{Preset, at, calendar_of};
