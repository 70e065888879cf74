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
