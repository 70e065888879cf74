//! A door of our own: SMTP and LMTP, for installations whose mail server forwards their mail.
//!
//! ```text
//! trusted peer ─▶ hello ─▶ MAIL ─▶ RCPT (addresses of mailboxes, with or without +token) ─▶ DATA ─▶ kept, then 250
//! ```
//! It is off unless configured, and speaks to trusted peers alone: what such a peer writes into `Authentication-Results` under
//! a mailbox's `authserv_id` is believed, and so is what it says with `XFORWARD` about the host it had a mail from. Where senders
//! themselves are let in (`direct`), neither is: their own address is what is judged. It relays nothing and takes mail for our own addresses only. The bytes are kept as
//! they came, after the dots were unstuffed. A line ends with CRLF and nothing else: a bare LF ends the connection, so that no
//! two servers can read two different mails out of one (SMTP smuggling).
//!
//! Invariants: 250 is said after the commit; whatever a peer sends, bytes, lines, commands, errors, time and connections are
//! bounded; nothing sent before TLS is read after it.

mod delivery;
mod lines;
mod listening;
mod session;

use crate::codes;
use kernel::{Error, Result};
use parking_lot::Mutex;
use platform::egress::Allow;
use platform::{App, Registry};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// RFC 5321.
    Smtp,
    /// RFC 2033: an answer for each recipient.
    Lmtp,
}

/// Where the door is, and for whom it opens.
#[derive(Debug, Clone, Default)]
pub struct DoorSettings {
    /// Where SMTP is spoken, if at all.
    pub smtp: Option<SocketAddr>,
    /// Where LMTP is spoken, if at all.
    pub lmtp: Option<SocketAddr>,
    /// Networks and addresses of the peers that may bring mail.
    pub trusted: Vec<Allow>,
    /// The peers send mail of their own: their address is judged (SPF). Else only what they forward with `XFORWARD` is.
    pub direct: bool,
    /// Certificate and key as PEM files, for STARTTLS.
    pub tls: Option<(PathBuf, PathBuf)>,
}

/// The door. Provided as a port by the program that has one.
pub struct Door {
    settings: DoorSettings,
    bound: Mutex<Vec<(Speech, TcpListener)>>,
    at: Mutex<Vec<(Speech, SocketAddr)>>,
    tls: Mutex<Option<Arc<ServerConfig>>>,
}

impl Door {
    /// With these settings.
    pub fn new(settings: DoorSettings) -> Arc<Door> {
        Arc::new(Door { settings, bound: Mutex::default(), at: Mutex::default(), tls: Mutex::default() })
    }

    /// Where it listens, once it does.
    pub fn address(&self, speech: Speech) -> Option<SocketAddr> {
        self.at.lock().iter().find(|(s, _)| *s == speech).map(|(_, a)| *a)
    }

    /// Is what stands in a mail that came this way the word of a server of ours?
    pub fn vouches(&self) -> bool {
        !self.settings.direct
    }

    /// May this peer bring mail?
    fn trusts(&self, peer: IpAddr) -> bool {
        self.settings.trusted.iter().any(|a| a.holds(peer.to_canonical()))
    }

    /// Takes the ports. Errors: `mail_in.port_taken`, `mail_in.tls`.
    async fn open(&self) -> Result<()> {
        if let Some((cert, key)) = &self.settings.tls {
            *self.tls.lock() = Some(Arc::new(server_config(cert, key)?));
        }
        for (speech, at) in [(Speech::Smtp, self.settings.smtp), (Speech::Lmtp, self.settings.lmtp)] {
            let Some(at) = at else { continue };
            let taken =
                |e: std::io::Error| Error::new(&codes::MAIL_IN_PORT_TAKEN).detail(format!("{at}: {e}"));
            let listener = TcpListener::bind(at).await.map_err(taken)?;
            self.at.lock().push((speech, listener.local_addr().map_err(taken)?));
            self.bound.lock().push((speech, listener));
        }
        Ok(())
    }
}

fn server_config(cert: &PathBuf, key: &PathBuf) -> Result<ServerConfig> {
    let unfit = |what: String| Error::new(&codes::MAIL_IN_TLS).detail(what);
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|e| unfit(format!("{}: {e}", cert.display())))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|e| unfit(format!("{}: {e}", key.display())))?;
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|b| b.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|e| unfit(e.to_string()))
}

async fn begin(app: App) -> Result<()> {
    match app.try_port::<Arc<Door>>() {
        Some(door) => door.open().await,
        None => Ok(()),
    }
}

pub(super) fn register(reg: &mut Registry) {
    reg.on_start("mail door", begin);
    reg.task("mail door", listening::run);
}
