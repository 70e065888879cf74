//! Business calendars: when a line is open. Stored as a person writes them; [`engines::calendar`] answers.
//!
//! A calendar belongs to one client, or to the provider (tenant 0) for all. China's official calendar is built in;
//! a year after its table is `projected` until its notice is imported into the calendar.
//!
//! Events: `calendar.created`, `calendar.changed`.

mod http;
mod model;
mod part;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub use model::{DateKind, DateRule, DateStatus, Definition, TimeSpan};
pub(crate) use part::Hours;
pub use part::for_client;
pub(crate) use service::undoable;
pub(crate) use store::load;
pub use view::CalendarView;
