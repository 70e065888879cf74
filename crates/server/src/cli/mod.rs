//! The command line: every verb without a prompt, so that scripts can drive an installation.

mod bench;
mod serve;
mod verbs;

use crate::commands::MailVerb;
use crate::config::{self, Input, Loaded};
use clap::{Args, Parser, Subcommand};
use kernel::{Error, Language};
use std::path::PathBuf;
use std::process::ExitCode;

/// Hark answers customers on behalf of companies.
#[derive(Debug, Parser)]
#[command(name = "hark", version, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    general: General,
    #[command(subcommand)]
    verb: Verb,
}

/// What every verb takes.
#[derive(Debug, Args)]
struct General {
    /// Configuration file; `hark.toml` in the working folder is read if it is there.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// The data folder.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    /// Port of the desk; the public origin takes the next, files the one after. 0 takes free ones.
    #[arg(long, global = true)]
    port_base: Option<u16>,
    /// PostgreSQL instead of SQLite.
    #[arg(long, global = true)]
    postgres: Option<String>,
    /// Any key of the configuration, as `key=value`.
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The language of this command: `en` or `zh-CN`; as the system's without it.
    #[arg(long, global = true)]
    language: Option<Language>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the server.
    Serve(serve::Flags),
    /// The configuration.
    Config {
        #[command(subcommand)]
        verb: ConfigVerb,
    },
    /// Print the description of the API (OpenAPI 3.1).
    Openapi,
    /// The record of changes and looks.
    Audit {
        #[command(subcommand)]
        verb: AuditVerb,
    },
    /// Administrators.
    Admin {
        #[command(subcommand)]
        verb: AdminVerb,
    },
    /// Fill an empty data folder with the demonstration.
    Demo,
    /// Search.
    Search {
        #[command(subcommand)]
        verb: SearchVerb,
    },
    /// The store.
    Store {
        #[command(subcommand)]
        verb: StoreVerb,
    },
    /// Copy database and files into a new folder, while the server runs.
    Backup {
        /// The folder.
        to: PathBuf,
    },
    /// Measure what this machine does with it, beside what the machine itself can do.
    Bench(benches::BenchArgs),
    /// Play a day of a floor with the engine that routes live work, and print its measures.
    Simulate(crate::commands::SimulateArgs),
    /// Mails.
    Mail {
        #[command(subcommand)]
        verb: MailVerb,
    },
    /// Print the version.
    Version,
}

#[derive(Debug, Subcommand)]
enum ConfigVerb {
    /// Print every key with its value, where it came from and what it means.
    Check,
    /// Print a file with every key to begin with.
    Template,
}

#[derive(Debug, Subcommand)]
enum AuditVerb {
    /// Walk every chain and compare it with its head and its anchors; fails when one is broken.
    Verify,
}

#[derive(Debug, Subcommand)]
enum StoreVerb {
    /// Look at every page, index and reference, and at the log; fails when something is not whole.
    Check,
}

#[derive(Debug, Subcommand)]
enum SearchVerb {
    /// Make the index anew.
    Rebuild,
}

#[derive(Debug, Subcommand)]
enum AdminVerb {
    /// Make the first administrator; set-up is then closed for good.
    Create(verbs::NewAdministrator),
}

/// Runs the command line.
pub fn main() -> ExitCode {
    crate::rest::keep_freed();
    let Cli { general, verb } = Cli::parse();
    let verb = match verb {
        // It makes a runtime of its own: its driver is one thread.
        Verb::Bench(args) => return benches::run(args, bench::ThisProgram),
        verb => verb,
    };
    let cli = Cli { general, verb };
    let language = cli.general.language.unwrap_or_else(of_system);
    match dispatch(cli, language) {
        Ok(code) => code,
        Err(e) => {
            eprintln!("✗ {}", language.pick(e.code.en, e.code.zh));
            if !e.detail.is_empty() {
                eprintln!("  {} ({})", e.detail, e.code.code);
            }
            for f in &e.fields {
                eprintln!("  {}: {}", f.field, f.fault);
            }
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli, language: Language) -> Result<ExitCode, Error> {
    match &cli.verb {
        Verb::Openapi => {
            say(&crate::openapi());
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Version => {
            println!("hark {}", env!("CARGO_PKG_VERSION"));
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Simulate(args) => {
            say(&crate::commands::simulate(args, language));
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Mail { verb: verb @ MailVerb::Explain { .. } } => {
            say(&crate::commands::mail(verb)?);
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Config { verb: ConfigVerb::Template } => {
            say(&config::template(language));
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let loaded = load(&cli.general)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::internal("the runtime").cause(e))?;
    runtime.block_on(async {
        match cli.verb {
            Verb::Serve(flags) => serve::run(loaded.config, flags, language).await,
            Verb::Config { .. } => {
                say(&config::explain(&loaded, language));
                Ok(ExitCode::SUCCESS)
            }
            Verb::Audit { verb: AuditVerb::Verify } => verbs::audit(loaded.config, language).await,
            Verb::Admin { verb: AdminVerb::Create(new) } => verbs::admin(loaded.config, new, language).await,
            Verb::Demo => verbs::demo(&loaded.config, language).await,
            Verb::Store { verb: StoreVerb::Check } => verbs::store(loaded.config, language).await,
            Verb::Search { verb: SearchVerb::Rebuild } => verbs::search(loaded.config, language).await,
            Verb::Backup { to } => verbs::backup(loaded.config, to, language).await,
            Verb::Mail { verb: MailVerb::Take { to, from, file } } => {
                verbs::take_mail(loaded.config, (to, from), &file, language).await
            }
            Verb::Openapi | Verb::Version | Verb::Simulate(_) | Verb::Mail { .. } | Verb::Bench(_) => {
                Ok(ExitCode::SUCCESS)
            }
        }
    })
}

/// Prints. A reader that has seen enough (`| head`) is no fault.
fn say(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// File, environment and flags together.
fn load(general: &General) -> Result<Loaded, Error> {
    let mut flags = vec![];
    for pair in &general.set {
        let unfit =
            || Error::new(&crate::commands::codes::CONFIG_UNFIT).detail(format!("--set {pair}: KEY=VALUE"));
        let (key, value) = pair.split_once('=').ok_or_else(unfit)?;
        flags.push((key.trim().to_owned(), value.trim().to_owned()));
    }
    let mut also = |key: &str, value: Option<String>| flags.extend(value.map(|v| (key.to_owned(), v)));
    also("data", general.data.as_ref().map(|d| d.to_string_lossy().into_owned()));
    also("listen.port_base", general.port_base.map(|p| p.to_string()));
    also("store.postgres", general.postgres.clone());
    let file = general.config.clone().or_else(config::Config::usual_file);
    let environment =
        std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    let input = Input { file, environment: environment.collect(), flags };
    config::read(input).map_err(|f| Error::new(&crate::commands::codes::CONFIG_UNFIT).detail(f.to_string()))
}

/// From the system's locale; English where it says nothing of Chinese.
fn of_system() -> Language {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|v| std::env::var(v).ok().filter(|v| !v.is_empty()));
    match named {
        Some(v) if v.starts_with("zh") => Language::Zh,
        _ => Language::En,
    }
}
