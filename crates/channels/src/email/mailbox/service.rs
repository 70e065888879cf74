//! Use cases of mailboxes: settings and their secrets.

use super::model::{Endpoint, Login, Mailbox, MailboxConfig};
use super::view::{MailboxSecrets, MailboxSet, MailboxView};
use super::{IMAP_SECRET, OAUTH_SECRET, SMTP_SECRET, store};
use crate::codes;
use crate::email::arrivals;
use accounts::{Caller, audit};
use conversations::inboxes::{self, Cache, Inbox};
use conversations::permissions::INBOXES;
use conversations::threads::Channel;
use kernel::{Actor, AggregateKey, Error, Event, InboxId, Millis, Result, TenantId};
use platform::App;
use platform::mail::Address;
use platform::secrets::{FreshSecret, Secrets};
use platform::store::Tx;
use platform::web::{Listing, Page};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A password or refresh token at the most, in bytes.
const SECRET_MAX: usize = 8 * 1024;

/// Which secrets a mailbox has.
async fn kept(tx: &mut Tx, secrets: &Secrets, tenant: TenantId, inbox: InboxId) -> Result<MailboxSecrets> {
    Ok(MailboxSecrets {
        imap_password: secrets.open(tx, tenant, IMAP_SECRET, inbox.0).await?.is_some(),
        smtp_password: secrets.open(tx, tenant, SMTP_SECRET, inbox.0).await?.is_some(),
        oauth_client_secret: secrets.open(tx, tenant, OAUTH_SECRET, inbox.0).await?.is_some(),
    })
}

async fn shown(
    tx: &mut Tx,
    secrets: &Secrets,
    m: Mailbox,
    language: kernel::Language,
) -> Result<MailboxView> {
    let kept = kept(tx, secrets, m.tenant, m.inbox).await?;
    let counts = arrivals::counts(tx, m.tenant, m.inbox).await?;
    Ok(MailboxView::of(m, kept, counts, language))
}

/// The mailbox of an inbox, where one is set up.
pub(super) async fn find(app: &App, caller: &Caller, id: InboxId) -> Result<Option<MailboxView>> {
    let (secrets, language) = (app.secrets().clone(), caller.language);
    let read = async move |tx: &mut Tx| {
        let inbox = inboxes::by_id(tx, &tx.scope().clone(), id).await?;
        match store::by_inbox(tx, inbox.tenant, id).await? {
            Some(m) => shown(tx, &secrets, m, language).await.map(Some),
            None => Ok(None),
        }
    };
    app.db().read(&caller.authorize_any(INBOXES), read).await
}

/// All mailboxes within reach, by inbox.
pub(super) async fn list(
    app: &App,
    caller: &Caller,
    tenant: Option<TenantId>,
    page: &Page,
) -> Result<Listing<MailboxView>> {
    let (rows, after) = (page.rows(), page.after::<i64>()?.unwrap_or(0));
    let scope = caller.authorize_any(INBOXES);
    let all = app.port::<Arc<Cache>>().list();
    let within = all.iter().filter(|i| {
        i.channel == Channel::Email
            && scope.contains_line(i.tenant, i.line)
            && tenant.is_none_or(|t| t == i.tenant)
    });
    let ids = Tx::ids(within.map(|i| i.id.0));
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let (secrets, language) = (app.secrets().clone(), caller.language);
    let read = async move |tx: &mut Tx| {
        let found = store::list(tx, (&tenants, &ids), InboxId(after), rows as i64 + 1).await?;
        let mut out = Vec::with_capacity(found.len());
        for m in found {
            out.push(shown(tx, &secrets, m, language).await?);
        }
        Ok(out)
    };
    let found = app.db().read(&scope, read).await?;
    Ok(Listing::from_surplus(found, rows, |m: &MailboxView| m.inbox.0))
}

/// Who changes a mailbox, and when; made before the transaction.
#[derive(Clone, Copy)]
pub(super) struct Deed {
    actor: Actor,
    ip: IpAddr,
    id: i64,
    at: Millis,
}

impl Deed {
    pub(super) fn by(app: &App, caller: &Caller) -> Deed {
        Deed { actor: caller.actor, ip: caller.info.ip, id: app.id(), at: app.now() }
    }

