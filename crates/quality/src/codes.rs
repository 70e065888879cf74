//! The error codes of quality, with their words. What visitors read is written for customers.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    SURVEY_OFF = "survey.off", Conflict,
        "No survey is set up for this line. Whoever manages the line can switch one on in the settings.",
        "该业务线尚未启用满意度调查，请业务线管理人员在设置中启用。";
    SURVEY_CHANNEL = "survey.channel", Conflict,
        "Customers of this channel cannot be invited; in the web chat they can.",
        "该渠道暂不支持邀评，网页客服可以。";
    SURVEY_INVITED = "survey.invited", Conflict,
        "The customer has been invited already. One conversation is one invitation.",
        "该会话已邀评，每个会话只邀评一次。";
    SURVEY_GONE = "survey.gone", Conflict,
        "There is nothing to answer here any more. Thank you all the same.",
        "本次评价已结束，感谢您的关注。";
    SURVEY_ANSWERED = "survey.answered", Conflict,
        "Your answer has been received already. Thank you.",
        "您的评价已收到，感谢您的反馈。";
}
