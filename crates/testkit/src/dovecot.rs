//! A server for readers of mail, of the tests' own: dovecot on high ports of loopback, with a folder of its own, ended with
//! the test.

use crate::postfix::{PATIENCE, free_port, number, p_certificate, run};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// What the server offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Everything.
    #[default]
    Whole,
    /// Everything but IDLE.
    WithoutIdle,
}

/// A running dovecot with one mailbox, of `mia` with the password `secret word`.
pub struct Dovecot {
    folder: PathBuf,
    mailbox: PathBuf,
    owner: (u32, u32),
    /// Where it listens, with STARTTLS.
    pub port: u16,
    /// Where it listens, with TLS from the first byte.
    pub tls_port: u16,
    /// Its certificate, as PEM.
    pub certificate: String,
}

/// Its one reader.
pub const LOGIN: &str = "mia";
/// The reader's password.
pub const PASSWORD: &str = "secret word";

fn ids(user: &str) -> (u32, u32) {
    let id = |flag| number(flag, user).parse().expect("a number");
    (id("-u"), id("-g"))
}

impl Dovecot {
    /// Starts one. Needs the Debian package `dovecot-imapd`, `openssl`, and root, as whom dovecot begins.
    pub fn start(kind: Kind) -> Dovecot {
        Dovecot::over(None, "mail", kind)
    }

    /// One that shows a mailbox that somebody else fills, such as [`Postfix`](crate::Postfix).
    pub fn over(mailbox: Option<PathBuf>, owner: &str, kind: Kind) -> Dovecot {
        let folder =
            std::env::temp_dir().join(format!("hark-dovecot-{}-{}", std::process::id(), free_port()));
        for part in ["etc", "run", "state", "mail"] {
            std::fs::create_dir_all(folder.join(part)).expect("a folder");
        }
        let owner = ids(owner);
        let own = mailbox.unwrap_or_else(|| folder.join("mail/mia"));
        let certificate = p_certificate(&folder);
        let d =
            Dovecot { certificate, mailbox: own, owner, port: free_port(), tls_port: free_port(), folder };
        chown(d.folder.join("mail"), Some(owner.0), Some(owner.1)).expect("the owner changes");
        std::fs::write(d.folder.join("etc/users"), format!("{LOGIN}:{{PLAIN}}{PASSWORD}\n")).expect("users");
        std::fs::write(d.folder.join("etc/dovecot.conf"), d.settings(kind)).expect("dovecot.conf");
        run("chmod", &["-R", "go+rX", &d.folder.to_string_lossy()]);
        d.begin();
        d
    }

    fn at(&self, part: &str) -> String {
        self.folder.join(part).to_string_lossy().into_owned()
    }

    fn settings(&self, kind: Kind) -> String {
        let (f, box_at) = (self.folder.display(), self.mailbox.display());
        let (port, tls, (uid, gid)) = (self.port, self.tls_port, self.owner);
        let offer = match kind {
            Kind::Whole => "",
            Kind::WithoutIdle => "imap_capability = IMAP4rev1 ID UIDPLUS NAMESPACE LITERAL+\n",
        };
        format!(
            "base_dir = {f}/run\nstate_dir = {f}/state\nlog_path = {f}/log\nprotocols = imap\nlisten = 127.0.0.1\n{offer}\
             ssl = yes\nssl_cert = <{f}/etc/cert.pem\nssl_key = <{f}/etc/key.pem\ndisable_plaintext_auth = yes\n\
             auth_failure_delay = 0\nfirst_valid_uid = 1\nmail_location = maildir:{box_at}\n\
             mail_fsync = never\nmailbox_idle_check_interval = 1s\nmail_max_userip_connections = 50\n\
             passdb {{\n driver = passwd-file\n args = {f}/etc/users\n}}\n\
             userdb {{\n driver = static\n args = uid={uid} gid={gid} home={f}/mail\n}}\n\
             service imap-login {{\n inet_listener imap {{\n port = {port}\n }}\n inet_listener imaps {{\n port = {tls}\n }}\n}}\n"
        )
    }

    fn begin(&self) {
        // Its children keep what they inherit: a pipe would never end.
        let mut c = Command::new("dovecot");
        c.args(["-c", &self.at("etc/dovecot.conf")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        assert!(c.status().is_ok_and(|s| s.success()), "dovecot does not start: {}", self.log());
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.tls_port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "dovecot does not listen: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it wrote down.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Ends it; its mailbox stays.
    pub fn stop(&self) {
        let _ = Command::new("dovecot").args(["-c", &self.at("etc/dovecot.conf"), "stop"]).output();
    }

    /// Starts it again.
    pub fn start_again(&self) {
        self.begin();
    }

    /// Breaks every connection of the reader.
    pub fn kick(&self) {
        let at = self.at("etc/dovecot.conf");
        let _ = Command::new("doveadm").args(["-c", &at, "kick", LOGIN]).output();
    }

    fn admin(&self, args: &[&str]) -> String {
        let at = self.at("etc/dovecot.conf");
        let mut all = vec!["-c", at.as_str()];
        all.extend_from_slice(args);
        run("doveadm", &all)
    }

    /// The folder of a mailbox folder.
    fn part(&self, folder: &str) -> PathBuf {
        if folder == "INBOX" { self.mailbox.clone() } else { self.mailbox.join(format!(".{folder}")) }
    }

    /// Makes a folder.
    pub fn make_folder(&self, name: &str) {
        self.admin(&["mailbox", "create", "-u", LOGIN, name]);
    }

    /// Removes a folder with its mails and makes it anew: its numbers are other ones then.
    pub fn make_anew(&self, name: &str) {
        self.admin(&["mailbox", "delete", "-u", LOGIN, name]);
        // The numbering goes by seconds.
        std::thread::sleep(Duration::from_millis(1_100));
        self.make_folder(name);
    }

    /// Brings a mail into a folder, as a server that delivers would.
    pub fn deliver(&self, folder: &str, raw: &[u8]) {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let n = NUMBER.fetch_add(1, Relaxed);
        let at = self.part(folder);
        let owned = |p: &Path| chown(p, Some(self.owner.0), Some(self.owner.1)).expect("the owner changes");
        for part in ["", "tmp", "new", "cur"] {
            let p = at.join(part);
            if !p.exists() {
                std::fs::create_dir_all(&p).expect("a folder");
                owned(&p);
            }
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let name = format!("{}.M{}P{}_{n}.test", now.as_secs(), now.subsec_micros(), std::process::id());
        let (draft, done) = (at.join("tmp").join(&name), at.join("new").join(&name));
        std::fs::write(&draft, raw).expect("a mail");
        owned(&draft);
        std::fs::rename(draft, done).expect("is delivered");
    }

    /// How many mails lie in a folder, and how many of those nobody has seen or marked.
    pub fn count(&self, folder: &str) -> (usize, usize) {
        let at = self.part(folder);
        let names = |part: &str| -> Vec<String> {
            let all = std::fs::read_dir(at.join(part)).into_iter().flatten().flatten();
            all.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
        };
        let (new, cur) = (names("new"), names("cur"));
        let plain = cur.iter().filter(|n| n.ends_with(":2,")).count();
        (new.len() + cur.len(), new.len() + plain)
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
