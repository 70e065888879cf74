//! The master key and where it comes from.

use crate::codes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::{Error, Result, Rng};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The environment variable that wins over the file: one base64 key of 32 bytes, or several `version base64` lines.
pub const VARIABLE: &str = "HARK_MASTER_KEY";
/// Versions at the most.
const VERSIONS_MAX: usize = 1_000;

/// The key ring: every version, oldest first.
pub struct MasterKey {
    versions: Vec<(i64, Zeroizing<[u8; 32]>)>,
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey(version {})", self.current())
    }
}

fn broken(what: impl Into<String>) -> Error {
    Error::new(&codes::MASTER_KEY_BROKEN).detail(what)
}

/// Where the file lies in a data folder.
fn file_of(data: &Path) -> PathBuf {
    data.join("master.key")
}

impl MasterKey {
    /// From `HARK_MASTER_KEY`, or from `DATA/master.key`, which is made if it is not there.
    pub fn load(settings: &crate::Settings, rng: &dyn Rng) -> Result<MasterKey> {
        match std::env::var(VARIABLE) {
            Ok(text) => MasterKey::parse(&Zeroizing::new(text)),
            Err(_) => MasterKey::from_file(&settings.data, rng),
        }
    }

    /// Refuses a folder whose data was sealed with a key that is neither there nor in `HARK_MASTER_KEY`: a new one would open
    /// nothing of it. Error: `secrets.master_key`.
    pub fn must_be_kept(data: &Path) -> Result<()> {
        let file = file_of(data);
        if std::env::var_os(VARIABLE).is_some() || file.exists() {
            return Ok(());
        }
        Err(broken(format!(
            "{} is missing, and this folder holds data sealed with it: put it back, or set {VARIABLE}",
            file.display()
        )))
    }

    /// From `DATA/master.key`, which is made if it is not there.
    pub fn from_file(data: &Path, rng: &dyn Rng) -> Result<MasterKey> {
        let file = file_of(data);
        if !file.exists() {
            write_new(&file, &line(1, rng))?;
        }
        let text = Zeroizing::new(std::fs::read_to_string(&file).map_err(|e| broken(format!("{e}")))?);
        let mode = std::fs::metadata(&file).map_err(|e| broken(format!("{e}")))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(broken(format!(
                "master.key may be read by others (mode {:o}); chmod 600 it",
                mode & 0o777
            )));
        }
        MasterKey::parse(&text)
    }

    /// From its text form. Errors: `secrets.master_key` when a line is not `version base64` of 32 bytes.
    pub fn parse(text: &str) -> Result<MasterKey> {
        let mut versions: Vec<(i64, Zeroizing<[u8; 32]>)> = vec![];
        for (i, row) in text.lines().map(str::trim).filter(|l| !l.is_empty()).take(VERSIONS_MAX).enumerate() {
            let (version, key) = row.split_once(' ').unwrap_or(("1", row));
            let version: i64 = version.parse().map_err(|_| broken(format!("line {}: no version", i + 1)))?;
            let bytes = STANDARD.decode(key.trim()).map(Zeroizing::new);
            let bytes = bytes.map_err(|_| broken(format!("line {}: not base64", i + 1)))?;
            let key: [u8; 32] =
                bytes.as_slice().try_into().map_err(|_| broken(format!("line {}: not 32 bytes", i + 1)))?;
            if versions.last().is_some_and(|(v, _)| *v >= version) {
                return Err(broken(format!("line {}: versions must grow", i + 1)));
            }
            versions.push((version, Zeroizing::new(key)));
        }
        if versions.is_empty() {
            return Err(broken("no key"));
        }
        Ok(MasterKey { versions })
    }

    /// The version that seals.
    pub fn current(&self) -> i64 {
        self.versions.last().map_or(0, |(v, _)| *v)
    }

    pub(super) fn key(&self, version: i64) -> Option<&[u8; 32]> {
        self.versions.iter().find(|(v, _)| *v == version).map(|(_, k)| &**k)
    }

    /// A key for one purpose, from the oldest version, so that it survives rotation.
    pub fn derive(&self, domain: &str) -> [u8; 32] {
        let root = self.versions.first().map_or(&[0; 32], |(_, k)| &**k);
        let mut material = Zeroizing::new(Vec::with_capacity(96));
        material.extend_from_slice(root);
        material.extend_from_slice(domain.as_bytes());
        blake3::derive_key("hark 2026-01 derived key", &material)
    }
}

fn line(version: i64, rng: &dyn Rng) -> Zeroizing<String> {
    let mut key = Zeroizing::new([0_u8; 32]);
    rng.fill(&mut *key);
    let text = Zeroizing::new(STANDARD.encode(key.as_slice()));
    Zeroizing::new(format!("{version} {}\n", *text))
}

/// Writes the file whole or not at all: a half-written key would lock everything away.
fn write_new(file: &Path, text: &str) -> Result<()> {
    let temp = file.with_extension("key.new");
    let written = (|| {
        let mut f =
            std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&temp)?;
        f.write_all(text.as_bytes())?;
        f.sync_all()?;
        std::fs::rename(&temp, file)?;
        std::fs::File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
    })();
    written.map_err(|e: std::io::Error| broken(format!("{}: {e}", file.display())))
}

/// Adds a version to `DATA/master.key`, which seals from the next start on. Answers its number.
pub fn rotate_file(data: &Path, rng: &dyn Rng) -> Result<i64> {
    let version = MasterKey::from_file(data, rng)?.current() + 1;
    let file = file_of(data);
    let mut text = Zeroizing::new(std::fs::read_to_string(&file).map_err(|e| broken(format!("{e}")))?);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&line(version, rng));
    write_new(&file, &text)?;
    Ok(version)
}
