//! The wall between clients, as far as the source shows it: statements are marked literals, each names its tenant, and
//! a `TenantScope` is made in few places.

use super::{Fault, line_of};
use crate::source::Source;
use crate::statement::{Statement, of_file};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use regex::Regex;
use std::collections::BTreeSet;

/// Files that may make a `TenantScope`: who establishes rights, and what runs on the system's own behalf.
const SCOPE_MAKERS: &[&str] = &[
    "crates/kernel/",
    "crates/accounts/src/authorize",
    "crates/platform/src/log/",
    "crates/platform/src/jobs/",
    "crates/platform/src/store/",
    "crates/platform/src/blobs/",
    "crates/platform/src/secrets/",
    "crates/platform/src/search/",
    "crates/platform/src/housekeeping/",
    "crates/platform/src/nodes/",
    "crates/platform/src/mail/",
    "crates/platform/src/telemetry/",
];

/// Statements on a client's table that need not name the tenant: (file, how the statement begins, why).
const WITHOUT_TENANT: &[(&str, &str, &str)] = &[
    ("crates/platform/src/jobs/", "", "the runner takes jobs of all clients; rows are keyed by their id"),
    ("crates/platform/src/log/", "", "the log is one series for the installation"),
    ("crates/platform/src/web/once.rs", "", "answers are keyed by their sender's scope"),
];

/// A line comment that excuses the statement under it, with the reason.
const EXCUSE: &str = "// every tenant:";

/// Lists unmarked statements, statements that do not name their tenant, and scopes made elsewhere.
pub fn check(sources: &[Source], faults: &mut Vec<Fault>) {
    let tables = tenant_tables(sources);
    let rust = sources.iter().filter(|s| s.path.starts_with("crates/") && s.is_rust() && !s.is_test());
    for source in rust {
        scopes(source, faults);
        marked(source, faults);
        for statement in of_file(source) {
            names_tenant(source, &statement, &tables, faults);
        }
    }
}

/// The tables that have a `tenant_id`, from the migrations.
pub fn tenant_tables(sources: &[Source]) -> BTreeSet<String> {
    let create = Regex::new(r"(?is)create\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)\s*\((.*?)\)\s*;")
        .expect("invariant: a valid pattern");
    let alter = Regex::new(r"(?i)alter\s+table\s+(\w+)\s+add\s+column\s+tenant_id\b")
        .expect("invariant: a valid pattern");
    let migrations = sources.iter().filter(|s| s.path.starts_with("migrations/"));
    let mut tables = BTreeSet::new();
    for m in migrations {
        let made = create.captures_iter(&m.text).filter(|c| c[2].contains("tenant_id"));
        tables.extend(made.map(|c| c[1].to_lowercase()));
        tables.extend(alter.captures_iter(&m.text).map(|c| c[1].to_lowercase()));
    }
    tables
}

/// The tables that a statement reads or writes.
fn tables_of(sql: &str) -> Vec<String> {
    let named = Regex::new(r"(?i)\b(?:from|join|into|update)\s+(?:only\s+)?(\w+)")
        .expect("invariant: a valid pattern");
    named.captures_iter(sql).map(|c| c[1].to_lowercase()).collect()
}

fn names_tenant(source: &Source, s: &Statement, tables: &BTreeSet<String>, faults: &mut Vec<Fault>) {
    let Some(table) = tables_of(&s.sql).into_iter().find(|t| tables.contains(t)) else { return };
    let excused =
        WITHOUT_TENANT.iter().any(|(f, begin, _)| s.file.starts_with(f) && s.sql.starts_with(begin));
    if s.sql.contains("tenant_id") || excused || has_excuse(&source.text, s.line) {
        return;
    }
    let what = format!("a statement on `{table}` does not name tenant_id (or say `{EXCUSE} WHY` above it)");
    faults.push(Fault::new(source, s.line, what));
}

/// Is there an excuse within the four lines above, where the call around the literal may begin?
fn has_excuse(text: &str, line: usize) -> bool {
    let from = line.saturating_sub(5);
    text.lines().skip(from).take(line - from).any(|l| l.contains(EXCUSE))
}

fn scopes(source: &Source, faults: &mut Vec<Fault>) {
    if SCOPE_MAKERS.iter().any(|p| source.path.starts_with(p)) {
        return;
    }
    let makes = Regex::new(r"TenantScope::(granted|tenant|system)\s*\(").expect("invariant: a valid pattern");
    let text = source.without_tests();
    for found in makes.find_iter(text) {
        let what =
            "a TenantScope is made by accounts::authorize, or by the readers of the log and the job runner";
        faults.push(Fault::new(source, line_of(text, found.start()), what));
    }
}

