//! The reader of the log that tells people, and what their screens are shown.

use super::http::about;
use super::model::{Notice, told};
use super::store;
use super::view::NoticeView;
use crate::messages::Names;
use crate::permissions::{ALL, READ};
use accounts::Directory;
use futures_util::future::BoxFuture;
use kernel::{AggregateKey, Event, LineId, Millis, Result, TenantId, UserId};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use platform::log::Reader;
use platform::store::Tx;
use serde::Serialize;
use std::sync::Arc;

/// The name of the reader.
pub const NAME: &str = "personal notices";
/// Who leads a line, at the most.
const LEADS_MAX: usize = 50;
/// What is older is not told any more when the log is read from its beginning.
const OLD_MS: Millis = 24 * 3_600_000;

/// Tells people what concerns them.
pub struct NoticeReader {
    app: App,
}

impl NoticeReader {
    /// For this program.
    pub fn new(app: &App) -> NoticeReader {
        NoticeReader { app: app.clone() }
    }

    /// Those who see everybody's work on a line.
    fn leads(&self, tenant: TenantId, line: LineId) -> Vec<UserId> {
        let directory = self.app.port::<Arc<Directory>>();
        let users = directory.users();
        let leads = users.iter().filter(|u| !u.disabled && directory.reaches(u.id, ALL, tenant, line));
        leads.map(|u| u.id).take(LEADS_MAX).collect()
    }
}

impl Reader for NoticeReader {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let since = self.app.now() - OLD_MS;
        let directory = self.app.port::<Arc<Directory>>().clone();
        let fresh = events.iter().filter(|e| e.at >= since);
        let mut all: Vec<Notice> = fresh.flat_map(|e| told(e, |t, l| self.leads(t, l))).collect();
        all.retain(|n| directory.reaches(n.user, READ, n.tenant, n.line));
        if all.is_empty() {
            return Ok(());
        }
        let scope = accounts::authorize::reader_of(all.iter().map(|n| n.tenant));
        let write = async move |tx: &mut Tx| {
            for notice in &all {
                store::give(tx, notice).await?;
            }
            Ok(())
        };
        self.app.db().write(&scope, AggregateKey::new("notice", 0), write).await
    }
}

/// Shows notices to whom they are for.
pub struct NoticePresenter;

#[derive(Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeView>,
}

impl Presenter for NoticePresenter {
    fn kinds(&self) -> &'static [&'static str] {
        &["personal_notice.created", "personal_notice.read"]
    }

    fn topics(&self, event: &Event, out: &mut Vec<Topic>) {
        out.push(Topic::User(event.subject));
    }

    fn render<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        Box::pin(async move {
            let wanted: Vec<_> = events
                .iter()
                .filter_map(|e| {
                    let (kind, subject) = (e.data["kind"].as_str()?, e.data["subject"].as_str()?);
                    Some((UserId(e.subject), kind.to_owned(), subject.parse::<i64>().ok()?))
                })
                .collect();
            let scope = accounts::authorize::reader_of(events.iter().filter_map(|e| e.tenant.some()));
            let read = async move |tx: &mut Tx| {
                let mut found = vec![];
                for (user, kind, subject) in &wanted {
                    found.extend(store::one(tx, *user, kind, *subject).await?);
                }
                let (rows, contacts) = about(tx, &found).await?;
                Ok((found, rows, contacts))
            };
            let (found, rows, contacts) = app.db().read(&scope, read).await?;
            let names = Names::new(app, contacts);
            let frame = |e: &Arc<Event>| {
                let subject = e.data["subject"].as_str().and_then(|s| s.parse::<i64>().ok());
                let same = |n: &&Notice| {
                    n.user.0 == e.subject && e.data["kind"] == n.kind.as_str() && subject == Some(n.subject)
                };
                let notice = found.iter().find(same).cloned();
                let notice = notice.map(|n| {
                    let row = rows.get(&n.conversation);
                    NoticeView::of(&names, row, n)
                });
                Rendered { staff: Some(Rendered::staff_frame(e, &Told { notice })), visitor: None }
            };
            Ok(events.iter().map(frame).collect())
        })
    }
}
