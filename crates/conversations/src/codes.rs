//! The error codes of conversations, with their words.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    NEWER_MESSAGE = "conversation.newer_message", Conflict,
        "A colleague answered after you began to write. Read the new message, then send again if yours still fits.",
        "您撰写期间同事已回复。请先查看新消息，确认仍需发送后再发。";
    STATE = "conversation.state", Conflict,
        "The conversation is no longer in a state in which this can be done. Reload it to see where it stands.",
        "会话状态已变化，无法执行该操作，请刷新后查看。";
    STALE_EPOCH = "conversation.handed_over", Conflict,
        "The conversation was handed over in the meantime. Nothing was changed.",
        "会话已转交他人，未做任何更改。";
    ASSIGNEE = "conversation.assignee", Invalid,
        "This colleague may not work on this line, or the account is disabled. Choose somebody else.",
        "该同事没有此业务线权限或账号已停用，请选择其他同事。";
    AWAY = "conversation.away", Invalid,
        "Nobody there is at work just now. Choose somebody who is, another team, or a queue. Nothing was changed.",
        "对方当前无人在岗，请选择在岗同事、其他班组或技能组，未做任何更改。";
    DISPOSITION_REQUIRED = "conversation.disposition_required", Invalid,
        "This line asks for a disposition when a conversation ends. Fill in its kind and outcome, then end it.",
        "该业务线结束会话时必须填写小结，请填写类型与处理结果后再结束。";
    BODY_EMPTY = "message.empty", Invalid,
        "There is nothing to send. Write something or attach a file.",
        "内容为空，请输入文字或添加附件。";
    BODY_TOO_LONG = "message.too_long", Invalid,
        "The message is longer than 16,000 characters. Shorten it or attach it as a file.",
        "消息超过 16000 字，请精简或以附件发送。";
    ATTACHMENT = "message.attachment", Invalid,
        "One of the files is not there any more or belongs to another conversation. Attach it again.",
        "附件不存在或属于其他会话，请重新添加。";
    FILE_TYPE = "attachment.type", Invalid,
        "Files of this type are not taken. Nothing was kept.",
        "不支持该文件类型，文件未保存。";
    INBOX_CLOSED = "inbox.closed", Forbidden,
        "This inbox is switched off. Nothing was changed.",
        "该接入点已停用，未做任何更改。";
    SITE = "inbox.site", Forbidden,
        "This page may not show the chat. Its address must be among the inbox's allowed sites.",
        "该网站未被允许嵌入客服窗口，请在接入点设置中加入其网址。";
}
