//! Hark through its public interfaces.

mod house;
mod platform;
mod statements;
mod store;
mod walls;
