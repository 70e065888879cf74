//! The client itself.

use super::address::{Allow, is_public};
use crate::codes;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use kernel::{Error, Result};
use parking_lot::Mutex;
use reqwest::Url;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// A call ends after this long where it sets no other bound.
const TIME_DEFAULT: Duration = Duration::from_secs(15);
/// No call may take longer.
const TIME_MAX: Duration = Duration::from_secs(60);
/// A connection must stand within this.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// Bytes of an answer where a call sets no other bound.
const ANSWER_DEFAULT: usize = 256 * 1024;
/// Addresses of one name looked at; a name with more is refused.
const ADDRESSES_MAX: usize = 64;
/// Connections kept open per host.
const IDLE_PER_HOST: usize = 4;

/// The addresses of a name.
pub type Resolved = BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;

/// Turns names into addresses; the system's resolver, or one that a test turns by hand.
pub trait Resolve: Send + Sync + 'static {
    /// Every address of the name.
    fn resolve(&self, name: &str) -> Resolved;
}

struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> Resolved {
        let name = name.to_owned();
        Box::pin(
            async move { Ok(tokio::net::lookup_host((name.as_str(), 0)).await?.map(|a| a.ip()).collect()) },
        )
    }
}

/// One outbound call.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Bytes,
    time: Duration,
    answer_max: usize,
}

impl Call {
    /// A call of this method to this address.
    pub fn new(method: Method, url: impl Into<String>) -> Call {
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        Call { method, url: url.into(), headers, body, time: TIME_DEFAULT, answer_max: ANSWER_DEFAULT }
    }
    /// A GET.
    pub fn get(url: impl Into<String>) -> Call {
        Call::new(Method::GET, url)
    }
    /// A POST with a body.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Call {
        let mut call = Call::new(Method::POST, url);
        call.body = body.into();
        call
    }
    /// Adds a header. A value that no header may hold is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Call {
        if let Ok(v) = HeaderValue::from_str(value) {
            self.headers.insert(name, v);
        }
        self
    }
    /// Sets how long it may take, up to 60 s.
    pub fn time(mut self, time: Duration) -> Call {
        self.time = time.min(TIME_MAX);
        self
    }
    /// Sets how many bytes the answer may have.
    pub fn answer_max(mut self, bytes: usize) -> Call {
        self.answer_max = bytes;
        self
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status; a redirect is an answer like any other.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

/// Judges what a name resolves to; the connection is made to what it returns.
struct Guard {
    resolver: Arc<dyn Resolve>,
    allow: Arc<[Allow]>,
    open: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("the address is not one that may be called")]
struct Refused;

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (found, allow, open) = (self.resolver.resolve(name.as_str()), self.allow.clone(), self.open);
        Box::pin(async move {
            let ips = found.await?;
            if ips.is_empty()
                || ips.len() > ADDRESSES_MAX
                || !(open || ips.iter().all(|ip| permitted(*ip, &allow)))
            {
                return Err(Refused.into());
            }
            let addrs: reqwest::dns::Addrs = Box::new(ips.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addrs)
        })
    }
}

fn permitted(ip: IpAddr, allow: &[Allow]) -> bool {
    is_public(ip) || allow.iter().any(|a| a.holds(ip))
}

/// The one client for every outbound call. Cheap to clone; made at its first call, since most installations at rest
/// call nobody.
#[derive(Clone)]
pub struct Egress {
    inner: Arc<Inner>,
}

struct Inner {
    resolver: Arc<dyn Resolve>,
    allow: Arc<[Allow]>,
    /// For the public internet, and for hosts that were opened by name.
    clients: Mutex<[Option<reqwest::Client>; 2]>,
}

impl Egress {
    /// With what an administrator opened.
    pub fn new(allow: &[Allow]) -> Egress {
        Egress::with_resolver(allow, Arc::new(SystemResolver))
    }

    /// The same with a resolver of the caller's.
    pub fn with_resolver(allow: &[Allow], resolver: Arc<dyn Resolve>) -> Egress {
        Egress { inner: Arc::new(Inner { resolver, allow: allow.into(), clients: Mutex::new([None, None]) }) }
    }

