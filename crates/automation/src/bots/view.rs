//! Bots and cards as administrators see them.

use super::explain::Outcome;
use super::model::{Bot, Card, Platform, Status};
use crate::codes;
use crate::webhooks::FaultView;
use kernel::{BotId, CardId, Language, LineId, Millis, TeamId, TenantId};
use serde::Serialize;
use utoipa::ToSchema;

/// Whom notices are told.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Bot)]
pub struct BotView {
    /// Its id.
    pub id: BotId,
    /// The client; `null` for the provider, which hears of all.
    pub tenant: Option<TenantId>,
    /// Only notices of this line.
    pub line: Option<LineId>,
    /// Only notices of this team.
    pub team: Option<TeamId>,
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
    /// When it was made.
    pub created_at: Millis,
}

impl From<Bot> for BotView {
    fn from(b: Bot) -> BotView {
        BotView {
            id: b.id,
            tenant: b.tenant.some(),
            line: b.line.some(),
            team: b.team.some(),
            platform: b.platform,
            name: b.name,
            kinds: b.kinds,
            language: b.language,
            enabled: b.enabled,
            created_at: b.created_at,
        }
    }
}

/// What can be told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeKindView {
    /// The kind.
    pub kind: &'static str,
    /// What it says, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// A notice for a bot, with what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Card)]
pub struct CardView {
    /// Its id.
    pub id: CardId,
    /// Where it stands.
    pub status: Status,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_at: Option<Millis>,
    /// The last try.
    pub tried_at: Option<Millis>,
    /// What went wrong, and what to do.
    pub failure: Option<FaultView>,
    /// The beginning of the platform's answer; to be shown as text only.
    pub answer: Option<String>,
    /// When it was written.
    pub created_at: Millis,
}

impl CardView {
    /// For a reader of this language.
    pub fn of(c: Card, language: Language) -> CardView {
        CardView {
            id: c.id,
            status: c.status,
            attempts: c.attempts,
            next_at: c.next_at,
            tried_at: c.tried_at,
            failure: c.fault.as_deref().map(|f| fault(f, language)),
            answer: c.answer,
            created_at: c.created_at,
        }
    }
}

fn fault(code: &str, language: Language) -> FaultView {
    let title = codes::by_name(code).map_or("", |c| language.pick(c.en, c.zh));
    FaultView { code: code.to_owned(), title: title.to_owned() }
}

/// What a test came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BotTestView {
    /// Did the platform take it?
    pub ok: bool,
    /// What went wrong, and what to do.
    pub failure: Option<FaultView>,
    /// The beginning of the platform's answer; to be shown as text only.
    pub answer: String,
}

impl BotTestView {
    /// For a reader of this language.
    pub fn of(o: Outcome, language: Language) -> BotTestView {
        let failure = o.fault.map(|f| fault(f.code, language));
        BotTestView { ok: failure.is_none(), failure, answer: o.answer }
    }
}
