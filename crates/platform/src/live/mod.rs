//! Live screens: sockets that see events as they happen, filtered by the rights of that moment.
//!
//! ```text
//! log ──▶ deliver loop: topics(event) ──▶ anybody there? ──▶ render once ──▶ bounded queue per socket ──▶ socket task
//! ```
//! A socket says up to which position it knows (`since`); it is given what it missed, or `resync` when that is too old or
//! too much, or when its queue overflowed. Signals (typing, presence) go the same way but may be lost.

mod deliver;
mod hub;
mod socket;

pub use deliver::{Presenter, Presenters, Rendered, run_delivery};
pub use hub::{Hub, Outgoing, SocketId, Topic, Viewer};
pub use socket::{LiveOp, LiveWiring, OnLeave, SocketContext, serve_staff};

/// Frames that may wait for one socket.
pub const QUEUE: usize = 256;
/// Events replayed to a socket that comes back; more is a `resync`.
pub const REPLAY_MAX: usize = 2_000;
/// A frame from a client at the most, in bytes.
pub const FRAME_MAX: usize = 64 * 1024;
/// A socket from which nothing has come for this long is closed; clients send a heartbeat every 25 s.
pub const SILENCE_MAX: std::time::Duration = std::time::Duration::from_secs(75);
