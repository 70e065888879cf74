//! What an agent's mail asks for, and why it may not be followed. Pure.

use crate::codes;
use kernel::Code;

/// Above this line the answer is written; it stands in every letter to an agent.
pub const CUT: &str = "⎯⎯⎯⎯ ✂ ⎯⎯⎯⎯";

/// What is to be done with the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    /// They are for colleagues alone.
    pub is_note: bool,
    /// The conversation is over after them.
    pub closes: bool,
}

/// The words of an answer, and what its first lines ask for: `#note` or `#备注`, `#close` or `#解决`.
pub fn wish(text: &str) -> (Wish, String) {
    let text = text.split(CUT).next().unwrap_or("");
    let mut wish = Wish::default();
    let mut rest = text.trim();
    loop {
        let (line, more) = rest.split_once('\n').unwrap_or((rest, ""));
        match line.trim().to_lowercase().as_str() {
            "#note" | "#备注" => wish.is_note = true,
            "#close" | "#解决" => wish.closes = true,
            _ => return (wish, rest.trim_end().to_owned()),
        }
        rest = more.trim_start();
    }
}

/// What an answer lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Its sender is nobody who works here with a confirmed address.
    Nobody,
    /// Nothing proves that its sender is who they say.
    Proof,
    /// The token is another person's, or another conversation's.
    Token,
    /// Whoever it is may not reply there, or not any more.
    Right,
    /// The conversation is over.
    Over,
    /// There are no words in it.
    Words,
    /// A program wrote it.
    Program,
}

impl Lack {
    /// Its error code.
    pub fn code(self) -> &'static Code {
        match self {
            Lack::Nobody => &codes::MAIL_STAFF_UNKNOWN,
            Lack::Proof => &codes::MAIL_STAFF_UNPROVED,
            Lack::Token => &codes::MAIL_STAFF_TOKEN,
            Lack::Right => &codes::MAIL_STAFF_RIGHT,
            Lack::Over => &codes::MAIL_STAFF_OVER,
            Lack::Words => &codes::MAIL_STAFF_EMPTY,
            Lack::Program => &codes::MAIL_STAFF_PROGRAM,
        }
    }

    /// Is its sender told? Nobody writes to a program, or to who is nobody here.
    pub fn is_told(self) -> bool {
        !matches!(self, Lack::Nobody | Lack::Program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_ask_and_the_rest_is_said() {
        let of = |text: &str| {
            let (w, rest) = wish(text);
            (w.is_note, w.closes, rest)
        };
        assert_eq!(of("您好\n#note"), (false, false, "您好\n#note".into()));
        assert_eq!(of("#note\n\n转给财务"), (true, false, "转给财务".into()));
        assert_eq!(of(" #备注 \r\n#解决\r\n完"), (true, true, "完".into()));
        assert_eq!(of("#Close\nDone"), (false, true, "Done".into()));
        assert_eq!(of("#notes are nice"), (false, false, "#notes are nice".into()));
        assert_eq!(of(&format!("Yes\n\n{CUT}\nwhat was said")), (false, false, "Yes".into()));
        assert_eq!(of("#close"), (false, true, String::new()));
    }
}
