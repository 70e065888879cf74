//! Signing in to a mailbox's server, step by step, and commands whose refusal is never taken for an empty answer.

use super::fault::{Fault, broken, cut, sign_in_refused};
use super::folder;
use super::wire::{SILENCE, SMALL, Wire};
use crate::codes;
use async_imap::error::Error as ImapError;
use async_imap::imap_proto::{MailboxDatum, Response, ResponseCode, Status};
use async_imap::{Authenticator, Client, Session};
use kernel::Code;
use platform::egress::Egress;
use platform::mail::Security;
use serde::Serialize;
use std::io;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// A step of signing in must be done within this.
const STEP_TIME: Duration = Duration::from_secs(20);
/// A command with all that it brings must be done within this.
const COMMAND_TIME: Duration = Duration::from_secs(600);
/// Addresses of one host that are tried.
const TRIED_MAX: usize = 4;
/// Folders named where the one wanted is missing.
const FOLDERS_MAX: usize = 100;

/// What is done with a mailbox's servers, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailboxStep)]
pub enum Step {
    /// The host's name is looked up, and its addresses are judged.
    Name,
    /// A connection is made.
    Connect,
    /// The connection is guarded.
    Tls,
    /// The two introduce themselves.
    Hello,
    /// The program signs in.
    SignIn,
    /// The folder is opened.
    Folder,
    /// The server takes the sender.
    Sender,
    /// The server takes the recipient.
    Recipient,
    /// The server takes the mail.
    Content,
    /// The mail comes into the folder.
    Arrival,
    /// It is removed there.
    Removal,
}

/// A step that went well.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Which.
    pub step: Step,
    /// How long it took, in ms.
    pub took_ms: i64,
    /// What the server said.
    pub answer: String,
}

/// Keeps how each step went.
#[derive(Debug)]
pub struct Steps {
    /// Those that went well.
    pub taken: Vec<Taken>,
    began: Instant,
}

impl Default for Steps {
    fn default() -> Steps {
        Steps { taken: vec![], began: Instant::now() }
    }
}

impl Steps {
    /// Notes that a step went well.
    pub fn done(&mut self, step: Step, answer: impl Into<String>) {
        let took_ms = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.taken.push(Taken { step, took_ms, answer: answer.into() });
        self.began = Instant::now();
    }
}

/// Where mail is fetched, and as whom.
#[derive(Clone)]
pub struct Way {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is guarded.
    pub security: Security,
    /// Whom to sign in as.
    pub login: String,
    /// The password, or access (XOAUTH2).
    pub secret: Zeroizing<String>,
    /// Is the secret access?
    pub bearer: bool,
    /// A certificate to trust besides the system's.
    pub ca: Option<String>,
    /// The folder.
    pub folder: String,
}

/// What the server can do that is of use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Abilities {
    /// It tells of new mail by itself.
    pub idle: bool,
    /// It removes one mail and no other.
    pub uidplus: bool,
    id: bool,
}

/// A folder as it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Its UIDVALIDITY.
    pub validity: u32,
    /// The number that the next mail gets.
    pub next: u32,
}

async fn timed<T>(step: Step, f: impl Future<Output = io::Result<T>>) -> Result<T, Fault> {
    match tokio::time::timeout(STEP_TIME, f).await {
        Ok(Ok(v)) => Ok(v),
        Ok(Err(e)) => Err(broken(step, &e)),
        Err(_) => Err(Fault::new(step, &codes::MAILBOX_NO_ANSWER, "")),
    }
}

async fn connect(egress: &Egress, way: &Way, steps: &mut Steps) -> Result<Wire, Fault> {
    let found = tokio::time::timeout(STEP_TIME, egress.addresses(&way.host, way.port)).await;
    let all = match found {
        Ok(Ok(all)) => all,
        Ok(Err(e)) if e.code == &platform::codes::EGRESS_REFUSED => {
            return Err(Fault::new(Step::Name, &codes::MAILBOX_CLOSED_ADDRESS, ""));
        }
        Ok(Err(e)) => return Err(Fault::new(Step::Name, &codes::MAILBOX_NAME_UNKNOWN, e.detail)),
        Err(_) => return Err(Fault::new(Step::Name, &codes::MAILBOX_NO_ANSWER, "")),
    };
    steps.done(Step::Name, all.iter().map(|a| a.ip().to_string()).collect::<Vec<_>>().join(", "));
    let mut last = Fault::new(Step::Connect, &codes::MAILBOX_NO_CONNECTION, "");
    for address in all.iter().take(TRIED_MAX) {
        match timed(Step::Connect, TcpStream::connect(address)).await {
            Ok(stream) => {
                steps.done(Step::Connect, address.to_string());
                return Ok(Wire::plain(stream));
            }
            Err(f) => last = f,
        }
    }
    Err(last)
}

