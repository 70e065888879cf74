//! The reader of the log that keeps the index, and the rebuild.

use super::engine::{Search, Stand, blocking};
use super::model::{Doc, Sources};
use crate::log::Reader;
use crate::{App, Registry};
use kernel::{Event, Result};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Documents wait at most this long for a commit.
const WAIT: Duration = Duration::from_millis(300);
/// While many come: a commit costs as much for few as for many, and a message is still found within a second.
const WAIT_BUSY: Duration = Duration::from_millis(650);
/// So many documents, held or in the last commit, are many.
const BUSY: usize = 128;
/// With many held, a lull of this length ends the wait: nothing more comes that could share the commit.
const LULL: Duration = Duration::from_millis(60);
/// Documents held in memory at the most.
const HELD_MAX: usize = 8_192;
/// Where the index stands is written without documents after so many events.
const STAND_EVERY: i64 = 5_000;
/// Documents of one page of a rebuild.
const REBUILD_PAGE: usize = 1_000;
/// The position of an index whose rebuild has not ended; found at a start, it is built anew.
const UNFINISHED: i64 = -1;
/// Documents of one commit of a rebuild.
const REBUILD_COMMIT: usize = 50_000;

pub(crate) fn register(reg: &mut Registry) {
    reg.reader("search", |app| SearchReader::new(app.clone()));
}

/// Keeps the index of this node.
pub struct SearchReader {
    app: App,
    search: Search,
    sources: Sources,
    /// Where the index on the disk stands; `None` until it was opened.
    stand: Option<Stand>,
    /// Documents that are not in a commit yet; they are kept so that a failed commit loses none.
    held: Vec<Doc>,
    since: Option<Instant>,
    /// Documents of the last commit.
    last: usize,
    /// Events up to here are held or in the index.
    taken: i64,
    erased: bool,
}

impl SearchReader {
    /// For the index of this program, which is opened to learn where it stands.
    pub fn new(app: App) -> SearchReader {
        let sources = app.try_port::<Sources>().cloned().unwrap_or_default();
        let search = app.search().clone();
        let mut reader = SearchReader {
            app,
            search,
            sources,
            stand: None,
            held: vec![],
            since: None,
            last: 0,
            taken: 0,
            erased: false,
        };
        match reader.search.stand() {
            Ok(Some(stand)) if reader.fits(stand) => reader.stands_at(stand),
            Ok(_) => {}
            Err(e) => tracing::warn!(error = %e, "the search index could not be opened; trying again"),
        }
        reader
    }

    /// Is the index whole, and not ahead of the log (a backup was restored under it)?
    fn fits(&self, stand: Stand) -> bool {
        stand.pos >= 0 && stand.pos <= self.app.log().head()
    }

    /// Opens the index, and builds it anew where that was asked for or it does not fit the log.
    async fn ready(&mut self) -> Result<Stand> {
        if self.search.take_rebuild() {
            self.stand = None;
            self.held.clear();
            self.rebuild().await?;
        }
        if let Some(stand) = self.stand {
            return Ok(stand);
        }
        let search = self.search.clone();
        let found = blocking(move || search.stand()).await?;
        match found {
            Some(stand) if self.fits(stand) => self.stands_at(stand),
            _ => self.rebuild().await?,
        }
        Ok(self.stand.unwrap_or_default())
    }

    fn wait(&self) -> Duration {
        if self.last >= BUSY { WAIT_BUSY } else { WAIT }
    }

    fn stands_at(&mut self, stand: Stand) {
        self.stand = Some(stand);
        self.taken = stand.pos;
        self.search.set_durable(stand.pos);
    }

    async fn rebuild(&mut self) -> Result<()> {
        let stand = rebuild(&self.app, &self.sources).await?;
        self.stands_at(stand);
        Ok(())
    }

