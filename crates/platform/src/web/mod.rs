//! The web kit: how every route reads its input, answers, pages, refuses and is served.
//!
//! Handlers return [`Answer<T>`]; an error becomes an RFC 9457 problem in the reader's language in one place,
//! [`describe`](request::describe), the outermost layer, which also knows the request's number.

mod assets;
mod input;
mod once;
mod page;
mod problem;
mod request;
mod serve;
pub mod signature;

pub use assets::{Asset, Assets};
pub use input::{BODY_MAX, Body, BodyBytes, PathId, Query, parse, whole};
pub use once::{
    ANSWER_MAX, Answered, Before, KEEP_MS as ANSWERS_KEPT_MS, KEY_MAX, answered, forget_old, keep, sealed,
};
pub use page::{Listing, PAGE_DEFAULT, PAGE_MAX, Page, decode_cursor, encode_cursor};
pub use problem::{Answer, ApiError, Problem, status_of};
pub use request::{RequestInfo, client_ip, describe};
pub use serve::{Limits, serve, stopped};
