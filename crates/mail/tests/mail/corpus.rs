//! Any bytes at all: real and malformed mails, and mutants of them, are answered in time and never with a panic.
//!
//! Mutants come from a seed that is printed. A quick run belongs to the tests; `HARK_MAIL_MUTANTS=100000` makes the long one,
//! `HARK_MAIL_SEED` another one. The parser's own mails are read where Cargo keeps its source.

use mail::{Options, Refusal, explain, read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A mail and where it came from.
pub struct Sample {
    pub name: String,
    pub raw: Vec<u8>,
}

fn walk(folder: &Path, endings: &[&str], out: &mut Vec<Sample>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, endings, out);
        } else if endings.iter().any(|e| path.extension().is_some_and(|x| x == *e)) {
            let raw = std::fs::read(&path).expect("a readable mail");
            out.push(Sample { name: path.to_string_lossy().into_owned(), raw });
        }
    }
}

/// The parser's own mails: its source lies where Cargo says.
fn parsers_own() -> Vec<Sample> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    // Only this platform's crates are sure to be there without asking anybody.
    let rustc = std::process::Command::new("rustc").arg("-vV").output().map(|o| o.stdout).unwrap_or_default();
    let rustc = String::from_utf8_lossy(&rustc).into_owned();
    let host = rustc.lines().find_map(|l| l.strip_prefix("host: ")).unwrap_or("");
    let told = std::process::Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--offline",
            "--filter-platform",
            host,
            "--manifest-path",
        ])
        .arg(manifest)
        .output()
        .expect("cargo runs");
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap_or_default();
    let packages = told["packages"].as_array().cloned().unwrap_or_default();
    let own = packages
        .iter()
        .find(|p| p["name"] == "mail-parser")
        .and_then(|p| p["manifest_path"].as_str().map(PathBuf::from));
    let mut out = vec![];
    if let Some(folder) = own.as_deref().and_then(Path::parent) {
        walk(&folder.join("resources"), &["eml"], &mut out);
    }
    out
}

/// Every mail there is.
pub fn samples() -> Vec<Sample> {
    let mut out = vec![];
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data"), &["txt", "eml"], &mut out);
    let own = parsers_own();
    if own.is_empty() {
        println!("the parser's own mails are not where Cargo says: only ours are read");
    }
    out.extend(own);
    out
}

/// A small generator of chance (xorshift), the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).expect("below a usize")
    }
}

const PIECES: &[&[u8]] = &[
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"=?utf-8?B?",
    b"?=",
    b"\r\n\r\n",
    b"\n\n",
    b"\0",
    b"\xff\xfe",
    b"\x1b$B",
    b"\x81\x30\x81\x30",
    b"<blockquote>",
    b"<div class=gmail_quote>",
    b"<table><tr><td>",
    b"<!--",
    b"<script>",
    b"&#x110000;",
    b"&#0;",
    b"charset=gb18030",
    b"charset=utf-7",
    b"format=flowed; delsp=yes",
    b"> > > > ",
    b"On a b wrote:\n",
    b"From: ",
    b"Subject: ",
    b"References: <a@b> <",
    b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22",
    b"BEGIN:VEVENT\r\n",
    b"Final-Recipient: rfc822; a@b\r\nAction: failed\r\n",
    b"Content-Type: text/html; charset=x\r\n",
    b"filename*0*=gb18030''%81",
    b"multipart/digest",
    b"boundary=\"\"",
    b"boundary=\"-\"",
    b"Authentication-Results: a; dmarc=pass (",
    "\u{202e}\u{2066}好".as_bytes(),
];

