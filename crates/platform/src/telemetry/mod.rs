//! Telemetry: structured logs, figures for Prometheus, and the two questions an orchestrator asks.
//!
//! Nothing here carries message text, personal data or secrets: log lines hold ids, codes and counts, and errors keep
//! facts for developers only ([`kernel::Error::detail`]).

mod http;
mod logs;
mod metrics;

pub use logs::{LogFormat, init};
pub use metrics::{Counter, Metrics};

pub(crate) use http::register;