/// Every `tx.exec/all/one/get(` takes `sql!` or a name bound to it.
fn marked(source: &Source, faults: &mut Vec<Fault>) {
    if source.path.starts_with("crates/platform/src/store/") {
        return;
    }
    let Ok(tokens) = source.without_tests().parse::<TokenStream>() else { return };
    calls(source, tokens, faults);
}

fn calls(source: &Source, tokens: TokenStream, faults: &mut Vec<Fault>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (i, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        if group.delimiter() == Delimiter::Parenthesis
            && is_store_call(&tokens[..i])
            && !first_is_marked(source, group.stream())
        {
            let line = group.span_open().start().line;
            faults.push(Fault::new(source, line, "a statement is a literal in sql!, or a name bound to one"));
        }
        calls(source, group.stream(), faults);
    }
}

fn is_store_call(before: &[TokenTree]) -> bool {
    let [.., TokenTree::Ident(on), TokenTree::Punct(dot), TokenTree::Ident(verb)] = before else {
        return false;
    };
    on == "tx" && dot.as_char() == '.' && ["exec", "all", "one", "get"].iter().any(|v| verb == v)
}

fn first_is_marked(source: &Source, arguments: TokenStream) -> bool {
    let first: Vec<TokenTree> = arguments
        .into_iter()
        .take_while(|t| !matches!(t, TokenTree::Punct(p) if p.as_char() == ','))
        .collect();
    let text: String = first.iter().map(ToString::to_string).collect();
    if text.starts_with("sql!") || text.starts_with("kernel::sql!") {
        return true;
    }
    // A constant or a binding of this file, or a choice between such.
    let words = first.iter().filter_map(|t| match t {
        TokenTree::Ident(i) => Some(i.to_string()),
        _ => None,
    });
    let mut words =
        words.filter(|w| !["if", "else", "match", "self", "store", "super", "crate"].contains(&w.as_str()));
    words.all(|w| is_bound(&source.text, &w)) && !text.contains("format!")
}

fn is_bound(text: &str, name: &str) -> bool {
    let bound = format!(r"(?s)\b(?:const|static|let)\s+{name}\b[^;]*?\bsql!");
    let parameter = format!(r"\b{name}:\s*&'static str");
    Regex::new(&bound).is_ok_and(|r| r.is_match(text))
        || Regex::new(&parameter).is_ok_and(|r| r.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<String> {
        let migration = Source {
            path: "migrations/0001_a.sql".into(),
            text: "CREATE TABLE note(id {ID}, tenant_id BIGINT NOT NULL, body TEXT);\nCREATE TABLE head(id {ID});"
                .into(),
        };
        let mut out = vec![];
        check(&[migration, Source { path: path.into(), text: text.into() }], &mut out);
        out.into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn a_statement_on_a_clients_table_names_the_client() {
        let bad = r#"fn f() { tx.all(sql!("SELECT id FROM note WHERE id = $1"), args![id], read) }"#;
        assert!(faults("crates/a/src/store.rs", bad)[0].contains("`note` does not name tenant_id"));
        let good = r#"fn f() { tx.all(sql!("SELECT id FROM note WHERE tenant_id = $1"), args![id], read) }"#;
        assert!(faults("crates/a/src/store.rs", good).is_empty());
        let provider = r#"fn f() { tx.all(sql!("SELECT id FROM head"), args![id], read) }"#;
        assert!(faults("crates/a/src/store.rs", provider).is_empty());
    }

    #[test]
    fn statements_are_marked_literals() {
        let made = r#"fn f(w: &str) { let q = format!("SELECT {w}"); tx.all(&q, &[], read) }"#;
        assert_eq!(faults("crates/a/src/store.rs", made).len(), 1);
        let bound = r#"fn f() { let q = sql!("SELECT 1"); tx.all(q, &[], read) }"#;
        assert!(faults("crates/a/src/store.rs", bound).is_empty());
    }

    #[test]
    fn scopes_are_made_in_few_places() {
        let text = "fn f() { let s = TenantScope::system(); }";
        assert_eq!(faults("crates/routing/src/service.rs", text).len(), 1);
        assert!(faults("crates/accounts/src/authorize.rs", text).is_empty());
    }
}
