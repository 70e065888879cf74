//! What can be asked for on the command line.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `hark bench …`
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// What is measured.
    #[command(subcommand)]
    pub what: What,
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Durable messages over HTTP; with `--connections 1`, how long a lone one takes.
    Ingest(Options),
    /// From a visitor's socket to the agent's and back, beside idle sockets.
    Chat(Options),
    /// One conversation watched by many agents.
    Fanout(Options),
    /// Five hundred agents and five thousand visitors, two hundred messages a second.
    Shift(Options),
    /// Memory per idle socket.
    Idle(Options),
    /// From start to ready on a full store, and memory at rest.
    Boot(Options),
    /// The conversation list on a full store.
    List(Options),
    /// Search on a full store.
    Search(Options),
    /// One of the floors by itself; prints its port and serves until its standard input ends.
    Floor(FloorArgs),
}

/// Which engine the server keeps its rows in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Store {
    /// In the data folder.
    Sqlite,
    /// In the database given by `--database-url`.
    Postgres,
}

impl Store {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Store::Sqlite => "sqlite",
            Store::Postgres => "postgres",
        }
    }
}

/// What every bench can be told.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// The engine.
    #[arg(long, value_enum, default_value = "sqlite")]
    pub store: Store,
    /// A PostgreSQL address whose user may create databases; each run makes its own and removes it.
    #[arg(long, env = "HARK_BENCH_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// How long the measured part takes.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub seconds: u64,
    /// Connections, watching agents, or idle sockets: whatever this bench has many of.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub connections: Option<u32>,
    /// What all rows, texts and choices are made from.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Conversations, and as many messages, in the store of boot, list and search.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..=20_000_000))]
    pub size: u64,
    /// A running server's desk instead of one of its own.
    #[arg(long, requires = "public_url", requires = "token")]
    pub url: Option<String>,
    /// Its public origin.
    #[arg(long)]
    pub public_url: Option<String>,
    /// An API token that may create clients, lines and inboxes there.
    #[arg(long, env = "HARK_BENCH_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Where run folders are made; on the disk that is to be measured.
    #[arg(long, env = "HARK_BENCH_FOLDER")]
    pub folder: Option<PathBuf>,
}

/// One floor.
#[derive(Debug, Clone, Args)]
pub struct FloorArgs {
    /// Which.
    #[arg(value_enum)]
    pub floor: crate::floors::Floor,
    /// Its folder or file, where it has one.
    #[arg(long)]
    pub path: Option<PathBuf>,
    /// Where it listens; 0 takes a free port.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// What its texts are made from.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many texts it holds.
    #[arg(long, default_value_t = 0)]
    pub size: u64,
    /// How long a floor that only measures takes.
    #[arg(long, default_value_t = 2)]
    pub seconds: u64,
    /// Serve although standard input has ended.
    #[arg(long)]
    pub stay: bool,
}
