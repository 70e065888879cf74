//! What a platform's answer means, in words, and what follows from it. Pure.

use super::model::Platform;
use crate::codes;
use http::StatusCode;
use kernel::{Code, Error, Millis};
use serde_json::Value;

/// The pauses before the second, third … try. Half a day in all; older news helps nobody.
const PAUSES_MS: &[Millis] = &[10_000, 60_000, 300_000, 900_000, 3_600_000, 6 * 3_600_000];
/// A platform that is asked too often shuts a bot off for this long.
const BUSY_MS: Millis = 600_000;
/// Of an answer this much is kept, in characters.
const ANSWER_MAX: usize = 400;

/// What a try came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What went wrong; `None` where the platform took the card.
    pub fault: Option<&'static Code>,
    /// The beginning of the answer, as text.
    pub answer: String,
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(ANSWER_MAX).collect()
}

/// What a number in the answer means, as the platforms publish it.
fn of_number(platform: Platform, number: i64) -> &'static Code {
    match (platform, number) {
        (Platform::Wecom, 93000 | 93008 | 40014) => &codes::BOT_UNKNOWN,
        (Platform::Wecom, 45009 | 45033) => &codes::BOT_BUSY,
        (Platform::Dingtalk, 300001 | 300005 | 400013 | 400101) => &codes::BOT_UNKNOWN,
        (Platform::Dingtalk, 130101 | 410100 | 90018) => &codes::BOT_BUSY,
        (Platform::Feishu, 19001 | 19002) => &codes::BOT_UNKNOWN,
        (Platform::Feishu, 19021) => &codes::BOT_SIGNATURE,
        (Platform::Feishu, 19022) => &codes::BOT_ADDRESS_LIST,
        (Platform::Feishu, 19024) => &codes::BOT_KEYWORD,
        (Platform::Feishu, 9499 | 11232) => &codes::BOT_BUSY,
        _ => &codes::BOT_REFUSED,
    }
}

/// DingTalk gives one number for three causes; its words tell them apart.
fn dingtalk_security(words: &str) -> &'static Code {
    let words = words.to_lowercase();
    match () {
        () if words.contains("sign") || words.contains("timestamp") => &codes::BOT_SIGNATURE,
        () if words.contains("keyword") => &codes::BOT_KEYWORD,
        () if words.contains("ip") => &codes::BOT_ADDRESS_LIST,
        () => &codes::BOT_REFUSED,
    }
}

impl Outcome {
    /// From the platform's answer: all three answer 200 and say in the body whether they took it.
    pub fn of_reply(platform: Platform, status: StatusCode, body: &[u8]) -> Outcome {
        let text = String::from_utf8_lossy(body).into_owned();
        let answer = cut(&text);
        let v: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let number = [&v["errcode"], &v["code"], &v["StatusCode"]].into_iter().find_map(Value::as_i64);
        let fault = match (status.as_u16(), number) {
            (429, _) => Some(&codes::BOT_BUSY),
            (200..=299, Some(0)) => None,
            (_, Some(310000)) if platform == Platform::Dingtalk => Some(dingtalk_security(&text)),
            (_, Some(n)) if n != 0 => Some(of_number(platform, n)),
            (300..=399, _) => Some(&codes::REDIRECT),
            (404 | 405, _) => Some(&codes::BOT_UNKNOWN),
            (500..=599, _) => Some(&codes::FAILED),
            _ => Some(&codes::BOT_REFUSED),
        };
        Outcome { fault, answer }
    }

    /// From an error on the way.
    pub fn of_error(e: &Error) -> Outcome {
        let fault = match e.code.code {
            "egress.refused" => &codes::ADDRESS,
            "egress.failed" if e.detail == "no answer in time" => &codes::NO_ANSWER,
            "egress.failed" if e.detail == "no connection" => &codes::NO_CONNECTION,
            _ => codes::by_name(e.code.code).unwrap_or(&codes::BROKEN),
        };
        Outcome { fault: Some(fault), answer: String::new() }
    }

    /// Taken.
    pub fn good() -> Outcome {
        Outcome { fault: None, answer: String::new() }
    }

    /// Not taken, for this reason.
    pub fn bad(fault: &'static Code) -> Outcome {
        Outcome { fault: Some(fault), answer: String::new() }
    }
}

/// What follows from a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The platform has it.
    Done,
    /// Again after so many ms.
    Again(Millis),
    /// Given up.
    GiveUp,
}

/// What follows from the outcome of try number `attempts`, counted from 1. What the platform refuses for a reason of its
/// settings would be refused again.
pub fn next_step(o: &Outcome, attempts: i64) -> Step {
    let Some(fault) = o.fault else { return Step::Done };
    let passes = [&codes::BOT_BUSY, &codes::NO_ANSWER, &codes::NO_CONNECTION, &codes::FAILED, &codes::BROKEN];
    let pause = usize::try_from(attempts - 1).ok().and_then(|i| PAUSES_MS.get(i));
    match pause {
        Some(_) if fault == &codes::BOT_BUSY => Step::Again(BUSY_MS),
        Some(ms) if passes.iter().any(|p| p.code == fault.code) => Step::Again(*ms),
        _ => Step::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_its_words_and_its_next_step() {
        for (p, status, body, fault, again) in [
            (Platform::Wecom, 200, r#"{"errcode":0,"errmsg":"ok"}"#, None, false),
            (
                Platform::Wecom,
                200,
                r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#,
                Some("bot.address_unknown"),
                false,
            ),
            (
                Platform::Wecom,
                200,
                r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#,
                Some("bot.busy"),
                true,
            ),
            (
                Platform::Dingtalk,
                200,
                r#"{"errcode":310000,"errmsg":"sign not match"}"#,
                Some("bot.signature"),
                false,
            ),
            (
                Platform::Dingtalk,
                200,
                r#"{"errcode":310000,"errmsg":"keywords not in content"}"#,
                Some("bot.keyword"),
                false,
            ),
            (
                Platform::Dingtalk,
                200,
                r#"{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}"#,
                Some("bot.address_list"),
                false,
            ),
            (
                Platform::Dingtalk,
                200,
                r#"{"errcode":130101,"errmsg":"send too fast"}"#,
                Some("bot.busy"),
                true,
            ),
            (Platform::Feishu, 200, r#"{"StatusCode":0,"StatusMessage":"success"}"#, None, false),
            (
                Platform::Feishu,
                200,
                r#"{"code":19021,"msg":"sign match fail"}"#,
                Some("bot.signature"),
                false,
            ),
            (
                Platform::Feishu,
                200,
                r#"{"code":19024,"msg":"Key Words Not Found"}"#,
                Some("bot.keyword"),
                false,
            ),
            (Platform::Feishu, 502, "bad gateway", Some("webhook.failed"), true),
            (Platform::Feishu, 200, "<html>", Some("bot.refused"), false),
        ] {
            let o = Outcome::of_reply(p, StatusCode::from_u16(status).expect("a status"), body.as_bytes());
            assert_eq!(o.fault.map(|f| f.code), fault, "{body}");
            let step = next_step(&o, 1);
            assert_eq!(matches!(step, Step::Again(_)), again, "{body}");
            assert_eq!(step == Step::Done, fault.is_none(), "{body}");
        }
        assert_eq!(next_step(&Outcome::bad(&codes::NO_ANSWER), 7), Step::GiveUp);
    }
}