    /// Makes the call and reads the whole answer. Errors: `egress.refused` (the address may not be called or is no
    /// http address), `egress.failed` (no answer in time, or a broken one), `egress.too_large`.
    pub async fn send(&self, call: Call) -> Result<Reply> {
        let (url, open) = self.judge(&call.url)?;
        let client = self.client(open)?;
        let request = client
            .request(call.method, url)
            .headers(call.headers)
            .timeout(call.time)
            .body(reqwest::Body::from(call.body));
        let answer = request.send().await.map_err(failed)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let too_large =
            || Error::new(&codes::EGRESS_TOO_LARGE).detail(format!("at most {} bytes", call.answer_max));
        if answer.content_length().is_some_and(|n| n > call.answer_max as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        let mut parts = answer.bytes_stream();
        while let Some(part) = parts.next().await {
            let part = part.map_err(failed)?;
            if body.len() + part.len() > call.answer_max {
                return Err(too_large());
            }
            body.extend_from_slice(&part);
        }
        Ok(Reply { status, headers, body: body.freeze() })
    }

    /// May this address be called, as far as can be told without resolving it? For forms that take an address: tells the
    /// administrator at once. Errors: `egress.refused`.
    pub fn check(&self, url: &str) -> Result<()> {
        self.judge(url).map(|_| ())
    }

    /// The addresses of a host that may be called at this port, for what speaks no http. They are resolved once and judged;
    /// whoever connects goes to these and nowhere else. Errors: `egress.refused`, `egress.failed`.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>> {
        let refused = || Error::new(&codes::EGRESS_REFUSED).detail("a private or special address");
        let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        let open = self.inner.allow.iter().any(|a| a.names(&host, port));
        let ips = match host.parse::<IpAddr>() {
            Ok(ip) => vec![ip],
            Err(_) => {
                let found = self.inner.resolver.resolve(&host).await;
                found.map_err(|e| Error::new(&codes::EGRESS_FAILED).detail(e.to_string()))?
            }
        };
        if ips.is_empty() {
            return Err(Error::new(&codes::EGRESS_FAILED).detail("the name has no address"));
        }
        if ips.len() > ADDRESSES_MAX || !(open || ips.iter().all(|ip| permitted(*ip, &self.inner.allow))) {
            return Err(refused());
        }
        Ok(ips.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
    }

    /// Reads the address; true with it when its host and port were opened by name. The reader turns every spelling of an
    /// IPv4 host (decimal, octal, hexadecimal, short, trailing dot) into the address that it means.
    fn judge(&self, url: &str) -> Result<(Url, bool)> {
        let refused = |why: &str| Error::new(&codes::EGRESS_REFUSED).detail(why);
        let url = Url::parse(url).map_err(|_| refused("not an address"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("only http and https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("no name or password in an address"));
        }
        let host = url.host_str().ok_or_else(|| refused("no host"))?.trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().unwrap_or(0);
        let open = self.inner.allow.iter().any(|a| a.names(&host, port));
        // This name means this machine without being asked for (RFC 6761 §6.3).
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        let own = name == "localhost" || name.ends_with(".localhost");
        let ip = if own { Ok(IpAddr::from([127, 0, 0, 1])) } else { host.parse::<IpAddr>() };
        if let Ok(ip) = ip
            && !open
            && !permitted(ip, &self.inner.allow)
        {
            return Err(refused("a private or special address"));
        }
        Ok((url, open))
    }

    fn client(&self, open: bool) -> Result<reqwest::Client> {
        let mut clients = self.inner.clients.lock();
        let slot = &mut clients[usize::from(open)];
        if let Some(c) = slot {
            return Ok(c.clone());
        }
        // Fails only when a provider is installed already, which is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard { resolver: self.inner.resolver.clone(), allow: self.inner.allow.clone(), open };
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIME)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent(concat!("Hark/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(guard))
            .build()
            .map_err(|e| Error::new(&codes::EGRESS_FAILED).cause(e))?;
        *slot = Some(client.clone());
        Ok(client)
    }
}

fn failed(e: reqwest::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&e);
    while let Some(c) = cause {
        if c.is::<Refused>() {
            return Error::new(&codes::EGRESS_REFUSED).detail("a private or special address");
        }
        cause = c.source();
    }
    let what = match () {
        () if e.is_timeout() => "no answer in time",
        () if e.is_connect() => "no connection",
        () => "a broken answer",
    };
    // The address may carry a token, so the cause is kept without it.
    Error::new(&codes::EGRESS_FAILED).detail(what).cause(e.without_url())
}
