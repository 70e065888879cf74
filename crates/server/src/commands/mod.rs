//! What the subcommands do. Those that touch the data run inside the program that owns the data folder: the running
//! server if there is one, else a program started without listeners for as long as the command takes. `simulate` and
//! `mail explain` touch none.

pub mod codes;
mod data;
mod mail;
mod simulate;

pub use data::{Command, Report, run};
pub(crate) use mail::bytes as mail_bytes;
pub use mail::{MailVerb, mail};
pub use simulate::{SimulateArgs, simulate};
