//! The benches, one a file: each sets the stage, measures the floor and the server with the same load, and reports.

pub mod boot;
pub mod chat;
pub mod fanout;
pub mod idle;
pub mod ingest;
pub mod list;
pub mod search;
pub mod shift;

use crate::fault::Outcome;
use crate::process;

/// The driver is one thread: it must leave the other core to the server.
pub fn drive(bench: impl Future<Output = Outcome<String>>) -> Outcome<()> {
    process::allow_many_files();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = tokio::task::LocalSet::new();
    let line = tasks.block_on(&runtime, bench)?;
    println!("{line}");
    Ok(())
}

/// CPU per operation in µs, to a tenth.
fn per_op(cpu_us: u64, done: u64) -> f64 {
    (cpu_us as f64 / done.max(1) as f64 * 10.0).round() / 10.0
}