async fn guard(wire: Wire, way: &Way, steps: &mut Steps) -> Result<Wire, Fault> {
    let wire = timed(Step::Tls, wire.guarded(&way.host, way.ca.as_deref())).await?;
    steps.done(Step::Tls, if way.security == Security::Starttls { "STARTTLS" } else { "" });
    Ok(wire)
}

/// The server's first words.
async fn greeted(client: &mut Client<Wire>, steps: &mut Steps) -> Result<(), Fault> {
    let Some(first) = timed(Step::Hello, client.read_response()).await? else {
        return Err(Fault::new(Step::Hello, &codes::MAILBOX_NO_SERVER, ""));
    };
    match first.parsed() {
        Response::Data { status: Status::Ok | Status::PreAuth, outcome } => {
            steps.done(Step::Hello, cut(outcome.information.as_deref().unwrap_or_default()));
            Ok(())
        }
        Response::Data { outcome, .. } => {
            let said = outcome.information.as_deref().unwrap_or_default();
            Err(Fault::new(Step::Hello, &codes::MAILBOX_LATER, said))
        }
        _ => Err(Fault::new(Step::Hello, &codes::MAILBOX_NO_SERVER, "")),
    }
}

/// What a server said in an error.
fn said(e: &ImapError) -> String {
    let text = e.to_string();
    let inner = text.split_once("info: Some(\"").and_then(|(_, rest)| rest.rsplit_once("\")"));
    inner.map_or(text.clone(), |(words, _)| words.replace("\\\"", "\""))
}

fn imap_fault(step: Step, e: &ImapError, refused: impl Fn(&str) -> &'static Code) -> Fault {
    match e {
        ImapError::Io(e) => broken(step, e),
        ImapError::No(_) | ImapError::Bad(_) => {
            let said = said(e);
            Fault::new(step, refused(&said), said)
        }
        e => Fault::new(step, &codes::MAILBOX_BROKE_OFF, e),
    }
}

/// The words of one sign-in; asked again, the answer is empty, as XOAUTH2 wants it after a refusal.
struct Words(Option<Zeroizing<String>>);

impl Authenticator for Words {
    type Response = String;
    fn process(&mut self, _: &[u8]) -> String {
        self.0.take().map(|w| w.to_string()).unwrap_or_default()
    }
}

async fn sign_in(client: Client<Wire>, way: &Way) -> Result<Session<Wire>, Fault> {
    let fault = |e: &ImapError| imap_fault(Step::SignIn, e, sign_in_refused);
    let (login, secret) = (&way.login, &way.secret);
    if way.bearer {
        let words = Zeroizing::new(format!("user={login}\x01auth=Bearer {}\x01\x01", secret.as_str()));
        let done = client.authenticate("XOAUTH2", Words(Some(words))).await;
        return done.map_err(|(e, _)| match fault(&e) {
            f if f.code == &codes::MAILBOX_LOGIN_REFUSED => {
                Fault { code: &codes::MAILBOX_OAUTH_REFUSED, ..f }
            }
            f => f,
        });
    }
    // A quoted string holds ASCII alone; other passwords go by SASL.
    let client = if login.is_ascii() && secret.is_ascii() {
        match client.login(login, secret.as_str()).await {
            Ok(session) => return Ok(session),
            // Some servers know no LOGIN.
            Err((ImapError::Bad(_), client)) => client,
            Err((e, _)) => return Err(fault(&e)),
        }
    } else {
        client
    };
    let words = Zeroizing::new(format!("\0{login}\0{}", secret.as_str()));
    client.authenticate("PLAIN", Words(Some(words))).await.map_err(|(e, _)| fault(&e))
}

/// Signs in. `steps` gets every step that went well, also where a later one fails.
pub async fn open(
    egress: &Egress,
    way: &Way,
    steps: &mut Steps,
) -> Result<(Session<Wire>, Abilities), Fault> {
    let mut wire = connect(egress, way, steps).await?;
    if way.security == Security::Tls {
        wire = guard(wire, way, steps).await?;
    }
    let mut client = Client::new(wire);
    greeted(&mut client, steps).await?;
    if way.security == Security::Starttls {
        let asked = tokio::time::timeout(STEP_TIME, client.run_command_and_check_ok("STARTTLS", None)).await;
        match asked {
            Ok(Ok(())) => {}
            Ok(Err(e)) => return Err(imap_fault(Step::Tls, &e, |_| &codes::MAILBOX_NO_STARTTLS)),
            Err(_) => return Err(Fault::new(Step::Tls, &codes::MAILBOX_NO_ANSWER, "")),
        }
        client = Client::new(guard(client.into_inner(), way, steps).await?);
    }
    let Ok(signed_in) = tokio::time::timeout(STEP_TIME * 2, sign_in(client, way)).await else {
        return Err(Fault::new(Step::SignIn, &codes::MAILBOX_NO_ANSWER, ""));
    };
    let mut session = signed_in?;
    steps.done(Step::SignIn, way.login.clone());
    let able = abilities(&mut session).await?;
    if able.id {
        // Some services let nobody open a folder who does not say what program it is (RFC 2971).
        let id = concat!("ID (\"name\" \"Hark\" \"version\" \"", env!("CARGO_PKG_VERSION"), "\")");
        command(&mut session, Step::SignIn, id, SMALL, |_| {}).await?;
    }
    Ok((session, able))
}

