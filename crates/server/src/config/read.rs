//! Reading: collects what each source gives, refuses what no key knows, and turns the rest into a [`Config`].

use super::keys::{KEYS, Shape, find, nearest};
use super::{Config, Loaded};
use channels::email::deliveries::ClientShare;
use channels::email::door::DoorSettings;
use channels::email::judging::Resolving;
use platform::egress::Allow;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use toml::de::{DeTable, DeValue};

/// A configuration file at the most, in bytes.
const FILE_MAX: u64 = 256 * 1024;
/// Variables that begin like ours and are not configuration: the master key, which the platform itself reads and which
/// must appear in no table, and what tests use.
const OTHERS: &[&str] = &["HARK_MASTER_KEY", "HARK_TEST_", "HARK_BENCH_", "HARK_BIN", "HARK_CHROMIUM"];

/// Where values may come from.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The file, if any.
    pub file: Option<PathBuf>,
    /// The environment; only names that begin with `HARK_` are looked at.
    pub environment: Vec<(String, String)>,
    /// (key, value) from the command line.
    pub flags: Vec<(String, String)>,
}

/// A value with its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The value as text.
    pub value: String,
    /// Such as `hark.toml:3`, `HARK_DATA`, `--data`, `default`.
    pub origin: String,
}

/// What is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}{}", hint.as_ref().map(|h| format!("\n  {h}")).unwrap_or_default())]
pub struct Fault {
    /// Such as `hark.toml:3`.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Fault {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Fault {
        Fault { place: place.into(), what: what.into(), hint: None }
    }
    fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }
}

/// Reads all sources. Errors: the first fault found, with its place.
pub fn read(input: Input) -> Result<Loaded, Fault> {
    let mut given: BTreeMap<&'static str, Given> = BTreeMap::new();
    for key in KEYS {
        given.insert(key.name, Given { value: key.default.to_owned(), origin: "default".to_owned() });
    }
    let mut take = |name: &str, value: String, origin: String| -> Result<(), Fault> {
        let Some(key) = find(name) else { return Err(unknown(name, &origin)) };
        given.insert(key.name, Given { value, origin });
        Ok(())
    };
    if let Some(path) = &input.file {
        for (name, value, origin) in of_file(path)? {
            take(&name, value, origin)?;
        }
    }
    for (variable, value) in input.environment {
        if !variable.starts_with("HARK_") || OTHERS.iter().any(|o| variable.starts_with(o)) {
            continue;
        }
        match KEYS.iter().find(|k| k.environment() == variable) {
            Some(key) => take(key.name, value, variable)?,
            None => return Err(unknown(&variable[5..].to_lowercase(), &variable)),
        }
    }
    for (name, value) in input.flags {
        let origin = format!("--set {name}");
        take(&name, value, origin)?;
    }
    let config = Values(&given).config()?;
    Ok(Loaded { config, given })
}

fn unknown(name: &str, place: &str) -> Fault {
    let fault = Fault::new(place, format!("there is no key `{name}`"));
    match nearest(name) {
        Some(near) => fault.hint(format!("did you mean `{near}`? `hark config check` lists every key")),
        None => fault.hint("`hark config check` lists every key"),
    }
}

fn of_file(path: &std::path::Path) -> Result<Vec<(String, String, String)>, Fault> {
    let shown = path.display().to_string();
    let size = std::fs::metadata(path).map_err(|e| Fault::new(&shown, e.to_string()))?.len();
    if size > FILE_MAX {
        return Err(Fault::new(&shown, format!("is larger than {FILE_MAX} bytes")));
    }
    let text = std::fs::read_to_string(path).map_err(|e| Fault::new(&shown, e.to_string()))?;
    let line = |at: usize| text[..at.min(text.len())].bytes().filter(|b| *b == b'\n').count() + 1;
    let table = DeTable::parse(&text).map_err(|e| {
        let at = e.span().map_or(0, |s| s.start);
        Fault::new(format!("{shown}:{}", line(at)), e.message().to_owned())
    })?;
    let mut out = vec![];
    flatten(table.get_ref(), "", &mut |name, value, at| {
        let place = format!("{shown}:{}", line(at));
        match value {
            Some(v) => out.push((name, v, place)),
            None => return Err(Fault::new(place, format!("`{name}` cannot have such a value"))),
        }
        Ok(())
    })?;
    Ok(out)
}

type Sink<'a> = dyn FnMut(String, Option<String>, usize) -> Result<(), Fault> + 'a;

fn flatten(table: &DeTable<'_>, under: &str, out: &mut Sink<'_>) -> Result<(), Fault> {
    for (key, value) in table {
        let name =
            if under.is_empty() { key.get_ref().to_string() } else { format!("{under}.{}", key.get_ref()) };
        match value.get_ref() {
            DeValue::Table(inner) => flatten(inner, &name, out)?,
            v => out(name, text_of(v), key.span().start)?,
        }
    }
    Ok(())
}

