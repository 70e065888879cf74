//! The floor on a store of its own, with a clock turned by hand: each turn is called, so nothing depends on timing.

mod facts;
mod house;
mod lines;
mod offers;
mod passing;
mod people;
mod restart;
mod rules;
