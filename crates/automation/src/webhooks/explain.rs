//! What a try came to, in words, and what follows from it. Pure.

use crate::codes;
use http::{HeaderMap, StatusCode};
use kernel::{Code, Error, Millis};

/// The pauses before the second, third … try. Two and a half days in all.
const PAUSES_MS: &[Millis] = &[
    5_000,
    30_000,
    120_000,
    600_000,
    1_800_000,
    3_600_000,
    3 * 3_600_000,
    6 * 3_600_000,
    12 * 3_600_000,
    24 * 3_600_000,
];
/// A receiver may ask for this much time at the most.
const ASKED_MAX_MS: Millis = 24 * 3_600_000;
/// Of an answer this much is kept, in characters.
const RESPONSE_MAX: usize = 1_000;

/// What a try came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The receiver's status, if it answered.
    pub status: Option<u16>,
    /// What went wrong; `None` for 2xx.
    pub fault: Option<&'static Code>,
    /// The beginning of the answer, as text.
    pub response: String,
    /// How long the receiver asked us to wait.
    pub asked_ms: Option<Millis>,
}

impl Outcome {
    /// From the receiver's answer.
    pub fn of_reply(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Outcome {
        let seconds = headers.get("retry-after").and_then(|v| v.to_str().ok()?.trim().parse::<i64>().ok());
        Outcome {
            status: Some(status.as_u16()),
            fault: explain(status),
            response: String::from_utf8_lossy(body)
                .chars()
                .filter(|c| *c != '\0')
                .take(RESPONSE_MAX)
                .collect(),
            asked_ms: seconds.map(|s| s.saturating_mul(1_000).clamp(0, ASKED_MAX_MS)),
        }
    }

    /// From an error on the way.
    pub fn of_error(e: &Error) -> Outcome {
        let fault = match e.code.code {
            "egress.refused" => &codes::ADDRESS,
            "egress.too_large" => &codes::BROKEN,
            "egress.failed" if e.detail == "no answer in time" => &codes::NO_ANSWER,
            "egress.failed" if e.detail == "no connection" => &codes::NO_CONNECTION,
            _ => codes::by_name(e.code.code).unwrap_or(&codes::BROKEN),
        };
        Outcome { status: None, fault: Some(fault), response: String::new(), asked_ms: None }
    }
}

/// What a status means; `None` for 2xx.
pub fn explain(status: StatusCode) -> Option<&'static Code> {
    match status.as_u16() {
        200..=299 => None,
        300..=399 => Some(&codes::REDIRECT),
        401 | 403 => Some(&codes::NOT_ALLOWED),
        404 | 405 => Some(&codes::NOT_THERE),
        410 => Some(&codes::GONE),
        429 | 503 => Some(&codes::BUSY),
        400..=499 => Some(&codes::REFUSED),
        _ => Some(&codes::FAILED),
    }
}

/// What follows from a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It came through.
    Done,
    /// Again after so many ms.
    Again(Millis),
    /// All tries are used up.
    GiveUp,
    /// Switch the webhook off: the address is gone.
    Stop,
}

/// What follows from the outcome of try number `attempts`, counted from 1.
pub fn next_step(outcome: &Outcome, attempts: i64) -> Step {
    let Some(fault) = outcome.fault else { return Step::Done };
    if fault == &codes::GONE {
        return Step::Stop;
    }
    let pause = usize::try_from(attempts - 1).ok().and_then(|i| PAUSES_MS.get(i));
    match pause {
        Some(ms) => Step::Again(outcome.asked_ms.map_or(*ms, |asked| asked.max(*ms))),
        None => Step::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, retry_after: Option<&'static str>) -> Outcome {
        let mut headers = HeaderMap::new();
        if let Some(v) = retry_after {
            headers.insert("retry-after", http::HeaderValue::from_static(v));
        }
        Outcome::of_reply(StatusCode::from_u16(status).expect("a status"), &headers, b"x\0y")
    }

    #[test]
    fn each_status_has_its_words_and_its_next_step() {
        for (status, fault) in [
            (302, "webhook.redirect"),
            (401, "webhook.not_allowed"),
            (404, "webhook.not_there"),
            (429, "webhook.busy"),
            (422, "webhook.refused"),
            (500, "webhook.failed"),
            (503, "webhook.busy"),
        ] {
            let o = outcome(status, None);
            assert_eq!(o.fault.map(|f| f.code), Some(fault));
            assert_eq!(next_step(&o, 1), Step::Again(5_000), "{status}");
        }
        assert_eq!(next_step(&outcome(204, None), 1), Step::Done);
        assert_eq!(next_step(&outcome(410, None), 1), Step::Stop);
        assert_eq!(outcome(200, None).response, "xy");
    }

    #[test]
    fn tries_come_further_apart_and_end() {
        let o = outcome(500, None);
        let pauses: Vec<_> = (1..=20).map(|n| next_step(&o, n)).collect();
        assert_eq!(pauses[9], Step::Again(86_400_000));
        assert!(pauses[10..].iter().all(|s| *s == Step::GiveUp));
    }

    #[test]
    fn a_receiver_may_ask_for_time_but_not_for_ever() {
        assert_eq!(next_step(&outcome(429, Some("120")), 1), Step::Again(120_000));
        assert_eq!(next_step(&outcome(429, Some("1")), 1), Step::Again(5_000));
        assert_eq!(next_step(&outcome(429, Some("999999999999")), 1), Step::Again(ASKED_MAX_MS));
    }
}
