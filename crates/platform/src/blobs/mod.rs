//! Blobs: files, addressed by a hash of their content that is keyed per tenant.
//!
//! ```text
//! bytes ──▶ inspect (sniff, re-encode pictures, preview) ──▶ put: temp, fsync, rename, fsync folder ──▶ caller commits a row
//!                                                                        DATA/blobs/TENANT/ab/cdef…
//! reader ◀── GET /f/v1/TOKEN (signed: tenant, hash, name, mime, expiry) ◀── get: verifies the hash
//! ```
//! The key per tenant means that one client cannot find out by uploading whether another has the same file. A file is
//! durable before the row that names it commits; a file without a row is swept after a day. What is read is checked
//! against its address, so a rotten disk is noticed and nothing altered is ever served.

mod accept;
mod disk;
mod housekeep;
mod http;
mod picture;
mod sign;

pub use accept::{Accepted, FILE_MAX, MIMES_INLINE, Picture, clean_name, sniff};
pub use disk::{BlobHash, BlobRef, Blobs, forget, record};
pub use housekeep::sweep;
pub use http::disposition;
pub use picture::{PIXELS_MAX, PREVIEW_EDGE};
pub use sign::{LINK_PATH, SignedFile, open_url, sign_url};

pub(crate) use http::register;
