//! The client side, written for cheapness: one thread, prepared bytes, no copies that the wire does not ask for.

mod api;
mod http;
mod load;
mod socket;

pub use api::Api;
pub use http::{Connection, Request};
pub(crate) use load::histogram;
pub use load::{Batch, Measured, Pace, closed_loop, paced};
pub use socket::{Frame, Socket, Voice};
