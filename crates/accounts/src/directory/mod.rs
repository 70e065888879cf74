//! Names, rights and calendars of everybody, in memory, kept right by events of the log.
//!
//! One immutable picture ([`model::Snapshot`]) is read whole and swapped; readers take a pointer. A write of this
//! process refreshes it before it answers; writes of other nodes arrive with their events.
//!
//! Invariant: a picture is never replaced by an older one.

mod events;
mod model;
mod naming;
mod store;

pub(crate) use events::{keep, on_start};
pub(crate) use model::*;
pub use model::{LineName, TenantName, UserName, color_of, initial_of};
pub use naming::given;
pub(crate) use naming::{color, key_of, name, page_of};

use engines::calendar::Calendar;
use kernel::{CalendarId, Clock, LineId, Permission, Result, SkillId, TenantId, UserId};
use parking_lot::RwLock;
use platform::App;
use platform::store::Tx;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};

/// The directory. A port: `app.port::<Arc<Directory>>()`.
#[derive(Default)]
pub struct Directory {
    current: RwLock<Arc<Snapshot>>,
    turn: AtomicU64,
    loading: tokio::sync::Mutex<()>,
    clock: OnceLock<Arc<dyn Clock>>,
}

impl Directory {
    /// Reads everything anew. After it returns, what was committed before is seen.
    pub async fn refresh(&self, app: &App) -> Result<()> {
        // The first clock stays: there is one program per directory.
        let _ = self.clock.set(app.clock());
        let _one = self.loading.lock().await;
        let read = async |tx: &mut Tx| store::load(tx).await;
        let fresh = app.db().read(&crate::authorize::provider(), read).await?;
        let mut current = self.current.write();
        if fresh.pos >= current.pos {
            *current = Arc::new(fresh);
            // After the picture, so that what is decided by the old one is never kept under the new one's number.
            self.turn.fetch_add(1, SeqCst);
        }
        Ok(())
    }

    /// Changes whenever anything here has changed: what was decided under a number is good as long as it stands.
    pub(crate) fn turn(&self) -> u64 {
        self.turn.load(SeqCst)
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.current.read().clone()
    }

