//! The server through which a mailbox's mails go out, ready to be called.

use super::model::{Login, Mailbox};
use super::{SMTP_SECRET, access};
use kernel::Result;
use platform::App;
use platform::mail::{Server, server_for};
use platform::store::Tx;

/// Mails a minute of a mailbox that sets nothing.
const PER_MINUTE: i64 = 120;

/// The server through which its mails go out: its own, else the one for the client's letters. Where there is none: an error
/// code, and whether that lasts.
pub async fn server(app: &App, m: &Mailbox) -> Result<std::result::Result<Server, (&'static str, bool)>> {
    let Some(smtp) = &m.config.smtp else { return of_letters(app, m).await };
    let mut password = None;
    if smtp.login.is_some() {
        match access::secret(app, m, SMTP_SECRET, smtp.with).await? {
            Ok(secret) => password = Some(secret),
            Err((code, _)) => return Ok(Err((code.code, code != &crate::codes::MAILBOX_OAUTH_AWAY))),
        }
    }
    Ok(Ok(Server {
        tenant: m.tenant,
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

/// The envelope's sender is the mailbox's address all the same, so that reports come back to it.
async fn of_letters(app: &App, m: &Mailbox) -> Result<std::result::Result<Server, (&'static str, bool)>> {
    let (tenant, secrets) = (m.tenant, app.secrets().clone());
    let read = async move |tx: &mut Tx| server_for(tx, &secrets, tenant).await;
    let found = app.db().read(&accounts::authorize::reader(), read).await?;
    Ok(match found {
        Some(s) => {
            Ok(Server { from: m.address.clone(), from_name: m.config.from_name.clone(), reply_to: None, ..s })
        }
        None => Err((platform::codes::MAIL_NOT_SET_UP.code, true)),
    })
}
