//! One letter to one server, step by step, with what went wrong in words.

use super::Address;
use super::server::{Security, Server};
use crate::codes;
use crate::egress::Egress;
use kernel::Code;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use serde::Serialize;
use std::error::Error as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use utoipa::ToSchema;

/// A step must be done within this.
const STEP_TIME: Duration = Duration::from_secs(20);
/// Addresses of one host that are tried.
const TRIED_MAX: usize = 4;
/// Of a server's answer this much is kept, in characters.
const ANSWER_MAX: usize = 400;

/// What is done for one letter, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailStep)]
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
    /// The server takes the sender.
    Sender,
    /// The server takes the recipient.
    Recipient,
    /// The server takes the letter.
    Content,
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

/// What went wrong.
#[derive(Debug, Clone)]
pub struct Failure {
    /// At which step.
    pub step: Step,
    /// In words.
    pub code: &'static Code,
    /// What the server said, as text.
    pub answer: String,
    /// Will the same letter never be taken?
    pub lasting: bool,
}

impl Failure {
    /// Did the server answer at all? The connection stands then.
    pub fn is_answer(&self) -> bool {
        matches!(
            self.code.code,
            c if c == codes::MAIL_RECIPIENT_REFUSED.code || c == codes::MAIL_LATER.code
        )
    }
}

fn cut(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(ANSWER_MAX).collect()
}

fn said(r: &Response) -> String {
    cut(&format!("{} {}", r.code(), r.message().collect::<Vec<_>>().join(" ")))
}

/// What a step's error means. Pure but for reading the error.
fn failure(step: Step, e: &Error) -> Failure {
    let mut answer = e.to_string();
    let mut cause = e.source();
    while let Some(c) = cause {
        let text = c.to_string();
        if !answer.contains(&text) {
            answer = format!("{answer}: {text}");
        }
        cause = c.source();
    }
    let severity = e.status().map(|s| s.severity);
    let transient = severity == Some(Severity::TransientNegativeCompletion);
    let permanent = severity == Some(Severity::PermanentNegativeCompletion);
    let code = match step {
        _ if e.is_timeout() => &codes::MAIL_NO_ANSWER,
        Step::SignIn if e.is_client() => &codes::MAIL_NO_LOGIN,
        Step::SignIn if permanent => &codes::MAIL_LOGIN_REFUSED,
        Step::Tls if e.is_client() => &codes::MAIL_NO_STARTTLS,
        _ if transient => &codes::MAIL_LATER,
        Step::Sender if permanent => &codes::MAIL_SENDER_REFUSED,
        Step::Recipient if permanent => &codes::MAIL_RECIPIENT_REFUSED,
        Step::Content if permanent => &codes::MAIL_CONTENT_REFUSED,
        Step::Name => &codes::MAIL_NAME_UNKNOWN,
        Step::Connect => &codes::MAIL_NO_CONNECTION,
        Step::Tls => &codes::MAIL_TLS_FAILED,
        Step::Hello => &codes::MAIL_NO_SERVER,
        _ => &codes::MAIL_BROKE_OFF,
    };
    let lasting = permanent || (e.is_client() && matches!(step, Step::SignIn | Step::Tls));
    Failure { step, code, answer: cut(&answer), lasting }
}

fn failed(step: Step, code: &'static Code, answer: impl std::fmt::Display) -> Failure {
    Failure { step, code, answer: cut(&answer.to_string()), lasting: false }
}

/// Keeps how each step went.
struct Steps<'a> {
    taken: &'a mut Vec<Taken>,
    began: Instant,
}

impl Steps<'_> {
    fn done(&mut self, step: Step, answer: String) {
        let took_ms = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.taken.push(Taken { step, took_ms, answer });
        self.began = Instant::now();
    }
}

async fn timed<T>(step: Step, f: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    match tokio::time::timeout(STEP_TIME, f).await {
        Ok(Ok(v)) => Ok(v),
        Ok(Err(e)) => Err(failure(step, &e)),
        Err(_) => Err(failed(step, &codes::MAIL_NO_ANSWER, "")),
    }
}

fn tls(server: &Server) -> Result<TlsParameters, Failure> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.ca {
        let ca = Certificate::from_pem(pem.as_bytes()).map_err(|e| failure(Step::Tls, &e))?;
        builder = builder.add_root_certificate(ca);
    }
    builder.build().map_err(|e| failure(Step::Tls, &e))
}

/// The judged addresses of the server.
async fn addresses(egress: &Egress, server: &Server) -> Result<Vec<SocketAddr>, Failure> {
    let found = tokio::time::timeout(STEP_TIME, egress.addresses(&server.host, server.port)).await;
    match found {
        Ok(Ok(all)) => Ok(all),
        Ok(Err(e)) if e.code.code == codes::EGRESS_REFUSED.code => {
            Err(Failure { lasting: true, ..failed(Step::Name, &codes::MAIL_CLOSED_ADDRESS, "") })
        }
        Ok(Err(e)) => Err(failed(Step::Name, &codes::MAIL_NAME_UNKNOWN, e.detail)),
        Err(_) => Err(failed(Step::Name, &codes::MAIL_NO_ANSWER, "")),
    }
}

