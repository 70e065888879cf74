//! `hark serve`.

use crate::boot::{Running, Surroundings, start_with};
use crate::config::Config;
use crate::folder::write_private;
use crate::startup::Startup;
use crate::{demo, folder};
use kernel::{Error, Language, Result};
use platform::telemetry::{LogFormat, init};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// How to serve.
#[derive(Debug, clap::Args)]
pub struct Flags {
    /// Fill an empty data folder with the demonstration first.
    #[arg(long)]
    demo: bool,
    /// Say on standard output, in one line of JSON, when and where it is ready; nothing else goes there.
    #[arg(long)]
    json: bool,
}

/// Serves until it is told to end.
pub async fn run(config: Config, flags: Flags, language: Language) -> Result<ExitCode> {
    let format = if config.log_json { LogFormat::Json } else { LogFormat::Pretty };
    let quiet_start = std::io::stderr().is_terminal() && config.log_level == "info";
    init(format, if quiet_start { "warn" } else { &config.log_level })?;
    let startup = Startup::new(language, |line| eprintln!("{line}"));
    if flags.demo && !demo::is_loaded(&config) && !folder::database_in(&config.data).exists() {
        demo::fill(&config, &startup).await?;
    }
    let around = Surroundings { startup, ..Surroundings::default() };
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| Error::internal("signals").cause(e))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|e| Error::internal("signals").cause(e))?;
    let running = start_with(config.clone(), around).await?;
    tokio::spawn(crate::rest::after_start());
    let _seats = match demo::is_loaded(&config) {
        true => Some(demo::take_seats(&running, &demo::logins(&config)).await),
        false => None,
    };
    first_start(&running, &config, language).await?;
    if flags.json {
        say_ready(&running)?
    } else {
        welcome(&running, &config, language)
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    if !flags.json {
        eprintln!(
            "{}",
            language.pick("ending: what is under way is finished …", "正在停止：先处理完进行中的请求……")
        );
    }
    // A second signal ends at once; nothing acknowledged is lost by that.
    tokio::select! {
        () = running.stop() => Ok(ExitCode::SUCCESS),
        _ = terminate.recv() => Ok(ExitCode::FAILURE),
        _ = interrupt.recv() => Ok(ExitCode::FAILURE),
    }
}

fn say_ready(running: &Running) -> Result<()> {
    let s = running.app().settings();
    let line =
        serde_json::json!({"ready": {"desk": s.desk_url, "public": s.public_url, "files": s.files_url}});
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|e| Error::internal("standard output").cause(e))
}

/// While nobody has set up the installation: its one-time link, to a terminal or into a file that its owner alone reads.
async fn first_start(running: &Running, config: &Config, language: Language) -> Result<()> {
    let file = config.data.join("setup-link");
    let Some(link) = accounts::setup::ensure(running.app()).await? else {
        // Left by an earlier start, and of no use any more.
        let _ = std::fs::remove_file(file);
        return Ok(());
    };
    if std::io::stderr().is_terminal() {
        let what = language.pick(
            "set up the first administrator here, once",
            "首次使用，请打开此链接创建管理员（仅可使用一次）",
        );
        eprintln!("\n  {what}:\n  {}\n", link.url);
        return Ok(());
    }
    write_private(&file, &format!("{}\n", link.url))
        .map_err(|e| Error::internal("the set-up link").cause(e))?;
    let what =
        language.pick("the link to set up the first administrator is in", "创建管理员的一次性链接已写入");
    eprintln!("{what} {}", file.display());
    Ok(())
}

/// Where everything is, for people.
fn welcome(running: &Running, config: &Config, language: Language) {
    let s = running.app().settings();
    let mut text = format!("\n  {:<10} {}\n", language.pick("desk", "工作台"), s.desk_url);
    if demo::is_loaded(config) {
        let shop = language.pick("shop", "演示商店");
        text += &format!(
            "  {shop:<10} {0}/shop/?client=yunfu\n  {1:<10} {0}/shop/?client=harbor\n",
            s.public_url, ""
        );
        text += &format!("\n  {}\n", language.pick("logins (one password for all)", "登录账号（密码相同）"));
        for l in demo::logins(config) {
            text += &format!("    {:<10} {:<18} {}\n", l.login, l.password, l.who);
        }
    }
    text += &format!("\n  {}\n", language.pick("Ctrl+C ends it.", "按 Ctrl+C 停止。"));
    println!("{text}");
}
