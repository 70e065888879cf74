//! Hark through its public interfaces.

mod crm;
mod desk;
mod faults;
mod floor;
mod house;
mod insight;
mod lines;
mod platform;
mod routing;
mod statements;
mod store;
mod surveys;
mod walls;
