//! One connection: commands and their answers.

use super::delivery::{self, Found};
use super::lines::{Data, Line, Lines};
use super::{Door, Speech};
use crate::email::arrivals::{Envelope, Via};
use crate::email::mailbox::Mailbox;
use bytes::Bytes;
use mail::limits::RAW_BYTES_MAX;
use platform::App;
use smtp_proto::{MAIL_BODY_BINARYMIME, MAIL_SMTPUTF8, MailFrom, RcptTo, Request};
use std::borrow::Cow;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// Recipients of one mail.
const RECIPIENTS_MAX: usize = 50;
/// Commands of one connection.
const COMMANDS_MAX: usize = 1_000;
/// Errors of one connection.
const ERRORS_MAX: usize = 10;
/// Bytes of mails under way, of all connections together, in KiB.
const UNDER_WAY_KIB: usize = 256 * 1024;
/// TLS must be agreed on within this.
const TLS_TIME: Duration = Duration::from_secs(20);
/// A word about a forwarded mail, in bytes.
const FORWARDED_MAX: usize = 255;
/// The name it gives itself.
const NAME: &str = "hark";

/// What the connections share.
#[derive(Clone)]
pub struct Shared {
    app: App,
    tls: Option<TlsAcceptor>,
    direct: bool,
    room: Arc<Semaphore>,
}

impl Shared {
    /// For the door of a program.
    pub fn new(app: App, door: &Door) -> Shared {
        let tls = door.tls.lock().clone().map(TlsAcceptor::from);
        Shared { app, tls, direct: door.settings.direct, room: Arc::new(Semaphore::new(UNDER_WAY_KIB)) }
    }
}

/// What a peer said about the host it had a mail from.
#[derive(Debug, Default)]
struct Forwarded {
    ip: Option<IpAddr>,
    helo: String,
}

impl Forwarded {
    fn hear(&mut self, attributes: &str) {
        for (name, value) in attributes.split_whitespace().filter_map(|a| a.split_once('=')) {
            let value = xtext(value);
            match name.to_ascii_uppercase().as_str() {
                "ADDR" => {
                    let bare = value
                        .get(..5)
                        .filter(|p| p.eq_ignore_ascii_case("ipv6:"))
                        .map_or(&value[..], |_| &value[5..]);
                    self.ip = bare.parse().ok();
                }
                "HELO" if value != "[UNAVAILABLE]" => self.helo = value,
                _ => {}
            }
        }
    }
}

/// Is this an address that no mail from outside comes from?
fn is_of_the_house(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(a) => {
            let [first, second, ..] = a.octets();
            a.is_private() || a.is_loopback() || a.is_link_local() || (first == 100 && second & 0xc0 == 64)
        }
        IpAddr::V6(a) => a.is_loopback() || a.is_unique_local() || a.is_unicast_link_local(),
    }
}

