//! Logs, one line each.

use kernel::{Error, Result};
use tracing_subscriber::EnvFilter;

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For people at a terminal.
    #[default]
    Pretty,
}

impl std::str::FromStr for LogFormat {
    type Err = Error;
    fn from_str(s: &str) -> Result<LogFormat> {
        match s {
            "json" => Ok(LogFormat::Json),
            "pretty" => Ok(LogFormat::Pretty),
            _ => Err(Error::invalid("log_format", "unknown").detail("json or pretty")),
        }
    }
}

/// Libraries whose lines could hold what they carry (statements, addresses, bodies) stay at warnings whatever is asked.
const QUIETED: &[&str] =
    &["hyper", "reqwest", "rustls", "tokio_postgres", "tokio_tungstenite", "tungstenite", "tantivy", "h2"];

/// Starts logging to standard error. `filter` is such as `info` or `info,hark_routing=debug`. Errors: an unreadable
/// filter, or logging that was started already.
pub fn init(format: LogFormat, filter: &str) -> Result<()> {
    let mut filter =
        EnvFilter::try_new(filter).map_err(|e| Error::invalid("log", "unfit").detail(e.to_string()))?;
    for name in QUIETED {
        let directive = format!("{name}=warn").parse();
        filter = filter.add_directive(directive.map_err(|_| Error::internal("a directive of the log"))?);
    }
    // A line that cannot be written (the log lies on the full disk too) is lost. Told of on standard error it would panic there and
    // end whatever task had something to say.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    let started = match format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).try_init(),
        LogFormat::Pretty => lines.with_target(false).try_init(),
    };
    started.map_err(|e| Error::internal(format!("logging was started already: {e}")))
}
