//! A server that is ready to be measured: ours on a prepared world, or somebody else's, on which a client with an inbox
//! is made.

use crate::args::Options;
use crate::driver::{Api, Batch, Request, Socket, closed_loop};
use crate::fault::{Fault, Outcome, While};
use crate::launcher::{Launcher, Server};
use crate::report::Progress;
use crate::signing::Key;
use crate::texts::Texts;
use crate::world::{AGENTS, Seats, WATCHERS, World};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Contacts that write, each in a thread of its own.
pub const CONTACTS: usize = 10_000;
/// Contacts that write for the first time are let in over so many connections.
const FIRST_CONNECTIONS: usize = 64;
/// The first messages of all contacts must be through within this.
const FIRST_WITHIN: Duration = Duration::from_secs(120);
/// Readers must have caught up within this.
pub const READERS_WITHIN: Duration = Duration::from_secs(120);

/// The stage.
pub struct Stage {
    /// The server.
    pub server: Server,
    /// Its store, where it is ours.
    pub world: Option<World>,
    /// An administrator.
    pub api: Api,
    token: String,
    seats: Option<Seats>,
    inbox: String,
    web_inbox: String,
    key: Key,
    tenant: String,
    line: String,
    /// Makes the ids of this run's messages differ from any other run's.
    run: String,
    texts: Rc<Texts>,
}