/// `+3D` is `=` (RFC 3461, 4).
fn xtext(value: &str) -> String {
    let mut out = vec![];
    let mut bytes = value.bytes().take(FORWARDED_MAX);
    while let Some(b) = bytes.next() {
        let hex = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        match b {
            b'+' => match (hex(bytes.next()), hex(bytes.next())) {
                (Some(high), Some(low)) => out.push((high * 16 + low) as u8),
                _ => break,
            },
            b => out.push(b),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What goes on after an answer.
enum Next {
    Go,
    Guard,
    Data,
    End,
}

struct Session {
    shared: Shared,
    speech: Speech,
    peer: IpAddr,
    guarded: bool,
    greeted: bool,
    sender: Option<String>,
    helo: String,
    forwarded: Forwarded,
    recipients: Vec<(String, Mailbox)>,
    errors: usize,
    commands: usize,
}

/// Speaks with a peer until either has enough.
pub async fn run(
    shared: Shared,
    speech: Speech,
    stream: TcpStream,
    peer: IpAddr,
    stop: watch::Receiver<bool>,
) {
    // Small answers must not wait for each other.
    let _ = stream.set_nodelay(true);
    let mut s = Session {
        shared,
        speech,
        peer,
        guarded: false,
        greeted: false,
        sender: None,
        helo: String::new(),
        forwarded: Forwarded::default(),
        recipients: vec![],
        errors: 0,
        commands: 0,
    };
    if let Err(e) = s.speak(Lines::over(Box::new(stream)), stop).await {
        tracing::debug!(%peer, error = %e, "a connection broke off");
    }
}

fn reply(text: &str) -> String {
    format!("{text}\r\n")
}

impl Session {
    async fn speak(&mut self, mut lines: Lines, mut stop: watch::Receiver<bool>) -> io::Result<()> {
        let speech = if self.speech == Speech::Lmtp { "LMTP" } else { "ESMTP" };
        lines.say(&format!("220 {NAME} {speech}\r\n")).await?;
        let mut answers = String::new();
        loop {
            let line = tokio::select! {
                line = lines.line() => line?,
                () = platform::web::stopped(&mut stop) => {
                    return lines.say("421 4.3.2 Closing, come again later\r\n").await;
                }
            };
            let (said, next) = self.heard(line).await;
            answers.push_str(&said);
            // Answers to commands that came together go together (RFC 2920).
            if !matches!(next, Next::Go) || !lines.has_more() {
                lines.say(&std::mem::take(&mut answers)).await?;
            }
            match next {
                Next::Go => {}
                Next::End => return Ok(()),
                Next::Data => {
                    let data = lines.data(RAW_BYTES_MAX, &self.shared.room).await?;
                    let ends = matches!(data, Data::BareLf);
                    let said = self.taken(data).await;
                    lines.say(&said).await?;
                    if ends {
                        return Ok(());
                    }
                }
                Next::Guard => {
                    // What was sent ahead of TLS by whoever stands between must not be read after it.
                    let (Some(tls), Some(io)) = (self.shared.tls.clone(), lines.into_io()) else {
                        return Ok(());
                    };
                    let guarded = tokio::time::timeout(TLS_TIME, tls.accept(io)).await;
                    lines = Lines::over(Box::new(
                        guarded.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??,
                    ));
                    (self.guarded, self.greeted) = (true, false);
                    self.forget();
                }
            }
        }
    }

    fn forget(&mut self) {
        self.sender = None;
        self.forwarded = Forwarded::default();
        self.recipients.clear();
    }

    /// The answer to a line, and what goes on.
    async fn heard(&mut self, line: Line) -> (String, Next) {
        self.commands += 1;
        if self.commands > COMMANDS_MAX {
            return (reply("421 4.7.0 Too many commands"), Next::End);
        }
        let line = match line {
            Line::Whole(line) => line,
            Line::TooLong => return self.fault("500 5.5.2 The line is too long"),
            Line::BareLf => return (reply("521 5.5.2 A line ended with a bare LF"), Next::End),
        };
        if let Some(said) = self.forwards(&line) {
            return said;
        }
        let whole = [&line[..], b"\r\n"].concat();
        match Request::parse(&mut whole.iter()) {
            Ok(request) => self.asked(request).await,
            Err(e) => self.fault(match e {
                smtp_proto::Error::UnknownCommand => "500 5.5.1 This command is not known",
                smtp_proto::Error::InvalidSenderAddress => "501 5.1.7 This sender cannot be read",
                smtp_proto::Error::InvalidRecipientAddress => "501 5.1.3 This recipient cannot be read",
                smtp_proto::Error::UnsupportedParameter { .. } => "555 5.5.4 This parameter is not known",
                _ => "501 5.5.2 The command cannot be read",
            }),
        }
    }

    fn fault(&mut self, said: &str) -> (String, Next) {
        self.errors += 1;
        match self.errors {
            n if n >= ERRORS_MAX => (format!("{said}\r\n421 4.7.0 Too many errors\r\n"), Next::End),
            _ => (reply(said), Next::Go),
        }
    }

    async fn asked(&mut self, r: Request<Cow<'_, str>>) -> (String, Next) {
        let go = |said: &str| (reply(said), Next::Go);
        match (r, self.speech) {
            (Request::Ehlo { host }, Speech::Smtp) | (Request::Lhlo { host }, Speech::Lmtp) => {
                self.helo = host.into_owned();
                (self.hello(), Next::Go)
            }
            (Request::Helo { host }, Speech::Smtp) => {
                self.forget();
                (self.greeted, self.helo) = (true, host.into_owned());
                go(&format!("250 {NAME}"))
            }
            (Request::Mail { from }, _) => self.from(from),
            (Request::Rcpt { to }, _) => self.to(to).await,
            (Request::Data, _) if self.recipients.is_empty() => self.fault("503 5.5.1 No recipient yet"),
            (Request::Data, _) => (reply("354 Go on, end with a dot"), Next::Data),
            (Request::Rset, _) => {
                self.forget();
                go("250 2.0.0 Forgotten")
            }
            (Request::Noop { .. }, _) => go("250 2.0.0 Yes"),
            (Request::Vrfy { .. }, _) => go("252 2.5.0 Send it, and see"),
            (Request::Quit, _) => (reply("221 2.0.0 Good-bye"), Next::End),
            (Request::StartTls, _) if self.shared.tls.is_some() && !self.guarded => {
                (reply("220 2.0.0 Go on"), Next::Guard)
            }
            _ => self.fault("502 5.5.1 This command is not offered"),
        }
    }

    /// What a forwarding server says about the one it had the mail from (postfix's `XFORWARD`). `None`: another command.
    fn forwards(&mut self, line: &[u8]) -> Option<(String, Next)> {
        let line = std::str::from_utf8(line).ok()?;
        let (command, rest) = line.split_once(' ')?;
        if !command.eq_ignore_ascii_case("xforward") {
            return None;
        }
        if self.shared.direct {
            // Whoever sends mail of their own says nothing about others.
            return Some(self.fault("502 5.5.1 This command is not offered"));
        }
        if !self.greeted || self.sender.is_some() {
            return Some(self.fault("503 5.5.1 Not between MAIL and its end"));
        }
        self.forwarded.hear(rest);
        Some((reply("250 2.0.0 Yes"), Next::Go))
    }

    /// Where the mail came into the house, and how that host greeted. A peer's own address counts only where peers send mail
    /// of their own; one of this house never does.
    fn origin(&self) -> (Option<String>, Option<String>) {
        let ip = self.forwarded.ip.or(self.shared.direct.then_some(self.peer));
        let ip = ip.map(|ip| ip.to_canonical()).filter(|ip| !is_of_the_house(*ip));
        let helo = match self.forwarded.ip {
            Some(_) => self.forwarded.helo.clone(),
            None => self.helo.clone(),
        };
        match ip {
            Some(ip) => (Some(ip.to_string()), Some(helo)),
            None => (None, None),
        }
    }

    fn hello(&mut self) -> String {
        self.forget();
        self.greeted = true;
        let tls = if self.shared.tls.is_some() && !self.guarded { "250-STARTTLS\r\n" } else { "" };
        let forward =
            if self.shared.direct { "" } else { "250-XFORWARD ADDR HELO NAME PORT PROTO SOURCE\r\n" };
        format!(
            "250-{NAME}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n{tls}{forward}250 SIZE {RAW_BYTES_MAX}\r\n"
        )
    }

    fn from(&mut self, m: MailFrom<Cow<'_, str>>) -> (String, Next) {
        if !self.greeted {
            return self.fault("503 5.5.1 Say hello first");
        }
        if self.sender.is_some() {
            return self.fault("503 5.5.1 There is a sender already");
        }
        if m.size > RAW_BYTES_MAX {
            return self.fault("552 5.3.4 The mail is too large");
        }
        if m.flags & (MAIL_SMTPUTF8 | MAIL_BODY_BINARYMIME) != 0 {
            return self.fault("555 5.5.4 This parameter is not offered");
        }
        if !m.address.is_ascii() {
            return self.fault("553 5.6.7 This sender cannot be taken");
        }
        self.sender = Some(m.address.into_owned());
        (reply("250 2.1.0 Yes"), Next::Go)
    }

    async fn to(&mut self, r: RcptTo<Cow<'_, str>>) -> (String, Next) {
        if self.sender.is_none() {
            return self.fault("503 5.5.1 No sender yet");
        }
        if self.recipients.len() >= RECIPIENTS_MAX {
            return (reply("452 4.5.3 Too many recipients"), Next::Go);
        }
        if !r.address.is_ascii() {
            return self.fault("553 5.6.7 This recipient cannot be taken");
        }
        match delivery::find(&self.shared.app, &r.address).await {
            Ok(Found::Box(m)) => {
                self.recipients.push((r.address.into_owned(), *m));
                (reply("250 2.1.5 Yes"), Next::Go)
            }
            Ok(Found::Off) => (reply("450 4.2.1 This mailbox takes nothing just now"), Next::Go),
            Ok(Found::Nobody) => self.fault("550 5.1.1 Nobody here has this address"),
            Err(e) => {
                tracing::warn!(error = %e, "a recipient could not be looked up");
                (reply("451 4.3.0 Come again later"), Next::Go)
            }
        }
    }

    /// Keeps what came, and answers once it is committed.
    async fn taken(&mut self, data: Data) -> String {
        let refused = match data {
            Data::Mail(raw, room) => {
                let said = self.kept(raw.into()).await;
                drop(room);
                self.forget();
                return said;
            }
            Data::TooLarge => "552 5.3.4 The mail is too large",
            Data::LineTooLong => "500 5.6.0 A line of the mail is too long",
            Data::NoRoom => "452 4.3.1 No room just now, come again later",
            Data::BareLf => return reply("521 5.5.2 A line of the mail ended with a bare LF"),
        };
        let times = if self.speech == Speech::Lmtp { self.recipients.len() } else { 1 };
        self.forget();
        reply(refused).repeat(times)
    }

    /// One answer in SMTP, one for each recipient in LMTP (RFC 2033, 4.2).
    async fn kept(&self, raw: Bytes) -> String {
        let via = if self.speech == Speech::Lmtp { Via::Lmtp } else { Via::Smtp };
        let mut answers: Vec<(kernel::InboxId, &'static str)> = vec![];
        let mut all = String::new();
        for (address, m) in &self.recipients {
            let known = answers.iter().find(|(inbox, _)| *inbox == m.inbox).map(|(_, said)| *said);
            let said = match known {
                Some(said) => said,
                None => {
                    let (origin, helo) = self.origin();
                    let envelope = Envelope {
                        from: self.sender.clone(),
                        to: Some(address.clone()),
                        peer: Some(self.peer.to_string()),
                        origin,
                        helo,
                    };
                    let done = delivery::keep(&self.shared.app, m, via, envelope, raw.clone()).await;
                    let said = done.as_ref().map_or_else(delivery::answer, |()| "250 2.0.0 It is kept");
                    if let Err(e) = done {
                        tracing::warn!(error = %e, "a mail that was brought could not be kept");
                    }
                    answers.push((m.inbox, said));
                    said
                }
            };
            all.push_str(&reply(said));
        }
        if self.speech == Speech::Lmtp {
            return all;
        }
        // Where one mailbox could not take it, all get it again; those that have it know it by its bytes.
        let failed = answers.iter().find(|(_, said)| !said.starts_with("250"));
        reply(failed.map_or("250 2.0.0 It is kept", |(_, said)| said))
    }
}
