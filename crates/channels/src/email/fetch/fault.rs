//! What can go wrong with a mailbox's server, in words. Pure.

use super::session::Step;
use crate::codes;
use kernel::Code;

/// Of a server's answer this much is kept, in characters.
const ANSWER_MAX: usize = 400;

/// What went wrong.
#[derive(Debug, Clone)]
pub struct Fault {
    /// At which step.
    pub step: Step,
    /// In words.
    pub code: &'static Code,
    /// What the server said, as text.
    pub answer: String,
    /// The folders there are, where the one wanted is not among them.
    pub folders: Vec<String>,
}

impl Fault {
    /// A fault with what the server said.
    pub fn new(step: Step, code: &'static Code, answer: impl std::fmt::Display) -> Fault {
        Fault { step, code, answer: cut(&answer.to_string()), folders: vec![] }
    }
}

/// A server's answer as one line of bounded length.
pub fn cut(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(ANSWER_MAX).collect()
}

/// What a refused sign-in means, from the words that the large services use.
pub fn sign_in_refused(answer: &str) -> &'static Code {
    let said = answer.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|w| said.contains(w));
    if holds(&["application-specific", "app password", "app-specific", "authorization code", "授权码"]) {
        return &codes::MAILBOX_APP_PASSWORD;
    }
    let off = [
        "imap is disabled",
        "not enabled for imap",
        "imap access is disabled",
        "imap4 is disabled",
        "imap service is not",
    ];
    if holds(&off) {
        return &codes::MAILBOX_IMAP_OFF;
    }
    if holds(&["[unavailable]", "[inuse]", "[limit]", "too many", "try again later"]) {
        return &codes::MAILBOX_LATER;
    }
    &codes::MAILBOX_LOGIN_REFUSED
}

/// What an error of the connection means at this step.
pub fn broken(step: Step, e: &std::io::Error) -> Fault {
    use std::io::ErrorKind::TimedOut;
    let code = match step {
        _ if e.kind() == TimedOut => &codes::MAILBOX_NO_ANSWER,
        Step::Name => &codes::MAILBOX_NAME_UNKNOWN,
        Step::Connect => &codes::MAILBOX_NO_CONNECTION,
        Step::Tls => &codes::MAILBOX_TLS_FAILED,
        Step::Hello => &codes::MAILBOX_NO_SERVER,
        _ => &codes::MAILBOX_BROKE_OFF,
    };
    // The parser's errors show what they could not read: it may be somebody's mail.
    match e.to_string() {
        text if text.contains("during parsing of") => Fault::new(step, code, "an answer that cannot be read"),
        text => Fault::new(step, code, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_large_services_are_known() {
        for (answer, code) in [
            (
                "[ALERT] Application-specific password required: https://support.google.com/x (Failure)",
                "mailbox.app_password",
            ),
            ("[ALERT] Your account is not enabled for IMAP use. Please visit", "mailbox.imap_off"),
            ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "mailbox.login_refused"),
            ("LOGIN Login error or password error", "mailbox.login_refused"),
            (
                "Login fail. Account is abnormal, service is not open, password is incorrect",
                "mailbox.login_refused",
            ),
            ("请使用授权码登录。", "mailbox.app_password"),
            ("[UNAVAILABLE] Temporary authentication failure.", "mailbox.later"),
        ] {
            assert_eq!(sign_in_refused(answer).code, code, "{answer}");
        }
    }

    #[test]
    fn no_mail_stands_in_a_fault() {
        let e = std::io::Error::other("Error(..) during parsing of \"* 1 FETCH (BODY[] dear Hark\"");
        assert!(!broken(Step::Arrival, &e).answer.contains("dear"));
    }

    #[test]
    fn an_answer_is_one_bounded_line() {
        let long = cut(&format!("a\r\nb{}", "x".repeat(1_000)));
        assert!(long.starts_with("a  b") && long.chars().count() == ANSWER_MAX);
    }
}
