//! The words of the letter, from what the visitor saw. Pure.

use crate::webchat::{VisitorEvent, VisitorMessage};
use engines::calendar::{Calendar, Day};
use kernel::{Language, Millis};
use platform::mail::Words;

/// The conversation's words in one letter at the most, in bytes; what is older than fits is left out, and the letter says so.
pub const LETTER_MAX: usize = 100 * 1024;

/// Whose wall the times of a letter are read from.
pub struct Clock<'a>(pub &'a Calendar);

impl Clock<'_> {
    fn day(&self, at: Millis) -> Option<Day> {
        self.0.day_at(at)
    }
    fn time(&self, at: Millis) -> String {
        self.0.time_at(at).to_string()
    }
}

/// The letter with these messages, oldest first. `earlier`: are there older ones that were not read?
pub fn letter(
    brand: &str,
    language: Language,
    items: &[VisitorMessage],
    clock: &Clock<'_>,
    earlier: bool,
) -> Words {
    let said: Vec<(Millis, String)> =
        items.iter().filter_map(|m| Some((m.at, said(m, language, clock)?))).collect();
    let (mut room, mut from) = (LETTER_MAX, said.len());
    while from > 0 && said[from - 1].1.len() <= room {
        from -= 1;
        room -= said[from].1.len();
    }
    let mut paragraphs = vec![heading(brand, language, clock.0.zone_name())];
    if earlier || from > 0 {
        let cut = language.pick("Earlier messages are left out.", "更早的消息因篇幅未列出。");
        paragraphs.push(cut.to_owned());
    }
    let mut day = None;
    for (at, text) in said.into_iter().skip(from) {
        let is = clock.day(at);
        if is != day {
            paragraphs.extend(is.map(|d| format!("— {d} —")));
            day = is;
        }
        paragraphs.push(text);
    }
    Words { subject: subject(brand, language), paragraphs, link: None, foot: foot(brand, language) }
}

fn subject(brand: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("您与{brand}的会话记录"),
        Language::En => format!("Your conversation with {brand}"),
    }
}

fn heading(brand: &str, language: Language, zone: &str) -> String {
    match language {
        Language::Zh => format!("您好！以下是您与{brand}客服的会话记录（时间按 {zone}）。"),
        Language::En => {
            format!("Hello. This is your conversation with {brand}; times are those of {zone}.")
        }
    }
}

fn foot(brand: &str, language: Language) -> String {
    match language {
        Language::Zh => format!(
            "这封邮件应您在{brand}客服窗口中的请求发出，仅发送至您已验证的邮箱。如非本人操作，请在客服窗口中告知我们。"
        ),
        Language::En => format!(
            "You asked for this letter in the chat of {brand}; it goes to your confirmed address alone. If that was not \
             you, please tell us in the chat."
        ),
    }
}

/// What one message says; nothing where it is only of use while one waits.
fn said(m: &VisitorMessage, language: Language, clock: &Clock<'_>) -> Option<String> {
    let time = clock.time(m.at);
    if let Some(event) = &m.event {
        return Some(format!("{time} · {}", happened(event, language)?));
    }
    let you = language.pick("You", "您");
    let who = match m.from {
        "me" => you,
        "agent" if m.name.is_empty() => language.pick("Service", "客服"),
        "agent" => m.name.as_str(),
        "bot" if m.name.is_empty() => language.pick("Bot", "机器人"),
        "bot" => m.name.as_str(),
        _ => return None,
    };
    let mut text = format!("{time} {who}");
    if !m.body.is_empty() {
        text.push('\n');
        text.push_str(&m.body);
    }
    for a in &m.attachments {
        let file = language.pick("File", "文件");
        text.push_str(&format!("\n[{file}] {}", a.name));
    }
    Some(text)
}

fn happened(e: &VisitorEvent, language: Language) -> Option<String> {
    let name = e.name.as_deref().unwrap_or_default();
    let words = match (e.kind, language) {
        ("joined", Language::Zh) => format!("{name} 已接入"),
        ("joined", Language::En) => format!("{name} joined"),
        ("left", Language::Zh) => format!("{name} 已离开"),
        ("left", Language::En) => format!("{name} left"),
        ("withdrawn", Language::Zh) => format!("{name} 撤回了一条消息"),
        ("withdrawn", Language::En) => format!("{name} took a message back"),
        ("resolved", _) => language.pick("The conversation ended", "会话已结束").to_owned(),
        _ => return None,
    };
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use conversations::messages::MessageState;
    use engines::calendar::CalendarSpec;
    use kernel::MessageId;

    /// 2026-03-01 23:59 in Shanghai.
    const LATE: Millis = 1_772_380_740_000;

    fn calendar() -> Calendar {
        Calendar::new(CalendarSpec::always("Asia/Shanghai")).expect("a calendar")
    }

    fn message(at: Millis, from: &'static str, body: &str) -> VisitorMessage {
        VisitorMessage {
            id: MessageId(1),
            client_id: None,
            seq: 1,
            from,
            name: if from == "agent" { "小林".into() } else { String::new() },
            initial: String::new(),
            body: body.into(),
            attachments: vec![],
            at,
            state: MessageState::Sent,
            event: None,
        }
    }

    #[test]
    fn days_and_times_are_those_of_the_line_and_both_languages_name_the_speakers() {
        let calendar = calendar();
        let mut left = message(LATE + 60_000, "system", "");
        left.event = Some(VisitorEvent { kind: "withdrawn", name: Some("小林".into()), place: None });
        let items = [message(LATE, "me", "<b>hi</b>"), left, message(LATE + 120_000, "agent", "您好")];
        let zh = letter("云付", Language::Zh, &items, &Clock(&calendar), false);
        assert_eq!(zh.subject, "您与云付的会话记录");
        assert_eq!(
            zh.paragraphs[1..],
            [
                "— 2026-03-01 —",
                "23:59 您\n<b>hi</b>",
                "— 2026-03-02 —",
                "00:00 · 小林 撤回了一条消息",
                "00:01 小林\n您好"
            ]
        );
        let en = letter("Yunfu", Language::En, &items, &Clock(&calendar), true);
        assert_eq!(en.paragraphs[1], "Earlier messages are left out.");
        assert!(en.text().contains("23:59 You\n<b>hi</b>") && en.html().contains("&lt;b&gt;hi&lt;/b&gt;"));
    }

    #[test]
    fn what_is_too_long_loses_its_beginning() {
        let calendar = calendar();
        let items: Vec<_> =
            (0..30).map(|n| message(LATE, "me", &format!("{n}-{}", "x".repeat(8_000)))).collect();
        let words = letter("云付", Language::Zh, &items, &Clock(&calendar), false);
        let text = words.text();
        assert!(text.len() < LETTER_MAX + 2_000 && text.contains("29-x") && !text.contains("您\n0-x"));
        assert_eq!(words.paragraphs[1], "更早的消息因篇幅未列出。");
    }
}
