//! Custom attributes: what a client wants to know of its contacts beyond what every contact has.
//!
//! A definition has a key, labels in both languages and a kind, which a value must fit. Invariants: a key is unique within a
//! client and never changes; a contact has at most one value of each. Event: `attribute.created`.

mod http;
mod model;
mod service;
mod store;
mod view;

pub(crate) use http::routes;
pub use model::AttributeKind;
pub(crate) use service::set_values;
pub(crate) use store::{of_tenant, values};
pub use view::Attribute;
