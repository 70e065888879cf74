//! Who could not be reached, for good or for now, and which of our mails it was.
//!
//! Three ways, the first that finds somebody counts: the parts of a delivery report ([`report`], RFC 3464), fields that servers
//! add (`X-Failed-Recipients`), and the words of a notice ([`notice`]: qmail, exim, postfix, sendmail, Exchange, Yahoo, 163, QQ
//! and their like). A report about abuse (RFC 5965) names its recipient as well.

mod notice;
mod report;

use crate::clean;
use crate::head::Head;
use crate::kind::Kind;
use crate::limits::{ADDRESS_BYTES_MAX, FAILURES_MAX, SAYING_BYTES_MAX, TEXT_BYTES_MAX};
use crate::reading::Reading;
use crate::{parts, threading};
use mail_parser::{Message, PartType};
use serde::Serialize;

/// What became of a delivery (RFC 3464, 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It will not arrive.
    Failed,
    /// It has not arrived yet; the server still tries.
    Delayed,
    /// A recipient complained (RFC 5965).
    Complained,
}

/// How it was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A delivery or feedback report.
    Report,
    /// A field of the head.
    Header,
    /// The words of the notice.
    Notice,
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The address as the notice writes it.
    pub address: String,
    /// What became of it.
    pub action: Action,
    /// `5.1.1` and the like (RFC 3463), where the notice says one.
    pub status: Option<String>,
    /// Hard: this mail will not arrive. Soft: the server still tries.
    pub hard: bool,
    /// What the server said, cut.
    pub diagnostic: String,
}

/// A bounce or a complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bounce {
    /// Who was not reached.
    pub recipients: Vec<Failure>,
    /// The id of the mail that came back, without angle brackets.
    pub original_message_id: Option<String>,
    /// How it was found out.
    pub found_by: FoundBy,
}

/// Texts of a mail that a bounce is read from.
#[derive(Default)]
struct Texts {
    /// `message/delivery-status` parts.
    status: Vec<String>,
    /// `message/feedback-report` parts.
    feedback: Vec<String>,
    /// What people read.
    notices: Vec<String>,
    /// Heads of the mail that came back.
    originals: Vec<String>,
}

/// Nested mails that are walked into.
const DEPTH_MAX: usize = 4;

fn collect(message: &Message<'_>, depth: usize, out: &mut Texts, reading: &mut Reading) {
    let own = |bytes: &[u8]| crate::charset::decode(&bytes[..bytes.len().min(TEXT_BYTES_MAX)], None).text;
    for part in message.parts.iter().take(crate::limits::PARTS_MAX) {
        let kind = parts::type_of(part);
        let bytes = || parts::content(message, part);
        match kind.as_str() {
            "message/delivery-status" | "message/global-delivery-status" => out.status.push(own(&bytes())),
            "message/feedback-report" => out.feedback.push(own(&bytes())),
            // The second is none, and some servers write it.
            "text/rfc822-headers"
            | "message/rfc822-headers"
            | "message/rfc822"
            | "message/global"
            | "message/global-headers" => {
                out.originals.push(own(&bytes()));
            }
            _ => match &part.body {
                PartType::Text(_) if depth == 0 => out.notices.push(parts::text_of(message, part, reading)),
                PartType::Html(_) if depth == 0 => {
                    let html = parts::text_of(message, part, reading);
                    out.notices.push(crate::html::text::plain(clean::cut(&html, TEXT_BYTES_MAX)));
                }
                _ => {}
            },
        }
        if let (PartType::Message(inner), true) = (&part.body, depth < DEPTH_MAX) {
            collect(inner, depth + 1, out, reading);
        }
    }
}

/// An address out of `rfc822; <mia@example.com>` and its like.
fn address(text: &str) -> Option<String> {
    let text = text.rsplit_once(';').map_or(text, |(_, a)| a);
    let inner = text.rfind('<').map_or(text, |at| &text[at + 1..]);
    let inner =
        inner.split('>').next().unwrap_or("").trim().trim_matches(['"', '\'', '(', ')', ',', ':', '.', ' ']);
    let word = inner.split_whitespace().find(|w| w.contains('@')).unwrap_or(inner);
    // X.400 writes `dda:SMTP=`; sendmail writes `address... words`.
    let smtp = word.to_ascii_lowercase().rfind("smtp=");
    let word = smtp.and_then(|at| word.get(at + 5..)).unwrap_or(word);
    let host_at = word.find('@').unwrap_or(0);
    let word = word[host_at..].find("..").map_or(word, |at| &word[..host_at + at]);
    let word =
        word.trim_start_matches("mailto:").trim_matches(['"', '\'', '(', ')', '[', ']', ',', ':', '.']);
    let fits = word.len() <= ADDRESS_BYTES_MAX
        && word.split_once('@').is_some_and(|(l, h)| !l.is_empty() && !h.is_empty());
    fits.then(|| clean::one_line(word, ADDRESS_BYTES_MAX))
}

