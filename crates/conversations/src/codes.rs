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
    NO_WIDGET = "conversation.no_widget", Conflict,
        "This line has no chat that is switched on, so the conversation cannot go on there. Switch an inbox of web chat on first.",
        "该业务线没有启用的在线客服渠道，无法转到在线聊天，请先启用网页聊天渠道。";
    STALE_EPOCH = "conversation.handed_over", Conflict,
        "The conversation was handed over in the meantime. Nothing was changed.",
        "会话已转交他人，未做任何更改。";
    ASSIGNEE = "conversation.assignee", Invalid,
        "This colleague may not work on this line, or the account is disabled. Choose somebody else.",
        "该同事没有此业务线权限或账号已停用，请选择其他同事。";
    AWAY = "conversation.away", Invalid,
        "Nobody there is at work just now. Choose somebody who is, another team, or a queue. Nothing was changed.",
        "对方当前无人在岗，请选择在岗同事、其他班组或技能组，未做任何更改。";
    MERGED = "conversation.merged", Conflict,
        "This conversation was merged into another one and goes on there. Open that one and write there; nothing was changed here.",
        "该会话已合并到另一会话，请打开目标会话继续处理，此处未做任何更改。";
    MERGE_CONTACT = "conversation.other_contact", Invalid,
        "The two conversations are of different customers. Merge the customers first if they are one person, then the conversations.",
        "两个会话属于不同客户。如为同一人，请先合并客户，再合并会话。";
    MERGE_CHANNEL = "conversation.other_channel", Invalid,
        "The two conversations are held over different channels, and an answer would leave by one of them alone. Choose one of the same channel.",
        "两个会话的渠道不同，合并后回复只会从其中一个渠道发出，请选择同一渠道的会话。";
    MERGE_ENDED = "conversation.merge_ended", Conflict,
        "The conversation to merge into has ended. Open it again first, or merge the other way round.",
        "目标会话已结束，请先重新打开，或反向合并。";
    SPLIT_LIVE = "conversation.split_live", Conflict,
        "Over this channel a customer has one open conversation at a time. End this one first, then split it.",
        "该渠道下同一客户只能有一个进行中的会话，请先结束本会话再拆分。";
    SPLIT_UNFIT = "conversation.split_unfit", Invalid,
        "One of the chosen messages cannot go on elsewhere: it is not there any more, was whispered, or went on already. Choose again.",
        "所选消息中有的无法拆分（已不存在、属悄悄话，或已拆分到其他会话），请重新选择。";
    JOIN_OVER = "join.over", Conflict,
        "This can no longer be taken back: it was taken back already, is older than 30 days, or somebody has written in the new conversation.",
        "无法撤销：已撤销过、已超过 30 天，或新会话中已有人发送消息。";
    JOIN_LATER = "join.later", Conflict,
        "One of the two was merged again since. Take the later merge back first, then this one.",
        "其中一个会话之后又被合并，请先撤销后一次合并。";
    FORWARD_INBOX = "conversation.forward_inbox", Invalid,
        "Only an inbox of mail that is set up and switched on can forward. Choose another one.",
        "只能通过已启用的邮件接入点转发，请重新选择。";
    FORWARD_LARGE = "conversation.forward_large", Invalid,
        "The forwarded files are too many or too large for one mail: at most 10 files and 20 MB. Choose fewer.",
        "转发的附件过多或过大：一封邮件最多 10 个文件、共 20 MB，请减少附件。";
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
    WORDS_BLOCKED = "message.words_blocked", Invalid,
        "The text holds words that must not be written to this client's customers. They are marked; change them, then send again.",
        "内容含有该甲方的禁用词，已标出，请修改后再发送。";
    WORDS_WARNED = "message.words_warned", Conflict,
        "The text holds words to be careful with. They are marked; change them, or confirm that they are meant.",
        "内容含有需谨慎使用的词语，已标出，请修改或确认后发送。";
    OTHER_CLIENT = "message.other_client", Conflict,
        "The text names another client. Check for whom you are writing; change it, or confirm that it is meant.",
        "内容中出现了其他甲方的名称，请核对后修改，或确认后发送。";
    NOT_WITHDRAWABLE = "message.not_withdrawable", Conflict,
        "This message can no longer be taken back. Only your own reply can be, within five seconds, where the channel allows it.",
        "该消息已无法撤回。仅可在 5 秒内撤回本人发送的回复，且渠道须支持撤回。";
    ALREADY_READ = "message.read", Conflict,
        "The customer has read this message, so it stays.",
        "客户已读该消息，无法撤回。";
    SCHEDULED_FULL = "scheduled.too_many", Conflict,
        "Too many replies are waiting to go, here or of yours. Let some go or take some back first.",
        "待发送的定时消息过多，请先等待发送或取消部分消息。";
    SCHEDULED_OTHERS = "scheduled.others", Forbidden,
        "Only its author changes a reply that goes later. You can take it back.",
        "定时消息仅作者可以修改，您可以取消发送。";
    SCHEDULED_OVER = "scheduled.over", Conflict,
        "This reply was sent or taken back meanwhile.",
        "该定时消息已发送或已取消。";
    SITE = "inbox.site", Forbidden,
        "This page may not show the chat. Its address must be among the inbox's allowed sites.",
        "该网站未被允许嵌入客服窗口，请在接入点设置中加入其网址。";
    VARIABLE = "phrase.variable", Invalid,
        "The text names a variable that does not exist. Choose one from the list.",
        "文本中使用了不存在的变量，请从列表中选择。";
    VARIABLE_MISSING = "phrase.variable_missing", Invalid,
        "A variable of the text has no value here, so nothing was sent. Fill it in by hand.",
        "文本中有变量在此处没有值，未发送，请手动补充后再发。";
    STORED_MAX = "desk.stored_max", Invalid,
        "There are as many of these here as can be kept. Remove what nobody uses, then add again.",
        "此处数量已达上限，请先清理不用的内容再新增。";
    MACRO_UNFIT = "macro.unfit", Conflict,
        "This macro is not meant for this conversation: its line, channel or moment differs. Nothing was changed.",
        "该快捷操作不适用于此会话（业务线、渠道或时机不符），未做任何更改。";
    VIEW_UNFIT = "view.unfit", Invalid,
        "A condition of the view cannot be read. The field at fault is named; nothing was kept.",
        "视图的某个条件无法识别，已标出相应字段，未保存。";
    BULK_UNDONE = "bulk.not_undoable", Conflict,
        "This cannot be taken back: it is still running, was taken back already, or only sent messages.",
        "该批量操作无法撤销：仍在执行、已撤销，或仅为发送消息。";
    KEYS_UNFIT = "keys.unfit", Invalid,
        "This combination cannot be used: it needs Alt or Ctrl, must not belong to the browser or an input method, and be free.",
        "该组合键不可用：须含 Alt 或 Ctrl，且不与浏览器、输入法或其他快捷键冲突。";
}
