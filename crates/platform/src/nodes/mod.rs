//! Who this process is: the one owner of its data folder, and the holder of a node number.
//!
//! ```text
//! take the folder (lock) ──▶ open the store ──▶ hold a number (lease row) ──▶ ids ──▶ renew every third of the lease
//! ```
//! A second process on the same folder is refused by a lock of the file system, which ends with the process whatever
//! its end. The node number (0–1023) is a part of every id; it is held by a row with a time, so that no two nodes on
//! one database make the same ids. A node that could not renew in time stops making ids by ending itself.

mod lease;
mod lock;

pub use lease::{LEASE_MS, NodeLease, hold, keep};
pub use lock::FolderLock;
