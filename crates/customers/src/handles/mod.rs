//! Handles: the addresses by which a contact is known. The only place that normalises and finds them.
//!
//! A handle has a *standing*. What a contact merely claims (a mail address typed into a form) finds nobody and gives way to
//! whoever proves it; otherwise a visitor could take over another's history by typing their address.
//!
//! ```text
//! Claimed ──(staff enter it)──▶ Entered ──(a message comes from it)──▶ Proved
//!    └──(proved by another contact)──▶ moves to that contact
//! ```
//! Invariant: `(tenant, kind, normalised value)` is unique.

mod mask;
mod model;
mod phone;
pub(crate) mod store;

pub use mask::{mask, veil};
pub use model::{Handle, HandleKind, NewHandle, Norm, Standing, normalise};
pub use phone::DEFAULT_COUNTRY;
pub(crate) use store::of_contacts;
pub use store::{country_of, mails_of, owner_of, proved_mail, set_country};
