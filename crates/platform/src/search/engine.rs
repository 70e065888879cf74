//! The index on the disk: opened when first needed, written by one writer that goes when it rests.

use super::model::{Doc, Find, Hit};
use super::query::{self, ERA};
use super::tokens::Terms;
use crate::codes;
use kernel::{Error, Millis, Result, TenantScope};
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tantivy::directory::MmapDirectory;
use tantivy::indexer::LogMergePolicy;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, Term, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument};

/// Memory of the writer in bytes; tantivy's least is 15 MB.
const WRITER_MEMORY: usize = 20_000_000;
/// So many segments of like size become one. Fewer would merge every message more often, more would make searches look
/// into more places.
const MERGED_AT_ONCE: usize = 20;
/// A writer that has nothing to do for this long is dropped with its memory and threads.
const WRITER_REST: Duration = Duration::from_secs(60);
/// The name of the analyser.
const ANALYSER: &str = "hark";

/// Where the index stands, kept in every commit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stand {
    /// Events up to here are in it.
    pub pos: i64,
    /// Events up to here may be in it already, since a rebuild read while they came.
    pub unsure: i64,
    /// Documents ever added, from which the eras are counted.
    pub docs: u64,
}

pub struct Fields {
    pub key: Field,
    pub kind: Field,
    pub tenant: Field,
    pub line: Field,
    pub conversation: Field,
    pub at: Field,
    pub era: Field,
    pub text: Field,
}

pub struct Open {
    pub index: Index,
    pub reader: IndexReader,
    pub fields: Fields,
    docs: AtomicU64,
}

impl Open {
    pub fn newest_era(&self) -> u64 {
        self.docs.load(Relaxed) / ERA
    }
}

struct Writer {
    writer: IndexWriter,
    used: Instant,
}

/// The full-text index of this node. Cheap to clone.
#[derive(Clone)]
pub struct Search {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    open: Mutex<Option<Arc<Open>>>,
    writer: Mutex<Option<Writer>>,
    durable: AtomicI64,
    rebuild: AtomicBool,
}

#[track_caller]
fn away(e: tantivy::TantivyError) -> Error {
    let text = e.to_string();
    let full = text.contains("os error 28") || text.contains("No space left");
    Error::new(if full { &codes::STORE_FULL } else { &codes::SEARCH_AWAY }).cause(e)
}

fn fields() -> (Schema, Fields) {
    let mut s = Schema::builder();
    let both = || NumericOptions::default().set_indexed().set_fast();
    let fast = || NumericOptions::default().set_fast();
    let terms = TextFieldIndexing::default()
        .set_tokenizer(ANALYSER)
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    let fields = Fields {
        key: s.add_u64_field("key", both()),
        kind: s.add_u64_field("kind", both()),
        tenant: s.add_u64_field("tenant", both()),
        line: s.add_u64_field("line", fast()),
        conversation: s.add_u64_field("conversation", fast()),
        at: s.add_i64_field("at", fast()),
        era: s.add_u64_field("era", NumericOptions::default().set_indexed()),
        text: s.add_text_field("text", TextOptions::default().set_indexing_options(terms)),
    };
    (s.build(), fields)
}

impl Search {
    /// In `data/search`; nothing is opened yet.
    pub fn new(data: &Path) -> Search {
        let inner = Inner {
            folder: data.join("search"),
            open: Mutex::new(None),
            writer: Mutex::new(None),
            durable: AtomicI64::new(0),
            rebuild: AtomicBool::new(false),
        };
        Search { inner: Arc::new(inner) }
    }

    /// Finds the newest documents within the scope that hold every word. Words of Latin script are found by their
    /// beginnings. Errors: `search.away`.
    pub async fn find(&self, scope: &TenantScope, find: Find, now: Millis) -> Result<Vec<Hit>> {
        if !scope.is_system() && scope.reach().is_empty() {
            return Ok(vec![]);
        }
        let (this, scope) = (self.clone(), scope.clone());
        blocking(move || {
            let open = this.open()?;
            query::find(&open, &scope, &find, now).map_err(away)
        })
        .await
    }

    /// Events up to here are in the index and on the disk.
    pub fn durable(&self) -> i64 {
        self.inner.durable.load(Relaxed)
    }

    pub(super) fn set_durable(&self, pos: i64) {
        self.inner.durable.store(pos, Relaxed);
    }

    /// Asks the reader to build the index anew, as `hark search rebuild` does.
    pub fn ask_rebuild(&self) {
        self.inner.rebuild.store(true, Relaxed);
    }

    pub(super) fn take_rebuild(&self) -> bool {
        self.inner.rebuild.swap(false, Relaxed)
    }

    /// Opens the index, anew where it is not there or cannot be read.
    pub(super) fn open(&self) -> Result<Arc<Open>> {
        let mut slot = self.inner.open.lock();
        if let Some(open) = &*slot {
            return Ok(open.clone());
        }
        let opened = match open_folder(&self.inner.folder) {
            Ok(o) => o,
            Err(e) if is_broken(&e) => {
                tracing::warn!(error = %e, "the search index cannot be read and is built anew");
                remove_folder(&self.inner.folder)?;
                open_folder(&self.inner.folder).map_err(away)?
            }
            Err(e) => return Err(away(e)),
        };
        let open = Arc::new(opened);
        *slot = Some(open.clone());
        Ok(open)
    }