    async fn take(&mut self, events: &[Arc<Event>], unsure: i64) -> Result<()> {
        let new: Vec<Arc<Event>> = events.iter().filter(|e| e.pos > self.taken).cloned().collect();
        let (Some(first), Some(last)) = (new.first().map(|e| e.pos), new.last().map(|e| e.pos)) else {
            return Ok(());
        };
        if first > self.taken + 1 {
            // The log was pruned beyond where this index stands: it slept too long.
            self.held.clear();
            return self.rebuild().await;
        }
        let mut found = vec![];
        for source in self.sources.iter() {
            let kinds = source.kinds();
            let of_it: Vec<_> = new.iter().filter(|e| kinds.contains(&e.kind.as_ref())).cloned().collect();
            if !of_it.is_empty() {
                let replaced = of_it.iter().any(|e| e.pos <= unsure);
                let docs = source.documents(&self.app, &of_it).await?;
                found.extend(docs.into_iter().map(|d| Doc { fresh: d.fresh && !replaced, ..d }));
            }
        }
        if !found.is_empty() {
            self.since.get_or_insert_with(Instant::now);
            self.erased |= found.iter().any(|d| d.delete);
            self.held.extend(found);
        }
        self.taken = last;
        if self.held.is_empty() {
            self.search.set_durable(last);
        }
        Ok(())
    }

    async fn commit(&mut self, mut stand: Stand) -> Result<()> {
        let (search, held) = (self.search.clone(), std::mem::take(&mut self.held));
        self.last = held.len();
        stand.pos = self.taken;
        let done = blocking(move || {
            let done = search.commit(&held, &mut stand);
            Ok((held, stand, done))
        })
        .await;
        let Ok((held, stand, outcome)) = done else {
            // What was held is lost with the task that broke off.
            self.search.ask_rebuild();
            return done.map(|_| ());
        };
        if let Err(e) = outcome {
            self.held = held;
            return Err(e);
        }
        self.stand = Some(stand);
        self.since = None;
        self.search.set_durable(stand.pos);
        if std::mem::take(&mut self.erased) {
            let search = self.search.clone();
            blocking(move || search.expunge()).await?;
        }
        Ok(())
    }
}

impl Drop for SearchReader {
    fn drop(&mut self) {
        // The folder has one writer at a time; whoever comes next must find it free.
        self.search.release();
    }
}

impl Reader for SearchReader {
    fn name(&self) -> &'static str {
        "search"
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let stand = self.ready().await?;
        self.take(events, stand.unsure).await?;
        if self.held.len() >= HELD_MAX || self.since.is_some_and(|s| s.elapsed() >= self.wait()) {
            self.commit(stand).await?;
        }
        Ok(())
    }

    fn durable(&self) -> Option<i64> {
        // The index itself says where to begin; only where it does not stand yet does the cursor.
        self.stand.map(|_| self.search.durable())
    }

    async fn idle(&mut self) -> Result<()> {
        let stand = self.ready().await?;
        if self.held.is_empty() && self.taken - stand.pos < STAND_EVERY {
            let search = self.search.clone();
            return blocking(move || {
                search.rest();
                Ok(())
            })
            .await;
        }
        self.commit(stand).await
    }

    fn idle_after(&self) -> Duration {
        match self.since {
            None => Duration::from_secs(1),
            // What has waited its time already failed to be written: a full disk is not asked again at once.
            Some(since) if self.held.len() >= BUSY && since.elapsed() < self.wait() => LULL,
            Some(_) => self.wait(),
        }
    }
}

/// Builds the index anew from all that the sources have.
pub async fn rebuild(app: &App, sources: &Sources) -> Result<Stand> {
    let search = app.search().clone();
    let pos = app.log().head();
    let s = search.clone();
    blocking(move || s.clear()).await?;
    let (mut stand, mut held) = (Stand { pos: UNFINISHED, ..Stand::default() }, vec![]);
    for source in sources.iter() {
        let mut after = 0;
        loop {
            let page = source.all(app, after, REBUILD_PAGE).await?;
            let Some(last) = page.last().map(|d| d.id) else { break };
            after = last;
            held.extend(page.into_iter().map(|d| Doc { fresh: true, ..d }));
            if held.len() >= REBUILD_COMMIT {
                stand = commit(&search, std::mem::take(&mut held), stand).await?;
            }
        }
    }
    stand = Stand { pos, unsure: app.log().head(), docs: stand.docs };
    let stand = commit(&search, held, stand).await?;
    tracing::info!(documents = stand.docs, "the search index was built anew");
    Ok(stand)
}

async fn commit(search: &Search, docs: Vec<Doc>, mut stand: Stand) -> Result<Stand> {
    let search = search.clone();
    blocking(move || search.commit(&docs, &mut stand).map(|()| stand)).await
}
