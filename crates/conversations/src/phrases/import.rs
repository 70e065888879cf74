//! Phrases from a pasted table: folder, title, shortcut, Chinese, English; by comma, or by tab as spreadsheets copy. Pure.

use super::model::PhraseText;
use kernel::{Error, Language, Result};
use serde::Serialize;
use utoipa::ToSchema;

/// Rows of one table at the most.
pub const ROWS_MAX: usize = 500;
/// Names of the columns, which the first row may hold instead of a phrase.
const HEADS: [&str; 4] = ["folder", "group", "分组", "目录"];

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PhraseRowFault)]
pub struct RowFault {
    /// The row, from 1.
    pub row: usize,
    /// The field at fault, such as `/title`.
    pub field: String,
    /// What is wrong, in the reader's language.
    pub words: String,
}

/// Reads a table; all of its phrases, or every row that cannot be taken.
pub fn read(text: &str, language: Language) -> Result<std::result::Result<Vec<PhraseText>, Vec<RowFault>>> {
    let tabs = text.lines().next().is_some_and(|l| l.contains('\t'));
    let mut table = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs { b'\t' } else { b',' })
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let (mut phrases, mut faults) = (vec![], vec![]);
    for (at, record) in table.records().enumerate() {
        if at > ROWS_MAX {
            return Err(Error::invalid("/text", "too_many").detail(format!("at most {ROWS_MAX} rows")));
        }
        let record = record.map_err(|e| Error::invalid("/text", "unfit").detail(e.to_string()))?;
        let cell = |n: usize| record.get(n).unwrap_or("").trim().to_owned();
        let head = at == 0 && HEADS.contains(&cell(0).to_lowercase().as_str());
        if head || record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        let place = phrases.len() as i64;
        let phrase = PhraseText {
            folder: cell(0),
            title: cell(1),
            shortcut: cell(2),
            zh: cell(3),
            en: cell(4),
            place,
        };
        match phrase.cleaned() {
            Ok(p) => phrases.push(p),
            Err(e) => {
                let field = e.fields.first().map(|f| f.field.clone()).unwrap_or_default();
                let words = match language {
                    Language::En => e.code.en,
                    Language::Zh => e.code.zh,
                };
                let words =
                    if e.detail.is_empty() { words.into() } else { format!("{words} ({})", e.detail) };
                faults.push(RowFault { row: at + 1, field, words });
            }
        }
    }
    Ok(if faults.is_empty() { Ok(phrases) } else { Err(faults) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_by_comma_and_by_tab_with_or_without_a_head() {
        let by_comma = "分组,标题,快捷词,中文,英文\n开场,问候,wh,\"您好，\n请讲\",Hello\n";
        let by_tab = "开场\t问候\twh\t您好\tHello\n\n结束\t再见\t\t再见\t\n";
        let one = read(by_comma, Language::Zh).expect("reads").expect("no fault");
        assert_eq!((one.len(), one[0].zh.as_str(), one[0].shortcut.as_str()), (1, "您好，\n请讲", "wh"));
        assert_eq!(read(by_tab, Language::Zh).expect("reads").expect("no fault").len(), 2);
    }

    #[test]
    fn every_row_at_fault_is_named_and_none_is_taken() {
        let bad = "a,,,文,\nb,题,,{{no.such}},\nc,好,,好,\n";
        let faults = read(bad, Language::En).expect("reads").expect_err("two faults");
        assert_eq!(faults.iter().map(|f| f.row).collect::<Vec<_>>(), [1, 2]);
        let long = "a,b,,c,\n".repeat(ROWS_MAX + 2);
        assert!(read(&long, Language::En).is_err());
    }
}
