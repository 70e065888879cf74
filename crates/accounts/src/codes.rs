//! The error codes of accounts, with their words.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    SIGN_IN_REQUIRED = "sign_in.required", Unauthenticated,
        "You are not signed in, or your session has ended. Sign in and try again.",
        "您尚未登录，或登录已失效。请登录后重试。";
    SIGN_IN_REFUSED = "sign_in.refused", Unauthenticated,
        "The login, password or code is not right. Check them and try again.",
        "登录名、密码或验证码不正确，请核对后重试。";
    CODE_REQUIRED = "sign_in.code_required", Unauthenticated,
        "Enter the six-digit code from your authenticator, or a recovery code.",
        "请输入身份验证器上的六位验证码，或使用一个恢复码。";
    SIGN_IN_THROTTLED = "sign_in.throttled", RateLimited,
        "There were too many tries. Wait for the time given, then try again.",
        "尝试次数过多，请按提示的时间等待后重试。";
    SIGN_IN_BUSY = "sign_in.busy", Unavailable,
        "Many people are signing in just now. Try again in a few seconds.",
        "当前登录人数较多，请几秒后重试。";
    MISSING_PERMISSION = "access.missing_permission", Forbidden,
        "Your role does not include this right here. An administrator can grant it.",
        "您的角色在此处没有这项权限，可请管理员授予。";
    BEYOND_OWN = "access.beyond_own", Forbidden,
        "You can only give rights that you hold yourself, and manage people whose rights you hold.",
        "您只能授予自己拥有的权限，也只能管理权限不超出您的人员。";
    SETUP_CLOSED = "setup.closed", Conflict,
        "Set-up was completed and is closed for good. Sign in instead.",
        "初始设置已完成并永久关闭，请直接登录。";
    SETUP_REFUSED = "setup.refused", Unauthenticated,
        "This set-up link is not valid any more. Restart the server to get a new one.",
        "设置链接已失效，请重启服务以获取新的链接。";
    INVITE_REFUSED = "invite.refused", Unauthenticated,
        "This link was used already or has expired. Ask for a new one.",
        "该链接已被使用或已过期，请申请新的链接。";
    RESET_NO_MAIL = "reset.no_mail", Conflict,
        "No letters can be sent from here yet. Ask an administrator for a link with which to choose a new password.",
        "系统尚未配置发信，请联系管理员为您生成重设密码的链接。";
    MAIL_PLAIN_LOGIN = "mail.plain_login", Invalid,
        "A login is not sent over an unguarded connection. Choose TLS or STARTTLS, or leave the login empty.",
        "未加密的连接不允许使用登录名和密码。请选择 TLS 或 STARTTLS，或清空登录名。";
    UNDO_NOT_THIS = "undo.not_this", Conflict,
        "This entry cannot be undone: it is no change of a setting, or what it was before is not on record. Change it by hand.",
        "该记录无法撤销：它不是设置的更改，或没有留下更改前的内容。请手动修改。";
    UNDO_NOTHING = "undo.nothing", Conflict,
        "Everything stands as it did before that entry already. Nothing was changed.",
        "当前内容已与该记录之前一致，未做任何更改。";
    PACK_UNKNOWN = "pack.unknown", Invalid,
        "There is no such starting pack. Choose one of the list.",
        "没有这个行业模板，请从列表中选择。";
    LOGIN_TAKEN = "user.login_taken", Conflict,
        "Somebody has this login already. Choose another.",
        "该登录名已被使用，请换一个。";
    NAME_TAKEN = "name.taken", Conflict,
        "This name is in use already. Choose another.",
        "该名称已存在，请换一个。";
    USER_SELF = "user.self", Conflict,
        "You cannot disable your own account or take away your own rights. Ask a colleague.",
        "您不能停用自己的账号，也不能撤销自己的权限，请让同事操作。";
    LAST_ADMINISTRATOR = "user.last_administrator", Conflict,
        "This would leave nobody who can administer the installation. Make another administrator first.",
        "操作后将没有任何管理员，请先设置另一位管理员。";
    ROLE_BUILT_IN = "role.built_in", Conflict,
        "Built-in roles cannot be changed or removed. Create a role of your own instead.",
        "内置角色不可修改或删除，请另建角色。";
    IN_USE = "in_use", Conflict,
        "This is still in use. Take it away where it is used first.",
        "该项仍在使用中，请先在使用处移除。";
    PASSWORD_WEAK = "password.weak", Invalid,
        "A password has 10 to 1,024 bytes and is not the login or one that everybody tries.",
        "密码长度须为 10 至 1024 字节，且不能与登录名相同或过于常见。";
    PASSWORD_WRONG = "password.wrong", Invalid,
        "The current password is not right. Nothing was changed.",
        "当前密码不正确，未做任何更改。";
    TOTP_REFUSED = "totp.refused", Invalid,
        "The code does not match. Check the clock of your device and enter the newest code.",
        "验证码不匹配，请检查设备时间并输入最新的验证码。";
    TOTP_NOT_BEGUN = "totp.not_begun", Conflict,
        "Begin by asking for a new authenticator secret.",
        "请先获取新的身份验证器密钥。";
    TOTP_ON = "totp.on", Conflict,
        "The second factor is on already. Turn it off before setting it up again.",
        "两步验证已开启，如需重新设置请先关闭。";
    CALENDAR_INVALID = "calendar.invalid", Invalid,
        "The calendar does not fit. The detail says what is wrong; nothing was changed.",
        "日历内容有误，具体原因见详情，未做任何更改。";
    IMPORT_INVALID = "calendar.import_invalid", Invalid,
        "Some lines of the table could not be read. They are listed; nothing was changed.",
        "表格中有些行无法识别，已逐行列出，未做任何更改。";
    LIVE_ORIGIN = "live.origin", Forbidden,
        "A socket opened with the desk's cookie must come from the desk's own pages.",
        "使用工作台登录状态的连接必须来自工作台页面。";
    LIVE_BUSY = "live.busy", Unavailable,
        "Too many sockets are waiting to sign in. Try again in a few seconds.",
        "等待登录的连接过多，请几秒后重试。";
    AUDIT_BROKEN = "audit.broken", Internal,
        "The record of changes does not hold together. Run `hark audit verify` and keep the data as it is.",
        "审计记录校验不一致。请运行 `hark audit verify` 并保留现有数据。";
}
