//! Use cases of outgoing mail.

use super::view::{MailServerSet, MailServerView, MailTestView};
use crate::audit::{self, Deed, Fact};
use crate::permissions::MAIL_MANAGE;
use crate::{Caller, codes};
use kernel::{AggregateKey, Error, LetterId, Result, TenantId, TenantScope};
use platform::mail::{self, Address, LetterRow, PASSWORD, PER_MINUTE_MAX, Security, ServerRow, Words};
use platform::secrets::FreshSecret;
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};

/// A host name at the most, in bytes.
const HOST_MAX: usize = 253;
/// A name shown with an address at the most, in characters.
const NAME_MAX: usize = 80;
/// A login or a password at the most, in bytes.
const LOGIN_MAX: usize = 256;
/// A certificate at the most, in bytes.
const CA_MAX: usize = 32 * 1024;
/// Letters a minute where nothing is said.
const PER_MINUTE: i64 = 60;

/// The scope for a client's mail, or the provider's.
pub(super) fn scope(caller: &Caller, tenant: Option<TenantId>) -> Result<TenantScope> {
    match tenant.and_then(TenantId::some) {
        None => caller.authorize_provider(MAIL_MANAGE),
        Some(t) => caller.authorize_whole(MAIL_MANAGE, t),
    }
}

/// Whose letters this caller may see: the clients they manage as a whole, and the provider's own for who manages all.
pub(super) fn reach(caller: &Caller) -> Vec<TenantId> {
    let whole = caller.authorize_any(MAIL_MANAGE);
    let mut all: Vec<TenantId> =
        whole.reach().iter().filter(|(_, lines)| *lines == kernel::LineSet::All).map(|(t, _)| *t).collect();
    if caller.authorize_provider(MAIL_MANAGE).is_ok() {
        all.push(TenantId(0));
    }
    all
}

fn text(field: &'static str, text: &str, max: usize) -> Result<String> {
    let text = text.trim();
    let fault = match text.len() {
        n if n > max => "too_long",
        _ if text.chars().any(char::is_control) => "unfit",
        _ => return Ok(text.to_owned()),
    };
    Err(Error::invalid(field, fault))
}

/// What was sent, checked.
fn checked(s: &MailServerSet) -> Result<ServerRow> {
    let host = text("/host", &s.host, HOST_MAX)?.trim_end_matches('.').to_ascii_lowercase();
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'_');
    if host.is_empty() || !host.bytes().all(fits) {
        return Err(Error::invalid("/host", if host.is_empty() { "required" } else { "unfit" }));
    }
    if s.port == 0 {
        return Err(Error::invalid("/port", "unfit"));
    }
    let login = text("/login", s.login.as_deref().unwrap_or(""), LOGIN_MAX)?;
    if s.password.as_ref().is_some_and(|p| p.len() > LOGIN_MAX || p.chars().any(char::is_control)) {
        return Err(Error::invalid("/password", "unfit"));
    }
    if s.security == Security::None && !login.is_empty() {
        return Err(Error::new(&codes::MAIL_PLAIN_LOGIN).field("/security", "unfit"));
    }
    let from_name = text("/from_name", &s.from_name, NAME_MAX * 4)?;
    if from_name.chars().count() > NAME_MAX {
        return Err(Error::invalid("/from_name", "too_long"));
    }
    let reply_to = s.reply_to.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let ca = s.ca.as_deref().map(str::trim).filter(|t| !t.is_empty());
    if ca.is_some_and(|c| c.len() > CA_MAX || !c.contains("-----BEGIN CERTIFICATE-----")) {
        return Err(Error::invalid("/ca", "unfit"));
    }
    let per_minute = s.per_minute.unwrap_or(PER_MINUTE);
    if !(1..=PER_MINUTE_MAX).contains(&per_minute) {
        return Err(Error::invalid("/per_minute", "unfit"));
    }
    Ok(ServerRow {
        tenant: s.tenant.unwrap_or_default(),
        host,
        port: s.port,
        security: s.security,
        login: (!login.is_empty()).then_some(login),
        from_name,
        from: Address::of_field("/from_address", &s.from_address)?,
        reply_to: reply_to.map(|t| Address::of_field("/reply_to", t)).transpose()?,
        ca: ca.map(str::to_owned),
        per_minute,
        enabled: s.enabled,
    })
}

fn facts(s: &ServerRow) -> Value {
    json!({
        "host": s.host, "port": s.port, "security": s.security, "login": s.login, "from_name": s.from_name,
        "from_address": s.from.as_str(), "reply_to": s.reply_to.as_ref().map(Address::as_str),
        "ca": s.ca, "per_minute": s.per_minute, "enabled": s.enabled,
    })
}

/// A client's settings or the provider's; none where nothing is set.
pub(super) async fn find(
    app: &App,
    caller: &Caller,
    tenant: Option<TenantId>,
) -> Result<Option<MailServerView>> {
    let scope = scope(caller, tenant)?;
    let (tenant, secrets) = (tenant.unwrap_or_default(), app.secrets().clone());
    let read = async move |tx: &mut Tx| {
        let Some(row) = mail::row(tx, tenant).await? else { return Ok(None) };
        let has_password = secrets.open(tx, tenant, PASSWORD, tenant.0).await?.is_some();
        Ok(Some(MailServerView::of(row, has_password)))
    };
    app.db().read(&scope, read).await
}

