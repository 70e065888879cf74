//! Another parser's opinion: subject, author and number of attachments as Python's `email` reads them, over every mail.
//!
//! Where the two differ the mail is printed. It needs `python3`, which `cargo xtask test` sees to.

use crate::corpus::samples;
use mail::{Options, read};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn opinions(paths: &str) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/read.py");
    let child = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.expect("python3 is there");
    let mut stdin = child.stdin.take().expect("piped");
    let paths = paths.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(paths.as_bytes()));
    let out = child.wait_with_output().expect("python3 ends");
    writer.join().expect("written").expect("written");
    assert!(out.status.success(), "python3 failed");
    String::from_utf8_lossy(&out.stdout)
        .lines()
        .map(|l| serde_json::from_str(l).expect("a line of JSON"))
        .collect()
}

/// What both would show: one line, marks of damage and spaces apart.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{fffd}' && *c != '\u{feff}')
        .collect()
}

/// Is it the same subject? Bytes that no charset was declared for are U+FFFD to Python, one or several to a character: there
/// anything may stand.
fn is_same(own: &str, theirs: &str) -> bool {
    let own: String = plain(own);
    let mut rest = own.as_str();
    let pieces: Vec<String> = theirs.split('\u{fffd}').map(plain).collect();
    if pieces.len() == 1 {
        return own == pieces[0];
    }
    for (i, piece) in pieces.iter().enumerate() {
        let Some(at) = rest.find(piece.as_str()).filter(|at| i > 0 || *at == 0) else { return false };
        rest = &rest[at + piece.len()..];
    }
    pieces.last().is_some_and(|p| p.is_empty() || rest.is_empty())
}

#[test]
fn another_parser_agrees() {
    let all = samples();
    let paths: String = all.iter().map(|s| format!("{}\n", s.name)).collect();
    let opinions = opinions(&paths);
    assert_eq!(opinions.len(), all.len());
    let mut agreed = [0, 0, 0];
    for (sample, other) in all.iter().zip(&opinions) {
        let own = read(&sample.raw, Options::default());
        let from: Vec<String> = own
            .participants
            .from
            .iter()
            .map(|p| p.address.to_ascii_lowercase())
            .filter(|a| !a.is_empty())
            .collect();
        let theirs: Vec<String> = other["from"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str())
            .map(str::to_ascii_lowercase)
            .filter(|a| !a.is_empty() && a != "<>")
            .collect();
        let pairs = [
            (
                is_same(&own.subject, other["subject"].as_str().unwrap_or("")),
                own.subject.clone(),
                &other["subject"],
            ),
            (from == theirs, from.join(", "), &other["from"]),
            (
                other["attachments"].as_u64() == Some(own.attachments.len() as u64),
                own.attachments.len().to_string(),
                &other["attachments"],
            ),
        ];
        for (i, (same, mine, theirs)) in pairs.into_iter().enumerate() {
            if same {
                agreed[i] += 1;
            } else {
                let field = ["subject", "from", "attachments"][i];
                println!(
                    "{}: {field} {mine:?}, Python {theirs}",
                    sample.name.rsplit('/').take(3).collect::<Vec<_>>().join(" < ")
                );
            }
        }
    }
    let total = agreed.iter().sum::<usize>();
    println!(
        "of {} mails agreed: subject {}, from {}, attachments {}; together {total} of {}",
        all.len(),
        agreed[0],
        agreed[1],
        agreed[2],
        3 * all.len()
    );
    assert!(total * 100 >= 3 * all.len() * 99, "{total} of {}", 3 * all.len());
}
