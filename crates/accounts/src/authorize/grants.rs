//! What somebody holds: roles everywhere, in a client, or in a line. Pure.

use kernel::{LineId, LineSet, Permission, TenantId, TenantScope, UserId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The permissions of a role. `all` also counts for permissions still to come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleSet {
    /// Every permission.
    pub all: bool,
    /// The permissions by key.
    pub permissions: BTreeSet<String>,
}

impl RoleSet {
    /// From keys; `*` stands for all.
    pub fn of(keys: impl IntoIterator<Item = impl Into<String>>) -> RoleSet {
        let permissions: BTreeSet<String> = keys.into_iter().map(Into::into).collect();
        RoleSet { all: permissions.contains("*"), permissions }
    }
    /// Does it hold this permission?
    pub fn holds(&self, p: &str) -> bool {
        self.all || self.permissions.contains(p)
    }
}

/// Which clients there are and whose each line is.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// The clients.
    pub tenants: BTreeSet<TenantId>,
    /// The lines with their clients.
    pub lines: BTreeMap<LineId, TenantId>,
}

/// One role held: everywhere (tenant 0), in a client (line 0), or in a line.
#[derive(Debug, Clone)]
pub struct Held {
    /// What it allows.
    pub role: Arc<RoleSet>,
    /// The client, 0 for everywhere.
    pub tenant: TenantId,
    /// The line, 0 for the whole client.
    pub line: LineId,
}

/// The bounds of an API token, within its owner's rights.
#[derive(Debug, Clone)]
pub struct Narrow {
    /// What it may do.
    pub permissions: RoleSet,
    /// The client, 0 for all of the owner's.
    pub tenant: TenantId,
    /// The line, 0 for all.
    pub line: LineId,
}

/// Everything one user (or token) holds at one moment.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    user: UserId,
    held: Vec<Held>,
    shape: Arc<Shape>,
    narrow: Option<Arc<Narrow>>,
}

impl Grants {
    /// What this user holds.
    pub fn new(user: UserId, held: Vec<Held>, shape: Arc<Shape>) -> Grants {
        Grants { user, held, shape, narrow: None }
    }

    /// The same within a token's bounds.
    pub fn narrowed(&self, narrow: Arc<Narrow>) -> Grants {
        Grants { narrow: Some(narrow), ..self.clone() }
    }

    /// The roles held.
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    fn allows(&self, h: &Held, p: Option<Permission>) -> bool {
        let Some(p) = p else { return true };
        h.role.holds(p.0) && self.narrow.as_ref().is_none_or(|n| n.permissions.holds(p.0))
    }

    fn exists(&self, tenant: TenantId, line: Option<LineId>) -> bool {
        self.shape.tenants.contains(&tenant) && line.is_none_or(|l| self.shape.lines.get(&l) == Some(&tenant))
    }

    /// The lines of a client where `p` is held (`None`: where anything is); nothing if there are none.
    pub fn lines_where(&self, p: Option<Permission>, tenant: TenantId) -> Option<LineSet> {
        if !self.exists(tenant, None) {
            return None;
        }
        let mut lines = BTreeSet::new();
        let mut whole = false;
        for h in self.held.iter().filter(|h| h.tenant.is_none() || h.tenant == tenant) {
            if !self.allows(h, p) {
                continue;
            }
            match h.line.some() {
                None => whole = true,
                Some(l) => drop(lines.insert(l)),
            }
        }
        if let Some(n) = &self.narrow {
            if !n.tenant.is_none() && n.tenant != tenant {
                return None;
            }
            if let Some(only) = n.line.some() {
                let kept = whole || lines.contains(&only);
                (whole, lines) = (false, BTreeSet::new());
                if kept && self.exists(tenant, Some(only)) {
                    lines.insert(only);
                }
            }
        }
        match (whole, lines.is_empty()) {
            (true, _) => Some(LineSet::All),
            (false, true) => None,
            (false, false) => Some(LineSet::Only(lines.into_iter().collect())),
        }
    }

    /// Is `p` held here? Without a line: on the client or any of its lines.
    pub fn may(&self, p: Permission, tenant: TenantId, line: Option<LineId>) -> bool {
        self.reach(Some(p), tenant, line)
    }

    /// Is anything held here?
    pub fn inside(&self, tenant: TenantId, line: Option<LineId>) -> bool {
        self.reach(None, tenant, line)
    }

    fn reach(&self, p: Option<Permission>, tenant: TenantId, line: Option<LineId>) -> bool {
        self.exists(tenant, line)
            && self.lines_where(p, tenant).is_some_and(|set| line.is_none_or(|l| set.contains(l)))
    }

    /// Is `p` held for everything, also clients still to come?
    pub fn may_everywhere(&self, p: Permission) -> bool {
        self.narrow.as_ref().is_none_or(|n| n.tenant.is_none() && n.line.is_none())
            && self.held.iter().any(|h| h.tenant.is_none() && h.line.is_none() && self.allows(h, Some(p)))
    }

    /// The clients where `p` is held (`None`: where anything is), with their lines.
    pub fn everywhere(&self, p: Option<Permission>) -> Vec<(TenantId, LineSet)> {
        let all = self.held.iter().any(|h| h.tenant.is_none());
        let tenants: BTreeSet<TenantId> =
            if all { self.shape.tenants.clone() } else { self.held.iter().map(|h| h.tenant).collect() };
        tenants.into_iter().filter_map(|t| self.lines_where(p, t).map(|l| (t, l))).collect()
    }

