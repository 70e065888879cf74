//! Notices that are made to be read by people: where in their words the failed address stands.
//!
//! A notice says something went wrong, names the addresses, and appends the mail. So: what comes after the beginning of the
//! appended mail is cut off; lines that say that something failed are looked for, in English and Chinese and a few more
//! languages; addresses beside or right below them are the failed ones, but never those the notice is from or for.

use super::report::status;
use super::{Action, Failure, address, put};
use crate::clean;
use crate::reading::Reading;
use regex::Regex;
use std::sync::LazyLock;

/// Lines of a notice that are looked at.
const LINES_MAX: usize = 400;
/// Lines below one that says that something failed in which addresses count.
const REACH: usize = 12;

fn pattern(words: &[&str]) -> Regex {
    Regex::new(&format!("(?i)(?:{})", words.join("|"))).expect("invariant: a valid pattern")
}

/// Where the appended mail begins.
static APPENDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"^[-=_ >*]*(?:unsent message|original message|the original message|returned message|message header|header of your|headers? follow|this is a copy|copy of (?:your|the) message|below this line|returned mail|start of|undelivered message|message follows|included is a copy|original mail|message text follows|text of your message|beginning of)",
        r"(?:original message|message (?:header|text|body)s?|returned (?:message|mail)|copy of (?:your|the) (?:message|mail)|headers?) (?:follow|is (?:included|attached|below)|attached|are included)",
        r"^\W*(?:received: |return-path: |message-id: |mime-version: |x-mailer: |content-type: )",
        r"原始邮件|原邮件内容|原信内容|邮件原文",
    ])
});
/// Words that say that something failed.
static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"fail(?:ed|ure|ing)|undeliver|not? (?:be )?deliver|unable to (?:deliver|send|find|relay)|(?:could|can|was|were|did|has|have) ?not (?:be|been|reach|find|accept|send|arrive|deliver|get)|couldn't|can't be|cannot",
        r"does(?:n't| not) (?:exist|like|have)|no such (?:user|recipient|mailbox|address|person|account)|unknown (?:user|recipient|address|account)|(?:user|recipient|account|mailbox|address|addressee)(?: is| was| name)?(?: is)? (?:unknown|unavailable|invalid|not|disabled|full|inactive|over)|(?:user|host|recipient|mailbox) unknown",
        r"reject|refus|permanent|fatal error|delivery error|invalid|bad address|not known|not listed|not found|not accept|inactive|disabled|no longer|over ?quota|quota exceed|exceeded|mailbox (?:full|is full)|unroute?able|returned to|bounce|delivery status|problems? (?:delivering|occurred|with)|errors? (?:occurred|while)|following (?:address|recipient|user|person)|recipients?:|was (?:not|undeliver)|not valid|expired|delay|not yet been|still (?:being|trying)|warning",
        r"\b[45]\d\d[ -]|\b[45]\.\d\.\d",
        r"无法|未能|失败|不存在|退回|退信|未送达|拒收|拒绝|已满|被退|錯誤|無法|失敗|不成功|不可达|送达不到",
        r"unzustellbar|nicht (?:zugestellt|erreicht)|konnte|unbekannt|n'a pas pu|n'a pu|inconnu|impossible|no se pudo|non (?:è stato|e' stato|consegnat)|não|nao foi|ошибк|не (?:может|удалось|доставлен)|配信|届け",
    ])
});
/// Words that say that the server still tries.
static DELAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"still (?:being|trying)|will (?:keep|continue|be) (?:trying|to try|retried|attempt|to (?:attempt|retry))|warning message only|delivery (?:is |has been |was )?delay|delayed|not (?:yet )?been delivered (?:yet|after)|has not yet been|will try again|do not need to re-?send|temporar(?:y|ily) (?:fail|unable|error|problem|unavailable)|(?:仍|还|会|将)(?:会|将|在|继续|再次)*(?:尝试|重试)|投递延迟|暂时(?:无法|未能)|延迟",
    ])
});
/// Words that say that it has given up, whatever else it says.
static GIVEN_UP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"permanent|given up|giving up|gave up|fatal|will not be (?:retried|attempted)|no further|too long|returned to sender|could not be delivered for|user unknown|unknown user|no such user|does not exist|不存在|退信|退回|已放弃",
    ])
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"#).expect("invariant: a valid pattern")
});
/// Local parts that never fail: who writes notices, and who to turn to.
const NEVER: &[&str] = &[
    "postmaster",
    "mailer-daemon",
    "mailerdaemon",
    "abuse",
    "helpdesk",
    "root",
    "hostmaster",
    "webmaster",
    "post_office",
    "postoffice",
];

