//! Every list and every client's names in memory, ready to be looked for.

use super::model::{self, Action, Direction, Hit, Means, WordList};
use super::store;
use crate::inboxes::Cache;
use crate::protection::{self, Protection};
use crate::threads::Row;
use accounts::Directory;
use engines::words::Finder;
use kernel::{ActorKind, Error, LineId, Result, TenantId};
use parking_lot::RwLock;
use platform::App;
use platform::store::Tx;
use std::collections::HashMap;
use std::sync::Arc;

/// Events looked at together.
const EVENTS_AT_ONCE: usize = 500;
/// After a failure the log is looked at again.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_millis(500);
/// Kinds of events after which words or names may differ.
const CHANGES: [&str; 5] = ["word_list.", "protection.", "tenant.", "inbox.", "conversation.unmasked"];

/// The lists and names, and how clients want their screens protected. A port: `app.port::<Arc<Watch>>()`.
#[derive(Default)]
pub struct Watch {
    book: RwLock<Arc<Book>>,
}

/// One immutable picture.
#[derive(Default)]
struct Book {
    lists: Vec<WordList>,
    finders: HashMap<TenantId, Finder>,
    names: Option<Finder>,
    /// Whose each name is; the finder's lists are numbers in here.
    owners: Vec<TenantId>,
    protections: HashMap<TenantId, Protection>,
}

impl Watch {
    /// Reads everything anew.
    pub async fn refresh(&self, app: &App) -> Result<()> {
        let read = async |tx: &mut Tx| Ok((store::in_use(tx).await?, protection::all(tx).await?));
        let (lists, protections) = app.db().read(&accounts::authorize::reader(), read).await?;
        *self.book.write() = Arc::new(Book::of(app, lists, protections));
        Ok(())
    }

    fn book(&self) -> Arc<Book> {
        self.book.read().clone()
    }

    /// How a client wants its screens protected.
    pub fn protection(&self, tenant: TenantId) -> Protection {
        self.book().protections.get(&tenant).cloned().unwrap_or_default()
    }

    /// What is found in a text of this client and line. `direction` is `out` for what we write to a contact.
    pub fn judge(&self, tenant: TenantId, line: LineId, direction: Direction, text: &str) -> Vec<Hit> {
        let book = self.book();
        let mut hits = book.words(tenant, line, direction, text);
        if direction == Direction::Out {
            hits.extend(book.other_clients(tenant, text));
        }
        hits.sort_by_key(|h| (h.start, h.end));
        hits
    }

    /// Why a reply in this conversation may not be sent as it is.
    ///
    /// Errors: `message.words_blocked`; unless confirmed `message.words_warned` and `message.other_client`.
    pub fn refusal(&self, row: &Row, body: &str, confirmed: bool) -> Result<()> {
        match model::refusal(&self.judge(row.tenant, row.line, Direction::Out, body), confirmed) {
            Some(refused) => Err(refused),
            None => Ok(()),
        }
    }

    /// The lists whose words stand in a message, with the number of places.
    pub fn found(&self, row: &Row, author: ActorKind, body: &str) -> Vec<(WordList, i64)> {
        let book = self.book();
        let direction = if author == ActorKind::Contact { Direction::In } else { Direction::Out };
        let mut counted: HashMap<_, i64> = HashMap::new();
        for hit in book.words(row.tenant, row.line, direction, body) {
            if let Means::Word { list, .. } = hit.means {
                *counted.entry(list).or_default() += 1;
            }
        }
        let of = |l: &WordList| counted.get(&l.id).map(|n| (l.clone(), *n));
        book.lists.iter().filter_map(of).collect()
    }
}

