//! Staff notices: what the people of a floor are told outside the desk, such as an alert or a break that is overrun.
//!
//! ```text
//! any area ── post(tx, …) ──▶ staff_notice + job ──▶ whoever carries notices (bots of WeCom, DingTalk, Feishu; mail)
//! ```
//! A notice is written in the transaction of what caused it, so that it is told if and only if that happened. It says what
//! happened and where to look, in both languages, and holds no personal data: cards lie in chats of other firms. An area
//! names its kinds with [`Registry::notice_kinds`]; whom each is told is set up under Settings, Notices.
//!
//! The job [`SPREAD`] is handled by the area that carries notices.

mod store;

pub use store::{NoticeRow, notice, prune};

use crate::jobs::NewJob;
use crate::store::Tx;
use crate::{App, Registry};
use kernel::{JobId, LineId, Millis, NoticeId, Result, TeamId, TenantId};

/// The kind of the job that carries a notice to everybody it concerns.
pub const SPREAD: &str = "notice.spread";
/// A title at the most, in characters.
pub const TITLE_MAX: usize = 100;
/// A text at the most, in characters.
pub const TEXT_MAX: usize = 1_000;
/// Notices are kept this long.
pub const KEEP_MS: Millis = 30 * 86_400_000;

/// A kind of notice, as an administrator chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeKind {
    /// Such as `alert.raised`.
    pub key: &'static str,
    /// What it says, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
}

/// The kinds of every area.
#[derive(Debug, Clone, Default)]
pub struct NoticeKinds(Vec<NoticeKind>);

impl NoticeKinds {
    pub(crate) fn add(&mut self, kinds: &[NoticeKind]) {
        self.0.extend_from_slice(kinds);
    }
    /// All of them.
    pub fn all(&self) -> &[NoticeKind] {
        &self.0
    }
}

/// One text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Both {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Both {
    /// Of these two.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Both {
        Both { en: en.into(), zh: zh.into() }
    }
    fn cut(self, max: usize) -> Both {
        let cut = |t: String| t.chars().take(max).collect();
        Both { en: cut(self.en), zh: cut(self.zh) }
    }
}

/// Something staff are told.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The client it concerns, 0 for the provider. The transaction's scope must reach it.
    pub tenant: TenantId,
    /// The line it concerns, 0 for none.
    pub line: LineId,
    /// The team it concerns, 0 for none.
    pub team: TeamId,
    /// One of the kinds that were registered.
    pub kind: &'static str,
    /// What happened, in a line.
    pub title: Both,
    /// More about it.
    pub text: Both,
    /// Where to look, as a path of the desk, such as `/monitor`.
    pub path: String,
}

/// A notice with all that must be made before the transaction.
#[derive(Debug, Clone)]
pub struct Posted {
    id: NoticeId,
    job: JobId,
    now: Millis,
    notice: Notice,
}

impl Posted {
    /// Makes a notice ready to be written.
    pub fn new(app: &App, notice: Notice) -> Posted {
        let notice = Notice { title: notice.title.cut(TITLE_MAX), text: notice.text.cut(TEXT_MAX), ..notice };
        Posted { id: app.id(), job: app.id(), now: app.now(), notice }
    }
}

/// Writes a notice in the transaction of what caused it; it is told after the commit.
pub async fn post(tx: &mut Tx, p: &Posted) -> Result<()> {
    store::insert(tx, p.id, &p.notice, p.now).await?;
    tx.enqueue(&NewJob {
        id: p.job,
        tenant: p.notice.tenant,
        kind: SPREAD,
        subject: p.id.0,
        payload: serde_json::Value::Null,
        due_at: p.now,
        unique_key: None,
    })
    .await
}

pub(crate) fn register(reg: &mut Registry) {
    reg.notice_kinds(&[]);
}