fn text_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(s) => Some(s.to_string()),
        DeValue::Integer(i) => Some(i.to_string()),
        DeValue::Boolean(b) => Some(b.to_string()),
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(|i| text_of(i.get_ref())).collect();
            texts.map(|t| t.join(","))
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

struct Values<'a>(&'a BTreeMap<&'static str, Given>);

impl Values<'_> {
    fn config(&self) -> Result<Config, Fault> {
        for key in KEYS {
            check_shape(key.shape, &self.0[key.name]).map_err(|what| {
                Fault::new(&self.0[key.name].origin, format!("`{}` {what}", key.name)).hint(key.en)
            })?;
        }
        let host: IpAddr = self.parsed("listen.host").unwrap_or(IpAddr::from([127, 0, 0, 1]));
        let base: u16 = self.parsed("listen.port_base").unwrap_or(0);
        let place = |name, step| {
            let port = if base == 0 { 0 } else { base + step };
            self.parsed(name).unwrap_or(SocketAddr::new(host, port))
        };
        Ok(Config {
            data: PathBuf::from(self.text("data")),
            desk: place("listen.desk", 0),
            public: place("listen.public", 1),
            files: place("listen.files", 2),
            desk_url: self.some("url.desk"),
            public_url: self.some("url.public"),
            files_url: self.some("url.files"),
            trusted_proxies: self.list("trusted_proxies"),
            postgres: self.some("store.postgres"),
            skip_backup: self.text("store.skip_backup") == "true",
            queue_max: self.parsed("store.queue_max").unwrap_or(4096),
            readers: self.parsed("store.readers").unwrap_or(2),
            connections: self.parsed("listen.connections").unwrap_or(50_000),
            egress_allow: self.list("egress.allow"),
            mail_in: self.mail_in()?,
            resolving: self.resolving()?,
            sealers: self.list("mail_in.sealers"),
            client_share: ClientShare {
                per_hour: self.parsed("mail_out.client_per_hour").unwrap_or(2_000),
                per_day: self.parsed("mail_out.client_per_day").unwrap_or(20_000),
            },
            log_level: self.text("log.level").to_owned(),
            log_json: self.text("log.format") == "json",
            metrics_token: self.some("metrics.token"),
        })
    }

    fn mail_in(&self) -> Result<DoorSettings, Fault> {
        let (cert, key) = (self.text("mail_in.tls_cert"), self.text("mail_in.tls_key"));
        let tls = match (cert, key) {
            ("", "") => None,
            ("", _) | (_, "") => {
                let given = if cert.is_empty() { "mail_in.tls_key" } else { "mail_in.tls_cert" };
                let fault = Fault::new(&self.0[given].origin, format!("`{given}` stands alone"));
                return Err(fault.hint("a certificate needs its key, and a key its certificate"));
            }
            (cert, key) => Some((PathBuf::from(cert), PathBuf::from(key))),
        };
        let (smtp, lmtp) = (self.parsed("mail_in.smtp"), self.parsed("mail_in.lmtp"));
        let direct = self.text("mail_in.direct") == "true";
        Ok(DoorSettings { smtp, lmtp, trusted: self.list("mail_in.trusted"), direct, tls })
    }

    fn resolving(&self) -> Result<Resolving, Fault> {
        self.text("mail_in.resolver").parse().map_err(|what: String| {
            let fault = Fault::new(&self.0["mail_in.resolver"].origin, format!("`mail_in.resolver`: {what}"));
            fault.hint("system, off, or the address of a name server such as 127.0.0.1:53")
        })
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |g| g.value.trim())
    }
    fn some(&self, name: &str) -> Option<String> {
        let text = self.text(name).trim_end_matches('/');
        (!text.is_empty()).then(|| text.to_owned())
    }
    fn parsed<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }
    fn list<T: std::str::FromStr>(&self, name: &str) -> Vec<T> {
        self.text(name).split(',').filter_map(|p| p.trim().parse().ok()).collect()
    }
}

