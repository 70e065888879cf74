//! "Forgot password": a link by mail, for whoever can be reached there.
//!
//! Nobody learns from it who has an account: the answer is given before anybody is looked for, after the same one write for
//! every name. Who is asked for is looked up by a job. Tries are throttled by name and by address.

use super::access::hash_of;
use super::links::{FORGOT_MS, NewLink};
use super::service::{LOGIN_BYTES_MAX, throttled};
use super::throttle::Key;
use super::{letters, store};
use crate::audit::{Deed, Fact};
use crate::{Accounts, codes};
use kernel::{Actor, AggregateKey, Error, JobId, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::mail::{self, Address, Letter, Queued};
use platform::store::Tx;
use platform::web::RequestInfo;
use std::sync::Arc;

/// The kind of the job that looks for whoever asked.
pub(crate) const FORGOTTEN: &str = "password.forgotten";

/// Takes the wish down. Errors: `sign_in.throttled`; `reset.no_mail` where no letter could go out at all.
pub(super) async fn ask(app: &App, info: &RequestInfo, login: &str) -> Result<()> {
    let login = login.trim().to_lowercase();
    if login.is_empty() || login.len() > LOGIN_BYTES_MAX {
        return Err(Error::invalid("/login", if login.is_empty() { "required" } else { "too_long" }));
    }
    // Counted apart from signing in, so that asking for a link locks nobody out.
    let keys = [Key::Login(hash_of(&format!("forgotten {login}"))), Key::ip(info.ip)];
    app.port::<Arc<Accounts>>().forgotten.begin(keys, app.now()).map_err(throttled)?;
    let read = async |tx: &mut Tx| mail::is_set_up(tx, TenantId(0)).await;
    if !app.db().read(&crate::authorize::provider(), read).await? {
        return Err(Error::new(&codes::RESET_NO_MAIL));
    }
    let sealed = app.secrets().seal_text(app.rng(), FORGOTTEN, login.as_bytes())?;
    let job = NewJob {
        id: app.id(),
        tenant: TenantId(0),
        kind: FORGOTTEN,
        subject: 0,
        payload: serde_json::json!({ "asked": sealed }),
        due_at: app.now(),
        unique_key: None,
    };
    let write = async move |tx: &mut Tx| tx.enqueue(&job).await;
    app.db().write(&crate::authorize::provider(), AggregateKey::new("forgotten", job_lane(app)), write).await
}

fn job_lane(app: &App) -> i64 {
    app.id::<JobId>().0
}

/// Looks for whoever asked, and sends them a link if they have an address.
pub(crate) async fn forgotten_job(app: App, job: Job) -> Result<()> {
    let sealed = job.payload["asked"].as_str().unwrap_or_default();
    let Ok(asked) = app.secrets().open_text(FORGOTTEN, sealed) else { return Ok(()) };
    let Ok(asked) = String::from_utf8(asked.to_vec()) else { return Ok(()) };
    let scope = crate::authorize::provider();
    let find = async move |tx: &mut Tx| store::who_forgot(tx, &asked).await;
    let Some((user, address)) = app.db().read(&scope, find).await? else { return Ok(()) };
    let Some(to) = Address::parse(&address) else { return Ok(()) };
    let directory = app.port::<Arc<Accounts>>().directory.clone();
    let Some(who) = directory.user(user) else { return Ok(()) };
    let link = NewLink::forgotten(&app, user).mailed_to(&address);
    let words = letters::reset(&app, who.language, &who.name, &link.url, FORGOT_MS / 3_600_000);
    let letter =
        Letter { tenant: TenantId(0), kind: "user.reset", subject: user.0, to, words, reply_to: None };
    let (letter, row) = (Queued::new(&app, letter)?, link.row);
    let deed = Deed::of(&app, Actor::SYSTEM, None);
    let write = async move |tx: &mut Tx| {
        store::add_invite(tx, &row).await?;
        mail::queue(tx, &letter).await?;
        deed.record(tx, &Fact::own("user.reset_asked", user.0)).await
    };
    app.db().write(&scope, AggregateKey::new("user", user.0), write).await
}
