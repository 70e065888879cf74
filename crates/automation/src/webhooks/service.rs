//! One try: who is called, with what, and what came of it.

use super::explain::Outcome;
use super::model::{Delivery, Status, Target, Webhook};
use super::{render, store};
use crate::codes;
use conversations::inboxes::{self, Cache};
use http::{HeaderName, header};
use kernel::{Error, Millis, Result, TenantId};
use parking_lot::Mutex;
use platform::App;
use platform::egress::Call;
use platform::store::Tx;
use platform::web::signature::{ID_HEADER, SIGNATURE_HEADER, SigningKey, TIMESTAMP_HEADER};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The name under which a webhook's secret is sealed; its owner is the webhook.
pub const SECRET: &str = "webhook.signing";
/// The secret before the last rotation, with the time until which it is still used.
pub const SECRET_BEFORE: &str = "webhook.signing.before";
/// How long that is.
pub const BEFORE_MS: Millis = 24 * 3_600_000;
/// A receiver must answer within this.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A receiver's answer at the most, in bytes.
const ANSWER_MAX: usize = 64 * 1024;
/// Tries under way at once to one target, so that a slow one does not hold up the others.
const FLIGHTS_MAX: u32 = 4;

/// The tries that are under way. Provided as a service.
#[derive(Default)]
pub struct Flights {
    now: Mutex<HashMap<Target, u32>>,
}

/// A place among a target's tries; given back when dropped.
pub struct Flight {
    flights: Arc<Flights>,
    target: Target,
}

impl Flights {
    /// A place, if there is one.
    pub fn take(self: &Arc<Self>, target: Target) -> Option<Flight> {
        let mut now = self.now.lock();
        let n = now.entry(target).or_default();
        if *n >= FLIGHTS_MAX {
            return None;
        }
        *n += 1;
        Some(Flight { flights: self.clone(), target })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut now = self.flights.now.lock();
        let left = now.get(&self.target).copied().unwrap_or(0).saturating_sub(1);
        if left == 0 {
            now.remove(&self.target);
        } else {
            now.insert(self.target, left);
        }
    }
}

/// What a try came to, with how long it took in ms.
pub type Tested = (Outcome, Millis);

/// Makes one try. Errors are those of the store; what the receiver or the way there did is in the outcome.
pub async fn attempt(app: &App, d: &Delivery) -> Result<Tested> {
    let began = std::time::Instant::now();
    let outcome = match call(app, d).await {
        Ok(call) => match app.egress().send(call).await {
            Ok(reply) => Outcome::of_reply(reply.status, &reply.headers, &reply.body),
            Err(e) => Outcome::of_error(&e),
        },
        Err(e) if codes::by_name(e.code.code).is_some() => Outcome::of_error(&e),
        Err(e) => return Err(e),
    };
    Ok((outcome, began.elapsed().as_millis() as Millis))
}

/// A secret that is used until then: `until secret`.
pub fn until(until: Millis, secret: &[u8]) -> Vec<u8> {
    [format!("{until} ").as_bytes(), secret].concat()
}

/// The secret of a text that may say until when it is used; none once that has passed.
fn still_used(text: &str, now: Millis) -> Option<&str> {
    match text.split_once(' ') {
        None => Some(text),
        Some((until, secret)) => until.parse::<Millis>().ok().filter(|u| now < *u).map(|_| secret),
    }
}

async fn call(app: &App, d: &Delivery) -> Result<Call> {
    let (url, keys) = address(app, d.tenant, d.target).await?;
    let body = render::body(app, d).await?.ok_or_else(|| Error::new(&codes::VANISHED))?;
    let (id, seconds) = (d.id.to_string(), app.now() / 1_000);
    let signatures: Vec<String> = keys.iter().map(|k| k.sign(&id, seconds, &body)).collect();
    Ok(Call::post(url, body)
        .header(header::CONTENT_TYPE, "application/json")
        .header(HeaderName::from_static(ID_HEADER), &id)
        .header(HeaderName::from_static(TIMESTAMP_HEADER), &seconds.to_string())
        .header(HeaderName::from_static(SIGNATURE_HEADER), &signatures.join(" "))
        .time(ANSWER_WITHIN)
        .answer_max(ANSWER_MAX))
}

/// Where to, and signed with what. Errors: `webhook.off`, `webhook.no_secret`, `webhook.vanished`.
async fn address(app: &App, tenant: TenantId, target: Target) -> Result<(String, Vec<SigningKey>)> {
    let off = || Error::new(&codes::OFF);
    let (url, names): (Option<String>, &'static [&'static str]) = match target {
        Target::Webhook(_) => (None, &[SECRET, SECRET_BEFORE]),
        Target::Inbox(id) => {
            let inbox = app.port::<Arc<Cache>>().get(id).ok_or_else(off)?;
            // Signed with the secret before as well, so that a receiver can change over when it likes.
            (
                Some(inbox.config.webhook_url.clone().ok_or_else(off)?),
                &[inboxes::SECRET, inboxes::SECRET_BEFORE],
            )
        }
    };
    let (secrets, now) = (app.secrets().clone(), app.now());
    let read = async move |tx: &mut Tx| {
        let url = match (&url, target) {
            (None, Target::Webhook(id)) => {
                let found = store::by_id(tx, id).await?;
                found.enabled.then_some(found.url)
            }
            (url, _) => url.clone(),
        };
        let mut keys = vec![];
        for name in names {
            let Some(sealed) = secrets.open(tx, tenant, name, target.id()).await? else { continue };
            let text = std::str::from_utf8(&sealed).map_err(|_| Error::internal("a secret is text"))?;
            keys.extend(still_used(text, now).and_then(SigningKey::parse));
        }
        Ok((url, keys))
    };
    let (url, keys) = app.db().read(&accounts::authorize::job(tenant), read).await?;
    let url = url.ok_or_else(off)?;
    if keys.is_empty() { Err(Error::new(&codes::NO_SECRET)) } else { Ok((url, keys)) }
}

/// Sends a test to a webhook and waits for what comes of it. Nothing is kept.
pub async fn test(app: &App, w: &Webhook) -> Result<Tested> {
    let now = app.now();
    let d = Delivery {
        id: app.id(),
        tenant: w.tenant,
        target: Target::Webhook(w.id),
        pos: 0,
        kind: render::TEST.to_owned(),
        subject: w.id.0,
        conversation: 0,
        facts: serde_json::Value::Null,
        happened_at: now,
        status: Status::Pending,
        attempts: 0,
        next_at: None,
        tried_at: None,
        took_ms: None,
        code: None,
        fault: None,
        response: None,
        created_at: now,
    };
    attempt(app, &d).await
}
