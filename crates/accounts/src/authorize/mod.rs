//! Who is asking, and how far they reach. With the readers of the log and the job runner, the only maker of scopes.
//!
//! ```text
//! request ── cookie or bearer token ──▶ Caller ── authorize(permission, client, line) ──▶ TenantScope ──▶ store
//!                                          │
//!                                          ├─ outside every grant ......... not_found (404): its existence is a secret
//!                                          └─ inside, the right missing ... access.missing_permission (403)
//! ```

mod caller;
mod grants;

pub use caller::{Caller, Via};
pub use grants::{Grants, Held, Narrow, RoleSet, Shape};

use kernel::{TenantId, TenantScope};

/// The scope of a visitor of one client, behind a signed token of one of its inboxes.
pub fn visitor(tenant: TenantId) -> TenantScope {
    TenantScope::tenant(tenant)
}

/// The scope of what comes in through one client's inbox, behind its signature.
pub fn inbox(tenant: TenantId) -> TenantScope {
    TenantScope::tenant(tenant)
}

/// The whole clients that a caller was found to hold a right in.
pub(crate) fn whole(user: kernel::UserId, reach: Vec<(TenantId, kernel::LineSet)>) -> TenantScope {
    TenantScope::granted(user, reach)
}

/// The provider's own tables: accounts, sessions, tokens, the directory. No client's wall surrounds them.
pub(crate) fn provider() -> TenantScope {
    TenantScope::system()
}

/// The system's scope: readers of the log, jobs, and what is done before the first request.
pub fn reader() -> TenantScope {
    TenantScope::system()
}

/// The scope of a job or of routing's work for one client.
pub fn job(tenant: TenantId) -> TenantScope {
    TenantScope::tenant(tenant)
}

/// The scope in which a user holds `p` at this moment; for sockets, whose rights are asked anew at each step.
pub fn user(app: &platform::App, user: kernel::UserId, p: kernel::Permission) -> TenantScope {
    let directory = app.port::<std::sync::Arc<crate::Directory>>();
    TenantScope::granted(user, directory.snapshot().grants(user).everywhere(Some(p)))
}

/// The scope of a reader of the log over the clients whose events it has before it.
pub fn reader_of(tenants: impl IntoIterator<Item = TenantId>) -> TenantScope {
    let mut all: Vec<TenantId> = tenants.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    TenantScope::granted(
        kernel::UserId(0),
        all.into_iter().map(|t| (t, kernel::LineSet::All)).collect::<Vec<_>>(),
    )
}