/// Does the server still try?
pub fn is_delay(text: &str) -> bool {
    let text = clean::cut(text, 20_000);
    DELAY.is_match(text) && !GIVEN_UP.is_match(text)
}

/// Do the first lines of a mail without other evidence read like a notice of a server? Two signs are needed, so that a
/// customer who writes that something failed is not one.
pub fn is_notice(notices: &[String], reading: &Reading) -> bool {
    static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&[
            r"this (?:message|report|is an?)[^.]{0,60}(?:automatically|mail (?:system|server|program)|gateway|delivery)|could not be delivered to|permanent fatal errors|(?:mail|message) (?:that )?you sent|undeliverable|delivery to the following|your (?:message|mail)[^.\n]{0,80}(?:could not|cannot|was not|not) (?:be )?(?:deliver|sent|reach)|unknown (?:user|recipient)|user unknown|no such user|did not reach|抱歉，您的邮件被退回",
        ])
    });
    let text = notices.first().map_or("", String::as_str);
    let text = clean::cut(text, 4_000);
    let answered = !reading.threading.in_reply_to.is_empty()
        && reading.participants.from.iter().any(|p| !p.address.is_empty());
    let auto = reading.evidence.iter().any(|e| e.header == "return-path" || e.header == "auto-submitted");
    SIGNS.is_match(text)
        && (auto || !answered && reading.participants.from.iter().all(|p| is_never(&p.address)))
}

fn is_never(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or("").to_ascii_lowercase();
    NEVER.iter().any(|n| local == *n)
}

struct Found {
    line: usize,
    address: String,
    /// It stands in angle brackets, or is the first word of its line.
    alone: bool,
}

fn addresses(lines: &[&str], strangers: &[String]) -> Vec<Found> {
    let mut out = vec![];
    for (i, line) in lines.iter().enumerate() {
        for m in ADDRESS.find_iter(clean::cut(line, 2_000)) {
            let Some(own) = address(m.as_str().trim_start_matches("mailto:")) else { continue };
            let before = line[..m.start()].trim();
            let alone = before.is_empty() || before.ends_with('<');
            if !is_never(&own) && !strangers.contains(&own.to_ascii_lowercase()) {
                out.push(Found { line: i, address: own, alone });
            }
        }
    }
    out
}

/// The failed recipients of a notice.
pub fn read(notices: &[String], strangers: &[String], out: &mut Vec<Failure>) {
    for text in notices.iter().take(6) {
        let all: Vec<&str> = text.lines().take(LINES_MAX).collect();
        let end = all.iter().position(|l| APPENDED.is_match(clean::cut(l, 400))).unwrap_or(all.len());
        let lines = &all[..end];
        let found = addresses(lines, strangers);
        let failing: Vec<usize> =
            (0..lines.len()).filter(|i| FAILED.is_match(clean::cut(lines[*i], 600))).collect();
        let near = |f: &&Found| {
            failing.iter().any(|l| f.line >= *l && f.line - l <= REACH || f.line + 2 >= *l && f.line <= *l)
        };
        let mut kept: Vec<&Found> = found.iter().filter(near).collect();
        // Addresses that stand by themselves are named; others are mentioned.
        if kept.iter().any(|f| f.alone) {
            kept.retain(|f| f.alone);
        }
        if kept.is_empty() {
            kept = found.iter().take(1).collect();
        }
        let soft = is_delay(&lines.join("\n"));
        for f in kept {
            let around = lines[f.line.saturating_sub(1)..lines.len().min(f.line + 6)].join(" ");
            let action = if soft { Action::Delayed } else { Action::Failed };
            put(
                out,
                Failure {
                    address: f.address.clone(),
                    action,
                    status: status(&around),
                    hard: !soft,
                    diagnostic: around,
                },
            );
        }
        if !out.is_empty() {
            return;
        }
    }
}
