//! The program: configuration, wiring and commands. The only crate that names every area.
//!
//! ```text
//! config ─▶ data folder and lock ─▶ ports ─▶ store ─▶ areas (registry) ─▶ app ─▶ on_start ─▶ tasks, jobs, live ─▶ serve
//! ```
//! Nothing heavy happens before the ports answer: what takes long (the dictionary, a new index) is done beside, after.
//! [`start`] runs the whole program in the calling process, on any ports and with any clock, which is how the
//! integration tests drive it; the `hark` binary is the same function behind a command line.

mod areas;
mod boot;
mod chance;
pub mod cli;
mod commands;
pub mod config;
mod control;
pub mod demo;
mod folder;
mod openapi;
mod origins;
mod rest;
mod startup;

pub use boot::{Running, Surroundings, start, start_with};
pub use chance::{SystemChance, SystemClock};
pub use config::Config;
pub use openapi::openapi;
pub use startup::Startup;
