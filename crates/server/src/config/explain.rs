//! `hark config check`: every key with its value, where that came from and what it means.

use super::keys::{KEYS, Shape};
use super::{Config, Loaded};
use kernel::Language;
use std::fmt::Write;

/// The whole configuration as a table for people. Secrets are shown as `(set)`.
pub fn explain(loaded: &Loaded, language: Language) -> String {
    let mut out = String::new();
    for key in KEYS {
        let given = &loaded.given[key.name];
        let value = match (given.value.as_str(), key.shape) {
            ("", _) => "-",
            (_, Shape::Secret) => language.pick("(set)", "（已设置）"),
            (v, _) => v,
        };
        // Writing into a String cannot fail.
        let _ = writeln!(out, "{:<22} {:<28} {}", key.name, value, given.origin);
        let _ = writeln!(out, "{:<22} {}", "", language.pick(key.en, key.zh));
    }
    for (en, zh) in warnings(&loaded.config) {
        let _ = writeln!(out, "! {}", language.pick(en, zh));
    }
    out
}

/// A file with every key, its default and its meaning, to begin with.
pub fn template(language: Language) -> String {
    let mut out = String::new();
    let top = KEYS.iter().filter(|k| !k.name.contains('.'));
    let inner = KEYS.iter().filter(|k| k.name.contains('.'));
    let mut table = "";
    for key in top.chain(inner) {
        let (under, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if under != table {
            let _ = writeln!(out, "\n[{under}]");
            table = under;
        }
        let _ = writeln!(
            out,
            "# {}\n# {name} = {}",
            language.pick(key.en, key.zh),
            literal(key.shape, key.default)
        );
    }
    out
}

fn literal(shape: Shape, value: &str) -> String {
    match shape {
        Shape::Number(..) | Shape::Switch if !value.is_empty() => value.to_owned(),
        Shape::Ips | Shape::Networks => {
            let items = value.split(',').filter(|v| !v.is_empty()).map(|v| format!("\"{v}\""));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        _ => format!("\"{value}\""),
    }
}

/// What fits, but is likely not meant.
fn warnings(config: &Config) -> Vec<(&'static str, &'static str)> {
    let mut out = vec![];
    let outside = [config.desk, config.public, config.files].iter().any(|a| !a.ip().is_loopback());
    if outside && config.desk_url.is_none() {
        out.push((
            "It listens beyond this machine, but url.desk is not set: sign-in from other machines will be refused.",
            "已对外监听，但未设置 url.desk：其他机器将无法登录。",
        ));
    }
    if config.desk_url.as_deref().is_some_and(|u| u.starts_with("http://") && !u.contains("localhost")) {
        out.push((
            "url.desk is not https: passwords travel in the clear.",
            "url.desk 不是 https：密码会以明文传输。",
        ));
    }
    if config.desk_url.is_some() && (config.files_url.is_none() || config.files_url == config.desk_url) {
        out.push((
            "url.files should be a host of its own, so that an attachment can never act as the desk.",
            "url.files 应使用独立域名，使附件无法冒充工作台。",
        ));
    }
    if config.skip_backup {
        out.push((
            "store.skip_backup is on: an upgrade will not make a backup first.",
            "store.skip_backup 已开启：升级前不会备份。",
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Input, read};
    use super::*;

    #[test]
    fn secrets_are_not_shown_and_every_key_is() {
        let flags = vec![("store.postgres".to_owned(), "postgres://u:hunter2@h/d".to_owned())];
        let loaded = read(Input { flags, ..Input::default() }).expect("fits");
        for language in [Language::En, Language::Zh] {
            let text = explain(&loaded, language);
            assert!(!text.contains("hunter2"));
            assert!(KEYS.iter().all(|k| text.contains(k.name)));
        }
    }

    #[test]
    fn the_template_is_a_valid_file_when_uncommented() {
        let text = template(Language::En);
        let lines = text.lines().map(|l| match l.strip_prefix("# ") {
            Some(rest) if rest.split_once(" = ").is_some_and(|(k, _)| !k.contains(' ')) => rest,
            _ => l,
        });
        let whole = lines.collect::<Vec<_>>().join("\n");
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("hark.toml");
        std::fs::write(&path, whole).expect("a file");
        let loaded = read(Input { file: Some(path), ..Input::default() }).expect("fits");
        assert_eq!(loaded.config.desk.port(), 8600);
    }
}
