//! Labels: the categories of a line, tags in use, and dispositions (小结), the record that closes a conversation:
//! kind, category, cause, outcome.

mod begun;
mod http;
mod part;
mod store;

pub(crate) use begun::remove as remove_begun;
pub use http::{DispositionInput, DispositionView, Kind, Outcome};
pub(crate) use part::Categories;
pub(crate) use store::{category_is_of, category_names, disposition, record};

use platform::App;
use utoipa_axum::router::OpenApiRouter;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    http::routes().merge(begun::routes())
}
