//! A mailbox's own server for sending, ready to be called.

use super::SMTP_SECRET;
use super::model::{Login, Mailbox};
use kernel::Result;
use platform::App;
use platform::mail::Server;
use platform::store::Tx;
use zeroize::Zeroizing;

/// Mails a minute of a mailbox that sets nothing.
const PER_MINUTE: i64 = 120;

/// The server through which its mails go out. Where it cannot be made: an error code, and whether that lasts.
pub async fn server(app: &App, m: &Mailbox) -> Result<std::result::Result<Server, (&'static str, bool)>> {
    let Some(smtp) = &m.config.smtp else {
        return Ok(Err((platform::codes::MAIL_NOT_SET_UP.code, true)));
    };
    let (secrets, tenant, inbox) = (app.secrets().clone(), m.tenant, m.inbox);
    let open = async move |tx: &mut Tx| secrets.open(tx, tenant, SMTP_SECRET, inbox.0).await;
    let sealed = app.db().read(&accounts::authorize::job(tenant), open).await?;
    let password = sealed.and_then(|p| String::from_utf8(p.to_vec()).ok()).map(Zeroizing::new);
    Ok(Ok(Server {
        tenant,
        host: smtp.host.clone(),
        port: smtp.port,
        security: smtp.security,
        login: smtp.login.clone(),
        password,
        from_name: m.config.from_name.clone(),
        from: m.address.clone(),
        reply_to: None,
        ca: smtp.ca.clone(),
        per_minute: m.config.per_minute.unwrap_or(PER_MINUTE),
        bearer: smtp.with == Login::Oauth2,
    }))
}