fn put(list: &mut Vec<Failure>, failure: Failure) {
    if list.len() < FAILURES_MAX && !list.iter().any(|f| f.address.eq_ignore_ascii_case(&failure.address)) {
        let diagnostic = clean::one_line(&failure.diagnostic, SAYING_BYTES_MAX);
        list.push(Failure { diagnostic, ..failure });
    }
}

/// The id of the mail that came back: of its own head, else the last one in the notice.
fn original_id(texts: &Texts) -> Option<String> {
    let of = |text: &str| {
        let mut found = None;
        for line in text.lines().take(5_000) {
            let line = line.trim_start_matches(['>', ' ', '\t']);
            if line.get(..11).is_some_and(|p| p.eq_ignore_ascii_case("message-id:")) {
                found = found.or_else(|| threading::ids(clean::cut(&line[11..], 1_200)).into_iter().next());
            }
        }
        found
    };
    texts.originals.iter().find_map(|t| of(t)).or_else(|| texts.notices.iter().find_map(|t| of(t)))
}

/// Looks for a bounce in a parsed mail: where its head says bounce or report, where it brings a delivery report, and where a
/// daemon's words say so. Puts it into the reading and corrects the kind.
pub(crate) fn read(message: &Message<'_>, head: &Head, reading: &mut Reading) {
    let mut texts = Texts::default();
    let warnings = reading.warnings.clone();
    collect(message, 0, &mut texts, reading);
    reading.warnings = warnings;
    let mut found: Vec<Failure> = vec![];
    let mut found_by = FoundBy::Report;
    texts.status.iter().for_each(|t| report::delivery(t, &mut found));
    texts.feedback.iter().for_each(|t| report::feedback(t, &mut found));
    let failed: Vec<String> = head.all("x-failed-recipients").take(5).collect();
    if found.is_empty() && !failed.is_empty() {
        found_by = FoundBy::Header;
        let hard = !notice::is_delay(&texts.notices.join("\n"));
        for one in failed.iter().flat_map(|v| v.split(',')).filter_map(address) {
            let action = if hard { Action::Failed } else { Action::Delayed };
            put(&mut found, Failure { address: one, action, status: None, hard, diagnostic: String::new() });
        }
    }
    // A weak sign needs words that only a mail server writes, and a mail that answers none. A subject alone is the weakest.
    let signs =
        |of: &dyn Fn(&str) -> bool| reading.evidence.iter().any(|e| e.says == Kind::Bounce && of(&e.header));
    let by_sender = signs(&|header| header != "subject");
    let hinted = (by_sender || signs(&|_| true) && !notice::is_personal(&texts.notices))
        && reading.threading.in_reply_to.is_empty()
        && notice::is_notice(&texts.notices);
    if found.is_empty() && (reading.kind == Kind::Bounce || hinted) {
        found_by = FoundBy::Notice;
        let strangers: Vec<String> = own_addresses(reading, head);
        let host =
            reading.participants.from.first().and_then(|p| p.address.rsplit_once('@')).map_or("", |(_, h)| h);
        notice::read(&texts.notices, &strangers, &host.to_ascii_lowercase(), &mut found);
    }
    if found.is_empty() {
        return;
    }
    let complained = found.iter().any(|f| f.action == Action::Complained);
    if reading.kind != Kind::Report {
        reading.kind = if complained { Kind::Report } else { Kind::Bounce };
        let named = reading.evidence.iter().any(|e| e.says == reading.kind && !e.weak);
        if !named {
            let value = found[0].address.clone();
            reading.evidence.push(crate::kind::Evidence {
                says: reading.kind,
                header: "body".into(),
                value,
                weak: false,
            });
        }
    }
    reading.bounce = Some(Bounce { recipients: found, original_message_id: original_id(&texts), found_by });
}

/// Addresses that are in a notice but never failed: who it is from and for.
fn own_addresses(reading: &Reading, head: &Head) -> Vec<String> {
    let p = &reading.participants;
    let people = [&p.from, &p.sender, &p.reply_to, &p.to, &p.cc]
        .into_iter()
        .flatten()
        .map(|p| p.address.to_ascii_lowercase());
    let delivered = ["delivered-to", "return-path", "envelope-to", "errors-to"];
    people
        .chain(
            delivered
                .iter()
                .flat_map(|n| head.all(n))
                .filter_map(|v| address(&v))
                .map(|a| a.to_ascii_lowercase()),
        )
        .collect()
}
