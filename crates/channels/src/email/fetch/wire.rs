//! The connection to an IMAP server: guarded or not, with a bound on silence and on what one command may bring.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, crypto};
use rustls_platform_verifier::Verifier;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Without a byte for this long, a server is taken for gone.
pub const SILENCE: Duration = Duration::from_secs(60);
/// What an ordinary command may bring, in bytes.
pub const SMALL: usize = 1 << 20;
/// A dead peer is found out by the system: asked after so long, so often.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(60), Duration::from_secs(20), 3);

#[derive(Debug)]
enum Inner {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection with bounds.
#[derive(Debug)]
pub struct Wire {
    inner: Inner,
    left: usize,
    silence: Duration,
    timer: Pin<Box<Sleep>>,
    waits: bool,
}

impl Wire {
    fn over(inner: Inner) -> Wire {
        let timer = Box::pin(tokio::time::sleep(SILENCE));
        Wire { inner, left: SMALL, silence: SILENCE, timer, waits: false }
    }

    /// An unguarded connection.
    pub fn plain(stream: TcpStream) -> Wire {
        let (idle, between, tries) = KEEPALIVE;
        let keepalive =
            socket2::TcpKeepalive::new().with_time(idle).with_interval(between).with_retries(tries);
        if let Err(e) = socket2::SockRef::from(&stream).set_tcp_keepalive(&keepalive) {
            tracing::debug!(error = %e, "a connection without keep-alive");
        }
        Wire::over(Inner::Plain(stream))
    }

    /// Guards the connection. Whatever was sent before that is not read after it.
    pub async fn guarded(self, host: &str, ca: Option<&str>) -> io::Result<Wire> {
        let Inner::Plain(stream) = self.inner else { return Err(io::Error::other("guarded already")) };
        let name =
            ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(io::Error::other)?;
        let connector = TlsConnector::from(Arc::new(client_config(ca)?));
        Ok(Wire::over(Inner::Tls(Box::new(connector.connect(name, stream).await?))))
    }

    /// Sets what the next command may bring, in bytes, and how long nothing may come.
    pub fn allow(&mut self, bytes: usize, silence: Duration) {
        (self.left, self.silence, self.waits) = (bytes, silence, false);
    }
}

/// Whom to trust: the system's roots, and one certificate more.
fn client_config(ca: Option<&str>) -> io::Result<ClientConfig> {
    let provider = Arc::new(crypto::ring::default_provider());
    let extra: Vec<CertificateDer<'static>> = match ca {
        Some(pem) => CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|e| io::Error::other(format!("the certificate given: {e}")))?,
        None => vec![],
    };
    let verifier = Verifier::new_with_extra_roots(extra, provider.clone()).map_err(io::Error::other)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = match &mut this.inner {
            Inner::Plain(s) => Pin::new(s).poll_read(cx, buf),
            Inner::Tls(s) => Pin::new(s.as_mut()).poll_read(cx, buf),
        };
        if read.is_pending() {
            if !std::mem::replace(&mut this.waits, true) {
                this.timer.as_mut().reset(Instant::now() + this.silence);
            }
            ready!(this.timer.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        this.waits = false;
        let Some(left) = this.left.checked_sub(buf.filled().len() - before) else {
            return Poll::Ready(Err(io::Error::other("the server sends more than was asked for")));
        };
        this.left = left;
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().inner {
            Inner::Plain(s) => Pin::new(s).poll_write(cx, buf),
            Inner::Tls(s) => Pin::new(s.as_mut()).poll_write(cx, buf),
        }
    }
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().inner {
            Inner::Plain(s) => Pin::new(s).poll_flush(cx),
            Inner::Tls(s) => Pin::new(s.as_mut()).poll_flush(cx),
        }
    }
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().inner {
            Inner::Plain(s) => Pin::new(s).poll_shutdown(cx),
            Inner::Tls(s) => Pin::new(s.as_mut()).poll_shutdown(cx),
        }
    }
}
