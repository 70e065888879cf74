//! Building the binary.

use super::{Done, step, target};
use std::path::PathBuf;

/// The release binary.
pub fn release() -> Done {
    let mut c = step::command("cargo", &["build", "--release", "--locked", "--package", "hark"]);
    step::run("build the server (release)", &mut c).map(|_| ())
}

/// The binary that is handed out.
pub fn dist() -> Done {
    let mut c = step::command("cargo", &["build", "--profile", "dist", "--locked", "--package", "hark"]);
    step::run("build the server (dist)", &mut c)?;
    println!("{}", target().join("dist").join("hark").display());
    Ok(())
}

/// The debug binary, with the features that the workspace as a whole gives it: so it is the one that tests were built with.
pub fn debug() -> Done {
    let mut c = step::command("cargo", &["build", "--workspace", "--locked", "--bin", "hark"]);
    step::run("build the server (debug)", &mut c).map(|_| ())
}

/// Everything, as the tests of the whole program need it.
pub fn workspace() -> Done {
    let mut c = step::command("cargo", &["build", "--workspace", "--locked"]);
    step::run("build the workspace", &mut c).map(|_| ())
}

/// Where it is.
pub fn binary(debug: bool) -> PathBuf {
    target().join(if debug { "debug" } else { "release" }).join("hark")
}
