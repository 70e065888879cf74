//! Hark through its public interfaces.

mod faults;
mod house;
mod platform;
mod routing;
mod statements;
mod store;
mod surveys;
mod walls;
