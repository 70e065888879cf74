//! The words of the letters about one's account, in the reader's language. Nothing that somebody typed stands in them but
//! names that administrators gave.

use crate::Accounts;
use kernel::Language;
use platform::App;
use platform::mail::Words;
use std::sync::Arc;

/// The provider's name, or the program's.
fn house(app: &App) -> String {
    let name = app.port::<Arc<Accounts>>().directory.snapshot().provider_name.clone();
    if name.is_empty() { "Hark".to_owned() } else { name }
}

fn foot(app: &App, language: Language) -> String {
    let desk = &app.settings().desk_url;
    match language {
        Language::En => {
            format!("Sent by itself by {} · {desk}\nNobody reads answers to this address.", house(app))
        }
        Language::Zh => format!("本邮件由 {} 的客服工作台自动发出 · {desk}\n请勿直接回复。", house(app)),
    }
}

/// Somebody new chooses a password.
pub(crate) fn invitation(app: &App, language: Language, name: &str, login: &str, url: &str) -> Words {
    let house = house(app);
    let foot = foot(app, language);
    match language {
        Language::En => Words {
            subject: format!("Your account at {house}"),
            paragraphs: vec![
                format!("Hello {name},"),
                format!(
                    "an account was made for you at {house}. Your login is {login}. Choose a password to begin; the link works once, for 24 hours."
                ),
            ],
            link: Some(("Choose a password".to_owned(), url.to_owned())),
            foot,
        },
        Language::Zh => Words {
            subject: format!("您在 {house} 的账号已开通"),
            paragraphs: vec![
                format!("{name}，您好："),
                format!(
                    "{house} 已为您开通客服工作台账号，登录名为 {login}。请点击下方链接设置密码；链接 24 小时内有效，仅可使用一次。"
                ),
            ],
            link: Some(("设置密码".to_owned(), url.to_owned())),
            foot,
        },
    }
}

/// Somebody chooses a new password: by their own asking, or an administrator's.
pub(crate) fn reset(app: &App, language: Language, name: &str, url: &str, hours: i64) -> Words {
    let house = house(app);
    let foot = foot(app, language);
    match language {
        Language::En => Words {
            subject: format!("A new password for {house}"),
            paragraphs: vec![
                format!("Hello {name},"),
                format!(
                    "with this link you choose a new password. It works once, for {hours} h, and signs you out everywhere else."
                ),
                "If you did not ask for it, do nothing: your password stays as it is.".to_owned(),
            ],
            link: Some(("Choose a new password".to_owned(), url.to_owned())),
            foot,
        },
        Language::Zh => Words {
            subject: format!("重设您在 {house} 的密码"),
            paragraphs: vec![
                format!("{name}，您好："),
                format!(
                    "请点击下方链接设置新密码。链接 {hours} 小时内有效，仅可使用一次；设置后其他设备将退出登录。"
                ),
                "如非您本人申请，请忽略本邮件，您的密码不会改变。".to_owned(),
            ],
            link: Some(("设置新密码".to_owned(), url.to_owned())),
            foot,
        },
    }
}
