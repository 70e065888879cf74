//! The error codes of the platform, with their words.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    STORE_CLOSED = "store.closed", Unavailable,
        "The server is shutting down. Nothing was changed; try again in a moment.",
        "服务正在关闭，未做任何更改，请稍后重试。";
    STORE_BUSY = "store.busy", Unavailable,
        "The server has more to write than it can take just now. Nothing was changed; try again in a moment.",
        "服务繁忙，未做任何更改，请稍后重试。";
    TENANT_BUSY = "store.tenant_busy", RateLimited,
        "This client sends more than its share just now. Nothing was changed; try again in a moment.",
        "该甲方当前请求过多，未做任何更改，请稍后重试。";
    STORE_FULL = "store.full", StorageFull,
        "The disk is full. Nothing was changed; reading goes on. Free some space and try again.",
        "磁盘已满，未做任何更改，仍可查看。请清理空间后重试。";
    STORE_BROKEN = "store.broken", Internal,
        "The disk failed. The server ends so that nothing is acknowledged in vain.",
        "磁盘发生故障，服务将停止，以免误报成功。";
    STORE_AWAY = "store.away", Unavailable,
        "The database cannot be reached just now. Try again in a moment.",
        "数据库暂时无法连接，请稍后重试。";
    STORE_CONFLICT = "store.conflict", Unavailable,
        "Others changed the same thing at the same moment. Nothing was changed; try again.",
        "他人正在修改同一内容，未做任何更改，请重试。";
    STORE_NEWER = "store.newer", Internal,
        "The data was written by a newer version of the program. Start that version or a later one.",
        "数据由更新版本的程序写入，请使用该版本或更高版本启动。";
    CONSTRAINT = "store.constraint", Conflict,
        "This would break a rule of the data, such as a name that must be unique. Nothing was changed.",
        "操作违反数据规则（例如名称重复），未做任何更改。";
    AWAITED_OUTSIDE = "store.awaited_outside", Internal,
        "A write waited for something other than the store. It was rolled back.",
        "写入过程等待了存储以外的操作，已回滚。";
    BACKUP_FAILED = "store.backup_failed", Internal,
        "The backup before the upgrade could not be made, so the upgrade was not begun. Nothing was changed.",
        "升级前备份失败，升级未开始，数据未更改。";
    BODY_TOO_LARGE = "body.too_large", TooLarge,
        "What was sent is larger than allowed. Nothing was changed.",
        "提交的内容超过大小限制，未做任何更改。";
    BODY_BROKEN = "body.broken", Invalid,
        "What was sent did not arrive whole. Nothing was changed; send it again.",
        "提交的内容不完整，未做任何更改，请重新发送。";
    NOT_JSON = "body.not_json", Invalid,
        "What was sent is not valid JSON. The detail says where; nothing was changed.",
        "提交的内容不是有效的 JSON，具体位置见详情，未做任何更改。";
    OTHER_BODY = "idempotency.other_body", Conflict,
        "This Idempotency-Key was used with another body. Use a new key for a new request.",
        "该 Idempotency-Key 已用于不同的内容，新请求请使用新的键。";
    CROSS_SITE = "request.cross_site", Forbidden,
        "This request did not come from the desk's own pages. Nothing was changed.",
        "请求并非来自工作台页面，未做任何更改。";
}
