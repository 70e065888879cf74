//! Where mail goes out: a server's settings and their SQL.

use super::Address;
use crate::secrets::Secrets;
use crate::store::{Row, Tx};
use kernel::{Error, Millis, Result, TenantId, args, sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// The name under which a server's password is sealed; its owner is the client's id.
pub const PASSWORD: &str = "mail.password";
/// Letters a minute at the most that can be set.
pub const PER_MINUTE_MAX: i64 = 6_000;

/// How the connection is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailSecurity)]
pub enum Security {
    /// TLS from the first byte (usually port 465).
    Tls,
    /// TLS by STARTTLS, demanded (usually port 587).
    Starttls,
    /// None; only without a login, for a relay in the house.
    None,
}

impl Security {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Security::Tls => "tls",
            Security::Starttls => "starttls",
            Security::None => "none",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<Security> {
        [Security::Tls, Security::Starttls, Security::None]
            .into_iter()
            .find(|s| s.word() == w)
            .ok_or_else(|| Error::internal(format!("{w} guards no connection")))
    }
}

/// A server's settings as they are stored; the password stands among the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerRow {
    /// Whose, 0 for the provider's.
    pub tenant: TenantId,
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is guarded.
    pub security: Security,
    /// What to sign in with.
    pub login: Option<String>,
    /// The name that readers see.
    pub from_name: String,
    /// The address that readers see.
    pub from: Address,
    /// Where answers go.
    pub reply_to: Option<Address>,
    /// A certificate to trust besides the system's, as PEM.
    pub ca: Option<String>,
    /// Letters a minute at the most.
    pub per_minute: i64,
    /// Is anything sent?
    pub enabled: bool,
}

/// A server with its password, ready to be called.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are explained with the row")]
pub struct Server {
    pub tenant: TenantId,
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<String>,
    pub password: Option<Zeroizing<String>>,
    pub from_name: String,
    pub from: Address,
    pub reply_to: Option<Address>,
    pub ca: Option<String>,
    pub per_minute: i64,
    /// Is the password an access token (XOAUTH2)?
    pub bearer: bool,
}

fn read(r: &Row<'_>) -> Result<ServerRow> {
    let address = |t: String| Address::parse(&t).ok_or_else(|| Error::internal("a stored address is none"));
    Ok(ServerRow {
        tenant: r.id(0)?,
        host: r.text(1)?,
        port: u16::try_from(r.int(2)?).map_err(|_| Error::internal("a stored port is none"))?,
        security: Security::from_word(&r.text(3)?)?,
        login: r.opt_text(4)?,
        from_name: r.text(5)?,
        from: address(r.text(6)?)?,
        reply_to: r.opt_text(7)?.map(address).transpose()?,
        ca: r.opt_text(8)?,
        per_minute: r.int(9)?,
        enabled: r.bool(10)?,
    })
}

/// A client's own settings, or the provider's (0).
pub async fn row(tx: &mut Tx, tenant: TenantId) -> Result<Option<ServerRow>> {
    tx.one(
        sql!(
            "SELECT tenant_id, host, port, security, login, from_name, from_address, reply_to, ca, per_minute, enabled
             FROM mail_server WHERE tenant_id = $1"
        ),
        args![tenant],
        read,
    )
    .await
}

/// Writes settings, replacing what was there.
pub async fn put(tx: &mut Tx, s: &ServerRow, now: Millis) -> Result<()> {
    let reply_to = s.reply_to.as_ref().map(|a| a.as_str().to_owned());
    tx.exec(
        sql!(
            "INSERT INTO mail_server(tenant_id, host, port, security, login, from_name, from_address, reply_to, ca,
             per_minute, enabled, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (tenant_id) DO UPDATE SET host = excluded.host, port = excluded.port,
             security = excluded.security, login = excluded.login, from_name = excluded.from_name,
             from_address = excluded.from_address, reply_to = excluded.reply_to, ca = excluded.ca,
             per_minute = excluded.per_minute, enabled = excluded.enabled, changed_at = excluded.changed_at"
        ),
        args![
            s.tenant, s.host, i64::from(s.port), s.security.word(), s.login, s.from_name, s.from.as_str(), reply_to,
            s.ca, s.per_minute, s.enabled, now
        ],
    )
    .await
    .map(|_| ())
}

/// Removes settings; answers whether there were any.
pub async fn remove(tx: &mut Tx, tenant: TenantId) -> Result<bool> {
    Ok(tx.exec(sql!("DELETE FROM mail_server WHERE tenant_id = $1"), args![tenant]).await? > 0)
}

/// A server ready to be called.
pub async fn ready(tx: &mut Tx, secrets: &Secrets, s: ServerRow) -> Result<Server> {
    let sealed = secrets.open(tx, s.tenant, PASSWORD, s.tenant.0).await?;
    let password = sealed
        .map(|p| String::from_utf8(p.to_vec()).map(Zeroizing::new))
        .transpose()
        .map_err(|_| Error::internal("a password is text"))?;
    Ok(Server {
        tenant: s.tenant,
        host: s.host,
        port: s.port,
        security: s.security,
        login: s.login,
        password,
        from_name: s.from_name,
        from: s.from,
        reply_to: s.reply_to,
        ca: s.ca,
        per_minute: s.per_minute,
        bearer: false,
    })
}

/// The server through which a client's letters go: its own where one is switched on, else the provider's. To be asked in
/// the system's scope.
pub async fn server_for(tx: &mut Tx, secrets: &Secrets, tenant: TenantId) -> Result<Option<Server>> {
    for place in [tenant, TenantId(0)] {
        if let Some(found) = row(tx, place).await?.filter(|s| s.enabled) {
            return ready(tx, secrets, found).await.map(Some);
        }
    }
    Ok(None)
}
