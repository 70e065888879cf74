//! What is forwarded, as the text of a mail: the agent's words, then who wrote what and when. Pure.

use crate::messages::{BODY_MAX, MessageView};
use engines::calendar::Calendar;
use kernel::{ActorKind, Language};

/// The subject of what is sent on: once marked, it is not marked again.
pub(super) fn subject(about: &str, number: i64) -> String {
    let about = about.trim();
    let lower = about.to_lowercase();
    let marked = ["fwd:", "fw:", "转发:", "转发："].iter().any(|p| lower.starts_with(p));
    match (about.is_empty(), marked) {
        (true, _) => format!("Fwd: #{number}"),
        (_, true) => about.to_owned(),
        _ => format!("Fwd: {about}"),
    }
}

/// Words of the agent and the quoted messages, oldest first, within the bounds of a message. What does not fit is left out from
/// its old end, and the text says so. `earlier`: there are older ones that were not read.
pub(super) fn body(
    words: &str,
    items: &[MessageView],
    language: Language,
    clock: &Calendar,
    earlier: bool,
) -> String {
    let head = match language {
        Language::Zh => format!("---------- 转发内容（时间按 {}）----------", clock.zone_name()),
        Language::En => format!("---------- Forwarded; times are those of {} ----------", clock.zone_name()),
    };
    let cut = language.pick("[Earlier messages are left out.]", "［更早的消息因篇幅未列出］");
    let own = words.trim().chars().count();
    let mut room = BODY_MAX.saturating_sub(own + head.chars().count() + cut.chars().count() + 16);
    let (mut quoted, mut left_out) = (vec![], earlier);
    for m in items.iter().rev() {
        let mut text = said(m, language, clock);
        let length = text.chars().count() + 2;
        if length > room {
            left_out = true;
            // One alone that is too long keeps its beginning.
            if quoted.is_empty() {
                text = text.chars().take(room.saturating_sub(3)).chain("…".chars()).collect();
                quoted.push(text);
            }
            break;
        }
        room -= length;
        quoted.push(text);
    }
    quoted.reverse();
    let mut parts = vec![];
    if own > 0 {
        parts.push(words.trim().to_owned());
    }
    parts.push(head);
    if left_out {
        parts.push(cut.to_owned());
    }
    parts.extend(quoted);
    parts.join("\n\n")
}

fn said(m: &MessageView, language: Language, clock: &Calendar) -> String {
    let service = language.pick("Service", "客服");
    let name = match m.author.kind {
        _ if !m.author.name.is_empty() => m.author.name.as_str(),
        ActorKind::Contact => language.pick("Customer", "客户"),
        _ => service,
    };
    let from = m.mail.as_ref().and_then(|h| h.from.as_ref()).map(|p| format!(" <{}>", p.address));
    let day = clock.day_at(m.at).map(|d| d.to_string()).unwrap_or_default();
    let mut text = format!("{name}{} · {day} {}", from.unwrap_or_default(), clock.time_at(m.at));
    if !m.body.is_empty() {
        text.push('\n');
        text.push_str(&m.body);
    }
    for a in &m.attachments {
        text.push_str(&format!("\n[{}] {}", language.pick("File", "文件"), a.name));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{AuthorView, MessageState};
    use engines::calendar::CalendarSpec;
    use kernel::{ConversationId, MessageId};

    /// 2026-03-01 23:59 in Shanghai.
    const LATE: i64 = 1_772_380_740_000;

    fn message(kind: ActorKind, name: &str, body: String) -> MessageView {
        MessageView {
            id: MessageId(1),
            client_id: None,
            conversation: ConversationId(1),
            seq: 1,
            kind: "text",
            mode: "reply",
            author: AuthorView {
                kind,
                id: None,
                name: name.into(),
                initial: String::new(),
                color: String::new(),
            },
            body,
            attachments: vec![],
            mentions: vec![],
            state: MessageState::Sent,
            failure: None,
            withdrawn_at: None,
            whisper: None,
            at: LATE,
            chat: false,
            mail: None,
            event: None,
        }
    }

    fn clock() -> Calendar {
        Calendar::new(CalendarSpec::always("Asia/Shanghai")).expect("a calendar")
    }

    #[test]
    fn a_subject_is_marked_once() {
        assert_eq!(subject("订单 7", 1), "Fwd: 订单 7");
        assert_eq!(subject("FW: order", 1), "FW: order");
        assert_eq!(subject(" ", 1235), "Fwd: #1235");
    }

    #[test]
    fn who_wrote_what_and_when_stands_below_the_agents_words() {
        let items = [
            message(ActorKind::Contact, "李雷", "坏了".into()),
            message(ActorKind::User, "小林", "已登记".into()),
        ];
        let text = body(" 请协助 ", &items, Language::Zh, &clock(), false);
        assert_eq!(
            text,
            "请协助\n\n---------- 转发内容（时间按 Asia/Shanghai）----------\n\n李雷 · 2026-03-01 23:59\n坏了\n\n小林 · 2026-03-01 23:59\n已登记"
        );
    }

    #[test]
    fn what_is_too_long_loses_its_beginning_and_says_so() {
        let items: Vec<MessageView> =
            (0..5).map(|n| message(ActorKind::Contact, "", format!("{n}{}", "字".repeat(6_000)))).collect();
        let text = body("", &items, Language::En, &clock(), false);
        assert!(text.chars().count() <= BODY_MAX && text.contains("4字") && !text.contains("\n0字"));
        assert!(text.contains("left out") && text.starts_with("-----"), "{}", &text[..60]);
        let one = [message(ActorKind::Contact, "", "字".repeat(BODY_MAX))];
        let text = body("words", &one, Language::En, &clock(), false);
        assert!(text.chars().count() <= BODY_MAX && text.ends_with('…'));
    }
}
