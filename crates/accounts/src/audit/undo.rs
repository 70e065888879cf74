//! Undoing a recorded change of settings: the earlier values go through the same use case as any change, with the same rights
//! and checks, and the undoing is recorded like any other change.
//!
//! An area says which of its changes can be undone ([`undoable`]) and how the recorded facts become a change. What the entry
//! left must still stand; that is compared where the new change is recorded, in its transaction.

use super::chain::Entry;
use super::store;
use crate::{Caller, codes};
use futures_util::future::BoxFuture;
use kernel::{Error, Result};
use platform::store::{Tx, Undo, undoing};
use platform::{App, Registry};
use serde_json::Value;
use std::any::TypeId;
use std::collections::HashMap;

/// Puts the recorded facts of a thing back, by its id, through the area's own use case.
pub type PutBack = fn(App, Caller, i64, Value) -> BoxFuture<'static, Result<()>>;

/// The changes that can be undone, by action.
#[derive(Default, Clone)]
pub struct Undoable(HashMap<&'static str, PutBack>);

impl Undoable {
    /// Can changes of this kind be undone?
    pub fn knows(&self, action: &str) -> bool {
        self.0.contains_key(action)
    }
}

/// Says that changes recorded under this action can be undone. Their facts must hold all that the change can touch.
pub fn undoable(reg: &mut Registry, action: &'static str, put_back: PutBack) {
    let all = reg.ports.entry(TypeId::of::<Undoable>()).or_insert_with(|| Box::new(Undoable::default()));
    let all = all.downcast_mut::<Undoable>().expect("invariant: under this type stands a value of this type");
    assert!(all.0.insert(action, put_back).is_none(), "two ways to undo {action}");
}

/// The recorded facts as the change that puts them back. Error: `undo.not_this` where they do not fit any more.
pub fn as_patch<T: serde::de::DeserializeOwned>(before: Value) -> Result<T> {
    serde_json::from_value(before).map_err(|e| Error::new(&codes::UNDO_NOT_THIS).detail(e.to_string()))
}

/// What stands at the beginning of the reason of an undoing, before the id of the entry.
pub(super) const REASON: &str = "undo:";

/// Compares what stands with what the undone entry left; the reason that is recorded. Error: `undo.changed_since`.
pub(super) fn reason(tx: &Tx, subject: (&str, i64), before: Option<&Value>) -> Result<Option<String>> {
    let Some(undo) = tx.undoes() else { return Ok(None) };
    // What follows from the change in the same transaction is recorded as it is.
    if (undo.subject.0.as_str(), undo.subject.1) != subject {
        return Ok(None);
    }
    if before != Some(&undo.left) {
        return Err(Error::new(&platform::codes::UNDO_CHANGED));
    }
    undo.meet();
    Ok(Some(format!("{REASON}{}", undo.entry)))
}

/// Can this entry be undone, as far as it says itself?
pub(super) fn can_be(all: Option<&Undoable>, e: &Entry) -> bool {
    all.is_some_and(|u| u.knows(&e.action)) && facts(e).is_some()
}

fn facts(e: &Entry) -> Option<(Value, Value)> {
    let mut fact: Value = serde_json::from_str(e.fact.as_deref()?).ok()?;
    let mut part = |k: &str| fact.get_mut(k).map(Value::take);
    Some((part("before")?, part("after")?))
}

/// Undoes an entry that this caller may read. Errors: `not_found`, `undo.not_this`, `undo.changed_since`, `undo.nothing`,
/// and whatever the change itself is refused for.
pub(super) async fn undo(app: &App, caller: &Caller, id: i64) -> Result<()> {
    let tenants = super::http::readable(caller);
    let read = async move |tx: &mut Tx| store::entry(tx, &Tx::ids(tenants.iter().copied()), id).await;
    let found = app.db().read(&crate::authorize::provider(), read).await?.ok_or_else(Error::not_found)?;
    let not_this = || Error::new(&codes::UNDO_NOT_THIS);
    let all = app.try_port::<Undoable>().ok_or_else(not_this)?;
    let put_back = *all.0.get(found.action.as_str()).ok_or_else(not_this)?;
    let (before, left) = facts(&found).ok_or_else(not_this)?;
    let undo = Undo::new(id, (found.subject_kind.clone(), found.subject_id), left);
    undoing(undo.clone(), put_back(app.clone(), caller.clone(), found.subject_id, before)).await?;
    if undo.is_met() { Ok(()) } else { Err(Error::new(&codes::UNDO_NOTHING)) }
}
