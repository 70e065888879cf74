//! The error codes of channels, with their words. What visitors read is written for customers.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    MAIL_UNREADABLE = "mail.unreadable", Invalid,
        "This mail could not be read. Its bytes are kept; it can be read again after an upgrade.",
        "无法解析此邮件，原件已保留，升级后可重新解析。";
    MAIL_NO_AUTHOR = "mail.no_author", Invalid,
        "This mail names no sender. Its bytes are kept.",
        "此邮件没有发件人，原件已保留。";
    MAIL_STRAY_REPORT = "mail.stray_report", Invalid,
        "This is a report about a mail that did not come from here.",
        "这是一封退信或投诉报告，但所指邮件并非由本系统发出。";
    MAIL_UNDELIVERABLE = "mail.undeliverable", Conflict,
        "The receiving server sent this mail back. Check the address, or reach the customer another way.",
        "对方服务器退回了这封邮件，请核对地址，或换一种方式联系客户。";
    MAIL_COMPLAINED = "mail.complained", Conflict,
        "The recipient marked this mail as unwanted. Do not write again before it is clear why.",
        "收件人将此邮件标记为骚扰邮件，弄清原因之前请勿再次发送。";
    MAIL_NO_RECIPIENT = "mail.no_recipient", Invalid,
        "It is not known to which address this mail should go. Enter one.",
        "不知道邮件应发往哪个地址，请填写收件人。";
    MAIL_PARTLY = "mail.partly_refused", Conflict,
        "The server took this mail for some recipients and refused others. Check the addresses that it names.",
        "服务器只接受了部分收件人，请核对被拒绝的地址。";
    MAIL_TOO_LARGE = "mail.too_large", Invalid,
        "Text and files of one mail may be 20 MB together. Send the files in parts.",
        "一封邮件的正文和附件合计不能超过 20 MB，请分几封发送。";
    MAIL_UNFIT = "mail.unfit", Invalid,
        "This mail cannot be built: an address or the subject holds something that mail does not allow.",
        "无法生成此邮件：地址或主题含有邮件不允许的内容。";
    MAILBOX_TAKEN = "mailbox.taken", Conflict,
        "Another inbox has this address already.",
        "该地址已被其他收件箱使用。";
    MAILBOX_NOT_MAIL = "mailbox.not_mail", Conflict,
        "This inbox is none of mail.",
        "此收件箱不是邮件收件箱。";
    VISITOR_UNKNOWN = "visitor.unknown", Unauthenticated,
        "This chat has to be opened anew. Reload the page.",
        "会话凭证已失效，请刷新页面后重新打开对话。";
    VISITOR_ORIGIN = "visitor.origin", Forbidden,
        "This request did not come from the chat window. Nothing was changed.",
        "请求并非来自客服窗口，未做任何更改。";
    VISITOR_THROTTLED = "visitor.throttled", RateLimited,
        "That was a lot at once. It was not sent yet; please try again in a moment.",
        "发送过于频繁，尚未发出，请稍后再试。";
    VISITOR_TOO_LONG = "visitor.too_long", Invalid,
        "The message is too long. Please send it in parts.",
        "文字太长，请分几条发送。";
    VISITOR_FILE_TYPE = "visitor.file_type", Invalid,
        "Files of this type cannot be sent here. Pictures, PDF, office documents and text can.",
        "不支持发送此类文件，可发送图片、PDF、办公文档和文本文件。";
    VISITOR_NO_CONVERSATION = "visitor.no_conversation", Conflict,
        "There is no conversation yet. Write a message first.",
        "尚无会话，请先发送一条消息。";
    VISITOR_PROOF = "visitor.proof", Forbidden,
        "We could not confirm who you are. Sign in on this page again, then reopen the chat.",
        "无法确认您的身份，请在本页面重新登录后再打开客服窗口。";
    VISITOR_IDENTITY = "visitor.identity", Forbidden,
        "Please sign in on this page to write to us.",
        "请先在本页面登录，再联系客服。";
    VISITOR_FORM = "visitor.form", Invalid,
        "A few details are needed before we can begin. Fill in the marked fields.",
        "开始之前还需要几项信息，请补充标出的内容。";
    VISITOR_CONSENT = "visitor.consent", Invalid,
        "We may only begin once you have agreed to how your data is used.",
        "需要您同意个人信息的使用方式后才能开始。";
    VISITOR_ATTRIBUTES = "visitor.attributes", Invalid,
        "What the page says of its visitor does not fit: at most 20 names of letters, digits, `_`, `-` and `.`, with texts of at most 300 characters.",
        "页面传入的访客属性不符合要求：最多 20 项，名称仅限字母、数字、`_`、`-`、`.`，内容不超过 300 字。";
    TRANSCRIPT_UNVERIFIED = "transcript.unverified", Conflict,
        "We have no confirmed mail address of yours, so nothing was sent.",
        "没有您已验证的邮箱，未发送。";
    TRANSCRIPT_OFF = "transcript.off", Conflict,
        "Conversations are not sent by mail here. Nothing was sent.",
        "此处不提供邮件发送会话记录，未发送。";
    TRANSCRIPT_OFTEN = "transcript.often", RateLimited,
        "This conversation was sent to you a moment ago. Please look into your mailbox, and try again in an hour.",
        "刚刚已发送过这份会话记录，请查收邮箱，一小时后可再次索取。";
    API_SIGNATURE = "api.signature", Unauthenticated,
        "The signature does not fit. Sign `id.timestamp.body` over the raw body with this inbox's secret, as Standard Webhooks has it.",
        "签名不符。请按 Standard Webhooks 规范，用该接入点的密钥对 `id.timestamp.body`（原始请求体）签名。";
    API_HEADERS = "api.headers", Unauthenticated,
        "The headers webhook-id, webhook-timestamp and webhook-signature are needed, as Standard Webhooks has them.",
        "缺少或无法识别 webhook-id、webhook-timestamp、webhook-signature 请求头，请按 Standard Webhooks 规范发送。";
    API_TIMESTAMP = "api.timestamp", Unauthenticated,
        "The timestamp is more than five minutes away from our clock. Check the sender's clock and sign again at each try.",
        "时间戳与服务器时间相差超过 5 分钟。请校准发送方时钟，并在每次重试时重新签名。";
    API_NO_SECRET = "api.no_secret", Forbidden,
        "This inbox has no secret yet. An administrator makes one under the inbox's settings.",
        "该接入点尚未生成密钥，请管理员在接入点设置中生成。";
    API_FILE = "api.file", Invalid,
        "A file could not be fetched from the address given, so nothing was taken. The detail says why; send again when it can be had.",
        "无法从所给地址取得附件，消息未接收，原因见详情。请在附件可访问后重新发送。";
}