fn mutate(base: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut raw = base.to_vec();
    for _ in 0..=chance.below(8) {
        let at = chance.below(raw.len() + 1);
        let end = (at + chance.below(200)).min(raw.len());
        match chance.below(12) {
            0 => raw.truncate(at),
            1 => {
                raw.drain(at..end);
            }
            2 => {
                let copy = raw[at..end].to_vec();
                raw.splice(at..at, copy.repeat(1 + chance.below(40)));
            }
            3 | 4 if at < raw.len() => raw[at] = chance.next().to_le_bytes()[0],
            5 | 6 => {
                let piece = PIECES[chance.below(PIECES.len())];
                raw.splice(at..at, piece.iter().copied());
            }
            7 => {
                let piece = PIECES[chance.below(PIECES.len())].repeat(1 + chance.below(300));
                raw.splice(at..at, piece);
            }
            8 => {
                // A line moves.
                let mut lines: Vec<Vec<u8>> =
                    raw.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
                if lines.len() > 2 {
                    let (a, b) = (chance.below(lines.len()), chance.below(lines.len()));
                    lines.swap(a, b);
                }
                raw = lines.concat();
            }
            9 => {
                let from = chance.below(other.len() + 1);
                raw.splice(at..end, other[from..].iter().copied().take(4_000));
            }
            10 => raw.iter_mut().skip(at).take(end - at).for_each(|b| *b ^= 0x80),
            _ => {
                raw =
                    raw.iter().flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] }).collect()
            }
        }
        raw.truncate(256 << 10);
    }
    raw
}

