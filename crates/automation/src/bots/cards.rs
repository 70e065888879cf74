//! A notice as each platform takes it, and how each wants it signed. Pure.

use super::model::Platform;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Language, Millis};
use platform::notices::NoticeRow;
use serde_json::{Value, json};
use sha2::Sha256;

/// What a card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What happened, in a line.
    pub title: String,
    /// More about it.
    pub text: String,
    /// What the link says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

impl Said {
    /// In this language, leading into the desk.
    pub fn of(n: &NoticeRow, language: Language, desk: &str) -> Said {
        Said {
            title: language.pick(&n.title.en, &n.title.zh).to_owned(),
            text: language.pick(&n.text.en, &n.text.zh).to_owned(),
            label: language.pick("Open the desk", "打开工作台").to_owned(),
            url: format!("{desk}{}", n.path),
        }
    }
}

fn hmac(key: &[u8], text: &[u8]) -> String {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("invariant: HMAC takes keys of every length");
    mac.update(text);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// DingTalk's signature (加签): HMAC-SHA256 with the secret over `ms\nsecret`, in base64.
pub fn dingtalk_sign(secret: &str, now: Millis) -> String {
    hmac(secret.as_bytes(), format!("{now}\n{secret}").as_bytes())
}

/// Feishu's signature (签名校验): HMAC-SHA256 with `seconds\nsecret` as the key over nothing, in base64.
pub fn feishu_sign(secret: &str, seconds: i64) -> String {
    hmac(format!("{seconds}\n{secret}").as_bytes(), b"")
}

/// A text for the address line, escaped.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

/// Markdown's own signs, taken for what they are.
fn plain(text: &str) -> String {
    text.chars().map(|c| if "*_`#[]<>".contains(c) { ' ' } else { c }).collect()
}

/// The address to call and the body to send.
pub fn render(
    platform: Platform,
    address: &str,
    secret: Option<&str>,
    s: &Said,
    now: Millis,
) -> (String, Value) {
    match platform {
        Platform::Wecom => (address.to_owned(), wecom(s)),
        Platform::Dingtalk => {
            let url = secret.map(|k| {
                let glue = if address.contains('?') { '&' } else { '?' };
                format!("{address}{glue}timestamp={now}&sign={}", escaped(&dingtalk_sign(k, now)))
            });
            (url.unwrap_or_else(|| address.to_owned()), dingtalk(s))
        }
        Platform::Feishu | Platform::Mail => {
            let mut body = feishu(s);
            if let Some(k) = secret {
                let seconds = now / 1_000;
                body["timestamp"] = json!(seconds.to_string());
                body["sign"] = json!(feishu_sign(k, seconds));
            }
            (address.to_owned(), body)
        }
    }
}

fn wecom(s: &Said) -> Value {
    json!({
        "msgtype": "template_card",
        "template_card": {
            "card_type": "text_notice",
            "source": { "desc": "Hark" },
            "main_title": { "title": s.title },
            "sub_title_text": s.text,
            "jump_list": [{ "type": 1, "title": s.label, "url": s.url }],
            "card_action": { "type": 1, "url": s.url },
        },
    })
}

fn dingtalk(s: &Said) -> Value {
    json!({
        "msgtype": "actionCard",
        "actionCard": {
            "title": s.title,
            "text": format!("### {}\n\n{}\n\nHark", plain(&s.title), plain(&s.text).replace('\n', "\n\n")),
            "singleTitle": s.label,
            "singleURL": s.url,
        },
    })
}

fn feishu(s: &Said) -> Value {
    json!({
        "msg_type": "interactive",
        "card": {
            "config": { "wide_screen_mode": true },
            "header": { "template": "turquoise", "title": { "tag": "plain_text", "content": s.title } },
            "elements": [
                { "tag": "div", "text": { "tag": "plain_text", "content": s.text } },
                { "tag": "action", "actions": [{
                    "tag": "button", "type": "primary", "url": s.url,
                    "text": { "tag": "plain_text", "content": s.label },
                }] },
                { "tag": "note", "elements": [{ "tag": "plain_text", "content": "Hark" }] },
            ],
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out with Python's `hmac`, as the platforms' own documentation shows it.
    #[test]
    fn signatures_are_those_of_the_public_documentation() {
        assert_eq!(
            dingtalk_sign("this is secret", 1_577_262_236_757),
            "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
        );
        assert_eq!(feishu_sign("demo", 1_599_360_473), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
    }

    #[test]
    fn a_signature_stands_in_the_address_or_in_the_body() {
        let s = Said {
            title: "2 个排队超时".into(),
            text: "*粗* [x](y)".into(),
            label: "打开".into(),
            url: "https://desk.example/monitor".into(),
        };
        let (url, body) =
            render(Platform::Dingtalk, "https://d.example/robot/send?access_token=1", Some("k"), &s, 5);
        assert!(url.starts_with("https://d.example/robot/send?access_token=1&timestamp=5&sign="), "{url}");
        assert!(!url.contains('+') && url.matches('=').count() == 3, "the signature is escaped: {url}");
        assert!(!body["actionCard"]["text"].as_str().expect("a text").contains("[x]"));
        let (url, body) = render(Platform::Feishu, "https://f.example/hook/1", Some("k"), &s, 5_000);
        assert_eq!((url.as_str(), body["timestamp"].as_str()), ("https://f.example/hook/1", Some("5")));
        let (_, body) = render(Platform::Wecom, "https://w.example", None, &s, 5);
        assert_eq!(body["template_card"]["card_action"]["url"], s.url);
    }
}
