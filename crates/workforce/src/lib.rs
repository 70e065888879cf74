//! The floor's paper: raised hands, briefings before a shift, handovers after it, and what must be read.
//!
//! ```text
//! agent ── raises a hand ──▶ lead takes it ── watches, whispers, takes over ──▶ lowered
//! lead ─── briefing: points ── signed ──▶ every agent acknowledges
//! agent ── handover: what is open ── signed ──▶ receiver countersigns ──▶ conversations change hands
//! lead ─── announcement ──▶ read by each, or they may not go ready
//! ```
//! States and breaks are routing's; this crate meets it by the port [`ReadyBar`](conversations::ports::ReadyBar), which
//! it implements, and by events.

pub mod announcements;
pub mod briefings;
pub mod codes;
mod deed;
pub mod handovers;
pub mod hands;
mod live;
pub mod mine;
pub mod permissions;

use conversations::ports::ReadyBar;
use platform::Registry;
use std::sync::Arc;

/// Adds everything that the floor's paper brings.
pub fn register(reg: &mut Registry) {
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    for routes in
        [hands::routes(), briefings::routes(), handovers::routes(), announcements::routes(), mine::routes()]
    {
        reg.desk(routes);
    }
    reg.present(live::Shown);
    reg.provide::<Arc<dyn ReadyBar>>(Arc::new(announcements::Unread));
    reg.reader("workforce.hands", hands::Ends::new);
}
