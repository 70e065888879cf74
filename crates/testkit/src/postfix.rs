//! A mail server of the tests' own: postfix on a high port of loopback, with a folder of its own, ended with the test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Starting and arriving may take this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// Whose letters it keeps; letters for everybody else it refuses.
pub const DOMAIN: &str = "example.test";

/// A running postfix. Letters for [`DOMAIN`] lie in a folder; the certificate of its STARTTLS is its own.
pub struct Postfix {
    folder: PathBuf,
    /// Where it listens.
    pub port: u16,
    /// Its certificate, as PEM.
    pub certificate: String,
}

pub(crate) fn run(program: &str, args: &[&str]) -> String {
    let out = Command::new(program).args(args).stdin(Stdio::null()).output();
    let out = out.unwrap_or_else(|e| panic!("{program}: {e}"));
    let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{program} {args:?}: {text}");
    text
}

pub(crate) fn number(flag: &str, user: &str) -> String {
    run("id", &[flag, user]).trim().to_owned()
}

pub(crate) fn free_port() -> u16 {
    let l = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    l.local_addr().expect("an address").port()
}

impl Postfix {
    /// Starts one. Needs the Debian package `postfix`, `openssl`, and root, as whom postfix begins.
    pub fn start() -> Postfix {
        Postfix::with("")
    }

    /// The same with further lines of settings.
    pub fn with(more: &str) -> Postfix {
        let folder =
            std::env::temp_dir().join(format!("hark-postfix-{}-{}", std::process::id(), free_port()));
        let port = free_port();
        for part in ["etc", "queue", "data", "mail"] {
            std::fs::create_dir_all(folder.join(part)).expect("a folder");
        }
        let p = Postfix { certificate: p_certificate(&folder), folder, port };
        let (uid, gid) = (number("-u", "postfix"), number("-g", "postfix"));
        for part in ["data", "mail"] {
            run("chown", &["-R", &format!("{uid}:{gid}"), &p.at(part)]);
        }
        std::fs::write(p.folder.join("etc/main.cf"), p.main(&uid, &gid) + more).expect("main.cf");
        std::fs::write(p.folder.join("etc/master.cf"), p.master()).expect("master.cf");
        run("chmod", &["-R", "go+rX", &p.folder.to_string_lossy()]);
        run("postfix", &["-c", &p.at("etc"), "start"]);
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "postfix does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        p
    }

    fn at(&self, part: &str) -> String {
        self.folder.join(part).to_string_lossy().into_owned()
    }

    fn main(&self, uid: &str, gid: &str) -> String {
        let f = self.folder.display();
        format!(
            "compatibility_level = 3.6\nqueue_directory = {f}/queue\ndata_directory = {f}/data\n\
             command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\n\
             mail_owner = postfix\nsetgid_group = postdrop\nmyhostname = mx.{DOMAIN}\nmydestination =\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\n\
             smtpd_relay_restrictions = reject_unauth_destination\nsmtpd_recipient_restrictions = reject_unauth_destination\n\
             virtual_mailbox_domains = {DOMAIN}\nvirtual_mailbox_maps = static:all/\nvirtual_mailbox_base = {f}/mail\n\
             virtual_uid_maps = static:{uid}\nvirtual_gid_maps = static:{gid}\nvirtual_minimum_uid = 1\n\
             smtpd_tls_cert_file = {f}/etc/cert.pem\nsmtpd_tls_key_file = {f}/etc/key.pem\nsmtpd_tls_security_level = may\n\
             alias_maps =\nalias_database =\nlocal_recipient_maps =\nmaillog_file = /dev/null\nmaillog_file_prefixes = /dev, /var\n\
             smtpd_peername_lookup = no\ndisable_dns_lookups = yes\nmultiple_instance_enable = no\n"
        )
    }

    fn master(&self) -> String {
        let port = self.port;
        format!(
            "127.0.0.1:{port} inet n - n - - smtpd\npickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\n\
             qmgr unix n - n 300 1 qmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
             defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nverify unix - - n - 1 verify\n\
             flush unix n - n 1000? 0 flush\nproxymap unix - - n - - proxymap\nsmtp unix - - n - - smtp\n\
             relay unix - - n - - smtp\nlmtp unix - - n - - lmtp\n\
             showq unix n - n - - showq\nerror unix - - n - - error\ndiscard unix - - n - - discard\n\
             virtual unix - n n - - virtual\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\n\
             tlsmgr unix - - n 1000? 1 tlsmgr\npostlog unix-dgram n - n - 1 postlogd\n"
        )
    }

    /// Where it writes down the authserv-id `mx.example.test` for mails that name `header`: a line of settings.
    pub fn findings_for(header: &str) -> String {
        format!(
            "header_checks = regexp:{{ {{/^{header}:/ PREPEND Authentication-Results: mx.{DOMAIN}; dmarc=none}} }}\n"
        )
    }

    /// Its certificate and the key of it, as files.
    pub fn certificate_files(&self) -> (PathBuf, PathBuf) {
        (self.folder.join("etc/cert.pem"), self.folder.join("etc/key.pem"))
    }

    /// The letters that wait to be brought on.
    pub fn queued(&self) -> usize {
        let folders = ["incoming", "active", "deferred"];
        let files = |p: PathBuf| -> usize {
            let mut open = vec![p];
            let mut n = 0;
            while let Some(p) = open.pop() {
                for e in std::fs::read_dir(p).into_iter().flatten().flatten() {
                    match e.file_type() {
                        Ok(t) if t.is_dir() => open.push(e.path()),
                        _ => n += 1,
                    }
                }
            }
            n
        };
        folders.iter().map(|f| files(self.folder.join("queue").join(f))).sum()
    }

    /// The letters that have arrived so far.
    pub fn letters(&self) -> Vec<String> {
        let all = std::fs::read_dir(self.folder.join("mail/all/new"));
        let all = all.into_iter().flatten().flatten();
        all.map(|e| String::from_utf8_lossy(&std::fs::read(e.path()).unwrap_or_default()).into_owned())
            .collect()
    }

    /// The folder whose mails a server for readers may show, and whose it is.
    pub fn mailbox(&self) -> PathBuf {
        self.folder.join("mail/all")
    }

    /// Where letters lie.
    pub fn new_letters(&self) -> PathBuf {
        self.folder.join("mail/all/new")
    }

    /// Waits for so many letters.
    pub async fn wait(&self, count: usize) -> Vec<String> {
        let began = Instant::now();
        loop {
            let all = self.letters();
            if all.len() >= count {
                return all;
            }
            assert!(began.elapsed() < PATIENCE, "{} letters of {count} arrived", all.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Makes a certificate for `localhost` and answers it.
pub(crate) fn p_certificate(folder: &Path) -> String {
    let (cert, key) = (folder.join("etc/cert.pem"), folder.join("etc/key.pem"));
    let (cert_at, key_at) = (cert.to_string_lossy().into_owned(), key.to_string_lossy().into_owned());
    run(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            &key_at,
            "-out",
            &cert_at,
        ],
    );
    std::fs::read_to_string(cert).expect("the certificate is written")
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = Command::new("postfix").args(["-c", &self.at("etc"), "abort"]).output();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The text of a letter's first part, its line ends and signs as its writer meant them (quoted-printable).
pub fn plain_text(letter: &str) -> String {
    let joined = letter.replace("\r\n", "\n").replace("=\n", "");
    let bytes = joined.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let code = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok());
        let byte = code.and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[i], byte) {
            (b'=', Some(b)) => {
                out.push(b);
                i += 3;
            }
            (b, _) => {
                out.push(b);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
