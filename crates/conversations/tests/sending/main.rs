//! From writing to sending, through the public interfaces: later, withdrawn, watched, told, masked.

mod desk;
mod later;
mod masking;
mod told;
mod withdrawn;
mod words;
