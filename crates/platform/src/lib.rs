//! What every area stands on: the store, the log, jobs, blobs, secrets, egress, search, the live hub, the web kit,
//! telemetry and the registry.

mod app;
pub mod blobs;
pub mod codes;
pub mod egress;
pub mod housekeeping;
pub mod jobs;
pub mod live;
pub mod log;
pub mod mail;
pub mod nodes;
pub mod notices;
pub mod registry;
pub mod search;
pub mod secrets;
pub mod store;
pub mod telemetry;
pub mod web;

pub use app::{App, Parts, Settings};
pub use registry::Registry;

/// What the platform itself brings: routes for files, health and metrics, the search reader, housekeeping.
pub fn register(reg: &mut Registry) {
    reg.codes.push(kernel::CODES);
    reg.codes.push(codes::ALL);
    blobs::register(reg);
    secrets::register(reg);
    search::register(reg);
    mail::register(reg);
    notices::register(reg);
    telemetry::register(reg);
    housekeeping::register(reg);
}
