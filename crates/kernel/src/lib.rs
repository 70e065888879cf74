//! The words every crate shares: ids, errors, events, permissions, scopes, the clock and the dice.
//!
//! Nothing here does IO. An area that needs a new shared noun adds it here only when two crates on
//! different branches of the dependency graph must agree on it; otherwise the noun stays in its area.

mod clock;
mod error;
mod event;
mod ids;
mod language;
mod permission;
mod scope;
mod value;

pub use clock::{Clock, Millis, Rng};
pub use error::{CODES, Code, Error, FieldFault, INTERNAL, INVALID, Kind, NOT_FOUND, Result};
pub use event::{Actor, ActorKind, Event, Hot};
pub use ids::*;
pub use language::Language;
pub use permission::{Permission, PermissionGroup};
pub use scope::{AggregateKey, LineSet, TenantScope};
pub use value::{ToValue, Value};
