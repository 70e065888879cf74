//! Who may reach what in one statement's run: the wall between the provider's clients.

use crate::{LineId, TenantId, UserId};
use std::sync::Arc;

/// The lines of one tenant that a scope reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineSet {
    /// Every line, also those still to come.
    All,
    /// Only these, sorted.
    Only(Arc<[LineId]>),
}

impl LineSet {
    /// Does the set hold this line?
    pub fn contains(&self, line: LineId) -> bool {
        match self {
            LineSet::All => true,
            LineSet::Only(l) => l.binary_search(&line).is_ok(),
        }
    }
}

/// The clients and lines that a piece of work may touch. Reads and writes of the store demand one.
///
/// Made only by `accounts::authorize` (for people, tokens and visitors) and by the readers of the log and the job
/// runner (for the system); the tidy test holds that. On PostgreSQL it is also set as `hark.tenants`, on which the
/// row-level policies decide.
#[derive(Debug, Clone)]
pub struct TenantScope {
    reach: Arc<[(TenantId, LineSet)]>,
    system: bool,
    user: UserId,
}

impl TenantScope {
    /// A scope of exactly these clients and lines, for one user (0 where it is not a user's).
    pub fn granted(user: UserId, reach: impl Into<Arc<[(TenantId, LineSet)]>>) -> TenantScope {
        TenantScope { reach: reach.into(), system: false, user }
    }

    /// One whole client.
    pub fn tenant(tenant: TenantId) -> TenantScope {
        TenantScope::granted(UserId(0), [(tenant, LineSet::All)])
    }

    /// Everything: migrations, readers of the log, jobs, and the provider's own tables.
    pub fn system() -> TenantScope {
        TenantScope { reach: Arc::new([]), system: true, user: UserId(0) }
    }

    /// Is this the system's own scope?
    pub fn is_system(&self) -> bool {
        self.system
    }

    /// The user on whose behalf, 0 if none.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The clients reached (empty for the system's scope, which reaches all).
    pub fn tenants(&self) -> impl Iterator<Item = TenantId> + '_ {
        self.reach.iter().map(|(t, _)| *t)
    }

    /// The clients with their lines.
    pub fn reach(&self) -> &[(TenantId, LineSet)] {
        &self.reach
    }

    /// May this scope touch the client?
    pub fn contains(&self, tenant: TenantId) -> bool {
        self.system || self.reach.iter().any(|(t, _)| *t == tenant)
    }

    /// May this scope touch the line of the client?
    pub fn contains_line(&self, tenant: TenantId, line: LineId) -> bool {
        self.system || self.reach.iter().any(|(t, l)| *t == tenant && l.contains(line))
    }

    /// The single client whose share of the writer's queue this work counts to; 0 where it spans several.
    pub fn payer(&self) -> TenantId {
        match self.reach.as_ref() {
            [(t, _)] => *t,
            _ => TenantId(0),
        }
    }
}

/// Names the aggregate that a write changes. Writes of one aggregate run on one lane in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AggregateKey {
    /// The kind, such as `conversation`.
    pub kind: &'static str,
    /// The id within the kind.
    pub id: i64,
}

impl AggregateKey {
    /// A key of this kind and id.
    pub const fn new(kind: &'static str, id: i64) -> AggregateKey {
        AggregateKey { kind, id }
    }
}