/// The first address that takes the connection. Error: why the last one did not; `None` where it never answered.
async fn connect(
    all: &[SocketAddr],
    hello: &ClientId,
    tls: Option<TlsParameters>,
) -> Result<(AsyncSmtpConnection, SocketAddr), Option<Error>> {
    let mut last = None;
    for address in all.iter().take(TRIED_MAX) {
        let one = AsyncSmtpConnection::connect_tokio1(address, Some(STEP_TIME), hello, tls.clone(), None);
        match tokio::time::timeout(STEP_TIME, one).await {
            Ok(Ok(c)) => return Ok((c, *address)),
            Ok(Err(e)) => last = Some(e),
            Err(_) => last = None,
        }
    }
    Err(last)
}

/// Does anybody listen at all? Asked after a failure only, to tell a closed door from a quarrel behind it.
async fn listens(all: &[SocketAddr]) -> Result<SocketAddr, Failure> {
    match tokio::time::timeout(STEP_TIME, tokio::net::TcpStream::connect(all)).await {
        Ok(Ok(s)) => s.peer_addr().map_err(|e| failed(Step::Connect, &codes::MAIL_NO_CONNECTION, e)),
        Ok(Err(e)) => Err(failed(Step::Connect, &codes::MAIL_NO_CONNECTION, e)),
        Err(_) => Err(failed(Step::Connect, &codes::MAIL_NO_ANSWER, "")),
    }
}

/// A connection over which both have introduced themselves, guarded as the settings demand.
async fn open(
    egress: &Egress,
    server: &Server,
    steps: &mut Steps<'_>,
) -> Result<AsyncSmtpConnection, Failure> {
    let hello = ClientId::Domain(server.from.host().to_owned());
    let all = addresses(egress, server).await?;
    steps.done(Step::Name, all.iter().map(|a| a.ip().to_string()).collect::<Vec<_>>().join(", "));
    let implicit = (server.security == Security::Tls).then(|| tls(server)).transpose()?;
    let first = if implicit.is_some() { Step::Tls } else { Step::Hello };
    let (mut c, peer) = match connect(&all, &hello, implicit).await {
        Ok(c) => c,
        // With TLS from the first byte, what the server says after it is its greeting.
        Err(Some(e)) if e.status().is_some() || e.is_response() => return Err(failure(Step::Hello, &e)),
        Err(e) => {
            let peer = listens(&all).await?;
            steps.done(Step::Connect, peer.to_string());
            return Err(e.map_or_else(|| failed(first, &codes::MAIL_NO_ANSWER, ""), |e| failure(first, &e)));
        }
    };
    steps.done(Step::Connect, peer.to_string());
    if server.security == Security::Tls {
        steps.done(Step::Tls, String::new());
    }
    if server.security == Security::Starttls {
        timed(Step::Tls, c.starttls(tls(server)?, &hello)).await?;
        steps.done(Step::Tls, "STARTTLS".to_owned());
    }
    steps.done(Step::Hello, cut(&c.server_info().to_string()));
    Ok(c)
}

/// Hands one letter to a server; `taken` gets every step that went well, also where a later one fails.
pub async fn deliver(
    egress: &Egress,
    server: &Server,
    to: &Address,
    letter: &[u8],
    taken: &mut Vec<Taken>,
) -> Result<String, Failure> {
    let sent = deliver_to_all(egress, server, std::slice::from_ref(to), letter, taken).await?;
    Ok(sent.answer)
}

/// A letter that a server took, for some or all of its recipients.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What the server said.
    pub answer: String,
    /// Whom it refused, and why.
    pub refused: Vec<(Address, Failure)>,
}

/// Hands one letter with several recipients to a server. It is sent where at least one is accepted; where none is, the
/// failure is the first one's.
pub async fn deliver_to_all(
    egress: &Egress,
    server: &Server,
    recipients: &[Address],
    letter: &[u8],
    taken: &mut Vec<Taken>,
) -> Result<Sent, Failure> {
    let mut steps = Steps { taken, began: Instant::now() };
    let mut c = open(egress, server, &mut steps).await?;
    if let (Some(login), Some(password)) = (&server.login, &server.password) {
        let credentials = Credentials::new(login.clone(), password.to_string());
        let with: &[Mechanism] =
            if server.bearer { &[Mechanism::Xoauth2] } else { &[Mechanism::Plain, Mechanism::Login] };
        let answer = timed(Step::SignIn, c.auth(with, &credentials)).await?;
        steps.done(Step::SignIn, said(&answer));
    }
    let address =
        |step: Step, a: &Address| a.as_str().parse().map_err(|e| failed(step, &codes::MAIL_BROKE_OFF, e));
    let from: lettre::Address = address(Step::Sender, &server.from)?;
    let answer = timed(Step::Sender, c.command(Mail::new(Some(from), vec![]))).await?;
    steps.done(Step::Sender, said(&answer));
    let mut refused = vec![];
    for recipient in recipients {
        let to: lettre::Address = address(Step::Recipient, recipient)?;
        match timed(Step::Recipient, c.command(Rcpt::new(to, vec![]))).await {
            Ok(answer) => steps.done(Step::Recipient, said(&answer)),
            // An answer about this recipient; whatever else breaks the connection ends the letter.
            Err(f) if f.is_answer() && recipients.len() > 1 => refused.push((recipient.clone(), f)),
            Err(f) => return Err(f),
        }
    }
    if refused.len() == recipients.len() {
        return Err(refused.swap_remove(0).1);
    }
    timed(Step::Content, c.command(Data)).await?;
    let answer = timed(Step::Content, c.message(letter)).await?;
    let answer = said(&answer);
    steps.done(Step::Content, answer.clone());
    // The letter is accepted; whether the good-bye arrives changes nothing.
    let _ = tokio::time::timeout(Duration::from_secs(2), c.quit()).await;
    Ok(Sent { answer, refused })
}
