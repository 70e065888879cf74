//! What kind of sender wrote a mail, and which field says so: what no person wrote is never answered by a program.
//!
//! RFC 3834 (`Auto-Submitted`), RFC 3464 and RFC 5965 (reports), RFC 2369 and 2919 (lists), and fields that programs use
//! beside them. A subject proves little: an out-of-office subject alone is weak evidence, which makes a mail an automatic
//! answer only together with another weak piece.

use crate::clean;
use crate::head::Head;
use crate::limits::{FINDINGS_MAX, SAYING_BYTES_MAX};
use serde::Serialize;

/// What kind of sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person, as far as can be seen.
    #[default]
    Human,
    /// A program that answers or notifies: out of office, "we have received", a no-reply address.
    AutoReply,
    /// A mail that could not be delivered, or not yet.
    Bounce,
    /// A mailing list, a newsletter, bulk mail.
    List,
    /// A complaint about one of our mails (ARF), or a report about a domain's mail.
    Report,
}

/// What speaks for a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// For which kind.
    pub says: Kind,
    /// The field, in lower case; `body` for the text.
    pub header: String,
    /// Its value, cut.
    pub value: String,
    /// Not enough by itself.
    pub weak: bool,
}

/// Subjects of automatic answers, in lower case, in English and Chinese. Beginnings only.
const AWAY_SUBJECTS: &[&str] = &[
    "out of office",
    "out of the office",
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "autoresponse",
    "away from my mail",
    "on vacation",
    "vacation",
    "i am away",
    "on leave",
    "自动回复",
    "自動回覆",
    "自动答复",
    "自動回復",
    "自动应答",
    "外出",
    "休假",
    "不在办公室",
    "不在辦公室",
    "假期自动",
    "请假",
];
/// Subjects of bounces, in lower case.
const BOUNCE_SUBJECTS: &[&str] = &[
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "mail delivery fail",
    "returned mail",
    "failure notice",
    "delivery notification",
    "mail delivery system",
    "non-delivery",
    "nondeliverable",
    "undeliverable mail",
    "message undeliverable",
    "mail delivery warning",
    "mail delivery problem",
    "mail could not be delivered",
    "permanent delivery",
    "automatically rejected",
    "mail system error",
    "warning: could not send",
    "delivery failed",
    "delivery has failed",
    "rejected:",
    "message status - undeliverable",
    "could not be delivered",
    "退信",
    "系统退信",
    "系統退信",
    "无法投递",
    "未送达",
    "无法送达",
    "投递失败",
    "郵件傳遞失敗",
    "邮件发送失败",
    "邮件投递失败",
];
/// Local parts that never read.
const DEAF: &[&str] =
    &["noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply", "bounce", "bounces"];
/// Local parts that write bounces.
const POSTMASTERS: &[&str] =
    &["mailer-daemon", "mailerdaemon", "mail-daemon", "mdaemon", "postmaster", "mailer_daemon"];

struct Search<'a> {
    head: &'a Head,
    found: Vec<Evidence>,
}

impl Search<'_> {
    fn put(&mut self, says: Kind, header: &str, value: &str, weak: bool) {
        if self.found.len() < FINDINGS_MAX {
            let value = clean::one_line(value, SAYING_BYTES_MAX);
            self.found.push(Evidence { says, header: header.to_owned(), value, weak });
        }
    }

    /// Every value of a field about which `says` has something to say.
    fn each(&mut self, header: &str, says: impl Fn(&str) -> Option<(Kind, bool)>) {
        let values: Vec<String> = self.head.all(header).take(4).collect();
        for value in values {
            if let Some((kind, weak)) = says(value.trim().to_ascii_lowercase().as_str()) {
                self.put(kind, header, &value, weak);
            }
        }
    }

    fn present(&mut self, headers: &[&str], kind: Kind, weak: bool) {
        for header in headers {
            self.each(header, |v| {
                (!v.is_empty() && v != "no" && v != "none" && v != "false").then_some((kind, weak))
            });
        }
    }
}

fn reports(search: &mut Search<'_>) {
    search.each("content-type", |v| {
        let report = v.starts_with("multipart/report");
        let of = |kind: &str| v.split("report-type").nth(1).is_some_and(|t| t.contains(kind));
        let kind = if of("delivery-status") || v.starts_with("message/delivery-status") {
            Kind::Bounce
        } else if of("feedback-report") || of("dmarc") || of("tlsrpt") {
            Kind::Report
        } else if of("disposition-notification") {
            Kind::AutoReply
        } else if report {
            // Without a type it is a bounce far more often than anything else.
            return Some((Kind::Bounce, true));
        } else {
            return None;
        };
        Some((kind, false))
    });
    search.present(&["x-failed-recipients", "x-postfix-queue-id"], Kind::Bounce, false);
    search.each("return-path", |v| {
        let daemon =
            POSTMASTERS.iter().any(|p| *p != "postmaster" && v.trim_start_matches('<').starts_with(p));
        (v == "<>" || v.starts_with("<> ") || daemon).then_some((Kind::Bounce, true))
    });
}

fn answers(search: &mut Search<'_>) {
    search.each("auto-submitted", |v| match v.split([';', ' ', '(']).next().unwrap_or("") {
        "" | "no" => None,
        _ => Some((Kind::AutoReply, false)),
    });
    let named = [
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-autoreply-from",
        "x-auto-reply-from",
        "x-autoresponse",
        "x-mail-autoreply",
        "x-vacation",
        "x-cron-env",
    ];
    search.present(&named, Kind::AutoReply, false);
    // Exchange sets `All` on what it wrote itself, and people's rules set it on more.
    search.each("x-auto-response-suppress", |v| {
        (!v.is_empty() && v != "none").then_some((Kind::AutoReply, v != "all" && v != "oof"))
    });
    search.each("return-path", |v| (v == "<>" || v.starts_with("<> ")).then_some((Kind::AutoReply, true)));
    search.each("precedence", |v| match v {
        "auto_reply" | "auto-reply" => Some((Kind::AutoReply, false)),
        "bulk" | "list" => Some((Kind::List, v == "bulk")),
        "junk" => Some((Kind::AutoReply, true)),
        _ => None,
    });
    search.each("x-precedence", |v| {
        ["auto_reply", "auto-reply"].contains(&v).then_some((Kind::AutoReply, false))
    });
    search.each("x-loop", |v| (!v.is_empty()).then_some((Kind::AutoReply, true)));
}

