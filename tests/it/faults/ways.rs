//! The ways in: how one message goes to the program, and what came back.

use super::rig::{Inbox, Place, text};
use benches::{Connection, Request, Socket};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An attempt that is not answered within this is given up and made again.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// What became of one attempt.
#[derive(Debug)]
pub enum Came {
    /// It is stored: the id of what was made, and the answer.
    Done(String, Value),
    /// It is refused, with this status (0 on a socket) and code.
    Refused(u16, String),
    /// Nobody knows: no connection, or no answer.
    Broken(String),
}

/// How a sender reaches the program.
pub enum Way {
    /// An agent's replies and notes, over HTTP.
    Agent { token: String, conversation: String },
    /// Another source, signed.
    Source { inbox: Inbox, contact: String },
    /// A visitor over HTTP.
    Visitor { token: String },
    /// A visitor on a socket.
    VisitorSocket { token: String, socket: Option<Socket> },
    /// The office makes contacts, with an idempotency key.
    Office { token: String, tenant: String },
}

impl Way {
    /// For the book.
    pub fn name(&self) -> &'static str {
        match self {
            Way::Agent { .. } => "agent",
            Way::Source { .. } => "signed",
            Way::Visitor { .. } => "visitor",
            Way::VisitorSocket { .. } => "visitor socket",
            Way::Office { .. } => "office",
        }
    }

    /// What its sender makes are contacts, not messages.
    pub fn makes_contacts(&self) -> bool {
        matches!(self, Way::Office { .. })
    }

    /// Sends message `k` with this text once.
    pub async fn attempt(&mut self, at: Place, kept: &mut Option<Connection>, k: usize, body: &str) -> Came {
        let sent = async {
            match self {
                Way::VisitorSocket { token, socket } => on_socket(at, token, socket, k, body).await,
                way => over_http(at, way, kept, k, body).await,
            }
        };
        match tokio::time::timeout(ANSWER_WITHIN, sent).await {
            Ok(Ok(came)) => came,
            Ok(Err(why)) => Came::Broken(why),
            Err(_) => {
                *kept = None;
                Came::Broken(format!("no answer within {ANSWER_WITHIN:?}"))
            }
        }
    }

    /// The bytes of message `k`, and where they go.
    pub fn request(&self, at: Place, k: usize, body: &str) -> (std::net::SocketAddr, Vec<u8>) {
        let post = |path: String| Request::new("POST", path);
        let (to, request) = match self {
            Way::Agent { token, conversation } => {
                let mode = if k.is_multiple_of(4) { "note" } else { "reply" };
                let message = json!({ "client_id": id_of(k), "mode": mode, "body": body, "seen_seq": 0, "force": true });
                let request = post(format!("/api/v1/conversations/{conversation}/messages"));
                (at.desk, request.bearer(token).json(message.to_string()))
            }
            Way::Office { token, tenant } => {
                let contact = json!({ "tenant": tenant, "name": body }).to_string();
                let request = post("/api/v1/contacts".into()).header("idempotency-key", &id_of(k));
                (at.desk, request.bearer(token).json(contact))
            }
            Way::Source { inbox, contact } => {
                (at.public, signed(inbox, contact, &format!("{contact}-{k}"), body))
            }
            Way::Visitor { token } | Way::VisitorSocket { token, .. } => {
                let message = json!({ "client_id": id_of(k), "body": body }).to_string();
                let request = post("/w/v1/messages".into());
                (at.public, request.header("authorization", &format!("Visitor {token}")).json(message))
            }
        };
        (to, request.bytes(to))
    }
}

fn id_of(k: usize) -> String {
    format!("m{k}")
}

/// A message of another source, signed now.
pub fn signed(inbox: &Inbox, contact: &str, id: &str, body: &str) -> Request {
    let body = json!({ "external_id": id, "contact": { "external_id": contact }, "body": body }).to_string();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    Request::new("POST", format!("/in/v1/{}", inbox.key))
        .header("webhook-id", id)
        .header("webhook-timestamp", &now.to_string())
        .header("webhook-signature", &inbox.secret.sign(id, now, &body))
        .json(body)
}

/// Reads an answer: what was made, or why not.
pub fn came(status: u16, body: &[u8]) -> Came {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    if !(200..300).contains(&status) {
        let code = answer["code"].as_str().unwrap_or("no problem document");
        return Came::Refused(status, code.to_owned());
    }
    let id = answer["message"].as_str().or(answer["id"].as_str());
    let id = id.unwrap_or_else(|| panic!("{status} without an id: {answer}")).to_owned();
    Came::Done(id, answer)
}

async fn over_http(
    at: Place,
    way: &Way,
    kept: &mut Option<Connection>,
    k: usize,
    body: &str,
) -> Result<Came, String> {
    let (to, bytes) = way.request(at, k, body);
    let mut connection = match kept.take() {
        Some(c) => c,
        None => Connection::open(to).await.map_err(|e| e.to_string())?,
    };
    let answer = connection.call(&bytes).await.map_err(|e| e.to_string())?;
    let came = came(answer.status, answer.body);
    *kept = Some(connection);
    Ok(came)
}

async fn on_socket(
    at: Place,
    token: &str,
    kept: &mut Option<Socket>,
    k: usize,
    body: &str,
) -> Result<Came, String> {
    let mut socket = match kept.take() {
        Some(s) => s,
        None => visitor_socket(at, token, i64::MAX).await?,
    };
    let frame = json!({ "op": "send", "client_id": id_of(k), "body": body });
    socket.send(&frame.to_string()).await.map_err(|e| e.to_string())?;
    let answer = socket.wait(ANSWER_WITHIN, |t| {
        let frame: Value = serde_json::from_str(t).ok()?;
        let mine = frame["client_id"] == id_of(k).as_str();
        match frame["op"].as_str()? {
            "ack" if mine => {
                Some(Came::Done(text(&frame["message"], "id").to_owned(), frame["message"].clone()))
            }
            "refused" if mine => Some(Came::Refused(0, text(&frame, "code").to_owned())),
            "bye" => Some(Came::Broken(format!("bye: {}", frame["reason"]))),
            _ => None,
        }
    });
    let came = answer.await.map_err(|e| e.to_string())?;
    if !matches!(came, Came::Broken(_)) {
        *kept = Some(socket);
    }
    Ok(came)
}

/// A visitor's socket that is ready.
pub async fn visitor_socket(at: Place, token: &str, after: i64) -> Result<Socket, String> {
    let opened = Socket::open(at.public, "/w/v1/live", Some("hark.visitor.v1"), None, 0).await;
    let mut socket = opened.map_err(|e| e.to_string())?;
    let auth = json!({ "op": "auth", "token": token, "after": after }).to_string();
    socket.send(&auth).await.map_err(|e| e.to_string())?;
    let ready = socket.wait(ANSWER_WITHIN, |t| t.contains(r#""op":"ready""#).then_some(()));
    ready.await.map_err(|e| e.to_string())?;
    Ok(socket)
}

/// A visitor's token.
pub async fn visitor(at: Place, inbox: &str) -> String {
    let body = json!({ "inbox": inbox, "language": "en" }).to_string();
    let request = Request::new("POST", "/w/v1/session").json(body).bytes(at.public);
    let mut connection = Connection::open(at.public).await.expect("connects");
    let answer = connection.call(&request).await.expect("answers");
    let made: Value = serde_json::from_slice(answer.body).expect("JSON");
    text(&made, "token").to_owned()
}
