//! Accounts through its routes, on a whole program without sockets, on both engines.

mod desk;
mod mail;
mod repeats;
mod rights;
mod sign_in;
mod trail;
mod undo;