/// Says what is wrong with a value; an empty one is "not given" and always fits.
fn check_shape(shape: Shape, given: &Given) -> Result<(), String> {
    let v = given.value.trim();
    if v.is_empty() {
        return Ok(());
    }
    let fits = |ok: bool, what: &str| if ok { Ok(()) } else { Err(format!("must be {what}, not `{v}`")) };
    match shape {
        Shape::Text | Shape::Path | Shape::Secret => Ok(()),
        Shape::Networks => fits(
            v.split(',').all(|p| p.trim().parse::<Allow>().is_ok()),
            "networks such as 10.1.0.0/16, addresses or HOST:PORT",
        ),
        Shape::Address => fits(v.parse::<SocketAddr>().is_ok(), "an address such as 127.0.0.1:8600"),
        Shape::Ip => fits(v.parse::<IpAddr>().is_ok(), "an IP address"),
        Shape::Ips => fits(v.split(',').all(|p| p.trim().parse::<IpAddr>().is_ok()), "IP addresses"),
        Shape::Switch => fits(v == "true" || v == "false", "true or false"),
        Shape::Choice(words) => fits(words.contains(&v), &format!("one of {}", words.join(", "))),
        Shape::Number(from, to) => fits(
            v.parse::<u64>().is_ok_and(|n| (from..=to).contains(&n)),
            &format!("a whole number from {from} to {to}"),
        ),
        Shape::Base => fits(is_base(v), "an address such as https://desk.example.com, without a path"),
    }
}

fn is_base(v: &str) -> bool {
    let rest = v.strip_prefix("https://").or_else(|| v.strip_prefix("http://"));
    let rest = rest.unwrap_or("").trim_end_matches('/');
    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("hark.toml");
        std::fs::write(&path, text).expect("a file");
        (dir, path)
    }

    #[test]
    fn a_certificate_of_the_mail_door_does_not_stand_alone() {
        let of = |pairs: &[(&str, &str)]| {
            let flags = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            read(Input { flags, ..Input::default() }).map(|l| l.config.mail_in)
        };
        let closed = of(&[]).expect("fits");
        assert!(closed.smtp.is_none() && closed.lmtp.is_none() && closed.tls.is_none());
        assert_eq!(closed.trusted.len(), 2, "this machine");
        let open =
            of(&[("mail_in.smtp", "127.0.0.1:2525"), ("mail_in.trusted", "10.0.0.0/8")]).expect("fits");
        assert_eq!((open.smtp.map(|a| a.port()), open.trusted.len()), (Some(2525), 1));
        assert!(of(&[("mail_in.tls_key", "key.pem")]).is_err());
        for (word, fits) in
            [("off", true), ("system", true), ("127.0.0.1:5353", true), ("dns.example", false)]
        {
            assert_eq!(of(&[("mail_in.resolver", word)]).is_ok(), fits, "{word}");
        }
    }

    #[test]
    fn flags_win_over_environment_over_file_over_defaults() {
        let (_dir, path) = file("data = \"of-file\"\n[listen]\nport_base = 9000\n[log]\nlevel = \"warn\"\n");
        let input = Input {
            file: Some(path),
            environment: vec![
                ("HARK_LISTEN_PORT_BASE".into(), "9100".into()),
                ("HARK_LOG_LEVEL".into(), "debug".into()),
                ("PATH".into(), "x".into()),
            ],
            flags: vec![("listen.port_base".into(), "9200".into())],
        };
        let loaded = read(input).expect("fits");
        assert_eq!(loaded.config.data, PathBuf::from("of-file"));
        assert_eq!(loaded.config.desk.port(), 9200);
        assert_eq!(loaded.config.files.port(), 9202);
        assert_eq!(loaded.config.log_level, "debug");
        assert!(loaded.given["data"].origin.ends_with("hark.toml:1"));
        assert_eq!(loaded.given["log.format"].origin, "default");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_a_hint() {
        let (_dir, path) = file("data = \"x\"\n\n[listen]\nport_bass = 1\n");
        let fault = read(Input { file: Some(path), ..Input::default() }).expect_err("is refused");
        assert!(fault.place.ends_with("hark.toml:4"), "{fault}");
        assert!(fault.hint.as_deref().unwrap_or("").contains("`listen.port_base`"), "{fault}");
        let environment = vec![("HARK_DATTA".to_owned(), "x".to_owned())];
        let fault = read(Input { environment, ..Input::default() }).expect_err("is refused");
        assert_eq!(fault.place, "HARK_DATTA");
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused() {
        let bad = |name: &str, value: &str| {
            read(Input { flags: vec![(name.into(), value.into())], ..Input::default() }).is_err()
        };
        assert!(bad("listen.port_base", "99999"));
        assert!(bad("listen.host", "everywhere"));
        assert!(bad("url.desk", "desk.example.com"));
        assert!(bad("url.desk", "https://desk.example.com/path"));
        assert!(bad("log.format", "xml"));
        assert!(bad("store.skip_backup", "yes"));
        assert!(!bad("url.desk", "https://desk.example.com/"));
    }

    #[test]
    fn broken_toml_names_its_line() {
        let (_dir, path) = file("data = \"x\"\nlisten = = 3\n");
        let fault = read(Input { file: Some(path), ..Input::default() }).expect_err("is refused");
        assert!(fault.place.ends_with(":2"), "{fault}");
    }
}
