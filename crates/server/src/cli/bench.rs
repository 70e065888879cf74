//! `hark bench`: the load driver, told how to start this program.

use benches::{Launcher, Serving};
use std::path::PathBuf;
use std::process::Command;

/// This very program, as the server that is measured.
pub struct ThisProgram;

impl Launcher for ThisProgram {
    fn serve(&self, s: &Serving<'_>) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap_or_else(|_| PathBuf::from("hark")));
        command.arg("serve").arg("--data").arg(s.data).arg("--port-base").arg(s.port_base.to_string());
        if let Some(url) = s.database_url {
            // Not as a flag: the command line of a process is there for everybody to read.
            command.env("HARK_STORE_POSTGRES", url);
        }
        command
    }
}
