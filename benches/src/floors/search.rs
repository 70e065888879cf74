//! The floor of search: an index of the same texts, asked for the twenty best; no rights, no rows, no snippets.

use crate::fault::{Fault, Outcome};
use crate::texts::Texts;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use std::path::Path;
use std::sync::Arc;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{Index, IndexReader, TantivyDocument, Term};

/// Memory of the indexing, in bytes.
const HEAP: usize = 128 * 1024 * 1024;
/// Hits.
const HITS: usize = 20;

/// Text with blanks between what is searched for: English words as they stand, Chinese by pairs of characters.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut before = None;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
            before = None;
            continue;
        }
        if ('\u{4e00}'..='\u{9fff}').contains(&c) {
            if let Some(b) = before {
                out.push(b);
                out.push(c);
            }
            before = Some(c);
        } else {
            before = None;
        }
        out.push(' ');
    }
    out
}

fn schema() -> (Schema, Field, Field) {
    let mut s = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_index_option(IndexRecordOption::WithFreqs);
    let text = s.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let id = s.add_u64_field("id", NumericOptions::default().set_stored());
    (s.build(), text, id)
}

/// Builds the index of so many texts in an empty folder.
pub fn build(folder: &Path, texts: &Texts, size: u64) -> Outcome<()> {
    let (schema, text, id) = schema();
    let index = Index::create_in_dir(folder, schema)?;
    let mut writer = index.writer_with_num_threads(1, HEAP)?;
    let mut body = String::new();
    for k in 0..size {
        body.clear();
        texts.write(k, &mut body);
        let mut doc = TantivyDocument::default();
        doc.add_text(text, spaced(&body));
        doc.add_u64(id, k);
        writer.add_document(doc)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

struct Shelf {
    reader: IndexReader,
    text: Field,
    id: Field,
}

/// Its route: `/search?WORDS`, percent-encoded.
pub fn router(folder: &Path) -> Outcome<Router> {
    let (_, text, id) = schema();
    let reader = Index::open_in_dir(folder)?.reader()?;
    Ok(Router::new().route("/search", get(search)).with_state(Arc::new(Shelf { reader, text, id })))
}

async fn search(State(shelf): State<Arc<Shelf>>, RawQuery(q): RawQuery) -> Result<String, StatusCode> {
    let words = decoded(&q.unwrap_or_default());
    find(&shelf, &words).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

fn decoded(q: &str) -> String {
    let mut bytes = Vec::with_capacity(q.len());
    let mut rest = q.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).filter(|_| *first == b'%').and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(b) => {
                bytes.push(b);
                rest = &tail[2..];
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn find(shelf: &Shelf, words: &str) -> Outcome<String> {
    let spaced = spaced(words);
    let must = |w: &str| -> (Occur, Box<dyn Query>) {
        let term = Term::from_field_text(shelf.text, w);
        (Occur::Must, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
    };
    let query = BooleanQuery::new(spaced.split_whitespace().map(must).collect());
    let searcher = shelf.reader.searcher();
    let best = searcher.search(&query, &TopDocs::with_limit(HITS).order_by_score())?;
    let mut ids = vec![];
    for (_, at) in best {
        let doc: TantivyDocument = searcher.doc(at)?;
        ids.push(
            doc.get_first(shelf.id)
                .and_then(|v| v.as_u64())
                .ok_or_else(|| Fault::new("a text without its id"))?,
        );
    }
    Ok(serde_json::to_string(&ids)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_characters_and_words_become_terms() {
        assert_eq!(spaced("退款,ok").split_whitespace().collect::<Vec<_>>(), ["退款", "ok"]);
        assert_eq!(spaced("要退款").split_whitespace().collect::<Vec<_>>(), ["要退", "退款"]);
        assert_eq!(decoded("a+b%20%E9%80%80"), "a b 退");
    }

    #[test]
    fn every_class_finds_something() {
        let folder = tempfile::tempdir().expect("a folder");
        let texts = Texts::new(1);
        build(folder.path(), &texts, 3_000).expect("builds");
        let (_, text, id) = schema();
        let reader = Index::open_in_dir(folder.path()).expect("opens").reader().expect("reads");
        let shelf = Shelf { reader, text, id };
        let two = (0..50).find_map(|k| texts.two_words(k)).expect("some text has two words");
        for words in [two.as_str(), texts.frequent(0), texts.two_characters(1)] {
            assert!(find(&shelf, words).expect("searches").len() > 2, "{words}");
        }
    }
}
