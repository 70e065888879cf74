//! What a signed-in person sees of themselves.

use super::model::{
    NOTICE_KIND_LENGTH_MAX, NOTICE_KINDS_MAX, SIGNATURE_MAX, Screen, UNDO_S_MAX, UndoSeconds,
};
use super::store;
use super::view::{
    Me, MyLine, MyPermissions, MySettings, MyTenant, Origins, PresenceSource, PresenceView, SettingsPatch,
};
use crate::audit::{Deed, Fact};
use crate::authorize::Grants;
use crate::directory::Snapshot;
use crate::users::user_view;
use crate::{Accounts, Caller, roles};
use kernel::{AggregateKey, Error, LineSet, Permission, Result, UserId};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;

/// Oneself, by the grants of this moment.
pub(super) async fn me(app: &App, user: UserId, grants: &Grants) -> Result<Me> {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let row = snapshot.user(user).cloned().ok_or_else(Error::not_found)?;
    let screen = Screen::of(&row.settings);
    let reach = grants.everywhere(None);
    let tenants = reach.iter().filter_map(|(t, _)| snapshot.tenants.get(t)).filter(|t| !t.archived);
    let tenants = tenants.map(|t| MyTenant {
        id: t.id,
        name: t.name.clone(),
        mark_color: t.mark_color.clone(),
        initial: t.initial.clone(),
    });
    let settings = app.settings();
    Ok(Me {
        user: user_view(&row),
        tenants: tenants.collect(),
        lines: lines(&snapshot, grants),
        permissions: permissions(app, &snapshot, grants),
        settings: MySettings {
            language: row.name.language,
            theme: screen.theme,
            density: screen.density,
            send_key: screen.send_key,
            undo_s: screen.undo_s.0,
            notices: screen.notices,
            mail_when_away: screen.mail_when_away,
            mail_signature: screen.mail_signature,
            layout: serde_json::Value::Object(screen.layout),
        },
        presence: presence(app, user).await?,
        watermark: snapshot.watermark,
        origins: Origins {
            desk: settings.desk_url.clone(),
            public: settings.public_url.clone(),
            files: settings.files_url.clone(),
        },
        now: app.now(),
    })
}

fn lines(snapshot: &Snapshot, grants: &Grants) -> Vec<MyLine> {
    let served = |t| snapshot.tenants.get(t).is_some_and(|t| !t.archived);
    let mine = snapshot.lines.values().filter(|l| served(&l.tenant) && grants.inside(l.tenant, Some(l.id)));
    mine.map(|l| MyLine { id: l.id, tenant: l.tenant, name: l.name.clone() }).collect()
}

fn permissions(app: &App, snapshot: &Snapshot, grants: &Grants) -> MyPermissions {
    let known: Vec<Permission> =
        roles::catalogue(app).0.iter().flat_map(|g| g.permissions).map(|(p, _, _)| *p).collect();
    let mut out =
        MyPermissions { provider: grants.permissions_everywhere(known.iter()), ..Default::default() };
    let keys = |fits: &dyn Fn(Permission) -> bool| -> Vec<String> {
        known.iter().filter(|p| fits(**p)).map(|p| p.0.to_owned()).collect()
    };
    for (tenant, _) in grants.everywhere(None) {
        let whole = keys(&|p| grants.lines_where(Some(p), tenant) == Some(LineSet::All));
        if !whole.is_empty() {
            out.tenants.insert(tenant.to_string(), whole);
        }
        for line in snapshot.lines.values().filter(|l| l.tenant == tenant) {
            let held = keys(&|p| grants.may(p, tenant, Some(line.id)));
            if !held.is_empty() {
                out.lines.insert(line.id.to_string(), held);
            }
        }
    }
    out
}

async fn presence(app: &App, user: UserId) -> Result<PresenceView> {
    match app.try_port::<Arc<dyn PresenceSource>>() {
        Some(source) => source.presence(app, user).await,
        None => Ok(PresenceView { state: "offline".into(), kind: None, since: 0, load: 0, capacity: 0 }),
    }
}

/// How long this user's replies that cannot be called back wait before they go.
pub fn undo_ms(app: &App, user: UserId) -> kernel::Millis {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let screen = snapshot.user(user).map(|u| Screen::of(&u.settings)).unwrap_or_default();
    i64::from(screen.undo_s.0) * 1_000
}

/// Is this user told by mail of their conversations while away from the desk?
pub fn wants_mail(app: &App, user: UserId) -> bool {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    snapshot.user(user).is_some_and(|u| !u.name.disabled && Screen::of(&u.settings).mail_when_away)
}

/// What this user has stand below their own mails; may be empty.
pub fn mail_signature(app: &App, user: UserId) -> String {
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    snapshot.user(user).map(|u| Screen::of(&u.settings).mail_signature).unwrap_or_default()
}

/// The address of somebody who works here, confirmed by a link that was sent there.
pub async fn proved_mail(tx: &mut Tx, user: UserId) -> Result<Option<String>> {
    store::proved_mail(tx, user).await
}

/// Who works here under a confirmed address, in lower case; a few at the most.
pub async fn by_mail(tx: &mut Tx, address: &str) -> Result<Vec<UserId>> {
    store::by_mail(tx, address).await
}

/// Changes one's screen.
pub(super) async fn change(app: &App, caller: &Caller, patch: SettingsPatch) -> Result<()> {
    let user = caller.user;
    let snapshot = app.port::<Arc<Accounts>>().directory.snapshot();
    let row = snapshot.user(user).ok_or_else(Error::not_found)?;
    let mut screen = Screen::of(&row.settings);
    screen.theme = patch.theme.unwrap_or(screen.theme);
    screen.density = patch.density.unwrap_or(screen.density);
    screen.send_key = patch.send_key.unwrap_or(screen.send_key);
    if let Some(seconds) = patch.undo_s {
        if seconds > UNDO_S_MAX {
            return Err(Error::invalid("/undo_s", "too_far"));
        }
        screen.undo_s = UndoSeconds(seconds);
    }
    if let Some(notices) = patch.notices {
        if notices.len() > NOTICE_KINDS_MAX || notices.keys().any(|k| k.len() > NOTICE_KIND_LENGTH_MAX) {
            return Err(Error::invalid("/notices", "too_many"));
        }
        screen.notices = notices;
    }
    screen.mail_when_away = patch.mail_when_away.unwrap_or(screen.mail_when_away);
    if let Some(signature) = patch.mail_signature {
        if signature.chars().count() > SIGNATURE_MAX || signature.contains(['\0', '\r']) {
            return Err(Error::invalid("/mail_signature", "too_long"));
        }
        screen.mail_signature = signature;
    }
    screen.layout = patch.layout.unwrap_or(screen.layout);
    let text = screen.text()?;
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        store::set_settings(tx, user, patch.language, &text).await?;
        // One's own screen is nobody else's business: told to the other nodes, not recorded.
        deed.tell(tx, Fact::own("user.changed", user.0));
        Ok(())
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("user", user.0), write).await?;
    crate::settled(app).await
}
