//! From words to a query, and the collector that keeps the newest hits within the scope.

use super::engine::{Fields, Open};
use super::model::{DocKind, Find, Hit};
use super::tokens::{Run, bigrams, runs};
use jieba_rs::Jieba;
use kernel::{LineId, LineSet, Millis, TenantId, TenantScope};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, LazyLock};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Term};
use tantivy::{DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

/// Documents of one era.
pub const ERA: u64 = 32_768;
/// Eras looked at in turn, newest first, until there are enough hits; after the last, everything.
const WINDOWS: [u64; 2] = [2, 8];
/// Words of a query at the most; further ones are left out.
const WORDS_MAX: usize = 12;
/// Terms that a prefix may stand for; the most frequent are taken.
const PREFIX_TERMS_MAX: usize = 64;
/// Terms of one segment looked at for a prefix.
const PREFIX_LOOKED_MAX: usize = 4_096;
/// Clients of a scope that are made part of the query; beyond it the collector alone decides.
const TENANTS_IN_QUERY_MAX: usize = 16;
/// Hits at the most.
const HITS_MAX: usize = 1_000;
/// A hit of this age scores a half.
const HALF_LIFE_MS: f64 = 30.0 * 24.0 * 3_600_000.0;

/// Loaded by the first query that needs it: it takes some 30 MB.
static DICTIONARY: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Runs a query. Blocking.
pub fn find(open: &Open, scope: &TenantScope, find: &Find, now: Millis) -> tantivy::Result<Vec<Hit>> {
    let searcher = open.reader.searcher();
    let f = &open.fields;
    let Some(words) = words_query(&searcher, f, &find.words)? else { return Ok(vec![]) };
    let mut must: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, words)];
    if let Some(kind) = find.kind {
        must.push((Occur::Must, term(Term::from_field_u64(f.kind, kind.code()))));
    }
    let tenants: Vec<TenantId> = scope.tenants().collect();
    if !scope.is_system() && tenants.len() <= TENANTS_IN_QUERY_MAX {
        must.push((Occur::Must, any(tenants.iter().map(|t| Term::from_field_u64(f.tenant, t.0 as u64)))));
    }
    let limit = find.limit.clamp(1, HITS_MAX);
    let newest = open.newest_era();
    let collector = Newest { limit, reach: Reach::of(scope) };
    for eras in WINDOWS {
        if newest < eras {
            break;
        }
        let window = (newest + 1 - eras..=newest).map(|e| Term::from_field_u64(f.era, e));
        let mut within: Vec<_> = must.iter().map(|(o, q)| (*o, q.box_clone())).collect();
        within.push((Occur::Must, any(window)));
        let hits = searcher.search(&BooleanQuery::new(within), &collector)?;
        if hits.len() == limit {
            return Ok(scored(hits, now));
        }
    }
    Ok(scored(searcher.search(&BooleanQuery::new(must), &collector)?, now))
}

fn scored(hits: Vec<Hit>, now: Millis) -> Vec<Hit> {
    let score = |at: Millis| (-((now - at).max(0) as f64) / HALF_LIFE_MS).exp2();
    hits.into_iter().map(|h| Hit { score: score(h.at), ..h }).collect()
}

fn term(t: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(t, IndexRecordOption::Basic))
}

fn any(terms: impl Iterator<Item = Term>) -> Box<dyn Query> {
    let terms: Vec<_> = terms.map(|t| (Occur::Should, term(t))).collect();
    Box::new(BooleanQuery::new(terms))
}

/// Every word must be there; `None` where there is nothing to look for.
fn words_query(searcher: &Searcher, f: &Fields, words: &str) -> tantivy::Result<Option<Box<dyn Query>>> {
    let mut all: Vec<Box<dyn Query>> = vec![];
    for run in runs(words) {
        if all.len() >= WORDS_MAX {
            break;
        }
        match run {
            Run::Word(w) => all.push(prefix(searcher, f, &w)?),
            Run::Han(chars) if chars.len() == 1 => all.push(prefix(searcher, f, &chars[0].to_string())?),
            Run::Han(chars) => {
                let mut grams = han_words(&chars);
                grams.truncate(WORDS_MAX * 2);
                all.extend(grams.into_iter().map(|g| term(Term::from_field_text(f.text, &g))));
            }
        }
    }
    Ok(match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(Box::new(BooleanQuery::new(all.into_iter().map(|q| (Occur::Must, q)).collect()))),
    })
}