/// Sets where mail goes out. The password kept stays where none is sent; with a new host or login it must be sent.
pub(super) async fn set(app: &App, caller: &Caller, s: MailServerSet) -> Result<MailServerView> {
    let scope = scope(caller, s.tenant)?;
    let row = checked(&s)?;
    let deed = Deed::by(app, caller);
    let (secrets, fresh) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()));
    let (tenant, password) = (row.tenant, s.password);
    let write = async move |tx: &mut Tx| {
        let before = mail::row(tx, tenant).await?;
        let kept = secrets.open(tx, tenant, PASSWORD, tenant.0).await?.is_some();
        let elsewhere = before.as_ref().is_some_and(|b| (&b.host, &b.login) != (&row.host, &row.login));
        match (&row.login, &password) {
            (None, _) => drop(secrets.remove(tx, tenant, PASSWORD, tenant.0).await?),
            (Some(_), Some(p)) => {
                secrets.seal(tx, &fresh, tenant, PASSWORD, tenant.0, p.as_bytes(), deed.at).await?
            }
            // A password must not be had by sending it to another host.
            (Some(_), None) if !kept || elsewhere => return Err(Error::invalid("/password", "required")),
            (Some(_), None) => {}
        }
        mail::put(tx, &row, deed.at).await?;
        let fact = Fact::of(tenant, "mail.changed", tenant.0).after(facts(&row));
        let fact = match &before {
            Some(b) => fact.before(facts(b)),
            None => fact,
        };
        deed.done(tx, fact).await?;
        Ok(MailServerView::of(row.clone(), row.login.is_some()))
    };
    app.db().write(&scope, AggregateKey::new("mail_server", tenant.0), write).await
}

/// Removes a client's settings, whose letters then go through the provider's server, or the provider's own.
pub(super) async fn remove(app: &App, caller: &Caller, tenant: Option<TenantId>) -> Result<()> {
    let scope = scope(caller, tenant)?;
    let (tenant, secrets, deed) = (tenant.unwrap_or_default(), app.secrets().clone(), Deed::by(app, caller));
    let write = async move |tx: &mut Tx| {
        let before = mail::row(tx, tenant).await?.ok_or_else(Error::not_found)?;
        mail::remove(tx, tenant).await?;
        secrets.remove(tx, tenant, PASSWORD, tenant.0).await?;
        deed.done(tx, Fact::of(tenant, "mail.removed", tenant.0).before(facts(&before))).await
    };
    app.db().write(&scope, AggregateKey::new("mail_server", tenant.0), write).await
}

/// Sends a letter at once, step by step. Nothing of it is kept but the record that it was done.
pub(super) async fn test(
    app: &App,
    caller: &Caller,
    tenant: Option<TenantId>,
    to: &str,
) -> Result<MailTestView> {
    let scope = scope(caller, tenant)?;
    let to = Address::of_field("/to", to)?;
    let (tenant, secrets, deed) = (tenant.unwrap_or_default(), app.secrets().clone(), Deed::by(app, caller));
    let hint = to.hint();
    let write = async move |tx: &mut Tx| {
        let row =
            mail::row(tx, tenant).await?.ok_or_else(|| Error::new(&platform::codes::MAIL_NOT_SET_UP))?;
        let server = mail::ready(tx, &secrets, row).await?;
        deed.record(tx, &Fact::of(tenant, "mail.tested", tenant.0).after(json!({ "to": hint }))).await?;
        Ok(server)
    };
    let server = app.db().write(&scope, AggregateKey::new("mail_server", tenant.0), write).await?;
    let language = caller.language;
    let words = Words {
        subject: language.pick("A test from Hark", "来自 Hark 的测试邮件").to_owned(),
        paragraphs: vec![
            language
                .pick("Mail goes out as it should. Nothing needs to be done.", "发信正常，无需任何操作。")
                .to_owned(),
        ],
        link: None,
        foot: app.settings().desk_url.clone(),
    };
    let bytes = mail::compose((app.id(), app.now()), &server, &to, None, &words)?;
    let mut taken = vec![];
    let failure = mail::deliver(app.egress(), &server, &to, &bytes, &mut taken).await.err();
    Ok(MailTestView::of(taken, failure, language))
}

/// Sends a letter once more. Errors: `not_found`, `mail.gone`.
pub(super) async fn replay(app: &App, caller: &Caller, id: LetterId) -> Result<LetterRow> {
    let tenants = reach(caller);
    let deed = Deed::by(app, caller);
    let job = app.id();
    // Whose letter it is decides the scope; only clients within reach are looked at.
    let scope = crate::authorize::provider();
    let write = async move |tx: &mut Tx| {
        let l = mail::letter(tx, &tenants, id).await?.ok_or_else(Error::not_found)?;
        mail::replay(tx, &l, job, deed.at).await?;
        deed.record(tx, &Fact::of(l.tenant, "letter.replayed", id.0)).await?;
        mail::letter(tx, &tenants, id).await?.ok_or_else(Error::not_found)
    };
    app.db().write(&scope, AggregateKey::new("letter", id.0), write).await
}

/// Says which changes of outgoing mail can be undone. The password is not on record: where host or login differ, undoing
/// is refused until it is entered by hand.
pub(crate) fn undoable(reg: &mut Registry) {
    audit::undoable(reg, "mail.changed", |app, caller, id, mut before| {
        Box::pin(async move {
            before["tenant"] = json!(TenantId(id));
            set(&app, &caller, audit::as_patch(before)?).await.map(|_| ())
        })
    });
}
