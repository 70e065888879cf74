//! Secrets: values sealed by the master key, such as passwords of mailboxes, signing keys and TOTP seeds.
//!
//! A value is sealed with XChaCha20-Poly1305; the associated data is the row's own place
//! (`tenant:name:owner:key_version`), so that a row copied to another place does not open. The master key comes from
//! `DATA/master.key` (0600, made at the first start) or from `HARK_MASTER_KEY`, never from the database, and is in no
//! backup. Each line is `version base64`; the newest version seals, older ones still open until the job
//! [`RESEAL`] has sealed every row anew. The first line is also the root of derived keys (audit chain, blob addresses,
//! visitor tokens), which must not change, so it is never removed.

mod jobs;
mod key;
mod store;

pub use jobs::{RESEAL, enqueue_reseal};
pub use key::{MasterKey, rotate_file};
pub use store::{FreshSecret, Secrets};

pub(crate) use jobs::register;
