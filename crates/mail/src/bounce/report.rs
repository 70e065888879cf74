//! Reports that are made to be read by programs: RFC 3464 (delivery) and RFC 5965 (complaints).

use super::{Action, Failure, address, put};
use crate::limits::FAILURES_MAX;

/// Groups of fields, with folding undone.
fn groups(text: &str) -> Vec<Vec<(String, String)>> {
    let mut out: Vec<Vec<(String, String)>> = vec![vec![]];
    for line in text.lines().take(20_000) {
        if line.trim().is_empty() {
            if out.last().is_some_and(|g| !g.is_empty()) {
                out.push(vec![]);
            }
            continue;
        }
        let Some(group) = out.last_mut() else { break };
        match (line.starts_with([' ', '\t']), group.last_mut()) {
            (true, Some((_, value))) if value.len() < 4_000 => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {
                if let Some((name, value)) = line.split_once(':') {
                    group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
            }
        }
        if out.len() > 4 * FAILURES_MAX {
            break;
        }
    }
    out
}

fn value<'a>(group: &'a [(String, String)], name: &str) -> Option<&'a str> {
    group.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
}

/// `5.1.1` out of a `Status` field or a diagnostic.
pub fn status(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|word| {
        let mut pieces = word.trim_matches('.').split('.');
        let class = pieces.next()?;
        let (subject, detail) = (pieces.next()?, pieces.next()?);
        let fits = ["2", "4", "5"].contains(&class)
            && pieces.next().is_none()
            && subject.len() <= 3
            && detail.len() <= 3;
        (fits && !subject.is_empty() && !detail.is_empty()).then(|| format!("{class}.{subject}.{detail}"))
    })
}

/// The recipients of a `message/delivery-status`.
pub fn delivery(text: &str, out: &mut Vec<Failure>) {
    for group in groups(text) {
        let to = ["original-recipient", "final-recipient", "x-actual-recipient"];
        // The original one is what our mail was sent to; some servers write only its kind there.
        let own = to.iter().filter_map(|n| value(&group, n)).filter_map(address).next();
        let Some(own) = own else { continue };
        let said = value(&group, "status").and_then(status);
        let diagnostic = value(&group, "diagnostic-code").unwrap_or("").to_owned();
        let action = value(&group, "action").unwrap_or("").to_ascii_lowercase();
        let class = said.as_deref().and_then(|s| s.chars().next());
        let action = if action.starts_with("delay") {
            Action::Delayed
        } else if action.starts_with("fail") || action.is_empty() && class == Some('5') {
            Action::Failed
        } else if action.is_empty() && class == Some('4') {
            Action::Delayed
        } else {
            // Delivered, relayed, expanded: nothing failed.
            continue;
        };
        let said = said.or_else(|| status(&diagnostic));
        put(out, Failure { address: own, action, status: said, hard: action == Action::Failed, diagnostic });
    }
}

/// The recipient of a `message/feedback-report`.
pub fn feedback(text: &str, out: &mut Vec<Failure>) {
    for group in groups(text) {
        let kind = value(&group, "feedback-type").unwrap_or("").to_owned();
        for name in ["original-rcpt-to", "removal-recipient"] {
            if let Some(own) = value(&group, name).and_then(address) {
                put(
                    out,
                    Failure {
                        address: own,
                        action: Action::Complained,
                        status: None,
                        hard: false,
                        diagnostic: kind.clone(),
                    },
                );
            }
        }
    }
}
