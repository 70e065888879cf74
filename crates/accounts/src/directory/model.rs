//! The names and rights of everybody, as one immutable picture of a moment.

use crate::authorize::{Grants, RoleSet, Shape};
use engines::calendar::Calendar;
use kernel::{
    CalendarId, GrantId, Language, LineId, Millis, Permission, RoleId, SkillId, TeamId, TenantId, UserId,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Colours of people without a picture, chosen so that white letters on them pass WCAG AA (4.5:1).
const COLORS: [&str; 10] = [
    "#2f6fed", "#0e7a6c", "#8a4fd3", "#b4471f", "#a8326e", "#3c7a1e", "#5b5bd6", "#0b7285", "#9a5b00",
    "#6b5d4d",
];

/// The colour of somebody, from their id.
pub fn color_of(id: i64) -> &'static str {
    // The upper bits are a time, the lowest a counter: both are mixed in.
    let mixed = (id as u64 ^ (id as u64 >> 22)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    COLORS[(mixed % COLORS.len() as u64) as usize]
}

/// The letter shown for a name: its first letter in capitals, or a question mark.
pub fn initial_of(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "?".into(), |c| c.to_uppercase().collect())
}

/// What others see of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName {
    /// Who.
    pub id: UserId,
    /// The name customers see.
    pub alias: String,
    /// The legal name.
    pub name: String,
    /// The number customers see.
    pub number: String,
    /// The first letter of the alias.
    pub initial: String,
    /// A colour as `#rrggbb`.
    pub color: &'static str,
    /// The language of the interface.
    pub language: Language,
    /// May this user not sign in any more?
    pub disabled: bool,
}

/// What is shown of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantName {
    /// Which.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// The colour of its mark as `#rrggbb`.
    pub mark_color: String,
    /// The first letter of its name.
    pub initial: String,
    /// Is it no longer served?
    pub archived: bool,
    /// When it was made, ms since 1970.
    pub created_at: Millis,
}

/// What is shown of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineName {
    /// Which.
    pub id: LineId,
    /// Whose.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// When it is open.
    pub calendar: Option<CalendarId>,
    /// Must a conversation have a disposition before it is resolved?
    pub disposition_required: bool,
    /// What stands below its mails by default.
    pub signature: String,
    /// When it was made, ms since 1970.
    pub created_at: Millis,
}

/// A user with what only administration shows.
#[derive(Debug, Clone)]
pub(crate) struct UserRow {
    pub name: Arc<UserName>,
    pub login: String,
    pub email: Option<String>,
    pub settings: serde_json::Value,
    pub totp: bool,
    pub created_at: Millis,
    pub teams: Vec<TeamId>,
    pub skills: Vec<SkillRow>,
    pub grants: Vec<GrantRow>,
}

#[derive(Debug, Clone)]
pub(crate) struct SkillRow {
    pub skill: SkillId,
    pub level: i64,
    pub source: String,
    pub valid_until: Option<Millis>,
}

#[derive(Debug, Clone)]
pub(crate) struct GrantRow {
    pub id: GrantId,
    pub role: RoleId,
    pub tenant: TenantId,
    pub line: LineId,
    pub created_at: Millis,
}

#[derive(Debug, Clone)]
pub(crate) struct RoleRow {
    pub id: RoleId,
    pub key: Option<String>,
    pub name_en: String,
    pub name_zh: String,
    pub set: Arc<RoleSet>,
    pub created_at: Millis,
}

#[derive(Debug, Clone)]
pub(crate) struct TeamRow {
    pub id: TeamId,
    pub name: String,
    pub members: Vec<UserId>,
    pub created_at: Millis,
}

#[derive(Debug, Clone)]
pub(crate) struct NamedSkill {
    pub id: SkillId,
    pub name: String,
    pub created_at: Millis,
}

#[derive(Debug, Clone)]
pub(crate) struct CalendarRow {
    pub id: CalendarId,
    pub tenant: TenantId,
    pub name: String,
    pub definition: Arc<crate::calendars::Definition>,
    pub calendar: Arc<Calendar>,
    pub created_at: Millis,
}

/// Everything at one position of the log. Lists are in the order of ids.
#[derive(Default)]
pub(crate) struct Snapshot {
    pub pos: i64,
    pub provider_name: String,
    pub watermark: bool,
    pub tenants: BTreeMap<TenantId, Arc<TenantName>>,
    pub lines: BTreeMap<LineId, Arc<LineName>>,
    pub users: BTreeMap<UserId, Arc<UserRow>>,
    pub roles: BTreeMap<RoleId, Arc<RoleRow>>,
    pub teams: BTreeMap<TeamId, Arc<TeamRow>>,
    pub skills: BTreeMap<SkillId, Arc<NamedSkill>>,
    pub calendars: BTreeMap<CalendarId, Arc<CalendarRow>>,
    pub grants: HashMap<UserId, Arc<Grants>>,
    pub nothing: Arc<Grants>,
}

impl Snapshot {
    pub fn user(&self, id: UserId) -> Option<&Arc<UserRow>> {
        self.users.get(&id)
    }

    /// What a user holds; nothing for one who is unknown or disabled.
    pub fn grants(&self, id: UserId) -> Arc<Grants> {
        self.grants.get(&id).unwrap_or(&self.nothing).clone()
    }

    /// What a user is granted, also while disabled: who is enabled again holds it.
    pub fn holdings(&self, id: UserId) -> Grants {
        let Some(user) = self.user(id) else { return Grants::default() };
        let held = user.grants.iter().filter_map(|g| {
            let role = self.roles.get(&g.role)?.set.clone();
            Some(crate::authorize::Held { role, tenant: g.tenant, line: g.line })
        });
        Grants::new(id, held.collect(), Arc::default())
    }

    /// Works out what everybody holds from the rows.
    pub fn settle(mut self) -> Snapshot {
        let shape = Arc::new(Shape {
            tenants: self.tenants.keys().copied().collect(),
            lines: self.lines.values().map(|l| (l.id, l.tenant)).collect(),
        });
        self.grants = self
            .users
            .values()
            .filter(|u| !u.name.disabled)
            .map(|u| {
                let held = u.grants.iter().filter_map(|g| {
                    let role = self.roles.get(&g.role)?.set.clone();
                    Some(crate::authorize::Held { role, tenant: g.tenant, line: g.line })
                });
                (u.name.id, Arc::new(Grants::new(u.name.id, held.collect(), shape.clone())))
            })
            .collect();
        self
    }

    /// Are these two users met anywhere: does one hold something where the other does?
    pub fn meet(&self, grants: &Grants, other: UserId) -> bool {
        let Some(row) = self.user(other) else { return false };
        row.grants.iter().any(|g| match g.tenant.some() {
            None => !grants.everywhere(None).is_empty(),
            Some(t) => grants.inside(t, g.line.some()),
        })
    }

    /// May somebody with these grants see this user, under this right?
    pub fn sees(&self, grants: &Grants, p: Permission, other: UserId) -> bool {
        if grants.may_everywhere(p) {
            return self.users.contains_key(&other);
        }
        let Some(row) = self.user(other) else { return false };
        row.grants.iter().any(|g| match g.tenant.some() {
            None => false,
            Some(t) => grants.may(p, t, g.line.some()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_letter_and_a_colour() {
        assert_eq!(initial_of("  “小林”"), "小");
        assert_eq!(initial_of("mia"), "M");
        assert_eq!(initial_of("…"), "?");
        assert_eq!(color_of(7), color_of(7));
    }
}
