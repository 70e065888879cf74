//! Hark through its public interfaces.

mod platform;
mod statements;
mod store;
