//! What the machine must have: found, installed where that is possible, or named.

use super::{Done, Failed, step};
use std::process::{Command, Stdio};

/// The least version of Node.
const NODE_MIN: u32 = 20;

/// Something the machine must have.
pub struct Need {
    /// What it is for.
    pub what: &'static str,
    /// The Debian packages that bring it.
    pub packages: &'static [&'static str],
    found: fn() -> bool,
}

/// Node and npm, for the web applications.
pub const NODE: Need = Need {
    what: "Node 20 or later with npm (the web applications)",
    packages: &["nodejs", "npm"],
    found: node_fits,
};
/// A C compiler, for SQLite.
pub const CC: Need =
    Need { what: "a C compiler (SQLite)", packages: &["build-essential"], found: || runs("cc") };
/// PostgreSQL's programs, for the tests on the second engine.
pub const POSTGRES: Need = Need {
    what: "PostgreSQL 15 or later (tests on the second engine)",
    packages: &["postgresql"],
    found: super::postgres::is_there,
};
/// A mail server, as the peer of outgoing mail.
pub const POSTFIX: Need = Need {
    what: "postfix and openssl (tests of outgoing mail)",
    packages: &["postfix", "openssl"],
    found: || std::path::Path::new("/usr/sbin/postfix").exists() && has_openssl(),
};
/// A server for readers of mail, as the peer of fetching.
pub const DOVECOT: Need = Need {
    what: "dovecot and openssl (tests of fetching mail)",
    packages: &["dovecot-imapd", "openssl"],
    found: || std::path::Path::new("/usr/lib/dovecot/imap").exists() && has_openssl(),
};
/// Python, whose own parser is asked about every mail.
pub const PYTHON: Need =
    Need { what: "Python 3 (a second opinion on mails)", packages: &["python3"], found: || runs("python3") };
/// A browser, for the tests of the pages.
pub const CHROMIUM: Need =
    Need { what: "Chromium (tests of the pages)", packages: &["chromium"], found: || chromium().is_some() };
/// Chinese characters, for the pictures.
pub const FONTS: Need =
    Need { what: "a Chinese font (pictures)", packages: &["fonts-noto-cjk"], found: has_font };

/// The browser's program: what `CHROMIUM` names, else what is on the path.
pub fn chromium() -> Option<String> {
    let named = std::env::var("CHROMIUM").ok().filter(|p| !p.is_empty());
    let usual = ["chromium", "chromium-browser", "google-chrome"].map(str::to_owned);
    named.into_iter().chain(usual).find(|p| runs(p))
}

/// Does the program answer to `--version`?
pub fn runs(program: &str) -> bool {
    let mut c = Command::new(program);
    c.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    c.status().is_ok_and(|s| s.success())
}

fn has_openssl() -> bool {
    let mut c = Command::new("openssl");
    c.arg("version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    c.status().is_ok_and(|s| s.success())
}

fn node_fits() -> bool {
    let out = Command::new("node").arg("--version").output();
    let version = out.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|v| v.parse::<u32>().ok());
    major.is_some_and(|m| m >= NODE_MIN) && runs("npm")
}

fn has_font() -> bool {
    let out = Command::new("fc-list").arg(":lang=zh").output();
    out.is_ok_and(|o| !o.stdout.is_empty())
}

/// Makes sure of all of these. `Err` names what is missing and the command that brings it.
pub fn ensure(needs: &[Need]) -> Done {
    let missing: Vec<&Need> = needs.iter().filter(|n| !(n.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|n| n.packages).copied().collect();
    if is_root() && runs("apt-get") {
        install(&packages)?;
    }
    let missing: Vec<&Need> = missing.into_iter().filter(|n| !(n.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|n| n.what).collect();
    let packages: Vec<&str> = missing.iter().flat_map(|n| n.packages).copied().collect();
    Err(Failed(format!(
        "missing: {}\n  on Debian: sudo apt-get install -y {}\n  Node also comes from https://nodejs.org",
        names.join("; "),
        packages.join(" ")
    )))
}

fn install(packages: &[&str]) -> Done {
    let apt = |args: &[&str]| {
        let mut c = step::command("apt-get", args);
        c.env("DEBIAN_FRONTEND", "noninteractive");
        c
    };
    // An old index is no reason to stop: the packages may be found all the same.
    let _ = step::run("refresh the package index", &mut apt(&["update", "-q"]));
    let mut args = vec!["install", "-y", "-q", "--no-install-recommends"];
    args.extend_from_slice(packages);
    step::run(&format!("install {}", packages.join(" ")), &mut apt(&args)).map(|_| ())
}

/// Does this run with the rights to install?
pub fn is_root() -> bool {
    let out = Command::new("id").arg("-u").output();
    out.is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}
