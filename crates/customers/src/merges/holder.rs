//! Who else holds contacts: the port through which their rows follow a merge.

use futures_util::future::LocalBoxFuture;
use kernel::{Actor, ContactId, Millis, Result, TenantId};
use platform::Registry;
use platform::store::Tx;
use std::any::TypeId;
use std::sync::Arc;

/// One contact's belongings on their way to another.
#[derive(Debug, Clone, Copy)]
pub struct Moving {
    /// Of which client.
    pub tenant: TenantId,
    /// From whom.
    pub from: ContactId,
    /// To whom.
    pub to: ContactId,
    /// Who does it.
    pub actor: Actor,
    /// Now.
    pub now: Millis,
}

/// What an area hangs on contacts. A port: areas add theirs with [`add_holder`]. Everything runs in the merge's own
/// transaction, so it awaits nothing but the `Tx`.
pub trait Holder: Send + Sync + 'static {
    /// Under which name what moved is kept.
    fn name(&self) -> &'static str;
    /// Moves everything and answers the ids of what moved. Error: `contact.both_talking`.
    fn take<'a>(&'a self, tx: &'a mut Tx, m: &'a Moving) -> LocalBoxFuture<'a, Result<Vec<i64>>>;
    /// Moves these back, where they still belong to `from`.
    fn give_back<'a>(
        &'a self,
        tx: &'a mut Tx,
        m: &'a Moving,
        ids: &'a [i64],
    ) -> LocalBoxFuture<'a, Result<()>>;
}

pub(super) type Holders = Vec<Arc<dyn Holder>>;

/// Adds somebody who holds contacts.
pub fn add_holder(reg: &mut Registry, holder: Arc<dyn Holder>) {
    let all = reg.ports.entry(TypeId::of::<Holders>()).or_insert_with(|| Box::new(Holders::new()));
    let all = all.downcast_mut::<Holders>();
    all.expect("invariant: under this type stands a value of this type").push(holder);
}
