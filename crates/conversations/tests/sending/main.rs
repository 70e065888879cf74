//! From writing to sending, through the public interfaces: later, withdrawn, watched, told, masked; and what is
//! merged, split and forwarded.

mod desk;
mod joining;
mod later;
mod masking;
mod told;
mod withdrawn;
mod words;
