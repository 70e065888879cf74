//! `cargo xtask`: run the product, test it, build it, check it.

mod task;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The project's own tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build everything and start the server with the demonstration data; prints addresses and logins.
    Run(task::run::Flags),
    /// Run every check and test once, as CI does; installs or starts what it needs, or says what is missing.
    Test(task::test::Flags),
    /// Run the tests of faults in their long form: kill -9, restarts of PostgreSQL, sockets cut, a noisy client.
    Faults(task::faults::Flags),
    /// Build the web applications, then the release binary that holds them.
    Dist,
    /// Write the API's description and the web client's types from the code.
    Codegen {
        /// Change nothing; fail when what is there is not what the code says.
        #[arg(long)]
        check: bool,
    },
    /// Check the rules of the house.
    Tidy,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Run(flags) => task::run::run(&flags),
        Task::Test(flags) => return task::test::run(&flags),
        Task::Faults(flags) => task::faults::run(&flags),
        Task::Dist => task::web::build().and_then(|()| task::cargo::dist()),
        Task::Codegen { check } => task::codegen::run(check),
        Task::Tidy => task::tidy(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(task::Failed(why)) => {
            eprintln!("\n✗ {why}");
            ExitCode::FAILURE
        }
    }
}
