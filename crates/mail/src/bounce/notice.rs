//! Notices that are made to be read by people: where in their words the failed address stands.
//!
//! A notice says something went wrong, names the addresses, and appends the mail. So: what comes after the beginning of the
//! appended mail is cut off; lines that say that something failed are looked for, in English and Chinese and a few more
//! languages; addresses beside or right below them are the failed ones, but never those the notice is from or for.

use super::report::status;
use super::{Action, Failure, address, put};
use crate::clean;
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
        r"^[-=_ >*]*(?:the |this is the |text of )?(?:unsent|original|returned|undelivered) (?:message|mail)(?: text| body| header| headers)?(?: below| follows?| as received.*| is (?:attached|included|below).*)?[-=_ :*.]*$",
        r"^[-=_ >*]*(?:text of )?(?:your |the )?(?:message|mail)(?: text| body| header| headers)? (?:below|follows?)[-=_ :*.]*$",
        r"^[-=_ >*]*(?:this is a copy|copy of (?:your|the) message|below this line|start of (?:the )?(?:message|returned)|included is a copy|beginning of|headers? follow|the first \d+ lines)",
        r"(?:original message|message (?:header|text|body)s?|returned (?:message|mail)|copy of (?:your|the) (?:message|mail)|headers?) (?:follow|is (?:included|attached|below)|attached|are included)",
        r"^\W*(?:received: |return-path: |message-id: )",
        r"原始邮件|原邮件内容|原信内容|邮件原文",
    ])
});
/// Words that say that something failed.
static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"fail(?:ed|ure|ing)|undeliver|not? (?:be )?deliver|unable to (?:deliver|send|find|relay)|(?:could|can|was|were|did|has|have) ?not (?:be|been|reach|find|accept|send|arrive|deliver|get)|couldn't|can't be|cannot",
        r"did not (?:exactly )?match|postponed|does(?:n't| not) (?:exist|like|have)|no such (?:user|recipient|mailbox|address|person|account)|unknown (?:user|recipient|address|account)|(?:user|recipient|account|mailbox|address|addressee)(?: is| was| name)?(?: is)? (?:unknown|unavailable|invalid|not|disabled|full|inactive|over)|(?:user|host|recipient|mailbox) unknown",
        r"reject|refus|permanent|fatal error|delivery error|invalid|bad address|not known|not listed|not found|not accept|inactive|disabled|no longer|over ?quota|quota exceed|exceeded|mailbox (?:full|is full)|unroute?able|returned to|bounce|delivery status|problems? (?:delivering|occurred|with)|errors? (?:occurred|while)|following (?:address|recipient|user|person)|recipients?:|was (?:not|undeliver)|not valid|expired|delay|not yet been|still (?:being|trying)|warning",
        r"\b[45]\d\d[ -]|\b[45]\.\d\.\d",
        r"无法|未能|失败|不存在|退回|退信|未送达|拒收|拒绝|已满|被退|錯誤|無法|失敗|不成功|不可达|送达不到",
        r"unzustellbar|nicht (?:zugestellt|erreicht)|konnte|unbekannt|n'a pas pu|n'a pu|inconnu|impossible|no se pudo|non (?:è stato|e' stato|consegnat)|não|nao foi|ошибк|не (?:может|удалось|доставлен)|配信|届け",
    ])
});
/// Words that say that the server still tries.
static DELAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"still (?:being|trying)|attempts will continue|will retry|will (?:keep|continue|be) (?:trying|to try|retried|attempt|to (?:attempt|retry))|warning message only|delivery (?:is |has been |was )?delay|delayed|not (?:yet )?been delivered (?:yet|after)|has not yet been|will try again|do not need to re-?send|temporar(?:y|ily) (?:fail|unable|error|problem|unavailable)|(?:仍|还|会|将)(?:会|将|在|继续|再次)*(?:尝试|重试)|投递延迟|暂时(?:无法|未能)|延迟",
    ])
});
/// Words that say that it has given up, whatever else it says.
static GIVEN_UP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"permanent (?:fatal |delivery )*(?:error|fail)|permanently (?:reject|fail|undeliv)|given up|giving up|gave up|fatal|will not be (?:retried|attempted)|no further|too long|returned to sender|could not be delivered for|user unknown|unknown user|no such user|does not exist|不存在|退信|退回|已放弃",
    ])
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u{c0}-\u{24f}-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"#).expect("invariant: a valid pattern")
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

