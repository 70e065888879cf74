//! Cells of an Excel file, read as a stream so that a cell in the last corner costs no more than another.

use super::read::cell;
use super::{COLUMNS_MAX, ROWS_MAX};
use crate::codes;
use calamine::{DataRef, Reader, Xlsx};
use kernel::{Error, Result};
use std::io::{Cursor, Read};
use std::ops::ControlFlow;

/// Unpacked, all parts together, in bytes.
const UNPACKED_MAX: u64 = 384 * 1024 * 1024;
/// Parts of a file at the most.
const PARTS_MAX: usize = 2_000;

fn unreadable(e: impl std::fmt::Display) -> Error {
    Error::new(&codes::TABLE_UNREADABLE).detail(e.to_string().chars().take(200).collect::<String>())
}

/// Unpacks everything once into nothing: what a part says about its size is not believed.
fn measure(bytes: &[u8]) -> Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > PARTS_MAX {
        return Err(Error::new(&codes::TABLE_SWELLS));
    }
    let mut left = UNPACKED_MAX;
    for i in 0..archive.len() {
        let part = archive.by_index(i).map_err(unreadable)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(unreadable)?;
        left = left.checked_sub(read).ok_or_else(|| Error::new(&codes::TABLE_SWELLS))?;
    }
    Ok(())
}

/// Gives the rows of the first sheet to `take`.
pub(super) fn cells(bytes: &[u8], take: &mut dyn FnMut(Vec<String>) -> ControlFlow<()>) -> Result<()> {
    measure(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let sheet = book.sheet_names().first().cloned().ok_or_else(|| Error::new(&codes::TABLE_EMPTY))?;
    let mut reader = book.worksheet_cells_reader(&sheet).map_err(unreadable)?;
    let (mut at, mut row) = (0_u32, Vec::<String>::new());
    while let Some(found) = reader.next_cell().map_err(unreadable)? {
        let (line, column) = found.get_position();
        if line < at {
            return Err(unreadable("rows are out of order"));
        }
        if u64::from(line) > 2 * ROWS_MAX + 1 {
            return Err(Error::new(&codes::TABLE_TOO_LONG));
        }
        if line != at {
            if take(std::mem::take(&mut row)).is_break() {
                return Ok(());
            }
            at = line;
        }
        let text = cell(&shown(found.get_value()))?;
        if text.is_empty() {
            continue;
        }
        let column = column as usize;
        if column >= COLUMNS_MAX {
            return Err(Error::new(&codes::TABLE_TOO_WIDE));
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    let _ = take(row);
    Ok(())
}

/// A value as people write it: days as `2026-03-04`, whole numbers without a point.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(f) if f.fract() == 0.0 && f.abs() < 1e15 => format!("{}", *f as i64),
        DataRef::Float(f) => f.to_string(),
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Bool(b) => b.to_string(),
        DataRef::DateTime(d) if d.as_f64() >= 0.0 && d.as_f64() < 2_958_466.0 => {
            let (y, m, day, hour, minute, second, _) = d.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{y:04}-{m:02}-{day:02}"),
                _ => format!("{y:04}-{m:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTime(d) => d.as_f64().to_string(),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}
