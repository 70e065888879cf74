//! The load driver behind `hark bench`: what the program does on this machine, beside what the machine itself can do.
//!
//! ```text
//! bench ─▶ world (rows by seed, cached) ─▶ hark serve, its own process ◀── load driver ──▶ floor, its own process
//!       └▶ progress on stderr · one JSON object as the last line of stdout
//! ```
//! Floors live in [`floors`]: the least program that does the physical part of the same work. Both are driven by the
//! same [`driver`], so a figure and its floor differ by what the server does and by nothing else. The driver writes
//! HTTP/1.1 and WebSocket frames itself: a client library would take more of two cores than the server it measures.

mod args;
mod driver;
mod fault;
mod floors;
mod launcher;
mod process;
mod report;
mod runs;
mod signing;
mod stage;
mod texts;
mod world;

pub use args::{BenchArgs, FloorArgs, Options, Store, What};
pub use driver::{Api, Connection, Frame, Request, Socket, Voice};
pub use fault::{Fault, Outcome};
pub use launcher::{Launcher, Process, Server, Serving};
pub use process::{allow_many_files, load};
pub use signing::Key;
pub use world::{Seats, found};

use std::process::ExitCode;

/// Runs a bench (or one of the floors) to its end; prints its figures as the last line of stdout.
pub fn run(args: BenchArgs, launcher: impl Launcher) -> ExitCode {
    let done = match args.what {
        What::Floor(floor) => floors::serve(&floor),
        What::Ingest(o) => runs::drive(runs::ingest::run(&o, &launcher)),
        What::Chat(o) => runs::drive(runs::chat::run(&o, &launcher)),
        What::Fanout(o) => runs::drive(runs::fanout::run(&o, &launcher)),
        What::Shift(o) => runs::drive(runs::shift::run(&o, &launcher)),
        What::Idle(o) => runs::drive(runs::idle::run(&o, &launcher)),
        What::Boot(o) => runs::drive(runs::boot::run(&o, &launcher)),
        What::List(o) => runs::drive(runs::list::run(&o, &launcher)),
        What::Search(o) => runs::drive(runs::search::run(&o, &launcher)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("hark bench: {fault}");
            ExitCode::FAILURE
        }
    }
}