async fn abilities(session: &mut Session<Wire>) -> Result<Abilities, Fault> {
    use async_imap::imap_proto::Capability;
    let mut able = Abilities::default();
    command(session, Step::SignIn, "CAPABILITY", SMALL, |r| {
        let Response::Capabilities(all) = r else { return };
        let has =
            |name: &str| all.iter().any(|c| matches!(c, Capability::Atom(a) if a.eq_ignore_ascii_case(name)));
        able = Abilities { idle: has("IDLE"), uidplus: has("UIDPLUS"), id: has("ID") };
    })
    .await?;
    Ok(able)
}

/// Sends a command and hands over what comes until it is done. Only `OK` is good: a refusal is never an empty answer.
pub async fn command(
    session: &mut Session<Wire>,
    step: Step,
    text: &str,
    bytes: usize,
    mut on: impl FnMut(&Response<'_>),
) -> Result<(), Fault> {
    let stream: &mut Wire = session.as_mut();
    stream.allow(bytes, SILENCE);
    let run = async {
        let id = session
            .run_command(text)
            .await
            .map_err(|e| imap_fault(step, &e, |_| &codes::MAILBOX_BROKE_OFF))?;
        loop {
            let Some(r) = session.read_response().await.map_err(|e| broken(step, &e))? else {
                return Err(Fault::new(step, &codes::MAILBOX_BROKE_OFF, ""));
            };
            match r.parsed() {
                Response::Done { tag, status, outcome } if *tag == id => {
                    let said = outcome.information.as_deref().unwrap_or_default();
                    return match status {
                        Status::Ok => Ok(()),
                        _ => Err(Fault::new(step, &codes::MAILBOX_REFUSED, said)),
                    };
                }
                Response::Data { status: Status::Bye, outcome } => {
                    let said = outcome.information.as_deref().unwrap_or_default();
                    return Err(Fault::new(step, &codes::MAILBOX_BROKE_OFF, said));
                }
                other => on(other),
            }
        }
    };
    match tokio::time::timeout(COMMAND_TIME, run).await {
        Ok(done) => done,
        Err(_) => Err(Fault::new(step, &codes::MAILBOX_NO_ANSWER, "")),
    }
}

/// Opens a folder, for reading only (`EXAMINE`) or for changing (`SELECT`).
pub async fn look(session: &mut Session<Wire>, name: &str, how: &str) -> Result<Look, Fault> {
    let wire_name = folder::quoted(&folder::encode(name));
    let mut found = Look::default();
    let asked = command(session, Step::Folder, &format!("{how} {wire_name}"), SMALL, |r| {
        if let Response::Data { status: Status::Ok, outcome } = r {
            match outcome.code {
                Some(ResponseCode::UidValidity(v)) => found.validity = v,
                Some(ResponseCode::UidNext(n)) => found.next = n,
                _ => {}
            }
        }
    })
    .await;
    match asked {
        Err(f) if f.code == &codes::MAILBOX_REFUSED => return Err(missing(session, f).await),
        asked => asked?,
    }
    if found.next == 0 {
        // A server that does not say it: the number after the last mail.
        command(session, Step::Folder, "UID FETCH * (UID)", SMALL, |r| {
            if let Some(uid) = uid_of(r) {
                found.next = found.next.max(uid.saturating_add(1));
            }
        })
        .await
        .or_else(|f| if f.code == &codes::MAILBOX_REFUSED { Ok(()) } else { Err(f) })?;
        found.next = found.next.max(1);
    }
    Ok(found)
}

/// The UID in an answer about a mail.
pub fn uid_of(r: &Response<'_>) -> Option<u32> {
    use async_imap::imap_proto::AttributeValue;
    let Response::Fetch(_, all) = r else { return None };
    all.iter().find_map(|a| if let AttributeValue::Uid(uid) = a { Some(*uid) } else { None })
}

/// A folder that cannot be opened, with those that can.
async fn missing(session: &mut Session<Wire>, refused: Fault) -> Fault {
    let mut folders = vec![];
    let listed = command(session, Step::Folder, "LIST \"\" \"*\"", SMALL, |r| {
        if let Response::MailboxData(MailboxDatum::List(l)) = r
            && folders.len() < FOLDERS_MAX
        {
            folders.push(cut(&folder::decode(&l.name)));
        }
    })
    .await;
    if listed.is_err() {
        return refused;
    }
    folders.sort();
    Fault { code: &codes::MAILBOX_FOLDER_MISSING, folders, ..refused }
}
