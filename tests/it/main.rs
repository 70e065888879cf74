//! Hark through its public interfaces.

mod faults;
mod platform;
mod statements;
mod store;
