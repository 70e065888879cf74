//! The marks by which mail programs set a quote apart: their classes and ids in HTML, and their words in English, Chinese and
//! a few more languages.

use regex::Regex;
use std::sync::LazyLock;

/// Classes of elements that hold a quote: Gmail, Yahoo, Thunderbird's line before it, Proton, Zoho, NetEase, QQ, Mail.ru, and
/// the same with Outlook's `x_`.
pub const QUOTE_CLASSES: &[&str] = &[
    "gmail_quote",
    "gmail_extra",
    "yahoo_quoted",
    "yahoo-quoted-begin",
    "moz-cite-prefix",
    "protonmail_quote",
    "zmail_extra",
    "tutanota_quote",
    "ntes-mailmaster-quote",
    "mail-quote-collapse",
    "mailru-blockquote",
    "wm-quote",
    "qm_original",
    "xm_quote",
    "quotedmailcontent",
    "freshdesk_quote",
    "hark_quote",
    "mcntmcntquote",
    "moz-forward-container-none",
    "isreplycontent",
    "history-quote-wrapper",
    "lark-mail-quote",
    "hw_quote",
    "origin_mail",
];
/// Ids of such elements.
pub const QUOTE_IDS: &[&str] = &[
    "isreplycontent",
    "original-content",
    "qm_original",
    "replycontent",
    "yahoo_quoted",
    "ntes-mailmaster-quote",
    "mail-quote",
];
/// Classes and ids of elements that hold a signature.
pub const SIGNATURES: &[&str] = &[
    "gmail_signature",
    "gmail_signature_prefix",
    "moz-signature",
    "ms-outlook-mobile-signature",
    "applemailsignature",
    "protonmail_signature_block",
    "zmail_signature",
    "ntes-pcmac-signature",
    "ntes-mailmaster-signature",
    "netease_mail_footer",
    "yahoo-signature",
    "ymail_android_signature",
    "ymail_ios_signature",
    "composemailsignature",
    "qm_signature",
    "xm_signature",
    "foxmail-signature",
    "signature-block",
    "lark-mail-signature",
    "ydpsignature",
];
/// Classes and ids at which the quote begins that goes on to the end: Outlook and Outlook on the web.
pub const FROM_HERE: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "outlookmessageheader",
    "olk_src_body_section",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-body-separator-line",
    "reply-intro",
    "stopspelling",
];
/// Elements that are quotes by their name: QQ's.
pub const QUOTE_TAGS: &[&str] = &["includetail"];
/// Elements that are signatures by their name: QQ's.
pub const SIGNATURE_TAGS: &[&str] = &["sign", "signature"];

/// A line that says who wrote what is quoted below, whole.
static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    let patterns = [
        r"^on\b.{3,300}\bwrote ?[:：]$",
        r"^at\s+\d{4}-\d{1,2}-\d{1,2}.{3,300}\bwrote ?[:：]$",
        r"^.{0,200}<[^<>@\s]+@[^<>\s]+>.{0,120}\bwrote ?[:：]$",
        r"^\d{4}[-/.年].{3,300}\bwrote ?[:：]$",
        r"^[在于於].{3,300}(?:写道|寫道|撰写|撰寫|写到|写了)\s?[:：]?$",
        r"^.{0,200}(?:于|於|在)\s?\d{4}\s?[年/-].{3,200}(?:写道|寫道|撰写|撰寫)\s?[:：]?$",
        r"^\d{4}\s?[年/.-].{3,300}(?:写道|寫道|撰写|撰寫)\s?[:：]?$",
        r"^.{0,200}<[^<>@\s]+@[^<>\s]+>\s?(?:写道|寫道|撰写|撰寫)\s?[:：]?$",
        r"^.{1,80}(?:写道|寫道)\s?[:：]$",
        r"^am\b.{3,300}\bschrieb\b.{0,200}[:：]$",
        r"^le\b.{3,300}\ba écrit\s?[:：]$",
        r"^el\b.{3,300}\bescribió\s?[:：]$",
        r"^\d{4}年\d{1,2}月\d{1,2}日.{3,200}[<＜].{3,100}[>＞]\s?[:：]$",
        r"^quoting .{3,200}[:：]$",
        r"^-{2,}\s*on\b.{3,300}\bwrote\s*-{2,}$",
        r"^\d{1,2}\.\d{1,2}\.\d{4}[, ].{3,200}<[^<>@\s]+@[^<>\s]+>\s?[:：]$",
        r"^.{0,60}\d{4}.{3,60}(?:от|от кого)\s.{1,100}<[^<>@\s]+@[^<>\s]+>\s?[:：]$",
    ];
    Regex::new(&format!("(?i)(?:{})", patterns.join("|"))).expect("invariant: a valid pattern")
});

/// A line between the answer and what it answers.
static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| {
    let words = "original message|original mail|original email|original|原始邮件|原始郵件|原邮件|原始信件|邮件原件|原件|回复的原邮件|邮件原文|\
        reply message|ursprüngliche nachricht|message d'origine|mensaje original|回复邮件信息|元のメッセージ";
    Regex::new(&format!(
        r"(?i)^[-—_＿─=*\s]{{2,}}(?:{words})[-—_＿─=*\s:：]{{0,80}}$|^(?:原始邮件|原始郵件)\s?[:：]?$"
    ))
    .expect("invariant: a valid pattern")
});

