//! Who is at work in the demonstration without anybody at a browser: they are on a break, in training, or serve what was
//! given to them. They have no skills, so no queue gives them work that a visitor of the demonstration waits for.

use super::Login;
use super::people::Person;
use crate::boot::Running;
use kernel::{Error, Event, LineId, Millis, Permission, Result, TenantId, UserId};
use platform::App;
use platform::live::{Outgoing, Topic, Viewer};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// One of them, as `floor.json` has them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// The key of the person, which is their login.
    pub who: String,
    /// What they are, one after another.
    pub states: Vec<Turn>,
    /// The break they ask for, if any.
    #[serde(rename = "break")]
    pub pause: Option<Pause>,
}

/// A state from some moment on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Turn {
    /// Minutes before now.
    pub minutes_ago: i64,
    /// The state.
    pub state: String,
}

/// A break that is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pause {
    /// Minutes before now.
    pub minutes_ago: i64,
    /// The key of its kind.
    pub kind: String,
}

/// Sees and hears nothing: only that somebody is there.
struct Seat(UserId);

impl Viewer for Seat {
    fn may_see(&self, _: &Event) -> bool {
        false
    }
    fn may_join(&self, topic: Topic) -> bool {
        topic == Topic::User(self.0.0)
    }
    fn holds(&self, _: Permission, _: TenantId, _: LineId) -> bool {
        false
    }
    fn user(&self) -> UserId {
        self.0
    }
}

/// Before somebody whose connection was closed sits down again.
const AGAIN: Duration = Duration::from_secs(1);

/// Who sits there: each counts as connected until this is dropped.
#[derive(Default)]
pub struct Seats(Vec<tokio::task::JoinHandle<()>>);

impl Seats {
    /// Seats somebody, and again whenever the desk closes their connection.
    pub(super) fn add(&mut self, app: &App, user: UserId) {
        let (hub, topic) = (app.live().clone(), Topic::User(user.0));
        let sit = move || {
            let (id, out, _) = hub.connect(Arc::new(Seat(user)));
            hub.join(id, topic);
            (hub.clone(), id, out)
        };
        let mut seat = sit();
        self.0.push(tokio::spawn(async move {
            loop {
                while seat.2.recv().await.is_some_and(|said| !matches!(said, Outgoing::Bye(_))) {}
                seat.0.disconnect(seat.1, &[topic]);
                tokio::time::sleep(AGAIN).await;
                seat = sit();
            }
        }));
    }
}

impl Drop for Seats {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// Who has been in a state for so long comes to work anew at a start.
const STALE_MS: Millis = 6 * 3_600_000;

/// Brings them back to their seats after a start. Whoever cannot come, such as with a changed password, is missing.
pub async fn take_seats(running: &Running, logins: &[Login]) -> Seats {
    let mut seats = Seats::default();
    for part in super::floor::cast().unwrap_or_default() {
        let Some(login) = logins.iter().find(|l| l.login == part.who) else { continue };
        if let Err(e) = take_seat(running, &mut seats, &part, login).await {
            tracing::warn!(error = %e, who = %part.who, "somebody of the demonstration is not at work");
        }
    }
    seats
}

async fn take_seat(running: &Running, seats: &mut Seats, part: &Part, login: &Login) -> Result<()> {
    let (app, desk) = (running.app(), &running.origins().desk);
    let person = Person::staff(desk, &app.settings().desk_url, &login.login, &login.password);
    let me = person.get("/api/v1/me").await?;
    let id = me["user"]["id"].as_str().and_then(|id| id.parse().ok()).map(UserId);
    seats.add(app, id.ok_or_else(|| Error::internal("somebody without an id"))?);
    let is = person.get("/api/v1/presence").await?;
    let away = is["state"] == "offline";
    if !away && app.now() - is["since"].as_i64().unwrap_or_default() < STALE_MS {
        return Ok(());
    }
    if !away {
        enter(&person, "offline").await?;
    }
    for turn in &part.states {
        enter(&person, &turn.state).await?;
    }
    match &part.pause {
        Some(pause) => ask(&person, &pause.kind).await,
        None => Ok(()),
    }
}

/// Takes a state.
pub(super) async fn enter(person: &Person, state: &str) -> Result<()> {
    person.call(axum::http::Method::PUT, "/api/v1/presence", Some(json!({"state": state}))).await.map(|_| ())
}

/// Asks for a break.
pub(super) async fn ask(person: &Person, kind: &str) -> Result<()> {
    let kinds = person.get("/api/v1/break-kinds").await?;
    let all = kinds["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(found) = all.iter().find(|k| k["key"] == kind) else { return Ok(()) };
    person.post("/api/v1/me/breaks", json!({"kind": found["id"]})).await.map(|_| ())
}