    /// Records what was done to an inbox's mailbox.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        inbox: &Inbox,
        action: &'static str,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<()> {
        let change = audit::Change {
            tenant: inbox.tenant,
            actor: self.actor,
            action,
            subject: ("mailbox", inbox.id.0),
            before,
            after,
            reason: None,
            ip: Some(self.ip),
        };
        audit::record(tx, self.id, self.at, &change).await
    }

    fn tell(&self, tx: &mut Tx, inbox: &Inbox, kind: &'static str) {
        tx.emit(Event::new(inbox.tenant, kind, inbox.id.0, self.actor, self.at).line(inbox.line));
    }
}

/// What the record keeps of settings: no secret stands among them.
fn facts(m: &Mailbox) -> Option<Value> {
    Some(json!({ "address": m.address.as_str(), "config": m.config }))
}

fn check_secret(field: &'static str, given: Option<&Zeroizing<String>>) -> Result<()> {
    match given {
        Some(s) if s.is_empty() || s.len() > SECRET_MAX || s.chars().any(char::is_control) => {
            Err(Error::invalid(field, "unfit"))
        }
        _ => Ok(()),
    }
}

/// Where a secret would go: one kept for another place is not carried there.
fn goes_to<'a>(config: &'a MailboxConfig, e: Option<&'a Endpoint>) -> Option<[&'a str; 3]> {
    let e = e?;
    let login = e.login.as_deref()?;
    let oauth = config.oauth.as_ref().filter(|_| e.with == Login::Oauth2);
    Some([&e.host, login, oauth.map_or("", |o| &o.token_url)])
}

/// One secret of a mailbox, as it is to be after the change.
struct Place<'a> {
    name: &'static str,
    field: &'static str,
    given: Option<&'a Zeroizing<String>>,
    /// Where the secret went before, and where it goes now.
    before: Option<[&'a str; 3]>,
    now: Option<[&'a str; 3]>,
    /// Must there be one?
    required: bool,
}

async fn settle_secret(
    tx: &mut Tx,
    secrets: &Secrets,
    fresh: &FreshSecret,
    (tenant, inbox, at): (TenantId, InboxId, Millis),
    p: Place<'_>,
) -> Result<()> {
    if let (Some(given), Some(_)) = (p.given, p.now) {
        return secrets.seal(tx, fresh, tenant, p.name, inbox.0, given.as_bytes(), at).await;
    }
    // A password must not be had by sending it to another host.
    let stays = p.now.is_some() && p.now == p.before;
    if stays && secrets.open(tx, tenant, p.name, inbox.0).await?.is_some() {
        return Ok(());
    }
    if p.required && p.now.is_some() {
        return Err(Error::invalid(p.field, "required"));
    }
    secrets.remove(tx, tenant, p.name, inbox.0).await.map(drop)
}

/// The three secrets of a mailbox after a change.
fn places<'a>(before: Option<&'a Mailbox>, now: &'a Mailbox, b: &'a MailboxSet) -> [Place<'a>; 3] {
    let imap = |m: &'a Mailbox| goes_to(&m.config, m.config.imap.as_ref());
    let smtp = |m: &'a Mailbox| goes_to(&m.config, m.config.smtp.as_ref());
    let oauth =
        |m: &'a Mailbox| m.config.oauth.as_ref().map(|o| [o.token_url.as_str(), o.client_id.as_str(), ""]);
    // One refresh token may be good for both.
    let both = now.config.imap.as_ref().is_some_and(|e| e.with == Login::Oauth2)
        && now.config.smtp.as_ref().is_some_and(|e| e.with == Login::Oauth2);
    [
        Place {
            name: IMAP_SECRET,
            field: "/imap_password",
            given: b.imap_password.as_ref(),
            before: before.and_then(imap),
            now: imap(now),
            required: true,
        },
        Place {
            name: SMTP_SECRET,
            field: "/smtp_password",
            given: b.smtp_password.as_ref(),
            before: before.and_then(smtp),
            now: smtp(now),
            required: !both,
        },
        Place {
            name: OAUTH_SECRET,
            field: "/oauth_client_secret",
            given: b.oauth_client_secret.as_ref(),
            before: before.and_then(oauth),
            now: oauth(now),
            required: false,
        },
    ]
}

