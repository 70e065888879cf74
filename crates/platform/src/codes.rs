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
    MAIL_NOT_SET_UP = "mail.not_set_up", Conflict,
        "No mail server is set up, or it is switched off. Set one up under Settings, Outgoing mail; the letter waits and goes out then.",
        "尚未设置发信服务器，或已停用。请在“设置 · 发信”中配置；邮件会保留，配置后自动发出。";
    MAIL_NAME_UNKNOWN = "mail.name_unknown", Unavailable,
        "The mail server's name cannot be found. Check the host name for a typing error, and that this machine's name service works.",
        "找不到发信服务器的域名。请检查主机名是否写错，以及本机的域名解析是否正常。";
    MAIL_CLOSED_ADDRESS = "mail.closed_address", Invalid,
        "The mail server's address is private or special and is closed to outgoing calls. If it is meant, open HOST:PORT in the configuration (egress_allow).",
        "发信服务器位于内网或特殊地址，默认不允许访问。如确需使用，请在配置 egress_allow 中放行“主机:端口”。";
    MAIL_NO_CONNECTION = "mail.no_connection", Unavailable,
        "Nobody answers at this host and port. Check the port (usually 465 for TLS, 587 for STARTTLS) and whether a firewall or the provider of this machine blocks it.",
        "该主机和端口没有响应。请检查端口（TLS 通常为 465，STARTTLS 通常为 587），以及防火墙或云服务商是否封禁了该端口。";
    MAIL_NO_ANSWER = "mail.no_answer", Unavailable,
        "The mail server took longer than 20 seconds. It is tried again by itself; if it stays so, ask its operator, and check that TLS and port fit each other.",
        "发信服务器超过 20 秒未响应，系统会自动重试。如一直如此，请联系服务器管理员，并检查加密方式与端口是否匹配。";
    MAIL_TLS_FAILED = "mail.tls_failed", Unavailable,
        "No secure connection could be agreed on. Check that host name and certificate match, that the certificate has not run out, and that security fits the port; a certificate of your own house can be entered below.",
        "无法建立安全连接。请检查主机名与证书是否一致、证书是否过期、加密方式与端口是否匹配；自签证书可在下方填写。";
    MAIL_NO_STARTTLS = "mail.no_starttls", Unavailable,
        "The mail server does not offer STARTTLS here. Choose TLS with port 465, or another port.",
        "该端口不支持 STARTTLS。请改用 TLS（465 端口）或其他端口。";
    MAIL_NO_SERVER = "mail.no_server", Unavailable,
        "What answers at this port does not speak as a mail server, or turned this machine away. Its answer is shown; check port and security.",
        "该端口的应答不是邮件服务，或拒绝了本机的连接。对方的应答见下方；请检查端口和加密方式。";
    MAIL_NO_LOGIN = "mail.no_login", Conflict,
        "The mail server takes no login here. Leave the login empty, or choose the port for sending with TLS or STARTTLS.",
        "该端口不支持登录。请清空登录名，或改用支持登录的 TLS / STARTTLS 发信端口。";
    MAIL_LOGIN_REFUSED = "mail.login_refused", Conflict,
        "The mail server refused login and password. Many mail services ask for a password of its own for programs (an authorisation code); make one there and enter it here.",
        "发信服务器拒绝了登录名或密码。多数邮箱服务要求使用“授权码”或应用专用密码，请在邮箱后台生成后填写。";
    MAIL_SENDER_REFUSED = "mail.sender_refused", Conflict,
        "The mail server does not let this login send from this address. Use the login's own address, or have the address allowed there.",
        "发信服务器不允许用该账号以此发件地址发信。请改用账号本身的地址，或在对方后台授权该地址。";
    MAIL_RECIPIENT_REFUSED = "mail.recipient_refused", Conflict,
        "The mail server does not take letters for this address: it does not exist, or this machine may not send to it. Check the address; the server's answer is shown.",
        "发信服务器拒收该收件地址：地址不存在，或不允许本机向其发信。请核对地址，服务器的应答见下方。";
    MAIL_CONTENT_REFUSED = "mail.content_refused", Conflict,
        "The mail server took the addresses but not the letter, usually as unwanted mail. Ask its operator with the answer shown.",
        "发信服务器接受了地址但拒收内容，通常被判为垃圾邮件。请凭下方应答联系服务器管理员。";
    MAIL_LATER = "mail.later", Unavailable,
        "The mail server asks to come again later. It is tried again by itself.",
        "发信服务器要求稍后再试，系统会自动重试。";
    MAIL_BROKE_OFF = "mail.broke_off", Unavailable,
        "The connection broke off in the middle. It is tried again by itself.",
        "连接中途断开，系统会自动重试。";
    MAIL_TOO_MANY = "mail.too_many", RateLimited,
        "This address got 60 letters within an hour, so this one was laid aside. Look why there are so many; it can be sent by hand.",
        "该地址一小时内已收到 60 封邮件，本封已搁置。请检查原因，可手动重发。";
    MAIL_TOO_LONG = "mail.too_long", TooLarge,
        "The letter is longer than 256 KiB. Nothing was written.",
        "邮件内容超过 256 KiB，未写入。";
    MAIL_GONE = "mail.gone", Conflict,
        "This letter was delivered, and its words were not kept. It cannot be sent again.",
        "该邮件已送达，内容不再保留，无法重发。";
    UNDO_CHANGED = "undo.changed_since", Conflict,
        "This was changed again after that entry, so undoing it would undo the later change too. Look at the newer entries and undo those first, or change it by hand.",
        "该项在此之后又被更改，撤销会一并覆盖后来的更改。请先查看并撤销较新的记录，或手动修改。";
}
