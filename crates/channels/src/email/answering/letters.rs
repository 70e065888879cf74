//! The words of letters to agents. Pure.

use super::jobs::About;
use super::model::CUT;
use kernel::{Code, Language};
use platform::mail::Words;

/// Of what the customer wrote this much is shown, in characters.
const SAID_MAX: usize = 4_000;

/// What there is to tell.
pub(super) struct News {
    pub language: Language,
    pub about: About,
    pub number: i64,
    pub subject: String,
    pub brand: String,
    /// What the customer wrote last, with personal data masked.
    pub said: String,
    pub url: String,
    pub may_answer: bool,
}

/// A letter about news in a conversation.
pub(super) fn news(n: &News) -> Words {
    let zh = n.language != Language::En;
    let what = match (n.about, zh) {
        (About::Message, true) => "客户发来新消息",
        (About::Message, false) => "The customer has written",
        (About::Mention, true) => "同事在备注中提到了您",
        (About::Mention, false) => "A colleague mentioned you in a note",
        (About::Assigned, true) => "会话已分配给您",
        (About::Assigned, false) => "A conversation was given to you",
        (About::Followed, true) => "您关注的会话有新动态",
        (About::Followed, false) => "There is news in a conversation you follow",
    };
    let title = if n.subject.is_empty() { n.brand.clone() } else { n.subject.clone() };
    let mut paragraphs = vec![];
    if n.may_answer {
        paragraphs.push(match zh {
            true => format!("{CUT}\n直接回复本邮件，在此行上方写下内容，即以您的名义答复客户。首行写“#备注”只留给同事，写“#解决”则答复后结束会话。"),
            false => format!("{CUT}\nAnswer this mail above this line, and it goes to the customer in your name. A first line “#note” keeps it among colleagues, “#close” ends the conversation after it."),
        });
    }
    let which = format!("{} #{}", n.brand, n.number);
    paragraphs.push(format!("{what}{}{}", if zh { "：" } else { ": " }, which.trim()));
    if !n.said.is_empty() {
        paragraphs.push(n.said.chars().take(SAID_MAX).collect());
    }
    let (label, foot) = match zh {
        true => ("打开会话", "您离开工作台时收到此邮件，可在个人设置中关闭。个人信息已隐藏。"),
        false => (
            "Open the conversation",
            "You get this mail while you are away from the desk; switch it off in your settings. Personal data is masked.",
        ),
    };
    Words {
        subject: format!("[#{}] {what} · {title}", n.number),
        paragraphs,
        link: Some((label.into(), n.url.clone())),
        foot: foot.into(),
    }
}

/// A letter that says why an answer was not sent.
pub(super) fn laid_aside(language: Language, code: &Code, number: Option<i64>, url: String) -> Words {
    let zh = language != Language::En;
    let of = number.map(|n| format!(" #{n}")).unwrap_or_default();
    let (subject, first, label, foot) = match zh {
        true => (
            format!("您的邮件答复未发出{of}"),
            format!("您通过邮件写给客户的答复没有发出，客户也没有看到{of}。"),
            "打开工作台",
            "同一会话一天内只提醒一次。请勿直接回复本邮件。",
        ),
        false => (
            format!("Your answer by mail was not sent{of}"),
            format!("What you answered by mail was not sent, and no customer has seen it{of}."),
            "Open the desk",
            "You are told once a day for each conversation. Do not answer this mail.",
        ),
    };
    Words {
        subject,
        paragraphs: vec![first, if zh { code.zh } else { code.en }.to_owned()],
        link: Some((label.into(), url)),
        foot: foot.into(),
    }
}