/// Is this the folder that was fetched before? Else its numbers mean nothing.
fn same_folder(a: &Mailbox, b: &Mailbox) -> bool {
    let place = |m: &Mailbox| {
        let e = m.config.imap.as_ref()?;
        Some((e.host.clone(), e.port, e.login.clone(), m.config.folder().to_owned()))
    };
    place(a) == place(b) && a.address.as_str().eq_ignore_ascii_case(b.address.as_str())
}

/// Sets how an inbox of mail is reached. Errors: `mailbox.not_mail`, `mailbox.taken`.
pub(super) async fn set(app: &App, caller: &Caller, id: InboxId, b: MailboxSet) -> Result<MailboxView> {
    let scope = caller.authorize_any(INBOXES);
    b.config.check()?;
    let address = Address::of_field("/address", &b.address)?;
    check_secret("/imap_password", b.imap_password.as_ref())?;
    check_secret("/smtp_password", b.smtp_password.as_ref())?;
    check_secret("/oauth_client_secret", b.oauth_client_secret.as_ref())?;
    let (secrets, language, deed) = (app.secrets().clone(), caller.language, Deed::by(app, caller));
    let fresh = [(); 3].map(|()| FreshSecret::new(app.ids(), app.rng()));
    let b = Arc::new(b);
    let write = async move |tx: &mut Tx| {
        let inbox = inboxes::by_id(tx, &tx.scope().clone(), id).await?;
        if inbox.channel != Channel::Email {
            return Err(Error::new(&codes::MAILBOX_NOT_MAIL));
        }
        let before = store::by_inbox(tx, inbox.tenant, id).await?;
        let now = Mailbox {
            inbox: id,
            tenant: inbox.tenant,
            line: inbox.line,
            address: address.clone(),
            config: b.config.clone(),
            uid_validity: before.as_ref().and_then(|m| m.uid_validity),
            uid_next: before.as_ref().and_then(|m| m.uid_next),
            epoch: 0,
            fetched_at: None,
            failing_since: None,
            fault: None,
            answer: None,
            dropped: 0,
            dropped_at: None,
        };
        for (place, fresh) in places(before.as_ref(), &now, &b).into_iter().zip(&fresh) {
            settle_secret(tx, &secrets, fresh, (inbox.tenant, id, deed.at), place).await?;
        }
        if !store::insert_or_update(tx, &now, deed.at).await? {
            return Err(Error::new(&codes::MAILBOX_TAKEN).field("/address", "taken"));
        }
        if before.as_ref().is_none_or(|m| !same_folder(m, &now)) {
            store::begin_anew(tx, inbox.tenant, id).await?;
        }
        deed.record(tx, &inbox, "mailbox.changed", before.as_ref().and_then(facts), facts(&now)).await?;
        deed.tell(tx, &inbox, "mailbox.changed");
        let written = store::by_inbox(tx, inbox.tenant, id).await?.ok_or_else(Error::not_found)?;
        shown(tx, &secrets, written, language).await
    };
    app.db().write(&scope, AggregateKey::new("mailbox", id.0), write).await
}

/// Removes the settings of an inbox and their secrets.
pub(super) async fn remove(app: &App, caller: &Caller, id: InboxId) -> Result<()> {
    let (scope, secrets, deed) =
        (caller.authorize_any(INBOXES), app.secrets().clone(), Deed::by(app, caller));
    let write = async move |tx: &mut Tx| {
        let inbox = inboxes::by_id(tx, &tx.scope().clone(), id).await?;
        let before = store::by_inbox(tx, inbox.tenant, id).await?.ok_or_else(Error::not_found)?;
        store::remove(tx, inbox.tenant, id).await?;
        for name in [IMAP_SECRET, SMTP_SECRET, OAUTH_SECRET] {
            secrets.remove(tx, inbox.tenant, name, id.0).await?;
        }
        deed.record(tx, &inbox, "mailbox.removed", facts(&before), None).await?;
        deed.tell(tx, &inbox, "mailbox.removed");
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("mailbox", id.0), write).await
}
