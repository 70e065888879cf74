//! The floor over HTTP, on both stores, with a clock that the test turns: breaks, forced states, raised hands, briefings,
//! handovers, must-read announcements.

mod announcements;
mod breaks;
mod hands;
mod rig;
mod sheets;
mod states;
