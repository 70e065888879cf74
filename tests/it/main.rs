//! Hark through its public interfaces.

mod desk;
mod faults;
mod house;
mod insight;
mod lines;
mod platform;
mod routing;
mod statements;
mod store;
mod walls;
