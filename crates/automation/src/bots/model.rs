//! Bots and cards, and what is allowed in them.

use kernel::{BotId, CardId, Error, Language, LineId, Millis, NoticeId, Result, TeamId, TenantId, UserId};
use platform::mail::Address;
use platform::notices::{NoticeKinds, NoticeRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bots of one client.
pub const BOTS_MAX: i64 = 50;
/// A name at the most, in characters.
const NAME_MAX: usize = 80;
/// An address at the most, in bytes.
const ADDRESS_MAX: usize = 2_000;
/// Addresses of mail of one bot.
const MAILS_MAX: usize = 20;
/// A signing secret at the most, in bytes.
const SECRET_MAX: usize = 200;
/// What stands for every kind.
pub const EVERY: &str = "*";

/// Who carries the cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BotPlatform)]
pub enum Platform {
    /// A group's bot of WeCom (企业微信).
    Wecom,
    /// A group's bot of DingTalk (钉钉).
    Dingtalk,
    /// A group's bot of Feishu or Lark (飞书).
    Feishu,
    /// Letters to up to 20 addresses.
    Mail,
}

impl Platform {
    const ALL: [Platform; 4] = [Platform::Wecom, Platform::Dingtalk, Platform::Feishu, Platform::Mail];

    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Platform::Wecom => "wecom",
            Platform::Dingtalk => "dingtalk",
            Platform::Feishu => "feishu",
            Platform::Mail => "mail",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<Platform> {
        let found = Platform::ALL.into_iter().find(|p| p.word() == w);
        found.ok_or_else(|| Error::internal(format!("{w} carries no cards")))
    }
    /// Does it sign with a secret of its own?
    pub fn signs(self) -> bool {
        matches!(self, Platform::Dingtalk | Platform::Feishu)
    }
}

/// Whom notices are told.
#[derive(Debug, Clone, PartialEq)]
pub struct Bot {
    /// Its id.
    pub id: BotId,
    /// The client, 0 for the provider.
    pub tenant: TenantId,
    /// Only notices of this line, 0 for all.
    pub line: LineId,
    /// Only notices of this team, 0 for all.
    pub team: TeamId,
    /// Who carries the cards.
    pub platform: Platform,
    /// What staff call it.
    pub name: String,
    /// What it listens to; `*` is everything.
    pub kinds: Vec<String>,
    /// In which language.
    pub language: Language,
    /// Is anything sent?
    pub enabled: bool,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Millis,
}

impl Bot {
    /// Does it tell of this notice?
    pub fn listens(&self, n: &NoticeRow) -> bool {
        self.enabled
            && (self.tenant.is_none() || self.tenant == n.tenant)
            && (self.line.is_none() || self.line == n.line)
            && (self.team.is_none() || self.team == n.team)
            && self.kinds.iter().any(|k| k == EVERY || *k == n.kind)
    }
}

/// Checks a name.
pub fn check_name(name: &str) -> Result<String> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Error::invalid("/name", "required")),
        n if n > NAME_MAX => Err(Error::invalid("/name", "too_long")),
        _ if name.chars().any(char::is_control) => Err(Error::invalid("/name", "unfit")),
        _ => Ok(name.to_owned()),
    }
}

/// Checks what is listened to.
pub fn check_kinds(kinds: &[String], known: &NoticeKinds) -> Result<()> {
    if kinds.is_empty() {
        return Err(Error::invalid("/kinds", "required"));
    }
    if kinds.len() > known.all().len() + 1 {
        return Err(Error::invalid("/kinds", "too_many"));
    }
    match kinds.iter().position(|k| k != EVERY && known.all().iter().all(|n| n.key != k)) {
        Some(i) => Err(Error::invalid(format!("/kinds/{i}"), "unknown")),
        None => Ok(()),
    }
}

