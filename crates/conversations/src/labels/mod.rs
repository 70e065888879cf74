//! Labels: the categories of a line, tags in use, and dispositions (小结), the record that closes a conversation:
//! kind, category, cause, outcome.

mod http;
mod part;
mod store;

pub use http::{DispositionInput, DispositionView, Kind, Outcome, routes};
pub(crate) use part::Categories;
pub(crate) use store::{category_is_of, category_names, disposition, record};