fn text_of(v: &Value, name: &str) -> Outcome<String> {
    v[name]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Fault::new(format!("the server answered without {name}: {v}")))
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl Stage {
    /// Sets the stage: `size` conversations (0: none) on a server of its own, or a client on the one given.
    pub async fn set(o: &Options, launcher: &dyn Launcher, size: u64, progress: &Progress) -> Outcome<Stage> {
        crate::process::allow_many_files();
        match (&o.url, &o.public_url, &o.token) {
            (Some(desk), Some(public), Some(token)) => {
                Stage::elsewhere(o, Server::elsewhere(desk, public)?, token).await
            }
            _ => {
                let world = World::prepare(o, launcher, size, progress).await?;
                progress.say("starting the server");
                let server = world.serve(launcher).await?;
                Stage::on(o, world, server).await
            }
        }
    }

    /// The stage on a prepared world whose server runs.
    pub async fn on(o: &Options, world: World, server: Server) -> Outcome<Stage> {
        let seats = world.seats.clone();
        let token = seats.admin_token();
        let api = server.api(&token);
        let (id, key) = seats.api_inbox();
        let secret = api.post(&format!("/api/v1/inboxes/{id}/secret"), &json!({})).await?;
        let (web_inbox, (tenant, line)) = (seats.web_inbox(), seats.first_line());
        Ok(Stage {
            key: Key::parse(&text_of(&secret, "secret")?)?,
            inbox: key,
            server,
            world: Some(world),
            api,
            token,
            seats: Some(seats),
            web_inbox,
            tenant,
            line,
            run: format!("{:x}", since_epoch().as_millis()),
            texts: Rc::new(Texts::new(o.seed)),
        })
    }

    async fn elsewhere(o: &Options, server: Server, token: &str) -> Outcome<Stage> {
        let api = server.api(token);
        let run = format!("{:x}", since_epoch().as_millis());
        let tenant = api.post("/api/v1/tenants", &json!({ "name": format!("Bench {run}") })).await?;
        let tenant = text_of(&tenant, "id")?;
        let line = api.post("/api/v1/lines", &json!({ "tenant": tenant, "name": "Bench" })).await?;
        let line = text_of(&line, "id")?;
        let inbox =
            |channel: &str| json!({ "tenant": tenant, "line": line, "channel": channel, "name": channel });
        let own = api.post("/api/v1/inboxes", &inbox("api")).await?;
        let web = api.post("/api/v1/inboxes", &inbox("webchat")).await?;
        let secret =
            api.post(&format!("/api/v1/inboxes/{}/secret", text_of(&own, "id")?), &json!({})).await?;
        Ok(Stage {
            key: Key::parse(&text_of(&secret, "secret")?)?,
            inbox: text_of(&own, "key")?,
            web_inbox: text_of(&web, "key")?,
            server,
            world: None,
            api,
            token: token.to_owned(),
            seats: None,
            tenant,
            line,
            run,
            texts: Rc::new(Texts::new(o.seed)),
        })
    }

    /// An administrator's token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The token of an agent who serves two of twenty clients; elsewhere the one given.
    pub fn agent_token(&self, a: u64) -> String {
        self.seats.as_ref().map_or_else(|| self.token.clone(), |s| s.agent_token(a % AGENTS))
    }

    /// The token of an agent who serves the client that is written to; elsewhere the one given.
    pub fn watcher_token(&self, w: u64) -> String {
        self.seats.as_ref().map_or_else(|| self.token.clone(), |s| s.watcher_token(w % WATCHERS))
    }

    /// How long filling took, in seconds.
    pub fn fill_s(&self) -> f64 {
        self.world.as_ref().map_or(0.0, |w| w.fill_s)
    }

    /// Appends the bytes of a signed message `k` by a contact.
    pub fn write_inbound(&self, out: &mut Vec<u8>, k: usize, contact: usize, text: &str) {
        let id = format!("{}-{k}", self.run);
        let body = json!({
            "external_id": id, "contact": { "external_id": format!("{}-{contact}", self.run) }, "body": text
        });
        let (body, at) = (body.to_string(), since_epoch().as_secs());
        Request::new("POST", format!("/in/v1/{}", self.inbox))
            .header("webhook-id", &id)
            .header("webhook-timestamp", &at.to_string())
            .header("webhook-signature", &self.key.sign(&id, at, &body))
            .json(body)
            .write(self.server.public, out);
    }

    /// Signed messages `from` to `to`, spread over the contacts. Signatures are good for five minutes.
    pub fn inbound(&self, from: usize, to: usize) -> Rc<Batch> {
        let mut batch = Batch::default();
        let mut text = String::new();
        for k in from..to {
            text.clear();
            self.texts.write(k as u64, &mut text);
            batch.push(|out| self.write_inbound(out, k, k * 7_919 % CONTACTS, &text));
        }
        Rc::new(batch)
    }

    /// Lets every contact write once, so that what is measured are messages and not new conversations. Answers the
    /// number of the next message.
    pub async fn introduce_contacts(&self) -> Outcome<usize> {
        let batch = self.inbound(0, CONTACTS);
        let done = closed_loop(self.server.public, FIRST_CONNECTIONS, &batch, 0, FIRST_WITHIN).await?;
        if done.done < CONTACTS as u64 {
            return Err(Fault::new(format!(
                "only {} of {CONTACTS} first messages in {FIRST_WITHIN:?}",
                done.done
            )));
        }
        self.api.wait_for_readers(READERS_WITHIN).await?;
        Ok(CONTACTS)
    }

    /// Makes a webhook that listens, so that its reader looks at every event. It listens to what does not happen in a
    /// bench: how fast somebody else's server takes deliveries is not ours to measure.
    pub async fn add_webhook(&self) -> Outcome<()> {
        let kinds = ["conversation.resolved"];
        let body = json!({ "tenant": self.tenant, "url": "https://receiver.example/", "kinds": kinds, "enabled": true });
        self.api.post("/api/v1/webhooks", &body).await.map(|_| ())
    }

    /// The socket of somebody with a token, ready.
    pub async fn staff_socket(&self, token: &str, k: usize) -> Outcome<Socket> {
        let mut socket =
            Socket::open(self.server.desk, "/api/v1/live", Some("hark.v1"), Some(token), k).await?;
        socket.send(r#"{"op":"hello","since":null}"#).await?;
        socket
            .wait(READERS_WITHIN, |t| t.contains(r#""op":"ready""#).then_some(()))
            .await
            .while_("an agent's socket")?;
        Ok(socket)
    }

    /// A visitor's token.
    pub async fn visitor_token(&self) -> Outcome<String> {
        let mut connection = crate::driver::Connection::open(self.server.public).await?;
        let body = json!({ "inbox": self.web_inbox, "language": "en" }).to_string();
        let request = Request::new("POST", "/w/v1/session").json(body).bytes(self.server.public);
        let answer = connection.call(&request).await?;
        let text = String::from_utf8_lossy(answer.body).into_owned();
        if answer.status >= 400 {
            return Err(Fault::new(format!("a visitor's session was answered {}: {text}", answer.status)));
        }
        text_of(&serde_json::from_str(&text)?, "token")
    }

    /// A visitor's socket, ready.
    pub async fn visitor_socket(&self, k: usize) -> Outcome<Socket> {
        let token = self.visitor_token().await?;
        let mut socket =
            Socket::open(self.server.public, "/w/v1/live", Some("hark.visitor.v1"), None, k).await?;
        socket.send(&json!({ "op": "auth", "token": token, "after": 0 }).to_string()).await?;
        socket
            .wait(READERS_WITHIN, |t| t.contains(r#""op":"ready""#).then_some(()))
            .await
            .while_("a visitor's socket")?;
        Ok(socket)
    }

    /// Where the desk listens.
    pub fn desk(&self) -> SocketAddr {
        self.server.desk
    }

    /// The line that is written to.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Ends the server, if it is ours, and gives back what the run took.
    pub async fn clear(self) -> Outcome<()> {
        self.server.stop()?;
        match self.world {
            Some(world) => world.clear().await,
            None => Ok(()),
        }
    }
}