/// Checks an address: an https address of the platform, or addresses of mail, one a line. Whether it may be called is for
/// egress to say.
pub fn check_address(platform: Platform, address: &str) -> Result<String> {
    let address = address.trim();
    let fault = |f: &str| Err(Error::invalid("/address", f));
    if address.is_empty() {
        return fault("required");
    }
    if address.len() > ADDRESS_MAX {
        return fault("too_long");
    }
    if platform != Platform::Mail {
        let web = address.starts_with("https://") || address.starts_with("http://");
        let plain = address.bytes().all(|b| b.is_ascii_graphic());
        return if web && plain { Ok(address.to_owned()) } else { fault("not_an_address") };
    }
    let all: Option<Vec<String>> =
        mails(address).map(|a| Address::parse(a).map(|a| a.as_str().to_owned())).collect();
    match all {
        Some(all) if all.is_empty() => fault("required"),
        Some(all) if all.len() > MAILS_MAX => fault("too_many"),
        Some(all) => Ok(all.join("\n")),
        None => fault("not_an_address"),
    }
}

/// The addresses of mail in a text, however they are set apart.
pub fn mails(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '，', '；', '\n', ' ', '\t', '\r']).filter(|a| !a.is_empty())
}

/// Checks a signing secret.
pub fn check_secret(secret: &str) -> Result<()> {
    let fits = secret.len() <= SECRET_MAX && secret.bytes().all(|b| b.is_ascii_graphic());
    if fits { Ok(()) } else { Err(Error::invalid("/secret", "unfit")) }
}

/// Where a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CardStatus)]
pub enum Status {
    /// Waits for a try.
    Pending,
    /// The platform has it.
    Delivered,
    /// Given up; can be sent again.
    Failed,
}

impl Status {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Delivered => "delivered",
            Status::Failed => "failed",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<Status> {
        [Status::Pending, Status::Delivered, Status::Failed]
            .into_iter()
            .find(|s| s.word() == w)
            .ok_or_else(|| Error::internal(format!("{w} is no state of a card")))
    }
}

/// A notice for a bot.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Its id.
    pub id: CardId,
    /// Whose bot it is for, 0 for the provider's.
    pub tenant: TenantId,
    /// For which bot.
    pub bot: BotId,
    /// What it tells.
    pub notice: NoticeId,
    /// The client that the notice concerns.
    pub concerns: TenantId,
    /// Where it stands.
    pub status: Status,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_at: Option<Millis>,
    /// The last try.
    pub tried_at: Option<Millis>,
    /// What went wrong: an error code.
    pub fault: Option<String>,
    /// The beginning of the platform's answer.
    pub answer: Option<String>,
    /// When it was written.
    pub created_at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::notices::Both;

    fn bot() -> Bot {
        Bot {
            id: BotId(1),
            tenant: TenantId(7),
            line: LineId(0),
            team: TeamId(0),
            platform: Platform::Wecom,
            name: "floor".into(),
            kinds: vec!["alert.raised".into()],
            language: Language::Zh,
            enabled: true,
            created_by: UserId(1),
            created_at: 0,
        }
    }

    fn notice(tenant: i64, line: i64, kind: &str) -> NoticeRow {
        NoticeRow {
            id: NoticeId(1),
            tenant: TenantId(tenant),
            line: LineId(line),
            team: TeamId(0),
            kind: kind.into(),
            title: Both::default(),
            text: Both::default(),
            path: "/".into(),
            at: 0,
        }
    }

    #[test]
    fn a_bot_hears_of_its_own_client_line_and_kinds_alone() {
        assert!(bot().listens(&notice(7, 3, "alert.raised")));
        assert!(!bot().listens(&notice(8, 3, "alert.raised")), "another client's");
        assert!(!bot().listens(&notice(7, 3, "break.overrun")), "another kind");
        let of_line = Bot { line: LineId(4), ..bot() };
        assert!(
            !of_line.listens(&notice(7, 3, "alert.raised")) && of_line.listens(&notice(7, 4, "alert.raised"))
        );
        let providers = Bot { tenant: TenantId(0), kinds: vec![EVERY.into()], ..bot() };
        assert!(providers.listens(&notice(8, 3, "break.overrun")));
        assert!(!Bot { enabled: false, ..providers }.listens(&notice(8, 3, "break.overrun")));
    }

    #[test]
    fn addresses_are_those_of_the_platform() {
        assert!(
            check_address(Platform::Wecom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1").is_ok()
        );
        assert!(check_address(Platform::Wecom, "mia@example.com").is_err());
        let mails = check_address(Platform::Mail, "mia@example.com；leo@example.com, ").expect("addresses");
        assert_eq!(mails, "mia@example.com\nleo@example.com");
        assert!(check_address(Platform::Mail, "mia@example.com\r\nBcc: x").is_err());
    }
}
