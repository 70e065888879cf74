//! Thresholds of a line's figures, and the alerts they raise.
//!
//! ```text
//!                 holds for long enough, outside quiet hours
//!   threshold ────────────────────────────────────────────▶ raised ── somebody confirms ──▶ acknowledged
//!                                                            │  └─ nobody within N minutes ──▶ escalated ─┘
//!                                                            └────────── holds no more ──▶ over ◀─────────┘
//! ```
//! Invariants: a threshold has at most one alert that is not over, by a unique index; an alert is confirmed once, by name; what
//! is over stays in the history with who confirmed it. The rows are the truth, so that a restart in the middle of a crossing
//! neither forgets it nor begins it anew, and nodes that look at the same time raise one alert.
//!
//! Events: `threshold.created`, `.changed`, `.removed`; `alert.raised`, `.acknowledged`, `.escalated`, `.over`, with the line and
//! the figure. What is raised and what goes upwards is also a staff notice, which bots and letters carry.

mod events;
mod http;
mod model;
mod notice;
mod service;
mod store;
mod view;
mod watch;

pub use events::Shown;
pub use http::routes;
pub use model::{Alert, LiveMetric, Operator, Step, Threshold, decide};
pub use notice::KINDS;
pub use watch::{Watch, run};
