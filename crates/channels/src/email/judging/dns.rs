//! Looking names up: bounded in time and memory, and given up on for a while where nobody answers at all.

use kernel::{Error, Result};
use mail_auth::MessageAuthenticator;
use mail_auth::hickory_resolver::Resolver;
use mail_auth::hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ProtocolConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use mail_auth::hickory_resolver::net::runtime::TokioRuntimeProvider;
use mail_auth::hickory_resolver::net::{DnsError, NetError};
use mail_auth::hickory_resolver::proto::op::ResponseCode;
use mail_auth::hickory_resolver::proto::rr::{Name, RData, RecordType};
use mail_auth::hickory_resolver::system_conf::read_system_conf;
use parking_lot::Mutex;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One question waits this long for its answer, and is asked once more.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_500);
/// Whether anybody answers at all is found out within this.
const LOOK_WITHIN: Duration = Duration::from_secs(1);
/// Answers kept.
const CACHE_MAX: u64 = 4_096;
/// An answer is kept this long at the most.
const KEPT_MAX: Duration = Duration::from_secs(3_600);
/// Where nobody answers at all, nobody is asked for this long.
const REST: Duration = Duration::from_secs(30);
/// Texts of one name that are looked at.
const TEXTS_MAX: usize = 32;

/// Where names are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resolving {
    /// Nowhere: mails are not judged by us.
    #[default]
    Off,
    /// At the servers of `/etc/resolv.conf`.
    System,
    /// At this server.
    At(SocketAddr),
}

impl FromStr for Resolving {
    type Err = String;

    fn from_str(s: &str) -> std::result::Result<Resolving, String> {
        match s.trim() {
            "" | "off" => Ok(Resolving::Off),
            "system" => Ok(Resolving::System),
            other => match (other.parse::<SocketAddr>(), other.parse()) {
                (Ok(at), _) => Ok(Resolving::At(at)),
                (_, Ok(ip)) => Ok(Resolving::At(SocketAddr::new(ip, 53))),
                _ => Err(format!("{other} is neither system, off nor an address")),
            },
        }
    }
}

/// Why there are no texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// There is no such name.
    Name,
    /// The name has none.
    Texts,
    /// Nobody could say now.
    Later,
}

#[derive(Debug, Default)]
struct Standing {
    answered: Option<Instant>,
    resting: Option<Instant>,
}

/// A resolver. Clones are the same one.
#[derive(Clone)]
pub struct Dns {
    pub(super) auth: MessageAuthenticator,
    standing: Arc<Mutex<Standing>>,
}

impl std::fmt::Debug for Dns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dns").field("standing", &self.standing).finish_non_exhaustive()
    }
}

fn options(mut o: ResolverOpts) -> ResolverOpts {
    o.timeout = ANSWER_WITHIN;
    o.attempts = 1;
    o.cache_size = CACHE_MAX;
    o.positive_max_ttl = Some(KEPT_MAX);
    o.negative_max_ttl = Some(KEPT_MAX);
    o.use_hosts_file = ResolveHosts::Never;
    o
}

fn at(server: SocketAddr) -> ResolverConfig {
    let connection = |protocol| {
        let mut c = ConnectionConfig::new(protocol);
        c.port = server.port();
        c
    };
    let connections = vec![connection(ProtocolConfig::Udp), connection(ProtocolConfig::Tcp)];
    ResolverConfig::from_name_servers(vec![NameServerConfig::new(server.ip(), true, connections)])
}

impl Dns {
    /// As set; `None` where it is off. Errors: an internal one where the system's settings cannot be read.
    pub fn open(how: Resolving) -> Result<Option<Dns>> {
        let failed = |e: NetError| Error::internal("setting up name lookups").cause(e);
        let (config, opts) = match how {
            Resolving::Off => return Ok(None),
            Resolving::System => read_system_conf().map_err(failed)?,
            Resolving::At(server) => (at(server), ResolverOpts::default()),
        };
        let made = Resolver::builder_with_config(config, TokioRuntimeProvider::default());
        let made = made.with_options(options(opts)).build().map_err(failed)?;
        Ok(Some(Dns { auth: MessageAuthenticator(made), standing: Arc::default() }))
    }

    /// The texts of a name, each in one piece.
    pub(super) async fn texts(&self, name: &str) -> std::result::Result<Vec<String>, Missing> {
        let Ok(name) = Name::from_str_relaxed(format!("{name}.")) else { return Err(Missing::Name) };
        let found = match self.auth.resolver().txt_lookup(name).await {
            Ok(found) => found,
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => {
                return Err(match none.response_code {
                    ResponseCode::NXDomain => Missing::Name,
                    _ => Missing::Texts,
                });
            }
            Err(_) => return Err(Missing::Later),
        };
        let whole = found.answers().iter().filter_map(|r| match &r.data {
            RData::TXT(t) => {
                let bytes = t.txt_data.iter().flat_map(|piece| piece.iter().copied()).collect::<Vec<u8>>();
                Some(String::from_utf8_lossy(&bytes).into_owned())
            }
            _ => None,
        });
        Ok(whole.take(TEXTS_MAX).collect())
    }

    /// Is nobody asked just now?
    pub(super) fn is_resting(&self) -> bool {
        self.standing.lock().resting.is_some_and(|until| until > Instant::now())
    }

    /// Was anything answered within this time?
    pub(super) fn answered_within(&self, time: Duration) -> bool {
        self.standing.lock().answered.is_some_and(|at| at.elapsed() < time)
    }

    /// Something was answered.
    pub(super) fn answers(&self) {
        *self.standing.lock() = Standing { answered: Some(Instant::now()), resting: None };
    }

    /// Something was not answered: is it that name's fault, or does nobody answer at all? The root's servers are asked for,
    /// which no sender can answer in their stead.
    pub(super) async fn look(&self) {
        let asked = self.auth.resolver().lookup(Name::root(), RecordType::NS);
        match tokio::time::timeout(LOOK_WITHIN, asked).await {
            Ok(Ok(_) | Err(NetError::Dns(_))) => self.answers(),
            _ => {
                tracing::warn!("names cannot be looked up: senders of mail are not judged for a while");
                self.standing.lock().resting = Some(Instant::now() + REST);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_names_are_looked_up() {
        for (text, how) in [
            ("", Some(Resolving::Off)),
            ("off", Some(Resolving::Off)),
            (" system ", Some(Resolving::System)),
            ("127.0.0.1", Some(Resolving::At(([127, 0, 0, 1], 53).into()))),
            ("127.0.0.1:5353", Some(Resolving::At(([127, 0, 0, 1], 5353).into()))),
            ("dns.example", None),
        ] {
            assert_eq!(text.parse().ok(), how, "{text}");
        }
    }
}
