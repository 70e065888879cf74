//! `cargo xtask test`: every check and every test once, as CI runs them; a table at the end.

use super::step::{self, Output, seconds};
use super::{Failed, cargo, codegen, needs, web};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What to leave out.
#[derive(Debug, clap::Args)]
pub struct Flags {
    /// Leave out the web applications and the browser tests.
    #[arg(long)]
    no_web: bool,
    /// Leave out PostgreSQL: tests run on SQLite only.
    #[arg(long)]
    no_postgres: bool,
    /// Run only the steps whose name holds this.
    #[arg(long)]
    only: Option<String>,
}

/// One row of the table.
struct Row {
    name: &'static str,
    passed: u64,
    failed: u64,
    took: Duration,
    why: Option<String>,
}

struct Table {
    rows: Vec<Row>,
    only: Option<String>,
}

impl Table {
    /// Runs a step and keeps how it went. Tests of its output are counted; a step without any counts as one.
    fn step(&mut self, name: &'static str, f: impl FnOnce() -> Result<Option<Output>, Failed>) {
        if self.only.as_ref().is_some_and(|o| !name.contains(o.as_str())) {
            return;
        }
        let began = Instant::now();
        let row = |passed, failed, why| Row { name, passed, failed, took: began.elapsed(), why };
        let row = match f() {
            Ok(None) => row(1, 0, None),
            Ok(Some(out)) => {
                let (passed, failed) = count(&out.lines);
                match out.failure {
                    None => row(passed.max(1), failed, None),
                    Some(Failed(why)) => row(passed, failed.max(1), Some(why)),
                }
            }
            Err(Failed(why)) => row(0, 1, Some(why)),
        };
        self.rows.push(row);
    }

    fn cargo(&mut self, name: &'static str, args: &[&str], env: &[(&str, &str)]) {
        self.step(name, || {
            let mut c = step::command("cargo", args);
            c.envs(env.iter().copied());
            step::attempt(name, &mut c).map(Some)
        });
    }

    fn npm(&mut self, name: &'static str, args: &[&str], env: &[(&str, &str)]) {
        self.step(name, || {
            let mut c = web::npm(args);
            c.envs(env.iter().copied());
            step::attempt(name, &mut c).map(Some)
        });
    }
}

/// Runs everything. The last line is `N passed, N failed`.
pub fn run(flags: &Flags) -> ExitCode {
    let began = Instant::now();
    let mut table = Table { rows: vec![], only: flags.only.clone() };
    if let Err(Failed(why)) = needs::ensure(&wanted(flags)) {
        table.rows.push(Row {
            name: "what the tests need",
            passed: 0,
            failed: 1,
            took: began.elapsed(),
            why: Some(why),
        });
        return finish(&table, began);
    }
    table.cargo("format", &["fmt", "--all", "--check"], &[]);
    table.step("tidy", || super::tidy().map(|()| None));
    if !flags.no_web {
        table.step("web packages", || web::install().map(|()| None));
        table.npm("web types", &["run", "check"], &[]);
        table.npm("web tests", &["run", "test"], &[]);
        table.step("web build", || web::build().map(|()| None));
    }
    table.cargo(
        "clippy",
        &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        &[],
    );
    // Tests of the whole program start the binary themselves.
    table.step("program for the tests", || cargo::workspace().map(|()| None));
    let binary = cargo::binary(true).to_string_lossy().into_owned();
    let env = [("HARK_BIN", binary.as_str())];
    workspace_tests(&mut table, &env);
    if !flags.no_postgres {
        on_postgres(&mut table, &env);
    }
    if !flags.no_web {
        if codegen::is_kept() {
            table.step("described API", || codegen::run(true).map(|()| None));
        }
        browser_tests(&mut table, !flags.no_postgres);
    }
    finish(&table, began)
}

