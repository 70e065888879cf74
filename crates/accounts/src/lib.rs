//! Who may do what: the provider, its clients and lines, users, roles, teams, skills, calendars; sign-in, sessions and
//! tokens; the directory of names and rights that every area asks; and the record of every change and look.
//!
//! ```text
//! users ─ role_grant ─▶ roles ─▶ permissions        sessions, tokens ─▶ Caller ─ authorize ─▶ TenantScope ─▶ store
//!            │                                                              │
//!            └─▶ everywhere · one client · one line                         └─ every change ─▶ audit (chained)
//! ```

pub mod audit;
pub mod authorize;
pub mod calendars;
pub mod codes;
pub mod directory;
pub mod lines;
pub mod live;
pub mod mail;
pub mod packs;
pub mod permissions;
mod repeats;
pub mod roles;
pub mod sessions;
pub mod setup;
pub mod skills;
pub mod teams;
pub mod tenants;
pub mod tokens;
pub mod users;

pub use authorize::{Caller, Grants, Via};
pub use directory::{Directory, LineName, TenantName, UserName};
pub use live::{Places, viewer};
pub use permissions::PermissionCatalogue;
pub use sessions::{PresenceSource, PresenceView, by_mail, mail_signature, proved_mail, undo_ms, wants_mail};

use platform::{App, Registry};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Sockets that have not yet said who they are.
const UNPROVEN_MAX: usize = 1_024;

/// What accounts keeps in memory.
pub(crate) struct Accounts {
    pub directory: Arc<Directory>,
    pub access: sessions::access::Access,
    pub throttle: sessions::Throttle,
    pub forgotten: sessions::Throttle,
    pub hashing: sessions::Hashing,
    pub looks: audit::Looks,
    pub unproven: Arc<Semaphore>,
}

/// Brings everything of accounts.
pub fn register(reg: &mut Registry) {
    let directory = Arc::new(Directory::default());
    reg.provide(directory.clone());
    reg.provide(Arc::new(Accounts {
        directory,
        access: Default::default(),
        throttle: Default::default(),
        forgotten: Default::default(),
        hashing: Default::default(),
        looks: Default::default(),
        unproven: Arc::new(Semaphore::new(UNPROVEN_MAX)),
    }));
    reg.desk_layers.push(repeats::layer);
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    for routes in [
        audit::routes(),
        calendars::routes(),
        lines::routes(),
        live::routes(),
        mail::routes(),
        packs::routes(),
        roles::routes(),
        sessions::routes(),
        setup::routes(),
        skills::routes(),
        teams::routes(),
        tenants::routes(),
        tokens::routes(),
        users::routes(),
    ] {
        reg.desk(routes);
    }
    packs::line_part(reg, calendars::Hours);
    lines::undoable(reg);
    packs::undoable(reg);
    mail::undoable(reg);
    tenants::undoable(reg);
    calendars::undoable(reg);
    users::undoable(reg);
    roles::undoable(reg);
    reg.present(live::SettingsPresenter);
    reg.job(audit::ANCHOR, audit::anchor_job);
    reg.job(sessions::FORGOTTEN, sessions::forgotten_job);
    reg.job(sessions::SWEEP, sessions::sweep_job);
    reg.on_start("accounts", begin);
    reg.task("accounts: directory", directory::keep);
}

/// Before the first request: the record is opened, names and rights are read, the daily jobs are set.
async fn begin(app: App) -> kernel::Result<()> {
    audit::open(&app).await?;
    roles::seed(&app).await?;
    directory::on_start(app.clone()).await?;
    audit::schedule(&app, app.now()).await?;
    sessions::schedule_sweep(&app, app.now()).await
}

/// What was committed is seen by this process before its request answers.
pub(crate) async fn settled(app: &App) -> kernel::Result<()> {
    app.port::<Arc<Accounts>>().directory.refresh(app).await
}
