//! What every area stands on: the store, the log, jobs, the live hub, the web kit and the registry.

mod app;
pub mod codes;
pub mod jobs;
pub mod live;
pub mod log;
pub mod registry;
pub mod store;
pub mod web;

pub use app::{App, Parts, Settings};
pub use registry::Registry;