/// What every answer keeps to.
fn holds(raw: &[u8], name: &str) {
    let reading = read(raw, Options::default());
    let one_line = |t: &str| {
        !t.chars().any(|c| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
    };
    assert!(one_line(&reading.subject), "{name}");
    let p = &reading.participants;
    for person in [&p.from, &p.sender, &p.reply_to, &p.to, &p.cc, &p.bcc].into_iter().flatten() {
        assert!(
            one_line(&person.name)
                && one_line(&person.address)
                && (!person.address.contains(' ') || person.address.contains('"')),
            "{name}: {person:?}"
        );
    }
    for a in &reading.attachments {
        assert!(one_line(&a.name) && !a.name.is_empty() && !a.name.contains(['/', '\\']), "{name}: {a:?}");
    }
    let fine = |t: &str| !t.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    assert!(fine(&reading.text_shown) && fine(&reading.text_folded), "{name}");
    if let Some(html) = &reading.html {
        let low = format!("{}{}", html.shown, html.folded).to_ascii_lowercase();
        for bad in ["<script", "<style", "<iframe", "<form", "<svg", "<object", "<meta", "<link", "<base"] {
            assert!(!low.contains(bad), "{name}: {bad}");
        }
    }
    assert!(reading.refused != Some(Refusal::Unreadable) || !raw.is_empty(), "{name}");
}

#[test]
fn every_mail_is_answered() {
    let all = samples();
    assert!(all.len() >= 117, "{} mails", all.len());
    let mut refused = 0;
    for sample in &all {
        holds(&sample.raw, &sample.name);
        let told = explain(&sample.raw);
        for key in [
            "participants",
            "subject",
            "date",
            "text_shown",
            "text_folded",
            "html",
            "attachments",
            "kind",
            "evidence",
            "bounce",
            "authentication",
            "threading",
            "warnings",
            "refused",
        ] {
            assert!(told.get(key).is_some(), "{key} of {}", sample.name);
        }
        if !told["refused"].is_null() {
            println!("refused {}: {}", sample.name, told["refused"]);
            refused += 1;
        }
        let count = told["attachments"].as_array().map_or(0, Vec::len);
        for i in 0..count {
            assert!(mail::attachment(&sample.raw, i).is_some(), "attachment {i} of {}", sample.name);
        }
        assert!(mail::attachment(&sample.raw, count).is_none());
    }
    println!("{} mails, {refused} refused", all.len());
    assert!(refused * 50 <= all.len(), "{refused} refused");
}

#[test]
fn mutants_are_answered_in_time() {
    let count: usize = std::env::var("HARK_MAIL_MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let seed: u64 = std::env::var("HARK_MAIL_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(20_260_301);
    println!("seed {seed}");
    let all = samples();
    let mut chance = Chance(seed | 1);
    let mut times: Vec<Duration> = Vec::with_capacity(count);
    let (mut slowest, mut unreadable) = ((Duration::ZERO, 0), 0);
    for n in 0..count {
        let base = &all[chance.below(all.len())].raw;
        let other = &all[chance.below(all.len())].raw;
        let raw = mutate(base, other, &mut chance);
        let began = Instant::now();
        let reading = read(&raw, Options::default());
        let took = began.elapsed();
        times.push(took);
        if took > slowest.0 {
            slowest = (took, n);
        }
        unreadable += usize::from(reading.refused == Some(Refusal::Unreadable));
        if n % 10 == 0 {
            holds(&raw, &format!("mutant {n} of seed {seed}"));
        }
    }
    times.sort();
    let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
    println!(
        "{count} mutants: p50 {:?}, p99 {:?}, p99.9 {:?}, max {:?} (mutant {}), unreadable {unreadable}, memory at most {} MiB",
        at(0.5),
        at(0.99),
        at(0.999),
        slowest.0,
        slowest.1,
        peak_mib()
    );
    // The quick run shares the machine and the process with other tests; the long one is the measurement.
    let measured = std::env::var("HARK_MAIL_MUTANTS").is_ok() && !cfg!(debug_assertions);
    let most = Duration::from_millis(if measured { 250 } else { 2_500 });
    assert!(at(0.999) < most, "p99.9 {:?}", at(0.999));
    assert!(unreadable * 1_000 <= count, "{unreadable} that the parser gave up on");
    assert!(peak_mib() < 256 || !measured, "{} MiB", peak_mib());
}

/// The most memory this process has held, where the system says so.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|k| k.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

/// A mail made when it is wanted, so that only one is held at a time.
type Make = Box<dyn Fn() -> Vec<u8>>;

fn html(body: &str) -> Vec<u8> {
    format!("From: a@b.c\r\nContent-Type: text/html\r\n\r\n{body}").into_bytes()
}

fn after_head(head: &str, body: Vec<u8>) -> Vec<u8> {
    [format!("From: a@b.c\r\n{head}\r\n").into_bytes(), body].concat()
}

/// So many formatting elements, no two alike, none ended.
fn letters(count: usize) -> String {
    (0..count).map(|i| format!("<b id=x{i}>")).collect()
}

/// HTML and text, each `n` times smaller than it may be.
fn aimed_texts(n: usize) -> Vec<(&'static str, Make)> {
    let repeated =
        move |unit: &'static str, times: usize| -> Make { Box::new(move || html(&unit.repeat(times / n))) };
    let plain = move |unit: &'static str, times: usize| -> Make {
        Box::new(move || after_head("", unit.repeat(times / n).into_bytes()))
    };
    vec![
        ("bold in bold", repeated("<b>", 200_000)),
        ("tables in tables", repeated("<table><tr><td>", 40_000)),
        (
            "formatting left open",
            Box::new(move || html(&format!("{}{}", letters(110), "<p>x".repeat(28_000 / n)))),
        ),
        (
            "formatting left in a paragraph",
            Box::new(move || html(&format!("<p>{}</p>{}", letters(110), "<p>x</p>".repeat(28_000 / n)))),
        ),
        (
            "formatting ended out of scope",
            Box::new(move || {
                html(&format!(
                    "{}<table><td>{}</table>{}",
                    letters(110),
                    "</b>".repeat(110),
                    "<p>x".repeat(28_000 / n)
                ))
            }),
        ),
        (
            "formatting left open by a cut",
            Box::new(move || {
                let one = |i| format!("<b id=x{i}>new <div class=gmail_signature>s</div></b><p>y</p>");
                html(&(0..9_000 / n).map(one).collect::<String>())
            }),
        ),
        (
            "formatting in a list of choices",
            Box::new(move || {
                html(&format!(
                    "{}<select>{}</select>{}",
                    letters(90),
                    "</b>".repeat(90),
                    "<p>x</p>".repeat(14_000 / n)
                ))
            }),
        ),
        ("ends out of scope", repeated("<div><table><td></div>", 9_000)),
        ("ends out of scope, in lists", repeated("<ul><li><div><button></div></ul>", 7_000)),
        ("links unended", repeated("<a href=x>", 28_000)),
        ("formatting misnested", repeated("<b><i><u><s><p></b></i></u></s>", 5_900)),
        ("attributes", Box::new(move || html(&format!("<p {}>x", "a=b ".repeat(150_000 / n))))),
        ("references to characters", repeated("&amp;", 150_000)),
        ("quotes", repeated("<blockquote>x</blockquote>y", 20_000)),
        ("styles", repeated("<div style=\"display:none\">x</div>", 20_000)),
        ("quoted lines", plain("> x\ny\n", 200_000)),
        ("attributions", plain("On a <b\n", 100_000)),
        ("heads", plain("From: x\nTo: y\n", 100_000)),
        ("a large text", plain("word word word word.\r\n", (30 << 20) / 22)),
    ]
}

/// Heads and structure, each `n` times smaller than it may be.
fn aimed_structures(n: usize) -> Vec<(&'static str, Make)> {
    let nested = |depth: usize| -> Make {
        Box::new(move || {
            let one = |i| format!("Content-Type: multipart/mixed; boundary=b{i}x\r\n\r\n--b{i}x\r\n");
            format!("From: a@b.c\r\n{}", (0..depth).map(one).collect::<String>()).into_bytes()
        })
    };
    let head = move |name: &'static str, unit: &'static str| -> Make {
        Box::new(move || after_head(&format!("{name}: {}\r\n", unit.repeat(100_000 / n)), b"x".to_vec()))
    };
    let parts = "Content-Type: multipart/mixed; boundary=b\r\n";
    let image = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n";
    vec![
        ("nothing", Box::new(Vec::new)),
        ("NULs", Box::new(|| vec![0; 1 << 20])),
        ("one line", Box::new(|| vec![b'x'; 4 << 20])),
        ("people", head("To", "x@y.z, ")),
        ("words", head("Subject", "=?utf-8?Q?x?= ")),
        ("fields", Box::new(move || b"a: b\r\n".repeat(400_000 / n))),
        ("multiparts", nested(58)),
        ("multiparts too many", nested(2_000)),
        ("mails in mails", Box::new(move || b"Content-Type: message/rfc822\r\n\r\n".repeat(50_000 / n))),
        ("parts", Box::new(move || after_head(parts, b"--b\r\n\r\nx\r\n".repeat(200_000 / n)))),
        ("base64", Box::new(move || after_head(image, vec![b'A'; (30 << 20) / n]))),
        ("too large", Box::new(|| vec![b'a'; mail::limits::RAW_BYTES_MAX + 1])),
    ]
}

/// Mails that aim at one weakness each, as large as they may be or larger.
#[test]
fn aimed_mails_are_answered_in_time() {
    let n = if cfg!(debug_assertions) { 8 } else { 1 };
    let most = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });
    for (name, make) in aimed_texts(n).into_iter().chain(aimed_structures(n)) {
        let raw = make();
        let began = Instant::now();
        let reading = read(&raw, Options::default());
        let (took, kb) = (began.elapsed(), raw.len() >> 10);
        let (refused, warnings) = (reading.refused, reading.warnings);
        println!(
            "{name}: {kb} kB, {took:?}, refused {refused:?}, warnings {warnings:?}, memory {} MiB",
            peak_mib()
        );
        assert!(took < most, "{name} took {took:?}");
        assert!(refused != Some(Refusal::Unreadable), "{name}");
    }
}
