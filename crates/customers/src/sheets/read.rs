//! Rows of a table, one after the other.

use super::{CELL_MAX, COLUMNS_MAX, Charset, ROWS_MAX, xlsx};
use crate::codes;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use utoipa::ToSchema;

/// What kind of file a table is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TableFormat)]
pub enum Format {
    /// Text with delimiters.
    Csv,
    /// Excel.
    Xlsx,
}

/// How a file is read as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TableReading)]
pub struct Reading {
    /// What kind of file it is.
    pub format: Format,
    /// Of a text, its encoding.
    pub charset: Charset,
    /// Of a text, what stands between two cells: `,`, `;`, a tab or `|`.
    pub delimiter: String,
    /// Does the first row name the columns?
    pub header: bool,
}

/// The beginning of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The names of the columns; numbers where there are none.
    pub columns: Vec<String>,
    /// Some rows.
    pub sample: Vec<Vec<String>>,
    /// How many there are.
    pub rows: u64,
}

/// Gets each row with its number, from 1; says whether to go on.
pub type Rows<'a> = &'a mut dyn FnMut(u64, Vec<String>) -> ControlFlow<()>;

/// Rows of a head's sample.
const SAMPLE_ROWS: u64 = 20;

/// Reads a table and gives its rows to `rows`; its head apart, empty rows left out. Answers the names of its columns.
/// Errors: those of `table.*`.
pub fn read(bytes: &[u8], how: &Reading, rows: Rows<'_>) -> Result<Vec<String>> {
    let mut columns: Option<Vec<String>> = None;
    let (mut number, mut fault) = (0_u64, None);
    let mut take = |row: Vec<String>| {
        if row.iter().all(String::is_empty) {
            return ControlFlow::Continue(());
        }
        if columns.is_none() {
            let named = how.header;
            columns = Some(match named {
                true => row.clone(),
                false => (1..=row.len()).map(|n| n.to_string()).collect(),
            });
            if named {
                return ControlFlow::Continue(());
            }
        }
        number += 1;
        if number > ROWS_MAX {
            fault = Some(Error::new(&codes::TABLE_TOO_LONG));
            return ControlFlow::Break(());
        }
        rows(number, row)
    };
    match how.format {
        Format::Csv => text(bytes, how, &mut take)?,
        Format::Xlsx => xlsx::cells(bytes, &mut take)?,
    }
    match fault {
        Some(e) => Err(e),
        None => columns.ok_or_else(|| Error::new(&codes::TABLE_EMPTY)),
    }
}

/// The beginning of a table, and its length. Errors: those of `table.*`.
pub(super) fn head(bytes: &[u8], how: &Reading) -> Result<Head> {
    let (mut sample, mut count) = (vec![], 0);
    let columns = read(bytes, how, &mut |number, row| {
        count = number;
        if number <= SAMPLE_ROWS {
            sample.push(row);
        }
        ControlFlow::Continue(())
    })?;
    if count == 0 {
        return Err(Error::new(&codes::TABLE_EMPTY));
    }
    Ok(Head { columns, sample, rows: count })
}

/// A cell as it is taken: trimmed, one line end, nothing that a reader does not see; within its bound.
pub(super) fn cell(text: &str) -> Result<String> {
    if text.len() > CELL_MAX && text.chars().count() > CELL_MAX {
        return Err(Error::new(&codes::TABLE_CELL));
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    // A quote that this program, or Excel, put before what could be a formula.
    let text = match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    };
    let unseen = |c: char| c.is_control() && c != '\n';
    match text.contains(unseen) {
        true => Ok(text.replace("\r\n", "\n").chars().filter(|c| !unseen(*c)).collect()),
        false => Ok(text.to_owned()),
    }
}

fn text(bytes: &[u8], how: &Reading, take: &mut dyn FnMut(Vec<String>) -> ControlFlow<()>) -> Result<()> {
    let decoded = how.charset.decode(bytes);
    let delimiter = how.delimiter.bytes().next().unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(decoded.as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(_) => return Err(Error::new(&codes::TABLE_UNREADABLE)),
        }
        if record.len() > COLUMNS_MAX && record.iter().skip(COLUMNS_MAX).any(|c| !c.trim().is_empty()) {
            return Err(Error::new(&codes::TABLE_TOO_WIDE));
        }
        let row = record.iter().take(COLUMNS_MAX).map(cell).collect::<Result<Vec<_>>>()?;
        if take(row).is_break() {
            return Ok(());
        }
    }
}
