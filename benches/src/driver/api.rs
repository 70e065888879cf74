//! Calls to the desk's API that set the stage; not part of what is measured.

use super::{Connection, Request};
use crate::fault::{Fault, Outcome};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Between two looks at the cursors.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Somebody with a token.
#[derive(Debug, Clone)]
pub struct Api {
    to: SocketAddr,
    token: String,
}

impl Api {
    /// At this address, with this token.
    pub fn new(to: SocketAddr, token: &str) -> Api {
        Api { to, token: token.to_owned() }
    }

    async fn call(&self, request: Request) -> Outcome<Vec<u8>> {
        let mut connection = Connection::open(self.to).await?;
        let bytes = request.bearer(&self.token).bytes(self.to);
        let answer = connection.call(&bytes).await?;
        if answer.status >= 400 {
            let line = String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned();
            let body = String::from_utf8_lossy(answer.body);
            return Err(Fault::new(format!("{line} was answered {}: {body}", answer.status)));
        }
        Ok(answer.body.to_vec())
    }

    /// GET, as JSON.
    pub async fn get(&self, path: &str) -> Outcome<Value> {
        Ok(serde_json::from_slice(&self.call(Request::new("GET", path)).await?)?)
    }

    /// The status with which a GET is answered.
    pub async fn status(&self, path: &str) -> Outcome<u16> {
        let mut connection = Connection::open(self.to).await?;
        let bytes = Request::new("GET", path).bearer(&self.token).bytes(self.to);
        Ok(connection.call(&bytes).await?.status)
    }

    /// Puts and answers what came back.
    pub async fn put(&self, path: &str, body: &Value) -> Outcome<Value> {
        let answer = self.call(Request::new("PUT", path).json(body.to_string())).await?;
        Ok(if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer)? })
    }

    /// POST, as JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        let answer = self.call(Request::new("POST", path).json(body.to_string())).await?;
        Ok(if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer)? })
    }

    /// The figures of `/metrics`.
    pub async fn metrics(&self) -> Outcome<Metrics> {
        Ok(Metrics(String::from_utf8(self.call(Request::new("GET", "/metrics")).await?)?))
    }

    /// Waits until every reader of the log, the live screens and the search index have reached its head. Answers how far
    /// each was behind at the first look.
    pub async fn wait_for_readers(&self, within: Duration) -> Outcome<Value> {
        let began = Instant::now();
        let mut first = None;
        loop {
            let metrics = self.metrics().await?;
            let lags = metrics.lags();
            let behind: Vec<String> =
                lags.iter().filter(|(_, n)| *n > 0.0).map(|(n, l)| format!("{n} {l}")).collect();
            first.get_or_insert_with(|| lags.iter().map(|(n, l)| (n.clone(), Value::from(*l))).collect());
            if behind.is_empty() {
                return Ok(Value::Object(first.unwrap_or_default()));
            }
            if began.elapsed() > within {
                return Err(Fault::new(format!(
                    "readers still behind after {within:?}: {}",
                    behind.join(", ")
                )));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Figures in Prometheus' text form.
#[derive(Debug, Clone)]
pub struct Metrics(String);

impl Metrics {
    /// The figure of this name, labels included.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
    }

    /// How many events each reader of the log is behind.
    pub fn lags(&self) -> Vec<(String, f64)> {
        let lines = self.0.lines().filter(|l| !l.starts_with('#') && l.contains("lag"));
        let mut found = vec![];
        for line in lines {
            let Some((name, value)) = line.rsplit_once(' ') else { continue };
            let reader = name
                .split('"')
                .nth(1)
                .unwrap_or(name.trim_start_matches("hark_").trim_end_matches("_lag_events"));
            found.extend(value.parse().ok().map(|v| (reader.to_owned(), v)));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lags_are_read_by_reader() {
        let m = Metrics(String::from(
            "# TYPE hark_reader_lag_events gauge\nhark_reader_lag_events{reader=\"webhooks\"} 3\n\
             hark_live_lag_events 0\nhark_log_head 12\n",
        ));
        assert_eq!(m.lags(), [("webhooks".to_owned(), 3.0), ("live".to_owned(), 0.0)]);
        assert_eq!(m.get("hark_log_head"), Some(12.0));
        assert_eq!(m.get("hark_log"), None);
    }
}
