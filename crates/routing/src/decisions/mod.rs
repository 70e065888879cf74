//! Decisions: with each offer and each assignment without asking, who was chosen, who else was considered and why not, as
//! it was at that moment. Written in the transaction of the offer, bounded, kept for as long as the installation says,
//! then removed by a job.
//!
//! Whoever may read a conversation sees why its agents were chosen; who else was considered is for who sees the live floor
//! of its line.

mod http;
mod jobs;
mod model;
mod store;
mod view;

pub use http::routes;
pub use jobs::{PRUNE, prune_job, schedule};
pub use model::{Kind, Made};
pub(crate) use store::insert;
