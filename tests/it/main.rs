//! Hark through its public interfaces.

mod crm;
mod desk;
mod faults;
mod house;
mod insight;
mod lines;
mod platform;
mod routing;
mod statements;
mod store;
mod surveys;
mod walls;
