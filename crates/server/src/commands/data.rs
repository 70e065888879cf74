//! Commands on the data, as they run inside the program that owns it.

use kernel::{Error, Language, Result};
use platform::App;
use platform::search::{Sources, rebuild};
use platform::store::backup_sqlite;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Something to be done with the data.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Make the first administrator.
    CreateAdmin {
        /// What to sign in with.
        login: String,
        /// The legal name.
        name: String,
        /// The name customers see.
        alias: Option<String>,
        /// At least ten characters.
        password: String,
        /// The language of the interface.
        language: Language,
    },
    /// Walk the chains of the record.
    VerifyAudit,
    /// Look whether the store is whole.
    CheckStore,
    /// Make the index of search anew.
    RebuildSearch,
    /// Bring a mail to a mailbox.
    TakeMail {
        /// The address it was sent to.
        to: String,
        /// Who sends it.
        from: Option<String>,
        /// Where its bytes lie.
        file: PathBuf,
    },
    /// Copy the database, while it is in use, into this folder.
    Backup {
        /// A folder that does not exist yet, or is empty.
        to: PathBuf,
    },
}

/// What came of it: lines for people, and whether all is well.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// For people.
    pub lines: Vec<String>,
    /// False where something was found that should not be (a broken chain).
    pub well: bool,
}

impl Report {
    fn one(line: String) -> Report {
        Report { lines: vec![line], well: true }
    }
}

/// Does it. `progress` hears how it goes on.
pub async fn run(
    app: &App,
    command: Command,
    language: Language,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Report> {
    match command {
        Command::CreateAdmin { login, name, alias, password, language: of } => {
            let new = accounts::setup::NewAdmin { name, alias, login: login.clone(), password, language: of };
            accounts::setup::create_admin(app, new).await?;
            let made = language.pick("administrator made", "管理员已创建");
            Ok(Report::one(format!("{made}: {login} ({})", app.settings().desk_url)))
        }
        Command::VerifyAudit => verify_audit(app, language).await,
        Command::CheckStore => check_store(app, language, progress).await,
        Command::RebuildSearch => {
            progress(language.pick("reading messages and contacts …", "正在读取会话与客户……"));
            let empty = Sources::default();
            let stand = rebuild(app, app.try_port::<Sources>().unwrap_or(&empty)).await?;
            let done = language.pick("the index is new", "索引已重建");
            Ok(Report::one(format!("{done} ({stand:?})")))
        }
        Command::TakeMail { to, from, file } => take_mail(app, to, from, &file, language).await,
        Command::Backup { to } => backup(app, &to, language, progress).await,
    }
}

async fn take_mail(
    app: &App,
    to: String,
    from: Option<String>,
    file: &Path,
    language: Language,
) -> Result<Report> {
    use channels::email::arrivals::{Arriving, Envelope, Via};
    let unread = |e: std::io::Error| Error::new(&kernel::INVALID).detail(format!("{}: {e}", file.display()));
    let raw = super::mail_bytes(file).map_err(unread)?;
    if raw.len() > ::mail::limits::RAW_BYTES_MAX {
        return Err(Error::new(&platform::codes::BLOB_TOO_LARGE));
    }
    let envelope = Envelope { from, to: Some(to.clone()), ..Envelope::default() };
    let new =
        channels::email::bring(app, &to, Arriving { via: Via::Lmtp, envelope, raw: raw.into() }).await?;
    let line = match new {
        true => language.pick("the mail is kept", "邮件已收下"),
        false => language.pick("the same mail was here before", "此邮件之前已收下"),
    };
    Ok(Report::one(line.to_owned()))
}

async fn check_store(app: &App, language: Language, progress: &(dyn Fn(&str) + Sync)) -> Result<Report> {
    progress(language.pick("looking at the whole store …", "正在检查整个数据库……"));
    let mut lines: Vec<String> =
        platform::store::check(app.db()).await?.iter().map(|f| format!("✗ {f}")).collect();
    let well = lines.is_empty();
    if well {
        lines.push(language.pick("✓ the store is whole", "✓ 数据库完整").to_owned());
    }
    Ok(Report { lines, well })
}

async fn verify_audit(app: &App, language: Language) -> Result<Report> {
    let found = accounts::audit::verify(app).await?;
    let mut lines = vec![format!(
        "{}: {} · {}: {} · {}: {}",
        language.pick("series", "序列"),
        found.series,
        language.pick("entries", "条目"),
        found.entries,
        language.pick("anchors", "锚点"),
        found.anchors,
    )];
    for b in &found.broken {
        lines.push(format!(
            "✗ {} {}, {} {}: {}",
            language.pick("client", "甲方"),
            b.tenant,
            language.pick("entry", "条目"),
            b.seq,
            b.what
        ));
    }
    if found.broken.is_empty() {
        lines.push(language.pick("✓ the record is whole", "✓ 审计记录完整").to_owned());
    }
    Ok(Report { lines, well: found.broken.is_empty() })
}

/// The database and the files; the master key is not part of a backup.
async fn backup(
    app: &App,
    to: &Path,
    language: Language,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Report> {
    let failed = |e: std::io::Error| Error::new(&super::codes::BACKUP_REFUSED).detail(format!("{e}"));
    let Some(from) = app.db().sqlite_path().map(Path::to_path_buf) else {
        let hint = language.pick(
            "the data is in PostgreSQL: use pg_dump, and copy the folder `blobs`",
            "数据在 PostgreSQL 中：请使用 pg_dump，并复制 blobs 目录",
        );
        return Err(Error::new(&super::codes::BACKUP_REFUSED).detail(hint));
    };
    private_folder(to).map_err(failed)?;
    if std::fs::read_dir(to).map_err(failed)?.next().is_some() {
        return Err(
            Error::new(&super::codes::BACKUP_REFUSED).detail(format!("{} is not empty", to.display()))
        );
    }
    progress(language.pick("copying the database …", "正在复制数据库……"));
    let (file, target) = (from.clone(), to.join("hark.db"));
    // Whoever may read a copy reads everything.
    crate::folder::write_private(&target, "").map_err(failed)?;
    let copied = tokio::task::spawn_blocking(move || -> Result<()> {
        let c = rusqlite::Connection::open(&file).map_err(|e| Error::internal("the database").cause(e))?;
        backup_sqlite(&c, &target)
    });
    copied.await.map_err(|e| Error::internal("the copy").cause(e))??;
    // Files after the database: every file that a copied row names is then there.
    progress(language.pick("copying files …", "正在复制附件……"));
    let (blobs, target) = (app.settings().data.join("blobs"), to.join("blobs"));
    let copied = tokio::task::spawn_blocking(move || copy_folder(&blobs, &target));
    let files = copied.await.map_err(|e| Error::internal("the copy").cause(e))?.map_err(failed)?;
    let done = language.pick("backup made", "备份完成");
    let key = language.pick(
        "the master key is not in it: keep DATA/master.key apart",
        "备份不含主密钥：请另行保管 master.key",
    );
    Ok(Report { lines: vec![format!("{done}: {} ({files})", to.display()), key.to_owned()], well: true })
}

/// Makes a folder that its owner alone can enter; one that is there stays as it is.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<u64> {
    let mut files = 0;
    let mut folders = vec![(from.to_path_buf(), to.to_path_buf())];
    while let Some((from, to)) = folders.pop() {
        if !from.is_dir() {
            continue;
        }
        private_folder(&to)?;
        for entry in std::fs::read_dir(&from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), target));
            } else {
                std::fs::copy(entry.path(), target)?;
                files += 1;
            }
        }
    }
    Ok(files)
}