fn lists(search: &mut Search<'_>) {
    search.present(
        &["list-id", "list-post", "mailing-list", "x-mailing-list", "x-mailman-version"],
        Kind::List,
        false,
    );
    search.present(
        &["list-unsubscribe", "feedback-id", "x-campaign", "x-campaignid", "x-mailgun-tag"],
        Kind::List,
        false,
    );
}

/// Local parts without what programs add after them.
fn local_of(address: &str) -> String {
    let local = address.rsplit_once('@').map_or(address, |(l, _)| l).to_ascii_lowercase();
    local.split(['+', '=']).next().unwrap_or("").trim_matches(['"', '<', ' ']).to_owned()
}

/// Looks through the head. `from` are the addresses in `From` (and `Sender`), `subject` is decoded.
pub fn evidence(head: &Head, from: &[&str], subject: &str) -> Vec<Evidence> {
    let mut search = Search { head, found: vec![] };
    reports(&mut search);
    answers(&mut search);
    lists(&mut search);
    for address in from {
        let local = local_of(address);
        if POSTMASTERS.iter().any(|p| local == *p || local.starts_with(&format!("{p}\\@"))) {
            search.put(Kind::Bounce, "from", address, local.starts_with("postmaster") || local == "mdaemon");
        } else if DEAF
            .iter()
            .any(|d| local == *d || local.starts_with(&format!("{d}-")) || local.ends_with(&format!("-{d}")))
        {
            search.put(Kind::AutoReply, "from", address, false);
        }
    }
    let lower = subject.trim().to_lowercase();
    if AWAY_SUBJECTS.iter().any(|s| lower.starts_with(s)) {
        search.put(Kind::AutoReply, "subject", subject, true);
    }
    let within = ["(delivery failed)", "delivery failure", "non remis", "- user unknown"]
        .iter()
        .any(|s| lower.contains(s));
    if within || BOUNCE_SUBJECTS.iter().any(|s| lower.starts_with(s) || (!s.is_ascii() && lower.contains(s)))
    {
        search.put(Kind::Bounce, "subject", subject, true);
    }
    search.found
}

/// What the evidence comes to. A report and a bounce stand before an automatic answer, which they also are, and that before
/// a list; two weak pieces from different fields count as one strong.
pub fn judge(evidence: &[Evidence]) -> Kind {
    let holds = |kind: Kind| {
        let own: Vec<&Evidence> = evidence.iter().filter(|e| e.says == kind).collect();
        own.iter().any(|e| !e.weak) || own.iter().any(|e| e.header != own[0].header)
    };
    [Kind::Report, Kind::Bounce, Kind::AutoReply, Kind::List]
        .into_iter()
        .find(|k| holds(*k))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(head: &str, from: &str, subject: &str) -> Kind {
        judge(&evidence(&Head::read(format!("{head}\r\n\r\n").as_bytes()), &[from], subject))
    }

    #[test]
    fn kinds_by_their_fields() {
        for (head, from, subject, kind) in [
            ("X: y", "mia@example.com", "Hello", Kind::Human),
            ("Auto-Submitted: no", "mia@example.com", "Hello", Kind::Human),
            ("Auto-Submitted: auto-replied (vacation)", "mia@example.com", "Re: x", Kind::AutoReply),
            ("X: y", "mia@example.com", "Out of office tips wanted", Kind::Human),
            ("X: y", "mia@example.com", "自动回复: 您的订单", Kind::Human),
            ("Return-Path: <>", "mia@example.com", "自动回复: 您的订单", Kind::AutoReply),
            ("X-Auto-Response-Suppress: All", "mia@example.com", "Hello", Kind::AutoReply),
            ("X-Auto-Response-Suppress: DR, RN", "mia@example.com", "Hello", Kind::Human),
            ("Precedence: auto_reply", "mia@example.com", "Hello", Kind::AutoReply),
            ("Precedence: list", "mia@example.com", "Hello", Kind::List),
            ("List-Unsubscribe: <mailto:u@example.com>", "news@example.com", "Sale", Kind::List),
            (
                "List-Id: <x.example.com>\r\nAuto-Submitted: auto-generated",
                "a@example.com",
                "x",
                Kind::AutoReply,
            ),
            ("X-Autoreply: yes", "mia@example.com", "Hello", Kind::AutoReply),
            ("X: y", "no-reply@example.com", "Hello", Kind::AutoReply),
            ("X: y", "MAILER-DAEMON@example.com", "failure notice", Kind::Bounce),
            ("Return-Path: <>", "postmaster@example.com", "系统退信", Kind::Bounce),
            (
                "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
                "a@example.com",
                "x",
                Kind::Bounce,
            ),
            (
                "Content-Type: multipart/report;\r\n report-type=\"feedback-report\"",
                "a@example.com",
                "x",
                Kind::Report,
            ),
            (
                "Content-Type: multipart/report; report-type=disposition-notification",
                "a@example.com",
                "x",
                Kind::AutoReply,
            ),
        ] {
            assert_eq!(kind_of(head, from, subject), kind, "{head} {from} {subject}");
        }
    }
}
