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
    MAIL_NOT_JUDGED = "mail.not_judged", Unavailable,
        "Who sent this mail could not be found out just now: names could not be looked up. It is tried again by itself.",
        "暂时无法核实发件人：域名查询失败，系统会自动重试。";
    MAIL_NO_AUTHOR = "mail.no_author", Invalid,
        "This mail names no sender. Its bytes are kept: look into them where it was laid aside.",
        "此邮件没有发件人，原件已保留，可在隔离区下载查看。";
    MAIL_STAFF_TOKEN = "mail.staff_token", Forbidden,
        "This mail was sent to an address for answers that belongs to another colleague or another conversation. Answer the mail that you got yourself, or on the desk.",
        "此邮件发往的答复地址属于其他同事或其他会话。请回复您本人收到的通知邮件，或在工作台中答复。";
    MAIL_STAFF_UNPROVED = "mail.staff_unproved", Forbidden,
        "Nothing proved that this mail comes from the colleague in whose name it was written. Send it from the mailbox of your firm, whose domain signs its mail (DKIM, DMARC), or answer on the desk. If it was not you, tell an administrator.",
        "无法证实此邮件确由所称的同事发出。请用域名已启用 DKIM 和 DMARC 的单位邮箱发送，或在工作台中答复。如非本人所发，请告知管理员。";
    MAIL_STAFF_UNKNOWN = "mail.staff_unknown", Forbidden,
        "Nobody who works here has confirmed this sender's address, so the answer was not sent. An administrator sees under Users which address is kept.",
        "发件地址不是任何在职人员已确认的邮箱，答复未发出。管理员可在“用户”中查看登记的邮箱。";
    MAIL_STAFF_RIGHT = "mail.staff_right", Forbidden,
        "You may not answer in this conversation, or not any more. Ask whoever leads the line.",
        "您没有或已不再拥有答复此会话的权限，请联系班组长。";
    MAIL_STAFF_OVER = "mail.staff_over", Conflict,
        "The conversation is over. Open it again on the desk and answer there.",
        "会话已结束。请在工作台中重新打开会话后答复。";
    MAIL_STAFF_EMPTY = "mail.staff_empty", Invalid,
        "No words of your own were found above the line. Write above it, and answer again.",
        "在分隔线上方没有找到您写的内容。请在其上方书写后重新回复。";
    MAIL_STAFF_PROGRAM = "mail.staff_program", Invalid,
        "A program wrote this answer to a colleague's letter, such as an out-of-office note. Nothing needs to be done.",
        "这是同事邮箱的自动回复（如休假回复），无需处理。";
    MAIL_SHARE_USED = "mail.share_used", RateLimited,
        "This address, or this client, has had its share of mail for now. The mail waits and goes by itself once there is room.",
        "该收件地址或该甲方近期发信已达上限，邮件会等待，有余量后自动发出。";
    MAIL_DROPPED = "mail.dropped", RateLimited,
        "A program's mail was not sent: this address, or this client, has had its share for now. Look whether something writes in circles.",
        "自动邮件未发出：该收件地址或该甲方近期发信已达上限。请检查是否有程序在循环发信。";
    MAIL_NO_MAILBOX = "mail.no_mailbox", Invalid,
        "The mailbox was taken away before this mail was read. Its bytes are kept; set the mailbox up again and read it then.",
        "邮件解析之前，该邮箱设置已被移除。原件已保留，重新配置邮箱后可再次解析。";
    MAIL_STRAY_REPORT = "mail.stray_report", Invalid,
        "This is a report about a mail that did not come from here. Nothing needs to be done; its bytes are kept.",
        "这是一封退信或投诉报告，但所指邮件并非由本系统发出，无需处理，原件已保留。";
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
        "This mail cannot be built: an address or the subject holds something that mail does not allow. Correct it and send again.",
        "无法生成此邮件：地址或主题含有邮件不允许的内容，请更正后重新发送。";
    MAILBOX_TAKEN = "mailbox.taken", Conflict,
        "Another inbox has this address already. Enter another one, or take it away there first.",
        "该地址已被其他接入点使用，请换一个地址，或先在那边移除。";
    MAILBOX_NOT_MAIL = "mailbox.not_mail", Conflict,
        "This inbox is none of mail. Make one with the channel mail.",
        "此接入点不是邮件接入点，请新建渠道为邮件的接入点。";
    MAILBOX_TAKEN_OVER = "mailbox.taken_over", Conflict,
        "This mailbox is fetched elsewhere by now, or its settings changed. Nothing was written.",
        "该邮箱已由其他节点收取，或设置已变更，未写入任何内容。";
    MAILBOX_NAME_UNKNOWN = "mailbox.name_unknown", Unavailable,
        "The server's name cannot be found. Check the host name for a typing error, and that this machine's name service works.",
        "找不到收信服务器的域名。请检查主机名是否写错，以及本机的域名解析是否正常。";
    MAILBOX_CLOSED_ADDRESS = "mailbox.closed_address", Invalid,
        "The server's address is private or special and is closed to outgoing calls. If it is meant, open HOST:PORT in the configuration (egress.allow).",
        "收信服务器位于内网或特殊地址，默认不允许访问。如确需使用，请在配置 egress.allow 中放行“主机:端口”。";
    MAILBOX_NO_CONNECTION = "mailbox.no_connection", Unavailable,
        "Nobody answers at this host and port. Check the port (usually 993 for TLS, 143 for STARTTLS) and whether a firewall blocks it.",
        "该主机和端口没有响应。请检查端口（TLS 通常为 993，STARTTLS 通常为 143），以及是否被防火墙拦截。";
    MAILBOX_NO_ANSWER = "mailbox.no_answer", Unavailable,
        "The server took too long to answer. It is tried again by itself; if it stays so, check that security and port fit each other, or ask its operator.",
        "收信服务器长时间没有响应，系统会自动重试。如一直如此，请检查加密方式与端口是否匹配，或联系服务器管理员。";
    MAILBOX_TLS_FAILED = "mailbox.tls_failed", Unavailable,
        "No secure connection could be agreed on. Check that host name and certificate match, that the certificate has not run out, and that security fits the port; a certificate of your own house can be entered.",
        "无法建立安全连接。请检查主机名与证书是否一致、证书是否过期、加密方式与端口是否匹配；自签证书可填入设置。";
    MAILBOX_NO_STARTTLS = "mailbox.no_starttls", Unavailable,
        "The server does not offer STARTTLS here. Choose TLS with port 993, or another port.",
        "该端口不支持 STARTTLS。请改用 TLS（993 端口）或其他端口。";
    MAILBOX_NO_SERVER = "mailbox.no_server", Unavailable,
        "What answers at this port does not speak IMAP. Check host, port and security.",
        "该端口的应答不是 IMAP 服务。请检查主机、端口和加密方式。";
    MAILBOX_NO_SECRET = "mailbox.no_secret", Conflict,
        "No password is kept for this server. Enter it and save.",
        "尚未保存该服务器的密码，请填写后保存。";
    MAILBOX_LOGIN_REFUSED = "mailbox.login_refused", Conflict,
        "The server refused login and password. Check both; many services want IMAP switched on in the mailbox's settings, and a password of its own for programs (an authorisation code).",
        "服务器拒绝了登录名或密码，请核对。多数邮箱需先在设置中开启 IMAP，并使用“授权码”或应用专用密码登录。";
    MAILBOX_APP_PASSWORD = "mailbox.app_password", Conflict,
        "This service takes no ordinary password from programs. Make an app password (an authorisation code) in the mailbox's settings and enter it here.",
        "该邮箱不接受普通密码登录。请在邮箱设置中生成“授权码”（应用专用密码），填写到这里。";
    MAILBOX_IMAP_OFF = "mailbox.imap_off", Conflict,
        "IMAP is switched off for this mailbox. Switch it on in the mailbox's settings at the service.",
        "该邮箱未开启 IMAP。请登录邮箱，在设置中开启 IMAP 服务。";
    MAILBOX_OAUTH_REFUSED = "mailbox.oauth_refused", Conflict,
        "The service no longer gives access with the token kept. Grant access again and enter the new refresh token; check client id and scope.",
        "邮件服务不再接受已保存的授权。请重新授权并填写新的刷新令牌，同时核对客户端 ID 和授权范围。";
    MAILBOX_OAUTH_AWAY = "mailbox.oauth_away", Unavailable,
        "The address that gives access could not be reached. It is tried again by itself; check the token address.",
        "无法访问授权服务，系统会自动重试。请检查令牌地址。";
    MAILBOX_FOLDER_MISSING = "mailbox.folder_missing", Conflict,
        "This folder is not in the mailbox. Choose one of those that are there.",
        "邮箱中没有这个文件夹，请从现有文件夹中选择。";
    MAILBOX_LATER = "mailbox.later", Unavailable,
        "The server asks to come again later, often because too many programs are signed in. It is tried again by itself.",
        "服务器要求稍后再试，通常是同时登录的程序过多，系统会自动重试。";
    MAILBOX_REFUSED = "mailbox.refused", Unavailable,
        "The server refused a command. Its answer is shown; it is tried again by itself.",
        "服务器拒绝了操作，应答见下方，系统会自动重试。";
    MAILBOX_BROKE_OFF = "mailbox.broke_off", Unavailable,
        "The connection broke off. It is tried again by itself.",
        "连接中断，系统会自动重试。";
    MAILBOX_TOO_LARGE = "mailbox.too_large", TooLarge,
        "This mail is larger than 40 MB. Only its head was fetched; the mail itself lies in the mailbox at the service.",
        "此邮件超过 40 MB，只取回了邮件头；完整邮件仍在原邮箱中，请登录邮箱查看。";
    MAILBOX_UNFETCHED = "mailbox.unfetched", Unavailable,
        "The server could not hand out this mail, again and again. It lies in the mailbox at the service; the mails after it were fetched.",
        "服务器多次无法提供此邮件，邮件仍在原邮箱中；其后的邮件已正常收取。";
    MAILBOX_NOT_SET_UP = "mailbox.not_set_up", Conflict,
        "This inbox has no mailbox yet. An administrator saves its settings first; then try again.",
        "此接入点尚未设置邮箱，请管理员先保存邮箱设置，然后重试。";
    MAILBOX_BUSY = "mailbox.busy", RateLimited,
        "Several mailboxes are being tested just now. Try again in a minute.",
        "当前有多个邮箱正在测试，请一分钟后再试。";
    MAILBOX_NEVER_CAME = "mailbox.never_came", Conflict,
        "The test mail was taken for sending but did not come within a minute. Look into the spam folder, check that this address leads to this mailbox, and that no rule moves mail to another folder.",
        "测试邮件已发出，但一分钟内没有收到。请查看垃圾邮件箱，确认该地址的邮件会进入此邮箱，且没有规则把邮件移到其他文件夹。";
    MAILBOX_NOT_REMOVED = "mailbox.not_removed", Unavailable,
        "The test mail came, but could not be removed from the folder. Delete it there by hand; it becomes no conversation.",
        "测试邮件已收到，但未能从文件夹中删除，请手动删除；它不会成为会话。";
    MAIL_IN_PORT_TAKEN = "mail_in.port_taken", Conflict,
        "The address on which mail is to be taken in cannot be listened on. Another program may hold it; see mail_in.smtp and mail_in.lmtp.",
        "无法监听收信端口，可能已被其他程序占用。请检查 mail_in.smtp 和 mail_in.lmtp。";
    MAIL_IN_TLS = "mail_in.tls", Invalid,
        "The certificate or key for taking mail in cannot be used. See mail_in.tls_cert and mail_in.tls_key.",
        "收信端口的证书或私钥无法使用。请检查 mail_in.tls_cert 和 mail_in.tls_key。";
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
