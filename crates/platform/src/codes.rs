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
    STORE_IN_DOUBT = "store.in_doubt", Unavailable,
        "The database was lost just as it stored this, so it may or may not be there. Reload before you try again.",
        "数据库在保存时中断，无法确定是否已保存。请刷新确认后再重试。";
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
    UNDER_WAY = "idempotency.under_way", Conflict,
        "A request with this Idempotency-Key is being done, or was done and its answer was not kept. Look whether its effect is there before you send it under a new key.",
        "使用该 Idempotency-Key 的请求正在处理，或已执行但未保留答复。请先确认是否已生效，再换用新的键发送。";
    CROSS_SITE = "request.cross_site", Forbidden,
        "This request did not come from the desk's own pages. Nothing was changed.",
        "请求并非来自工作台页面，未做任何更改。";
    MASTER_KEY_BROKEN = "secrets.master_key", Internal,
        "The master key cannot be read. The detail says why; restore master.key, or set HARK_MASTER_KEY.",
        "主密钥无法读取，原因见详情。请恢复 master.key 或设置 HARK_MASTER_KEY。";
    SECRET_UNOPENED = "secrets.unopened", Internal,
        "A sealed value cannot be opened: it was altered, or sealed with a master key that is not here.",
        "加密内容无法解开：内容被改动，或使用的主密钥不在此处。";
    BLOB_MISSING = "blobs.missing", NotFound,
        "The file is not there any more.",
        "文件已不存在。";
    BLOB_ALTERED = "blobs.altered", Internal,
        "The file on the disk is not what was stored, so it is not served. Restore it from a backup.",
        "磁盘上的文件与存入时不一致，已停止提供，请从备份恢复。";
    BLOB_TOO_LARGE = "blobs.too_large", TooLarge,
        "The file is larger than allowed. Nothing was stored.",
        "文件超过大小限制，未保存。";
    IMAGE_TOO_LARGE = "blobs.image_too_large", TooLarge,
        "The picture has more than 40 million pixels. Nothing was stored; send a smaller one.",
        "图片超过 4000 万像素，未保存，请发送较小的图片。";
    LINK_EXPIRED = "files.link_expired", NotFound,
        "This link to a file has expired. Reload the page it was on.",
        "文件链接已过期，请刷新原页面。";
    SEARCH_AWAY = "search.away", Unavailable,
        "Search is not ready just now. Try again in a moment.",
        "搜索暂不可用，请稍后重试。";
    EGRESS_REFUSED = "egress.refused", Invalid,
        "This address may not be called: it is private or special, or not an http address. An administrator can open it.",
        "不允许访问该地址：它是内网或特殊地址，或不是 http 地址。管理员可将其放行。";
    EGRESS_FAILED = "egress.failed", Unavailable,
        "The other server did not answer as it should. Try again in a moment.",
        "对方服务器未正常响应，请稍后重试。";
    EGRESS_TOO_LARGE = "egress.too_large", Unavailable,
        "The other server's answer is larger than allowed.",
        "对方服务器返回的内容超过大小限制。";
    DATA_IN_USE = "data.in_use", Conflict,
        "Another process uses this data folder. Stop it first, or speak to it instead of opening the folder.",
        "该数据目录正被另一进程使用，请先停止该进程，或通过它操作。";
    NO_NODE_NUMBER = "nodes.none_free", Unavailable,
        "All 1,024 node numbers are taken. Wait until one lapses, or stop a node.",
        "1024 个节点编号均已占用，请等待其失效或停止一个节点。";
}
