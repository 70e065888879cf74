//! What tests need: a clock that is turned by hand, dice with a printed seed, stores on both engines, a whole program
//! on a temporary folder. A dev-dependency only.

mod clock;
mod dice;
mod dovecot;
mod names;
mod postfix;
mod postgres;
mod program;
mod stores;

pub use clock::TestClock;
pub use dice::SeededRng;
pub use dovecot::{Dovecot, Kind as DovecotKind, LOGIN as DOVECOT_LOGIN, PASSWORD as DOVECOT_PASSWORD};
pub use names::Names;
pub use postfix::{DOMAIN as MAIL_DOMAIN, Postfix, plain_text};
pub use postgres::Cluster;
pub use program::{Origins, TestProgram, settings};
pub use stores::{Engine, TestStore};
