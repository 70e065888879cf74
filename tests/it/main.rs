//! Hark through its public interfaces.

mod faults;
mod house;
mod lines;
mod platform;
mod statements;
mod store;
mod walls;
