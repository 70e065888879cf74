//! Whom staff notices are told outside the desk: bots of groups of WeCom, DingTalk and Feishu, and addresses of mail.
//!
//! ```text
//! platform::notices ── job notice.spread ──▶ which bots listen? ──▶ card + job ──▶ the bot's turn of the minute ──▶ platform
//!    pending ── taken ──▶ delivered
//!       │  └── busy, no answer: again after 10 s, 1 min … 6 h ──▶ failed (kept, can be sent again)
//!       └── refused ──▶ failed
//! ```
//! A bot listens to kinds of notices of its client, perhaps of one line or team only; a bot of the provider listens to all
//! clients. The address and the signing secret of a bot are sealed and never shown again. Of one bot at most
//! [`PER_MINUTE`] cards go out in a minute: more, and the platforms shut it off for ten.
//!
//! Cards hold no personal data (notices have none) and lead into the desk, where rights are asked.
//!
//! Events: `bot.created`, `bot.changed`, `bot.removed`.

mod cards;
mod explain;
mod http;
mod jobs;
mod model;
mod service;
mod store;
mod view;

pub use cards::{dingtalk_sign, feishu_sign};
pub use jobs::PER_MINUTE;
pub use model::{Bot, Card, Platform};
pub use view::{BotView, CardView};

use platform::Registry;
use platform::notices::{NoticeKind, SPREAD};

/// What this area tells of itself.
const KINDS: &[NoticeKind] = &[NoticeKind {
    key: "webhook.stopped",
    en: "A webhook was switched off by itself",
    zh: "Webhook 已自动停用",
}];

pub(crate) fn register(reg: &mut Registry) {
    reg.desk(http::routes());
    http::undoable(reg);
    reg.notice_kinds(KINDS);
    reg.job(SPREAD, jobs::spread);
    reg.job(jobs::SEND, jobs::send);
    reg.job(jobs::PRUNE, jobs::prune);
    reg.on_start("bots", jobs::begin);
}