    /// The scope of `p` in one client.
    pub fn scope(&self, p: Permission, tenant: TenantId) -> Option<TenantScope> {
        let lines = self.lines_where(Some(p), tenant)?;
        Some(TenantScope::granted(self.user, [(tenant, lines)]))
    }

    /// The permissions held over everything, among those named.
    pub fn permissions_everywhere<'a>(&self, known: impl Iterator<Item = &'a Permission>) -> Vec<String> {
        known.filter(|p| self.may_everywhere(**p)).map(|p| p.0.to_owned()).collect()
    }

    /// May everything that this role allows here be given by somebody who holds this?
    pub fn covers(&self, role: &RoleSet, tenant: TenantId, line: LineId) -> bool {
        let narrowed = self.narrow.as_ref();
        let here =
            |h: &&Held| (h.tenant.is_none() || h.tenant == tenant) && (h.line.is_none() || h.line == line);
        if narrowed.is_some_and(|n| {
            (!n.tenant.is_none() && n.tenant != tenant) || (!n.line.is_none() && n.line != line)
        }) {
            return false;
        }
        if role.all {
            return narrowed.is_none_or(|n| n.permissions.all)
                && self.held.iter().filter(here).any(|h| h.role.all);
        }
        role.permissions.iter().all(|p| {
            narrowed.is_none_or(|n| n.permissions.holds(p))
                && self.held.iter().filter(here).any(|h| h.role.holds(p))
        })
    }

    /// Does this hold at least everything that `other` holds?
    pub fn covers_all(&self, other: &Grants) -> bool {
        other.held.iter().all(|h| self.covers(&h.role, h.tenant, h.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Permission = Permission("conversations.read");
    const REPLY: Permission = Permission("conversations.reply");

    fn shape() -> Arc<Shape> {
        let tenants = [TenantId(1), TenantId(2)].into();
        let lines = [(LineId(11), TenantId(1)), (LineId(12), TenantId(1)), (LineId(21), TenantId(2))].into();
        Arc::new(Shape { tenants, lines })
    }
    fn held(keys: &[&str], tenant: i64, line: i64) -> Held {
        let role = Arc::new(RoleSet::of(keys.iter().copied()));
        Held { role, tenant: TenantId(tenant), line: LineId(line) }
    }
    fn grants(held: Vec<Held>) -> Grants {
        Grants::new(UserId(9), held, shape())
    }

    #[test]
    fn a_line_grant_reaches_its_line_and_no_other() {
        let g = grants(vec![held(&["conversations.read"], 1, 11)]);
        assert!(g.may(READ, TenantId(1), Some(LineId(11))));
        assert!(g.may(READ, TenantId(1), None));
        assert!(!g.may(READ, TenantId(1), Some(LineId(12))));
        assert!(!g.inside(TenantId(1), Some(LineId(12))));
        assert!(!g.inside(TenantId(2), None));
        // A line of another client, named together with the own client, is nobody's.
        assert!(!g.inside(TenantId(1), Some(LineId(21))));
        assert_eq!(g.lines_where(Some(READ), TenantId(1)), Some(LineSet::Only([LineId(11)].into())));
        assert_eq!(g.everywhere(Some(REPLY)), vec![]);
    }

    #[test]
    fn a_whole_client_beats_its_lines_and_everywhere_reaches_all() {
        let g = grants(vec![held(&["conversations.read"], 1, 11), held(&["conversations.read"], 1, 0)]);
        assert_eq!(g.lines_where(Some(READ), TenantId(1)), Some(LineSet::All));
        let g = grants(vec![held(&["*"], 0, 0)]);
        assert!(g.may_everywhere(Permission("still.to_come")));
        assert_eq!(g.everywhere(Some(READ)).len(), 2);
        assert!(!g.inside(TenantId(3), None), "a client that does not exist is inside nothing");
    }

    #[test]
    fn a_token_never_holds_more_than_its_bounds_or_its_owner() {
        let owner = grants(vec![held(&["conversations.read"], 0, 0)]);
        let narrow = Narrow {
            permissions: RoleSet::of(["conversations.read", "conversations.reply"]),
            tenant: TenantId(1),
            line: LineId(12),
        };
        let g = owner.narrowed(Arc::new(narrow));
        assert!(g.may(READ, TenantId(1), Some(LineId(12))));
        assert!(!g.may(READ, TenantId(1), Some(LineId(11))));
        assert!(!g.may(REPLY, TenantId(1), Some(LineId(12))));
        assert!(!g.inside(TenantId(2), None));
        assert!(!g.may_everywhere(READ));
    }

    #[test]
    fn nobody_gives_what_they_do_not_hold() {
        let g = grants(vec![held(&["conversations.read", "users.manage"], 1, 0)]);
        assert!(g.covers(&RoleSet::of(["conversations.read"]), TenantId(1), LineId(11)));
        assert!(!g.covers(&RoleSet::of(["conversations.read"]), TenantId(0), LineId(0)));
        assert!(!g.covers(&RoleSet::of(["conversations.reply"]), TenantId(1), LineId(0)));
        assert!(!g.covers(&RoleSet::of(["*"]), TenantId(1), LineId(0)));
        let admin = grants(vec![held(&["*"], 0, 0)]);
        assert!(admin.covers_all(&g));
        assert!(!g.covers_all(&admin));
    }
}
