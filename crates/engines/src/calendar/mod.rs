//! Business calendars: when a line is open, and how long something took in open time.
//!
//! A [`CalendarSpec`] says it in a person's terms: a time zone, spans for each weekday, and dates that differ. A
//! [`Calendar`] made from it answers in milliseconds since 1970.
//!
//! # What "open" means
//!
//! A moment is open if the clock on the wall of the calendar's zone then shows a time within a span of that date, or
//! within the part after midnight of a span that began on the date before. So:
//!
//! * Spans are half-open: 09:00–18:00 is open at 09:00:00.000 and closed at 18:00:00.000.
//! * `22:00–06:00` crosses midnight and belongs to the date on which it begins: a holiday closes the evening that
//!   begins on it, not the morning that ends on it. `00:00–24:00` is a whole day; all seven make 24/7.
//! * When clocks go forward, the hour that the wall never shows is nobody's time; when they go back, an hour shown
//!   twice is open twice. A deadline of eight open hours is eight hours of somebody sitting there.
//! * Spans of a date may touch or overlap; they are joined.
//!
//! # Dates that differ
//!
//! | rule      | the date                                                         |
//! |-----------|------------------------------------------------------------------|
//! | `closed`  | has no spans                                                     |
//! | `special` | has its own spans                                                |
//! | `makeup`  | works like [`CalendarSpec::makeup_day`], or with spans of its own |
//!
//! Each carries its [`Basis`]: set by somebody for this calendar, published by the state, or only projected because
//! the year's notice is not out (or not imported) yet. [`holidays`] holds the published tables.
//!
//! Every search looks at most [`HORIZON_DAYS`] ahead and then says so, so a calendar that never opens ends no loop.

mod hours;
mod model;
mod runs;

pub mod holidays;

pub use hours::{BeyondHorizon, Calendar, HORIZON_DAYS};
pub use model::*;