/// A line before a mail that is passed on: what follows is meant to be read.
static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    let words = "forwarded message|forwarded mail|begin forwarded message|转发的?邮件|转发邮件信息|轉寄的?郵件|轉寄郵件|转发的?信息";
    Regex::new(&format!(r"(?i)^[-—_>\s]*(?:{words})[-—_\s:：]*$")).expect("invariant: a valid pattern")
});

static HEAD_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\*{0,2}(?:from|发件人|寄件者|寄件人|發件人|差出人|von|de)\*{0,2}\s{0,4}[:：]")
        .expect("invariant: a valid pattern")
});
static HEAD_NEXT: LazyLock<Regex> = LazyLock::new(|| {
    let words = "sent|date|to|cc|subject|reply-to|importance|发送时间|发送日期|发送于|时间|日期|收件人|抄送|主题|主 题|主　题|寄件日期|傳送時間|收件者|副本|主旨|\
        主題|發送時間|日時|宛先|件名|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto";
    Regex::new(&format!(r"(?i)^\*{{0,2}}(?:{words})\*{{0,2}}\s{{0,4}}[:：]"))
        .expect("invariant: a valid pattern")
});

/// A line that a program adds at the end of what is written on a telephone, and its like.
static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    let patterns = [
        r"sent (?:from|via|with|using) (?:my |the )?(?:[\w.+' -]{2,60})",
        r"get outlook for (?:ios|android|mac|windows).{0,60}",
        r"(?:发自|發自)\s?(?:我的|手机|手機|yahoo|outlook|iphone|ipad|android).{0,60}",
        r"(?:发自|發自).{0,30}(?:手机|手機|邮箱|邮件|iphone|ipad).{0,30}",
        r"从\s?.{0,40}(?:发送|发来的|傳送).{0,20}",
        r"從\s?.{0,40}(?:傳送|發送).{0,20}",
        r"(?:来自|來自)\s?(?:我的|outlook|手机|iphone|ipad|yahoo).{0,40}",
        r"(?:来自|來自).{0,30}(?:手机|邮箱|邮件|客户端).{0,20}",
        r"获取\s?outlook for .{0,60}|取得\s?outlook for .{0,60}|下载\s?outlook for .{0,60}",
        r"发送自\s?.{0,60}|傳送自\s?.{0,60}|(?:签名)?由.{0,20}邮箱大师.{0,20}|通过.{0,30}(?:发送|发出)",
        r"von meinem .{2,40} gesendet|envoyé de (?:mon|ma) .{2,40}|enviado desde mi .{2,40}|iphoneから送信",
        r"yahoo mail[:：] .{0,60}|sent from yahoo mail.{0,60}",
    ];
    Regex::new(&format!(r"(?i)^[\[(（-]?\s?(?:{})[\])）.。]?$", patterns.join("|")))
        .expect("invariant: a valid pattern")
});

/// Longest line that is looked at: markers are short.
const LINE_MAX: usize = 600;

fn short(line: &str) -> bool {
    line.len() <= LINE_MAX
}

/// Does this line, or these joined, say who wrote what follows?
pub fn is_attribution(line: &str) -> bool {
    short(line) && ATTRIBUTION.is_match(line)
}

/// May an attribution begin here that goes on in the next lines?
pub fn may_begin_attribution(line: &str) -> bool {
    let lower: String = line.chars().take(4).flat_map(char::to_lowercase).collect();
    short(line)
        && (["on ", "am ", "le ", "el ", "at "].iter().any(|s| lower.starts_with(s))
            || line.starts_with(['在', '于', '於'])
            || line.chars().take(4).all(|c| c.is_ascii_digit()) && line.len() > 8
            || line.contains('<'))
}

/// Does this line stand between an answer and what it answers?
pub fn is_separator(line: &str) -> bool {
    short(line) && SEPARATOR.is_match(line)
}

/// Does this line stand before a mail that is passed on?
pub fn is_forward(line: &str) -> bool {
    short(line) && FORWARD.is_match(line)
}

/// Do these lines begin with the head of a quoted mail: who, and at least two of when, to whom, about what?
pub fn is_quoted_head<'a>(mut lines: impl Iterator<Item = &'a str>) -> bool {
    if !lines.next().is_some_and(|l| short(l) && HEAD_FIRST.is_match(l)) {
        return false;
    }
    lines.filter(|l| !l.is_empty()).take(7).filter(|l| short(l) && HEAD_NEXT.is_match(l)).count() >= 2
}

/// Is this what a telephone or a mail program adds of itself?
pub fn is_device(line: &str) -> bool {
    line.len() <= 200 && DEVICE.is_match(line)
}

/// Is this a rule of underscores or dashes, as Outlook puts above a quoted head?
pub fn is_rule(line: &str) -> bool {
    line.len() >= 5 && line.chars().all(|c| matches!(c, '_' | '-' | '—' | '─' | '=' | '*'))
}
