//! Search over messages and contacts: the index names ids, the rows are read under the reader's rights of the moment.

mod documents;
mod http;

pub use documents::MessageDocuments;
pub use http::routes;