    /// A user's names; also of one who is disabled.
    pub fn user(&self, id: UserId) -> Option<Arc<UserName>> {
        self.current.read().users.get(&id).map(|u| u.name.clone())
    }
    /// A client's name.
    pub fn tenant(&self, id: TenantId) -> Option<Arc<TenantName>> {
        self.current.read().tenants.get(&id).cloned()
    }
    /// Every client, in the order of their ids.
    pub fn tenants(&self) -> Vec<Arc<TenantName>> {
        self.current.read().tenants.values().cloned().collect()
    }
    /// What a user holds at this moment.
    pub fn grants(&self, id: UserId) -> Arc<crate::authorize::Grants> {
        self.snapshot().grants(id)
    }
    /// Every team with its members, in the order of their ids.
    pub fn teams(&self) -> Vec<(kernel::TeamId, String, Vec<UserId>)> {
        let current = self.current.read();
        current.teams.values().map(|t| (t.id, t.name.clone(), t.members.clone())).collect()
    }
    /// A line's name.
    pub fn line(&self, id: LineId) -> Option<Arc<LineName>> {
        self.current.read().lines.get(&id).cloned()
    }
    /// The lines of a client, in the order of their ids.
    pub fn lines_of(&self, tenant: TenantId) -> Vec<LineId> {
        let current = self.current.read();
        current.lines.values().filter(|l| l.tenant == tenant).map(|l| l.id).collect()
    }
    /// Everybody, in the order of their ids.
    pub fn users(&self) -> Vec<Arc<UserName>> {
        self.current.read().users.values().map(|u| u.name.clone()).collect()
    }
    /// A calendar, ready to be asked.
    pub fn calendar(&self, id: CalendarId) -> Option<Arc<Calendar>> {
        self.current.read().calendars.get(&id).map(|c| c.calendar.clone())
    }
    /// Whose a calendar is: a client's, or 0 for the provider's, which is for all; `None` for one that is not there.
    pub fn calendar_tenant(&self, id: CalendarId) -> Option<TenantId> {
        self.current.read().calendars.get(&id).map(|c| c.tenant)
    }
    /// A team's name; `None` for one that is not there.
    pub fn team_name(&self, id: kernel::TeamId) -> Option<String> {
        self.current.read().teams.get(&id).map(|t| t.name.clone())
    }
    /// A skill's name; `None` for one that is not there.
    pub fn skill_name(&self, id: SkillId) -> Option<String> {
        self.current.read().skills.get(&id).map(|s| s.name.clone())
    }
    /// The teams of a user; empty for one who is not there.
    pub fn teams_of(&self, id: UserId) -> Vec<kernel::TeamId> {
        self.current.read().users.get(&id).map(|u| u.teams.clone()).unwrap_or_default()
    }
    /// Is there such a team?
    pub fn has_team(&self, id: kernel::TeamId) -> bool {
        self.current.read().teams.contains_key(&id)
    }
    /// The members of a team, in the order of their ids; empty for a team that is not there.
    pub fn members(&self, id: kernel::TeamId) -> Vec<UserId> {
        self.current.read().teams.get(&id).map(|t| t.members.clone()).unwrap_or_default()
    }
    /// What a user may handle now, with levels; grants that have run out are left out.
    pub fn skills_of(&self, id: UserId) -> Vec<(SkillId, i64)> {
        let now = self.clock.get().map_or(0, |c| c.now());
        let snapshot = self.snapshot();
        let Some(user) = snapshot.user(id) else { return vec![] };
        let valid = user.skills.iter().filter(|k| k.valid_until.is_none_or(|until| now < until));
        valid.map(|k| (k.skill, k.level)).collect()
    }
    /// May somebody with these grants see this user under the right `p`? Only where `p` is held and the user works.
    pub fn sees(&self, grants: &crate::Grants, p: Permission, other: UserId) -> bool {
        self.snapshot().sees(grants, p, other)
    }
    /// Does somebody with these grants meet this user in any client or line?
    pub fn meets(&self, grants: &crate::Grants, other: UserId) -> bool {
        self.snapshot().meet(grants, other)
    }
    /// Does this user hold `p` in the client, on the line where one is named, at this moment?
    pub fn holds(&self, user: UserId, p: Permission, tenant: TenantId, line: Option<LineId>) -> bool {
        self.current.read().grants.get(&user).is_some_and(|g| g.may(p, tenant, line))
    }
    /// Is this role granted to this user for the client or everywhere?
    pub fn has_role(&self, user: UserId, role: kernel::RoleId, tenant: TenantId) -> bool {
        let current = self.current.read();
        let here = |t: TenantId| t.is_none() || tenant.is_none() || t == tenant;
        current.users.get(&user).is_some_and(|u| u.grants.iter().any(|g| g.role == role && here(g.tenant)))
    }
    /// Is there a role of this id?
    pub fn knows_role(&self, id: kernel::RoleId) -> bool {
        self.current.read().roles.contains_key(&id)
    }
    /// The calendar of the first line on which this user holds `p` that has one.
    pub fn calendar_of(&self, user: UserId, p: Permission) -> Option<Arc<Calendar>> {
        let current = self.current.read();
        let grants = current.grants.get(&user)?;
        let mut lines = current.lines.values().filter(|l| grants.may(p, l.tenant, Some(l.id)));
        let calendar = lines.find_map(|l| l.calendar)?;
        current.calendars.get(&calendar).map(|c| c.calendar.clone())
    }
    /// Does this user hold `p` on the line at this moment?
    pub fn reaches(&self, user: UserId, p: Permission, tenant: TenantId, line: LineId) -> bool {
        self.current.read().grants.get(&user).is_some_and(|g| g.may(p, tenant, line.some()))
    }
    /// In how many lines a user holds this right.
    pub fn lines_reached(&self, user: UserId, p: Permission) -> usize {
        let current = self.current.read();
        let Some(grants) = current.grants.get(&user) else { return 0 };
        current.lines.values().filter(|l| grants.may(p, l.tenant, l.id.some())).count()
    }
}
