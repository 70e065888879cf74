//! The error codes of this area, with their words.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    HAND_UP = "hand.already_raised", Conflict,
        "Your hand is already raised for this conversation.",
        "您已就该会话举手。";
    HAND_TAKEN = "hand.taken", Conflict,
        "Somebody else is helping already, or the hand was lowered. Nothing was changed.",
        "已有人前往协助，或该举手已放下，未做任何更改。";
    WHISPER_NOBODY = "whisper.nobody", Conflict,
        "Nobody holds this conversation, so there is nobody to whisper to.",
        "该会话当前无坐席接待，无法发送悄悄话。";
    SIGNED = "sheet.signed", Conflict,
        "This sheet is signed and does not change any more.",
        "该单已签字，不可再更改。";
    UNSIGNED = "sheet.unsigned", Conflict,
        "This sheet is not signed yet.",
        "该单尚未签字。";
    ANNOUNCEMENT_UNREAD = "announcement.unread", Conflict,
        "There is an announcement you must read before you go ready.",
        "有公告尚未签收，签收后方可示闲。";
    ANNOUNCEMENT_OVER = "announcement.withdrawn", Conflict,
        "This announcement was withdrawn or has run out.",
        "该公告已撤回或已过期。";
}