    /// Where the index stands; `None` for a new one.
    pub(super) fn stand(&self) -> Result<Option<Stand>> {
        let payload = self.open()?.index.load_metas().map_err(away)?.payload;
        Ok(payload.and_then(|p| serde_json::from_str(&p).ok()))
    }

    /// Writes documents and where the index then stands in one commit. After an error nothing of it is there. Blocking.
    pub(super) fn commit(&self, docs: &[Doc], stand: &mut Stand) -> Result<()> {
        let open = self.open()?;
        let mut slot = self.inner.writer.lock();
        let writer = match slot.take() {
            Some(w) => w.writer,
            None => new_writer(&open).map_err(away)?,
        };
        let before = *stand;
        match write(writer, &open, docs, stand) {
            Ok(writer) => *slot = Some(Writer { writer, used: Instant::now() }),
            Err(e) => {
                // The writer is gone, and with it all that was not committed.
                *stand = before;
                return Err(away(e));
            }
        }
        drop(slot);
        open.docs.store(stand.docs, Relaxed);
        open.reader.reload().map_err(away)
    }

    /// Drops a writer that rests. Blocking.
    pub(super) fn rest(&self) {
        let mut slot = self.inner.writer.lock();
        if slot.as_ref().is_some_and(|w| w.used.elapsed() >= WRITER_REST)
            && let Some(w) = slot.take()
            && let Err(e) = w.writer.wait_merging_threads()
        {
            tracing::warn!(error = %e, "the search index could not be merged; it will be later");
        }
    }

    /// Lets go of the folder.
    pub(super) fn release(&self) {
        *self.inner.writer.lock() = None;
    }

    /// Merges everything into one segment, so that what was deleted is gone from the disk too. Blocking.
    pub(super) fn expunge(&self) -> Result<()> {
        let open = self.open()?;
        let mut slot = self.inner.writer.lock();
        let mut writer = match slot.take() {
            Some(w) => w.writer,
            None => new_writer(&open).map_err(away)?,
        };
        let segments = open.index.searchable_segment_ids().map_err(away)?;
        if !segments.is_empty() {
            writer.merge(&segments).wait().map_err(away)?;
            writer.garbage_collect_files().wait().map_err(away)?;
        }
        *slot = Some(Writer { writer, used: Instant::now() });
        open.reader.reload().map_err(away)
    }

    /// Empties the index. Blocking.
    pub(super) fn clear(&self) -> Result<()> {
        // The order of locks is writer, then open.
        let mut writer = self.inner.writer.lock();
        *writer = None;
        let mut open = self.inner.open.lock();
        *open = None;
        remove_folder(&self.inner.folder)
    }

    /// The folder's size in bytes and the documents in it, if it is open.
    pub fn documents(&self) -> Option<u64> {
        self.inner.open.lock().as_ref().map(|o| o.reader.searcher().num_docs())
    }
}

fn remove_folder(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::new(&codes::SEARCH_AWAY).cause(e)),
        _ => Ok(()),
    }
}

/// A full or failing disk is no reason to throw an index away.
fn is_broken(e: &tantivy::TantivyError) -> bool {
    use tantivy::TantivyError as T;
    matches!(e, T::DataCorruption(_) | T::SchemaError(_) | T::IncompatibleIndex(_))
}

fn open_folder(folder: &Path) -> tantivy::Result<Open> {
    std::fs::create_dir_all(folder)?;
    let (schema, fields) = fields();
    let index = Index::open_or_create(MmapDirectory::open(folder)?, schema)?;
    index.tokenizers().register(ANALYSER, TextAnalyzer::from(Terms));
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let stand: Option<Stand> = index.load_metas()?.payload.and_then(|p| serde_json::from_str(&p).ok());
    Ok(Open { index, reader, fields, docs: AtomicU64::new(stand.unwrap_or_default().docs) })
}

fn new_writer(open: &Open) -> tantivy::Result<IndexWriter> {
    let writer = open.index.writer_with_num_threads(1, WRITER_MEMORY)?;
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(MERGED_AT_ONCE);
    writer.set_merge_policy(Box::new(policy));
    Ok(writer)
}

fn write(
    mut writer: IndexWriter,
    open: &Open,
    docs: &[Doc],
    stand: &mut Stand,
) -> tantivy::Result<IndexWriter> {
    let f = &open.fields;
    for d in docs {
        if !d.fresh || d.delete {
            writer.delete_term(Term::from_field_u64(f.key, d.id as u64));
        }
        if d.delete {
            continue;
        }
        let mut doc = TantivyDocument::new();
        doc.add_u64(f.key, d.id as u64);
        doc.add_u64(f.kind, d.kind.code());
        doc.add_u64(f.tenant, d.tenant.0 as u64);
        doc.add_u64(f.line, d.line.0 as u64);
        doc.add_u64(f.conversation, d.conversation as u64);
        doc.add_i64(f.at, d.at);
        doc.add_u64(f.era, stand.docs / ERA);
        doc.add_text(f.text, &d.text);
        writer.add_document(doc)?;
        stand.docs += 1;
    }
    let mut commit = writer.prepare_commit()?;
    commit.set_payload(&serde_json::to_string(stand).unwrap_or_default());
    commit.commit()?;
    Ok(writer)
}

/// Runs blocking work of the index.
pub(super) async fn blocking<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(f).await;
    done.map_err(|e| Error::new(&codes::SEARCH_AWAY).cause(e))?
}
