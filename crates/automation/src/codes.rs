//! The error codes of automation, with their words. Those that begin with `webhook.` or `bot.` and are kept with a delivery say what
//! the receiver did and what to change there.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    TOO_MANY = "webhook.too_many", Conflict,
        "A client may have 50 webhooks. Remove one that is not needed any more.",
        "每个甲方最多可设置 50 个 Webhook，请先删除不再需要的。";
    OFF = "webhook.off", Conflict,
        "The webhook is switched off. Switch it on, then send again.",
        "该 Webhook 已停用，请启用后再发送。";
    NO_SECRET = "webhook.no_secret", Conflict,
        "There is no secret to sign with. Make one in the inbox's settings, then send again.",
        "没有可用于签名的密钥，请在接入点设置中生成密钥后重新发送。";
    ADDRESS = "webhook.address", Invalid,
        "This address may not be called: it is private or special, or not an http address. Use a public address, or ask the administrator to open it.",
        "不允许访问该地址：它是内网或特殊地址，或不是 http 地址。请改用公网地址，或请管理员放行。";
    NO_ANSWER = "webhook.no_answer", Unavailable,
        "The receiver did not answer within 10 seconds. Let it answer first and do its work afterwards.",
        "接收方未在 10 秒内响应。请让接收方先应答，再处理业务。";
    NO_CONNECTION = "webhook.no_connection", Unavailable,
        "No connection could be made. Check the host name, the port, the firewall and the certificate.",
        "无法建立连接。请检查域名、端口、防火墙和证书。";
    BROKEN = "webhook.broken", Unavailable,
        "The receiver's answer broke off or is larger than allowed. Answer with a short text, or with none.",
        "接收方的响应中断或过大。请返回简短内容或空内容。";
    REDIRECT = "webhook.redirect", Conflict,
        "The receiver answered with a redirect, which is not followed. Enter the final address.",
        "接收方返回了重定向，系统不会跟随。请填写最终地址。";
    NOT_ALLOWED = "webhook.not_allowed", Conflict,
        "The receiver refused the call (401 or 403). Check that it verifies with this webhook's secret over the raw body.",
        "接收方拒绝了请求（401 或 403）。请确认其使用本 Webhook 的密钥对原始请求体验签。";
    NOT_THERE = "webhook.not_there", Conflict,
        "The receiver knows no such address (404 or 405). Check the path, and that it takes POST.",
        "接收方没有该地址（404 或 405）。请检查路径，并确认其接受 POST 请求。";
    GONE = "webhook.gone", Conflict,
        "The receiver says that this address is gone for good (410). The webhook was switched off.",
        "接收方表示该地址已永久停用（410），Webhook 已停用。";
    BUSY = "webhook.busy", Unavailable,
        "The receiver asks for time (429 or 503). It is tried again later.",
        "接收方繁忙（429 或 503），稍后将自动重试。";
    REFUSED = "webhook.refused", Conflict,
        "The receiver did not accept the content (4xx). Its answer is shown with the delivery.",
        "接收方未接受内容（4xx），其响应见推送记录。";
    FAILED = "webhook.failed", Unavailable,
        "The receiver failed (5xx). Its answer is shown with the delivery.",
        "接收方出错（5xx），其响应见推送记录。";
    BOT_TOO_MANY = "bot.too_many", Conflict,
        "A client may have 50 of these. Remove one that is not needed any more.",
        "每个甲方最多可设置 50 个，请先删除不再需要的。";
    BOT_OFF = "bot.off", Conflict,
        "It is switched off. Switch it on, then send again.",
        "该通知已停用，请启用后再发送。";
    BOT_UNKNOWN = "bot.address_unknown", Conflict,
        "The platform knows no bot with this address. Copy the address again from the group's settings; a bot that was removed there needs a new one.",
        "平台不认识这个机器人地址。请在群设置中重新复制 Webhook 地址；如机器人已被移除，需要重新添加。";
    BOT_SIGNATURE = "bot.signature", Conflict,
        "The platform refused the signature. Copy the signing secret again from the bot's security settings, and check this machine's clock.",
        "平台验签失败。请在机器人的安全设置中重新复制加签密钥，并检查本机时间是否准确。";
    BOT_KEYWORD = "bot.keyword", Conflict,
        "The bot takes only texts that hold its keyword. Choose signing instead of keywords in its security settings, or add the keyword \"Hark\" there.",
        "机器人设置了自定义关键词，内容不含关键词被拒收。请在安全设置中改用“加签”，或添加关键词“Hark”。";
    BOT_ADDRESS_LIST = "bot.address_list", Conflict,
        "The bot takes calls from listed addresses only. Add this machine's public address to its list, or choose signing.",
        "机器人设置了 IP 白名单，本机不在其中。请把本机公网 IP 加入白名单，或改用加签。";
    BOT_BUSY = "bot.busy", Unavailable,
        "The platform takes no more cards from this bot just now. It is tried again later.",
        "发送过于频繁，平台暂时限流，稍后将自动重试。";
    BOT_REFUSED = "bot.refused", Conflict,
        "The platform did not take the card. Its answer is shown.",
        "平台未接受该卡片，其应答见下方。";
    BOT_MAIL = "bot.mail_not_set_up", Conflict,
        "No mail server is set up, so no letter can be sent. Set one up under Settings, Outgoing mail.",
        "尚未设置发信服务器，无法发送邮件通知。请先在“设置 · 发信”中配置。";
    VANISHED = "webhook.vanished", NotFound,
        "What was to be sent is not there any more.",
        "要推送的内容已不存在。";
}

/// The words of a code that was kept.
pub fn by_name(name: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|c| c.code == name)
}
