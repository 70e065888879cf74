//! Judging: who really sent a mail, found out by ourselves.
//!
//! ```text
//! bytes, envelope ─▶ SPF (where the mail's way in is known) ─┐
//!                 ─▶ DKIM, each signature ────────────────────┼─▶ aligned with From? policy? (DMARC) ─▶ verdict
//!                 ─▶ ARC, where the last sealer is believed ──┘
//! ```
//! SPF, DKIM and ARC are `mail-auth`'s; what follows from them, and DMARC, is ours (`mail::dmarc`, pure). Names are looked up
//! over DNS alone: nothing is ever connected to that an answer names.
//!
//! Which word counts is set on the mailbox ([`JudgedBy`](super::mailbox::JudgedBy)): that of its own server where that signs
//! what it finds out, else ours. Both are kept with the arrival.
//!
//! Invariants: a judgement ends within [`WITHIN`]; what could not be looked up never counts as proof, is tried again a few
//! times, and is unknown then; a mail with two authors' fields speaks for nobody; at most [`SIGNATURES_MAX`] signatures are
//! looked at.

mod dns;
mod judge;
mod model;

pub use dns::{Dns, Resolving};
pub use judge::{Origin, SIGNATURES_MAX, WITHIN, judge};
pub use model::{Found, Judgement};

use super::arrivals::{Arrival, Envelope};
use super::mailbox::{JudgedBy, Mailbox};
use crate::codes;
use bytes::Bytes;
use kernel::{Error, Result};
use mail::Reading;
use mail::authentication::Verdict;
use platform::App;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How often a mail is judged anew where something could not be looked up.
const TRIES_MAX: i64 = 3;
/// Where nothing could be looked up for this long, mails do not wait for it: there is no DNS here, or it is down for long.
const WORTH_WAITING: Duration = Duration::from_secs(600);
/// Judged at once.
static PLACES: Semaphore = Semaphore::const_new(8);

/// What this installation judges with. Provided as a port by the program that does.
#[derive(Debug)]
pub struct Judge {
    dns: Dns,
    sealers: Vec<String>,
}

impl Judge {
    /// Looks up there, and believes these sealers (domains; what is below them too).
    pub fn new(dns: Dns, sealers: Vec<String>) -> Arc<Judge> {
        let sealers = sealers.iter().map(|s| s.trim().trim_end_matches('.').to_lowercase());
        Arc::new(Judge { dns, sealers: sealers.filter(|s| !s.is_empty()).collect() })
    }

    /// Judges a mail that speaks for a domain.
    pub async fn of(&self, raw: Bytes, origin: Option<Origin>, from_domain: &str) -> Judgement {
        judge(&self.dns, &self.sealers, raw, origin, from_domain).await
    }
}

fn origin(e: &Envelope) -> Option<Origin> {
    let ip = e.origin.as_deref()?.parse().ok()?;
    Some(Origin { ip, helo: e.helo.clone().unwrap_or_default(), from: e.from.clone()? })
}

/// Judges a mail where its mailbox wants that, and writes the verdict that counts into its reading. `asks_server`: is there a
/// word of the mailbox's own server? Errors:
/// `mail.not_judged` where it is worth trying again later.
pub(super) async fn apply(
    app: &App,
    to: &Mailbox,
    (a, raw, tries): (&Arrival, &Bytes, i64),
    asks_server: bool,
    r: &mut Reading,
) -> Result<Option<Judgement>> {
    let by_us = match to.config.judged_by {
        JudgedBy::Auto => !asks_server,
        JudgedBy::Server => false,
        JudgedBy::Hark => true,
    };
    let Some(judge) = app.try_port::<Arc<Judge>>().filter(|_| by_us) else { return Ok(None) };
    let place = PLACES.acquire().await.map_err(|_| Error::internal("the places for judging are closed"))?;
    let j = judge.of(raw.clone(), origin(&a.envelope), &r.authentication.from_domain).await;
    drop(place);
    if j.is_undecided && tries < TRIES_MAX && judge.dns.answered_within(WORTH_WAITING) {
        return Err(Error::new(&codes::MAIL_NOT_JUDGED));
    }
    // Where we cannot know, the mailbox's own server still may.
    if j.verdict != Verdict::Unknown || !asks_server {
        r.authentication.verdict = j.verdict;
    }
    Ok(Some(j))
}