/// The bigrams of the words of a run. Lone characters between longer words (的, 了, 吗) are left out, unless there is
/// nothing else.
fn han_words(chars: &[char]) -> Vec<String> {
    if chars.len() == 2 {
        return bigrams(chars).collect();
    }
    let text: String = chars.iter().collect();
    let mut grams: Vec<String> = vec![];
    for word in DICTIONARY.cut(&text, false) {
        let word: Vec<char> = word.word.chars().collect();
        grams.extend(bigrams(&word));
    }
    if grams.is_empty() {
        grams = bigrams(chars).collect();
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Any of the terms that begin so; the most frequent where there are many.
fn prefix(searcher: &Searcher, f: &Fields, start: &str) -> tantivy::Result<Box<dyn Query>> {
    let mut found: HashMap<Vec<u8>, u64> = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(f.text)?;
        let mut terms = index.terms().range().ge(start.as_bytes()).into_stream()?;
        let mut looked = 0;
        while looked < PREFIX_LOOKED_MAX && terms.advance() && terms.key().starts_with(start.as_bytes()) {
            *found.entry(terms.key().to_vec()).or_default() += u64::from(terms.value().doc_freq);
            looked += 1;
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    // The word itself counts however rare it is.
    found.sort_unstable_by_key(|(t, n)| (Reverse(t.len() == start.len()), Reverse(*n)));
    found.truncate(PREFIX_TERMS_MAX);
    if let [(only, _)] = found.as_slice() {
        return Ok(term(Term::from_field_text(f.text, &String::from_utf8_lossy(only))));
    }
    Ok(any(found.iter().map(|(t, _)| Term::from_field_text(f.text, &String::from_utf8_lossy(t)))))
}

/// The scope as the collector asks it.
enum Reach {
    Everything,
    Only(HashMap<u64, LineSet>),
}

impl Reach {
    fn of(scope: &TenantScope) -> Arc<Reach> {
        if scope.is_system() {
            return Arc::new(Reach::Everything);
        }
        Arc::new(Reach::Only(scope.reach().iter().map(|(t, l)| (t.0 as u64, l.clone())).collect()))
    }
    /// What belongs to no line belongs to the whole client.
    fn holds(&self, tenant: u64, line: impl FnOnce() -> u64) -> bool {
        match self {
            Reach::Everything => true,
            Reach::Only(map) => match map.get(&tenant) {
                None => false,
                Some(LineSet::All) => true,
                Some(lines) => {
                    let line = line() as i64;
                    line == 0 || lines.contains(LineId(line))
                }
            },
        }
    }
}

/// Keeps the newest hits within the scope.
struct Newest {
    limit: usize,
    reach: Arc<Reach>,
}

struct Columns {
    key: Arc<dyn ColumnValues<u64>>,
    kind: Arc<dyn ColumnValues<u64>>,
    tenant: Arc<dyn ColumnValues<u64>>,
    line: Arc<dyn ColumnValues<u64>>,
    conversation: Arc<dyn ColumnValues<u64>>,
    at: Arc<dyn ColumnValues<i64>>,
}

struct NewestOfSegment {
    limit: usize,
    reach: Arc<Reach>,
    columns: Columns,
    heap: BinaryHeap<Reverse<(i64, DocId)>>,
}

impl Collector for Newest {
    type Fruit = Vec<Hit>;
    type Child = NewestOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<NewestOfSegment> {
        let fast = segment.fast_fields();
        let number = |name| fast.column_first_or_default::<u64>(name);
        let columns = Columns {
            key: number("key")?,
            kind: number("kind")?,
            tenant: number("tenant")?,
            line: number("line")?,
            conversation: number("conversation")?,
            at: fast.column_first_or_default::<i64>("at")?,
        };
        Ok(NewestOfSegment { limit: self.limit, reach: self.reach.clone(), columns, heap: BinaryHeap::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Vec<Hit>>) -> tantivy::Result<Vec<Hit>> {
        let mut all: Vec<Hit> = fruits.into_iter().flatten().collect();
        all.sort_unstable_by_key(|h| Reverse((h.at, h.id)));
        all.truncate(self.limit);
        Ok(all)
    }
}

impl SegmentCollector for NewestOfSegment {
    type Fruit = Vec<Hit>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let at = self.columns.at.get_val(doc);
        let full = self.heap.len() == self.limit;
        if full && self.heap.peek().is_some_and(|Reverse((oldest, _))| at <= *oldest) {
            return;
        }
        if self.reach.holds(self.columns.tenant.get_val(doc), || self.columns.line.get_val(doc)) {
            if full {
                self.heap.pop();
            }
            self.heap.push(Reverse((at, doc)));
        }
    }

    fn harvest(self) -> Vec<Hit> {
        let c = &self.columns;
        let hit = |Reverse((at, doc)): Reverse<(i64, DocId)>| Hit {
            kind: DocKind::from_code(c.kind.get_val(doc)),
            id: c.key.get_val(doc) as i64,
            tenant: TenantId(c.tenant.get_val(doc) as i64),
            line: LineId(c.line.get_val(doc) as i64),
            conversation: c.conversation.get_val(doc) as i64,
            at,
            score: 0.0,
        };
        self.heap.into_iter().map(hit).collect()
    }
}
