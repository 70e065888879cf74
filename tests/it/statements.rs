//! Every statement of the source is prepared on both engines. The mark is the macro `sql!`.

use platform::store::{postgres_text, sqlite_text};
use std::path::{Path, PathBuf};
use testkit::{Engine, TestStore};

/// Statements there must be at the least, lest the search finds none and the test says nothing.
const STATEMENTS_MIN: usize = 25;

struct Statement {
    place: String,
    text: String,
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The literals inside `sql!( … )`.
fn statements() -> Vec<Statement> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut files = vec![];
    sources(&root, &mut files);
    let mut out = vec![];
    for file in files.iter().filter(|f| f.components().any(|c| c.as_os_str() == "src")) {
        let source = std::fs::read_to_string(file).expect("reads");
        for (at, _) in source.match_indices("sql!(") {
            let Some(rest) = source[at + 5..].trim_start().strip_prefix('"') else { continue };
            let name = file.strip_prefix(&root).unwrap_or(file).display();
            let line = source[..at].lines().count();
            out.push(Statement { place: format!("{name}:{line}"), text: literal(rest) });
        }
    }
    out
}

/// A plain string literal up to its closing quote.
fn literal(source: &str) -> String {
    let mut out = String::new();
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                Some('n') => out.push('\n'),
                Some(c) => out.push(c),
                None => break,
            },
            c => out.push(c),
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_prepared_on_both_engines() {
    let all = statements();
    assert!(all.len() >= STATEMENTS_MIN, "only {} statements were found", all.len());
    let lite = TestStore::open(Engine::Sqlite);
    let c = rusqlite::Connection::open(lite.db.sqlite_path().expect("is a file")).expect("opens");
    let pg = TestStore::open(Engine::Postgres);
    let platform::store::Location::Postgres(url) = pg.db.location() else { panic!("is PostgreSQL") };
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("connects");
    tokio::spawn(connection);
    let mut faults = vec![];
    for s in &all {
        // What only one engine knows is marked by its own functions.
        let only_pg = s.text.contains("pg_") || s.text.contains("set_config");
        if !only_pg && let Err(e) = c.prepare(&sqlite_text(&s.text)) {
            faults.push(format!("SQLite, {}: {e}", s.place));
        }
        if let Err(e) = client.prepare(&postgres_text(&s.text)).await {
            let message = e.as_db_error().map_or_else(|| e.to_string(), |d| d.message().to_owned());
            faults.push(format!("PostgreSQL, {}: {message}", s.place));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("{} statements", all.len());
}
