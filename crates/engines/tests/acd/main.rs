//! The routing engine against a reference that tries every pair, over thousands of random runs; and by hand.
//!
//! A run is a seed. A failure prints it; `HARK_SEED=<seed> cargo test -p hark-engines --test acd` replays that run
//! alone, `HARK_RUNS=<n>` sets how many are made.

#![allow(clippy::unwrap_used)]

mod busy_floor;
mod by_hand;
mod lines;
mod naive;
mod random_runs;
mod wider;
