//! Nothing unfinished, no tests left out, no machine's paths, no registry hosts, no words about how the text came to be.

use super::{Fault, line_of};
use crate::source::Source;
use regex::Regex;

/// (pattern, which files by ending, what is wrong). Patterns are put together so that this file does not break its own rules.
fn rules() -> Vec<(Regex, &'static [&'static str], &'static str)> {
    let code: &[&str] = &[".rs", ".ts", ".tsx", ".mjs"];
    let all: &[&str] = &[
        ".rs", ".ts", ".tsx", ".mjs", ".md", ".toml", ".sql", ".json", ".html", ".css", ".yml", ".sh", "run",
    ];
    let rule =
        |pattern: &str, files, what| (Regex::new(pattern).expect("invariant: a valid pattern"), files, what);
    vec![
        rule(r"\b(?:to\x64o|unimplemented)!", code, "is unfinished"),
        rule(r"#\[ig\x6eore", code, "leaves a test out"),
        rule(r"\b(?:it|test|describe)\.(?:sk\x69p|only|fixme)\b", code, "leaves tests out"),
        rule(r"\b(?:TO\x44O|FIX\x4dE|XX\x58)\b", all, "is unfinished"),
        rule(
            r"(?i)\b(?:cla\x75de|chat\x67pt|cop\x69lot|ope\x6eai|anthro\x70ic|language mode\x6c wrote)\b",
            all,
            "is no business of this project",
        ),
        rule(
            r"(?:^|[\s\x22'`(=])/(?:wo\x72k|ho\x6de/[a-z]|Us\x65rs|ro\x6ft)/",
            all,
            "is a path of one machine",
        ),
    ]
}

/// Hosts that a lock file must not name: it then works behind any mirror.
const LOCK_FILES: &[&str] = &["package-lock.json", "Cargo.lock"];
/// The one address that Cargo itself writes, a name rather than a host that is asked.
const CARGO_SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// Data files whose sentences come from people.
const QUOTED: &[&str] = &["crates/server/demo/"];

/// Lists words that have no place here.
pub fn check(sources: &[Source], faults: &mut Vec<Fault>) {
    let rules = rules();
    for source in sources {
        if LOCK_FILES.iter().any(|l| source.path.ends_with(l)) {
            lock(source, faults);
            continue;
        }
        if QUOTED.iter().any(|q| source.path.starts_with(q)) || source.path == "LICENSE" {
            continue;
        }
        for (pattern, endings, what) in &rules {
            if !endings.iter().any(|e| source.path.ends_with(e)) {
                continue;
            }
            for found in pattern.find_iter(&source.text) {
                let line = line_of(&source.text, found.start());
                faults.push(Fault::new(source, line, format!("`{}` {what}", found.as_str().trim())));
            }
        }
    }
}

fn lock(source: &Source, faults: &mut Vec<Fault>) {
    for (i, line) in source.text.lines().enumerate() {
        let names_host = line.contains("\"resolved\": \"http")
            || (line.starts_with("source = ") && !line.contains(CARGO_SOURCE));
        if names_host {
            faults.push(Fault::new(source, i + 1, "names the host of a registry"));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        let mut out = vec![];
        check(&[Source { path: path.into(), text: text.into() }], &mut out);
        out.len()
    }

    #[test]
    fn what_has_no_place_is_found() {
        assert_eq!(count("crates/a/src/x.rs", concat!("fn f() { to", "do!() }")), 1);
        assert_eq!(count("web/a.test.ts", concat!("it.on", "ly('x')")), 1);
        assert_eq!(count("docs/a.md", concat!("see /wo", "rk/main/x")), 1);
        assert_eq!(count("docs/a.md", "see /api/v1/work/items"), 0);
        assert_eq!(count("web/package-lock.json", "\"resolved\": \"https://registry.example/x.tgz\""), 1);
        assert_eq!(count("web/package-lock.json", "\"resolved\": \"packages/api\""), 0);
    }
}
