//! The verbs that act on the data: by the running server, or by a program started for as long as they take.

use crate::boot::start;
use crate::commands::{Command, Report, run};
use crate::config::Config;
use crate::control::ask;
use crate::folder::{control_socket_in, database_in};
use crate::startup::Startup;
use crate::{commands, demo};
use kernel::{Error, Language, Result};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The first administrator.
#[derive(Debug, clap::Args)]
pub struct NewAdministrator {
    /// What to sign in with.
    #[arg(long)]
    login: String,
    /// The legal name.
    #[arg(long)]
    name: String,
    /// The name customers see; the legal name without one.
    #[arg(long)]
    alias: Option<String>,
    /// A file whose first line is the password, at least ten characters; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
    /// The language of their interface.
    #[arg(long, default_value = "zh-CN")]
    interface: Language,
}

async fn carry_out(config: Config, command: Command, language: Language) -> Result<ExitCode> {
    let tell = |text: &str| eprintln!("… {text}");
    let socket = control_socket_in(&config.data);
    let report = match ask(&socket, command.clone(), language, &tell).await? {
        Some(report) => report,
        None => alone(config, command, language, &tell).await?,
    };
    for line in &report.lines {
        println!("{line}");
    }
    Ok(if report.well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Nobody runs on this folder: the program is started on free ports for as long as the command takes.
async fn alone(
    config: Config,
    command: Command,
    language: Language,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Report> {
    let begins = matches!(command, Command::CreateAdmin { .. });
    if !begins && config.postgres.is_none() && !database_in(&config.data).exists() {
        // A mistyped folder is not to become an installation.
        return Err(Error::new(&commands::codes::NO_DATA).detail(config.data.display().to_string()));
    }
    let free = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let running = start(Config { desk: free, public: free, files: free, ..config }).await?;
    let done = run(running.app(), command, language, tell).await;
    running.stop().await;
    done
}

/// `hark audit verify`.
pub async fn audit(config: Config, language: Language) -> Result<ExitCode> {
    carry_out(config, Command::VerifyAudit, language).await
}

/// `hark store check`.
pub async fn store(config: Config, language: Language) -> Result<ExitCode> {
    carry_out(config, Command::CheckStore, language).await
}

/// `hark search rebuild`.
pub async fn search(config: Config, language: Language) -> Result<ExitCode> {
    carry_out(config, Command::RebuildSearch, language).await
}

/// `hark backup TO`.
pub async fn backup(config: Config, to: PathBuf, language: Language) -> Result<ExitCode> {
    // The running server may have another working folder.
    let to = std::path::absolute(&to).map_err(|e| Error::internal("the folder").cause(e))?;
    carry_out(config, Command::Backup { to }, language).await
}

/// Where the address names no mailbox, and where another try is worth it (sysexits.h), as mail servers' pipes read them.
const NO_USER: u8 = 67;
const TRY_AGAIN: u8 = 75;

/// `hark mail take`. The bytes go by a file beside the data: what comes on standard input is nobody else's to read.
pub async fn take_mail(
    config: Config,
    (to, from): (String, Option<String>),
    file: &Path,
    language: Language,
) -> Result<ExitCode> {
    let failed = |e: std::io::Error| Error::internal("the mail").cause(e);
    let bytes = commands::mail_bytes(file).map_err(failed)?;
    std::fs::create_dir_all(&config.data).map_err(failed)?;
    let kept = tempfile::Builder::new().prefix("mail-").tempfile_in(&config.data).map_err(failed)?;
    std::fs::write(kept.path(), bytes).map_err(failed)?;
    let at = std::path::absolute(kept.path()).map_err(failed)?;
    match carry_out(config, Command::TakeMail { to, from, file: at }, language).await {
        Ok(code) => Ok(code),
        Err(e) => {
            eprintln!("✗ {} {}", language.pick(e.code.en, e.code.zh), e.detail);
            Ok(ExitCode::from(if e.kind() == kernel::Kind::NotFound { NO_USER } else { TRY_AGAIN }))
        }
    }
}

/// `hark admin create`.
pub async fn admin(config: Config, new: NewAdministrator, language: Language) -> Result<ExitCode> {
    let unreadable = |e: std::io::Error| {
        let what = format!("{}: {e}", new.password_file.display());
        Error::new(&commands::codes::CONFIG_UNFIT).detail(what)
    };
    let text = if new.password_file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin()).map_err(unreadable)?
    } else {
        std::fs::read_to_string(&new.password_file).map_err(unreadable)?
    };
    let password = text.lines().next().unwrap_or_default().to_owned();
    let NewAdministrator { login, name, alias, interface, .. } = new;
    let command = Command::CreateAdmin { login, name, alias, password, language: interface };
    carry_out(config, command, language).await
}

/// `hark demo`.
pub async fn demo(config: &Config, language: Language) -> Result<ExitCode> {
    let startup = Startup::new(language, |line| eprintln!("{line}"));
    demo::fill(config, &startup).await?;
    startup.finish();
    for l in demo::logins(config) {
        println!("{:<10} {:<18} {}", l.login, l.password, l.who);
    }
    Ok(ExitCode::SUCCESS)
}