impl Book {
    fn of(app: &App, lists: Vec<WordList>, protections: HashMap<TenantId, Protection>) -> Book {
        let mut by_tenant: HashMap<TenantId, Vec<(usize, &str)>> = HashMap::new();
        for (n, list) in lists.iter().enumerate() {
            let words = list.words.iter().map(|w| (n, w.as_str()));
            by_tenant.entry(list.tenant).or_default().extend(words);
        }
        let finders = by_tenant.into_iter().map(|(t, words)| (t, Finder::new(words))).collect();
        let mut names: Vec<(TenantId, String)> = vec![];
        for tenant in app.port::<Arc<Directory>>().tenants().iter().filter(|t| !t.archived) {
            names.push((tenant.id, tenant.name.clone()));
        }
        for inbox in app.port::<Arc<Cache>>().list() {
            names.push((inbox.tenant, inbox.config.brand.name.clone()));
        }
        for (tenant, p) in &protections {
            names.extend(p.aliases.iter().map(|a| (*tenant, a.clone())));
        }
        let owners = names.iter().map(|(t, _)| *t).collect();
        let finder = Finder::new(names.iter().enumerate().map(|(n, (_, name))| (n, name.as_str())));
        Book { lists, finders, names: Some(finder), owners, protections }
    }

    fn words(&self, tenant: TenantId, line: LineId, direction: Direction, text: &str) -> Vec<Hit> {
        let Some(finder) = self.finders.get(&tenant) else { return vec![] };
        let hit = |f: engines::words::Found| {
            let list = self.lists.get(f.list)?;
            let meant = list.direction.covers(direction) && (list.line.is_none() || list.line == line);
            // Nothing a contact writes is held back.
            let action = if direction == Direction::In { Action::Alert } else { list.action };
            let means = Means::Word { list: list.id, category: list.category.clone(), action };
            meant.then_some(Hit { start: f.start, end: f.end, means })
        };
        finder.find(text).into_iter().filter_map(hit).collect()
    }

    /// Other clients' names, where no name of this client's own stands over them.
    fn other_clients(&self, tenant: TenantId, text: &str) -> Vec<Hit> {
        let Some(finder) = &self.names else { return vec![] };
        let all = finder.find(text);
        let owner = |f: &engines::words::Found| self.owners.get(f.list).copied();
        let own: Vec<_> = all.iter().filter(|f| owner(f) == Some(tenant)).collect();
        let others = all.iter().filter(|f| owner(f) != Some(tenant));
        let strange = others.filter(|f| !own.iter().any(|o| o.start <= f.start && f.end <= o.end));
        strange.map(|f| Hit { start: f.start, end: f.end, means: Means::OtherClient }).collect()
    }
}

/// Keeps it right when another node, or another area, changes something.
pub async fn follow(app: App, mut stop: tokio::sync::watch::Receiver<bool>) {
    let mut pos = app.log().head();
    loop {
        tokio::select! {
            () = app.log().wait_after(pos) => {}
            () = platform::web::stopped(&mut stop) => return,
        }
        match news(&app, pos).await {
            Ok(last) => pos = last,
            Err(e) => {
                tracing::warn!(error = %e, "listed words could not be read again; trying again");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }
}

async fn news(app: &App, pos: i64) -> Result<i64> {
    let events = app.log().after(pos, EVENTS_AT_ONCE).await?;
    if events.iter().any(|e| CHANGES.iter().any(|c| e.kind.starts_with(c))) {
        refresh(app).await?;
    }
    Ok(events.last().map_or(pos, |e| e.pos))
}

/// Reads everything anew that is kept in memory for sending.
pub(crate) async fn refresh(app: &App) -> Result<()> {
    // Names come from the inboxes, which another task keeps: read here as well, so that the order does not matter.
    app.port::<Arc<Cache>>().refresh(app).await?;
    app.port::<Arc<Watch>>().refresh(app).await?;
    app.port::<Arc<protection::Unmasked>>().refresh(app).await
}

/// For errors that a judgement gave, whether they are one of wording.
pub(crate) fn is_refusal(e: &Error) -> bool {
    [&crate::codes::WORDS_BLOCKED, &crate::codes::WORDS_WARNED, &crate::codes::OTHER_CLIENT]
        .iter()
        .any(|c| c.code == e.code.code)
}