fn wanted(flags: &Flags) -> Vec<needs::Need> {
    let mut all = vec![needs::CC, needs::POSTFIX, needs::DOVECOT, needs::PYTHON];
    if !flags.no_web {
        all.extend([needs::NODE, needs::CHROMIUM, needs::FONTS]);
    }
    if !flags.no_postgres {
        all.push(needs::POSTGRES);
    }
    all
}

/// With nextest where it is there: it runs the tests of all crates side by side.
fn workspace_tests(table: &mut Table, env: &[(&str, &str)]) {
    let nextest =
        step::command("cargo", &["nextest", "--version"]).output().is_ok_and(|o| o.status.success());
    if nextest {
        table.cargo("tests", &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"], env);
    } else {
        table.cargo("tests", &["test", "--workspace", "--all-targets", "--locked", "--no-fail-fast"], env);
    }
}

/// Suites whose tests name no engine, once more on PostgreSQL.
fn on_postgres(table: &mut Table, env: &[(&str, &str)]) {
    let env = [env, &[("HARK_TEST_ENGINE", "postgres")]].concat();
    table.cargo(
        "tests on PostgreSQL",
        &[
            "test",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--test",
            "channels",
            "--test",
            "webhooks",
            "--test",
            "bots",
        ],
        &env,
    );
}

/// The browser tests start the binary themselves; the story of a whole day is told on both stores.
fn browser_tests(table: &mut Table, postgres: bool) {
    table.step("server for the browser", || cargo::debug().map(|()| None));
    let binary = cargo::binary(true).to_string_lossy().into_owned();
    let chromium = needs::chromium().unwrap_or_default();
    let env = [("HARK_BIN", binary.as_str()), ("HARK_CHROMIUM", chromium.as_str())];
    table.npm("browser tests", &["run", "test:browser"], &env);
    if postgres {
        let env = [&env[..], &[("HARK_STORE", "postgres")]].concat();
        table.npm("browser tests, PostgreSQL", &["run", "test:browser", "--", "floor"], &env);
    }
}

/// Tests passed and failed, as the runners print them.
fn count(lines: &[String]) -> (u64, u64) {
    let (mut passed, mut failed) = (0, 0);
    for line in lines {
        let line = uncoloured(line);
        let t = line.trim();
        let summary = t.starts_with("test result:")
            || (t.starts_with("Summary") && t.contains("tests run"))
            || (t.starts_with("Tests ") && t.contains("passed"));
        if summary {
            passed += number_before(t, "passed");
            failed += number_before(t, "failed");
        }
    }
    (passed, failed)
}

fn uncoloured(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            let _ = chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            out.push(c);
        }
    }
    out
}

fn number_before(text: &str, word: &str) -> u64 {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|w| !w.is_empty()).collect();
    let at = words.iter().position(|w| *w == word);
    at.filter(|i| *i > 0).and_then(|i| words[i - 1].parse().ok()).unwrap_or(0)
}

fn finish(table: &Table, began: Instant) -> ExitCode {
    println!();
    for row in &table.rows {
        let mark = if row.failed == 0 { "✓" } else { "✗" };
        println!(
            "{mark} {:<24} {:>6} passed {:>4} failed  {:>12}",
            row.name,
            row.passed,
            row.failed,
            seconds(row.took)
        );
    }
    for row in &table.rows {
        if let Some(why) = &row.why {
            println!("✗ {}: {why}", row.name);
        }
    }
    let passed: u64 = table.rows.iter().map(|r| r.passed).sum();
    let failed: u64 = table.rows.iter().map(|r| r.failed).sum();
    println!("\n{} in all", seconds(began.elapsed()));
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_of_every_runner_are_counted() {
        let lines = [
            "test result: ok. 11 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.20s",
            "     Summary [   1.234s] 12 tests run: 10 passed (1 slow), 2 failed, 0 skipped",
            "\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m5 passed\x1b[39m\x1b[22m (5)",
            "Tests  4 passed, 1 failed",
            "a line that says 7 passed",
        ];
        assert_eq!(count(&lines.map(str::to_owned)), (30, 4));
    }
}
