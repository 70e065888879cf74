//! Every text a person reads exists in both languages: the web's dictionaries and the tables of error codes.

use super::Fault;
use crate::source::Source;
use regex::Regex;
use std::collections::BTreeSet;

/// Lists texts that exist in one language only.
pub fn check(sources: &[Source], faults: &mut Vec<Fault>) {
    for source in sources.iter().filter(|s| s.path.starts_with("web/packages/i18n/src/zh-CN")) {
        dictionary(source, sources, faults);
    }
    for source in sources.iter().filter(|s| s.path.starts_with("crates/") && s.path.ends_with("/codes.rs")) {
        codes(source, faults);
    }
}

fn keys(text: &str) -> BTreeSet<String> {
    let key = Regex::new(r#"(?m)^\s*(?:'([^']+)'|"([^"]+)"|([A-Za-z_][\w]*))\s*:\s*['"`]"#)
        .expect("invariant: a valid pattern");
    let named = |c: regex::Captures<'_>| (1..=3).find_map(|i| c.get(i)).map(|m| m.as_str().to_owned());
    key.captures_iter(text).filter_map(named).collect()
}

fn has_han(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn dictionary(zh: &Source, sources: &[Source], faults: &mut Vec<Fault>) {
    let path = zh.path.replacen("/zh-CN", "/en", 1);
    let Some(en) = sources.iter().find(|s| s.path == path) else {
        faults.push(Fault::new(zh, 0, format!("has no English counterpart {path}")));
        return;
    };
    let (zh_keys, en_keys) = (keys(&zh.text), keys(&en.text));
    for key in zh_keys.difference(&en_keys) {
        faults.push(Fault::new(en, 0, format!("lacks `{key}`")));
    }
    for key in en_keys.difference(&zh_keys) {
        faults.push(Fault::new(zh, 0, format!("lacks `{key}`")));
    }
    for (i, line) in
        en.text.lines().enumerate().filter(|(_, l)| has_han(l) && !l.trim_start().starts_with("/"))
    {
        let named = keys(line);
        // Chinese on purpose: a text for customers under a key that says so, or a language's own name.
        let meant = named.iter().all(|k| k.ends_with("_zh")) || line.contains("简体中文");
        if named.len() == 1 && !meant {
            faults.push(Fault::new(en, i + 1, "has Chinese among its English"));
        }
    }
}

/// A row of a codes table: `NAME = "code", Kind, "English", "Chinese";`.
fn codes(source: &Source, faults: &mut Vec<Fault>) {
    let row = Regex::new(r#"(?s)\b([A-Z][A-Z0-9_]+)\s*=\s*"([^"]+)"\s*,\s*\w+\s*,\s*"((?:[^"\\]|\\.)*)"\s*,\s*"((?:[^"\\]|\\.)*)"\s*;"#)
        .expect("invariant: a valid pattern");
    for c in row.captures_iter(source.without_tests()) {
        let line = super::line_of(&source.text, c.get(0).map_or(0, |m| m.start()));
        let (name, en, zh) = (&c[2], &c[3], &c[4]);
        if en.trim().is_empty() || has_han(en) {
            faults.push(Fault::new(source, line, format!("`{name}` has no English words")));
        }
        if !has_han(zh) {
            faults.push(Fault::new(source, line, format!("`{name}` has no Chinese words")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_word_is_found() {
        let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
        let all = [
            source(
                "web/packages/i18n/src/zh-CN/a.ts",
                "export default {\n  'a.b': '甲',\n  'a.c': '乙',\n};\n",
            ),
            source("web/packages/i18n/src/en/a.ts", "export default {\n  'a.b': 'A',\n};\n"),
        ];
        let mut out = vec![];
        check(&all, &mut out);
        assert_eq!(out.len(), 1);
        assert!(out[0].what.contains("a.c"));
    }

    #[test]
    fn a_code_has_words_in_both_languages() {
        let text = "codes! {\n BAD = \"a.b\", Invalid, \"Words.\", \"Words.\";\n}";
        let mut out = vec![];
        check(&[Source { path: "crates/a/src/codes.rs".into(), text: text.into() }], &mut out);
        assert_eq!(out.len(), 1);
    }
}
