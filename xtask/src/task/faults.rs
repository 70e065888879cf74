//! `cargo xtask faults`: the tests of faults in their long form, one after the other, with what each of them found.

use super::{Done, cargo, step};

/// How long the long form is.
#[derive(Debug, clap::Args)]
pub struct Flags {
    /// Times that the program is killed, on each store.
    #[arg(long, default_value_t = 100)]
    trials: u32,
    /// Times that PostgreSQL is restarted.
    #[arg(long, default_value_t = 20)]
    restarts: u32,
    /// Sockets that are cut at once.
    #[arg(long, default_value_t = 5_000)]
    sockets: u32,
    /// Seconds that a noisy client is noisy.
    #[arg(long, default_value_t = 10)]
    noisy_s: u32,
    /// Run only the tests whose name holds this, such as `kill`.
    #[arg(long, default_value = "")]
    only: String,
}

/// Runs them; prints the seeds and figures.
pub fn run(flags: &Flags) -> Done {
    cargo::workspace()?;
    let name = format!("faults::{}", flags.only);
    let mut c = step::command(
        "cargo",
        &[
            "test",
            "--workspace",
            "--locked",
            "--test",
            "it",
            &name,
            "--",
            "--nocapture",
            "--test-threads",
            "1",
        ],
    );
    c.env("HARK_BIN", cargo::binary(true));
    for (variable, n) in [
        ("HARK_TRIALS", flags.trials),
        ("HARK_RESTARTS", flags.restarts),
        ("HARK_SOCKETS", flags.sockets),
        ("HARK_NOISY_S", flags.noisy_s),
    ] {
        c.env(variable, n.to_string());
    }
    let out = step::run("faults, the long form", &mut c)?;
    for line in out.lines.iter().filter(|l| !l.trim().is_empty() && !l.starts_with("running 0")) {
        println!("{line}");
    }
    Ok(())
}
