//! Egress: the one client for every outbound call.
//!
//! A name is resolved once, every address it resolves to is judged, and the connection goes to those addresses only:
//! there is no second resolution that could answer something else. Private, local and special addresses are refused in
//! all their spellings unless an administrator opened them (`egress_allow`). Redirects are not followed, proxies of the
//! environment are not used, and time and size are bounded.

mod address;
mod client;

pub use address::{Allow, is_public};
pub use client::{Call, Egress, Reply, Resolve, Resolved};
