//! Drives any `hark` program, such as an earlier release: `HARK=path/to/hark drive ingest --seconds 5`. The floors and
//! the driver are those of this source, so two programs are measured by the same ruler.

use benches::{BenchArgs, Launcher, Serving};
use clap::Parser;
use std::process::{Command, ExitCode};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    bench: BenchArgs,
}

struct Given(String);

impl Launcher for Given {
    fn serve(&self, s: &Serving<'_>) -> Command {
        let mut command = Command::new(&self.0);
        command.arg("serve").arg("--data").arg(s.data).arg("--port-base").arg(s.port_base.to_string());
        if let Some(url) = s.database_url {
            command.env("HARK_STORE_POSTGRES", url);
        }
        command
    }

    fn floor(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap_or_else(|_| "drive".into()));
        command.arg("floor");
        command
    }
}

fn main() -> ExitCode {
    let hark = std::env::var("HARK").unwrap_or_else(|_| "hark".into());
    benches::run(Line::parse().bench, Given(hark))
}
