//! Running a command while somebody waits: one line that says what happens and for how long, the whole output in a
//! file, and the end of it on the screen when the command fails.

use super::{Done, Failed, root, target};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Lines of a failed command's output that are shown.
const TAIL: usize = 60;
/// Without a terminal, a sign of life this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
/// On a terminal, the line is redrawn this often.
const REDRAW: Duration = Duration::from_millis(250);
/// Columns of the last output line that are shown.
const SHOWN: usize = 70;

/// What a command said.
pub struct Output {
    /// Everything, both streams, by line.
    pub lines: Vec<String>,
    /// Why it failed, if it did.
    pub failure: Option<Failed>,
}

/// A command run from the project's root with the project's target folder.
pub fn command(program: &str, args: &[&str]) -> Command {
    let mut c = Command::new(program);
    c.args(args).current_dir(root()).env("CARGO_TARGET_DIR", target());
    c
}

/// Runs a command to its end. `Err` when it fails; the end of its output is then on the screen.
pub fn run(what: &str, command: &mut Command) -> Done<Output> {
    let mut out = attempt(what, command)?;
    match out.failure.take() {
        None => Ok(out),
        Some(why) => Err(why),
    }
}

/// As [`run`], but a command that fails still answers what it said.
pub fn attempt(what: &str, command: &mut Command) -> Done<Output> {
    let began = Instant::now();
    let shown = format!("{command:?}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| Failed(format!("{what}: {shown} could not be started: {e}")))?;
    let (to, from) = mpsc::channel();
    for pipe in [child.stdout.take().map(boxed), child.stderr.take().map(boxed)].into_iter().flatten() {
        let to = to.clone();
        std::thread::spawn(move || forward(pipe, &to));
    }
    drop(to);
    let lines = watch(what, began, &from);
    let status = child.wait()?;
    let took = began.elapsed();
    keep(what, &lines);
    if status.success() {
        finish_line(&format!("✓ {what} ({})", seconds(took)));
        return Ok(Output { lines, failure: None });
    }
    finish_line(&format!("✗ {what} ({})", seconds(took)));
    for line in lines.iter().skip(lines.len().saturating_sub(TAIL)) {
        eprintln!("    {line}");
    }
    let why = format!("{what} failed ({status}); the whole output is in {}", log_of(what).display());
    Ok(Output { lines, failure: Some(Failed(why)) })
}

fn boxed(pipe: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(pipe)
}

fn forward(pipe: Box<dyn Read + Send>, to: &mpsc::Sender<String>) {
    let mut reader = BufReader::new(pipe);
    let mut bytes = vec![];
    while reader.read_until(b'\n', &mut bytes).is_ok_and(|n| n > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        if to.send(line).is_err() {
            return;
        }
        bytes.clear();
    }
}

/// Gathers the output until both streams end, showing how it goes.
fn watch(what: &str, began: Instant, from: &mpsc::Receiver<String>) -> Vec<String> {
    let terminal = std::io::stderr().is_terminal();
    let every = if terminal { REDRAW } else { SIGN_OF_LIFE };
    let mut lines = vec![];
    let mut shown = Instant::now();
    loop {
        match from.recv_timeout(every) {
            Ok(line) => lines.push(line),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return lines,
        }
        if shown.elapsed() >= every {
            shown = Instant::now();
            let last: String =
                lines.last().map(|l| plain(l)).unwrap_or_default().chars().take(SHOWN).collect();
            let text = format!("… {what} {} {last}", seconds(began.elapsed()));
            let mut err = std::io::stderr().lock();
            // A screen that cannot be written to is no reason to stop building.
            let _ = if terminal { write!(err, "\r\x1b[2K{text}") } else { writeln!(err, "{text}") };
            let _ = err.flush();
        }
    }
}

/// Without the colours.
fn plain(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => {
                let _ = chars.by_ref().find(char::is_ascii_alphabetic);
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

fn finish_line(text: &str) {
    let clear = if std::io::stderr().is_terminal() { "\r\x1b[2K" } else { "" };
    eprintln!("{clear}{text}");
}

fn log_of(what: &str) -> std::path::PathBuf {
    let name: String = what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    target().join("xtask").join(format!("{name}.log"))
}

fn keep(what: &str, lines: &[String]) {
    let path = log_of(what);
    if let Some(folder) = path.parent() {
        // Only for reading afterwards; the end is on the screen in any case.
        let _ = std::fs::create_dir_all(folder);
        let _ = std::fs::write(&path, lines.join("\n"));
    }
}

/// `83 s`, `2 min 5 s`.
pub fn seconds(d: Duration) -> String {
    match d.as_secs() {
        0 => format!("{} ms", d.as_millis()),
        s @ 1..120 => format!("{s} s"),
        s => format!("{} min {} s", s / 60, s % 60),
    }
}