/// Do the first lines read like a notice of a mail server about a mail? Parcels and people are not reached in other words.
pub fn is_notice(notices: &[String]) -> bool {
    static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&[
            r"(?:message|e-?mail|mail)\b[^.\n]{0,100}\b(?:could ?not|cannot|can't|was not|were not|not|did not|couldn't)\s(?:be )?(?:deliver|sent|reach)",
            r"delivery (?:of (?:the |your )?(?:message|e-?mail)|to the following|attempt|status|failed)|permanent (?:fatal )?(?:delivery )?error|undeliverable|non-delivery",
            r"did not reach the following|unknown (?:user|recipient)|user unknown|no such user|(?:message|mail)[^.\n]{0,80}(?:rejected|postponed|returned|bounced)|mailbox (?:is )?full|over ?quota|failed recipients|requested action not taken|address[^.]{0,40}to which your message was addressed",
            r"(?:unable|failed) to deliver (?:the |your |this )?(?:message|e-?mail|mail)|您的邮件[^。]{0,30}(?:退回|退信|未能|无法|不能)|邮件(?:无法|未能)(?:送达|投递)|退信",
        ])
    });
    let text = notices
        .iter()
        .take(2)
        .map(|t| clean::cut(t, 4_000))
        .collect::<Vec<_>>()
        .join("\n")
        .replace('\n', " ");
    SIGNS.is_match(&text)
}

/// Does a person speak? Servers say "I" as well, but then their address gives them away.
pub fn is_personal(notices: &[String]) -> bool {
    static PERSON: LazyLock<Regex> =
        LazyLock::new(|| pattern(&[r"\b(?:i|i'm|i've|my|me)\b|please (?:call|help)|[?？我]"]));
    notices.first().is_some_and(|t| PERSON.is_match(clean::cut(t, 4_000)))
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
            let alone = before.is_empty()
                || before.ends_with(['<', '"', '[', '*'])
                || before.ends_with("expanded from:");
            if !is_never(&own) && !strangers.contains(&own.to_ascii_lowercase()) {
                out.push(Found { line: i, address: own, alone });
            }
        }
    }
    out
}

/// Names without a host, each alone in an indented line below one that says what failed: they are of the server's own host.
fn bare_names(lines: &[&str], failing: &[usize], host: &str) -> Vec<Found> {
    let Some(first) = failing.first().copied().filter(|_| host.contains('.')) else { return vec![] };
    let named = lines.iter().enumerate().skip(first + 1).take(3).filter(|(_, l)| l.starts_with([' ', '\t']));
    let name = |(line, text): (usize, &&str)| {
        let word = text.trim();
        let plain = (2..=64).contains(&word.len())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        plain.then(|| Found { line, address: format!("{word}@{host}"), alone: true })
    };
    named.filter_map(name).take(20).collect()
}

/// The failed recipients of a notice. `host` is the one of the server that writes.
pub fn read(notices: &[String], strangers: &[String], host: &str, out: &mut Vec<Failure>) {
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
        let names = if kept.iter().any(|f| f.alone) { vec![] } else { bare_names(lines, &failing, host) };
        // Addresses that stand by themselves are named, those in a line that says what failed are the next best; others are
        // mentioned.
        if kept.iter().any(|f| f.alone) {
            kept.retain(|f| f.alone);
        } else if kept.iter().any(|f| failing.contains(&f.line)) {
            kept.retain(|f| failing.contains(&f.line));
        }
        if !names.is_empty() {
            kept = names.iter().collect();
        } else if kept.is_empty() {
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
