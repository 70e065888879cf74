//! Figures against facts: days counted by hand, the live picture against a naive count, alerts by a clock turned by hand,
//! and the files as somebody downloads them. On both stores.

mod alerts;
mod days;
mod house;
mod live;
mod naive;
mod turns;
