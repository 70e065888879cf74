//! Counts: the one place where facts become sums.
//!
//! What is counted belongs to the time at which it *arrived*: a waiting, a turn or a serving that began before midnight
//! belongs to the day before, however long it lasts. Drills never count. Each transfer begins a waiting or serving of its own;
//! what an absent agent held waits a second time, from the moment it was put back.

mod model;
mod occupancy;
mod store;

pub use model::{Cell, Sums, total};
pub use occupancy::{Stay, Stretch, day_of, joined};
pub use store::{ANSWER_WITHIN_MS, Ask, Record, SHORT_ABANDON_MS, cells, people, records};
