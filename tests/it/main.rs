//! Hark through its public interfaces.

mod faults;
mod floor;
mod house;
mod platform;
mod routing;
mod statements;
mod store;
mod walls;
