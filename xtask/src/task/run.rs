//! `cargo xtask run`: from a clone to a working product with something in it.

use super::{Done, Failed, cargo, needs, root, web};
use std::path::PathBuf;
use std::process::Command;

/// How to run.
#[derive(Debug, clap::Args)]
pub struct Flags {
    /// The data folder.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Port of the desk; the public origin takes the next, files the one after.
    #[arg(long, default_value_t = 8600)]
    port_base: u16,
    /// Leave the web applications as they are.
    #[arg(long)]
    no_web: bool,
    /// Build without optimisation: faster to build, slower to use.
    #[arg(long)]
    debug: bool,
}

/// Builds, then becomes the server.
pub fn run(flags: &Flags) -> Done {
    needs::ensure(&[needs::CC])?;
    if !flags.no_web {
        web::build()?;
    }
    if flags.debug {
        cargo::debug()?
    } else {
        cargo::release()?
    }
    let mut server = Command::new(cargo::binary(flags.debug));
    server.current_dir(root()).arg("serve").arg("--demo").arg("--data").arg(&flags.data);
    server.arg("--port-base").arg(flags.port_base.to_string());
    eprintln!("… start the server (end it with Ctrl+C; its data stays in {})", flags.data.display());
    become_it(server)
}

/// The server takes the place of this process, so that signals reach it directly.
#[cfg(unix)]
fn become_it(mut server: Command) -> Done {
    use std::os::unix::process::CommandExt;
    let e = server.exec();
    Err(Failed(format!("the server could not be started: {e}")))
}

#[cfg(not(unix))]
fn become_it(mut server: Command) -> Done {
    let status = server.status()?;
    if status.success() { Ok(()) } else { Err(Failed(format!("the server ended: {status}"))) }
}
