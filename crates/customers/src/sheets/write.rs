//! Tables on their way out.

use super::{Charset, Format};
use kernel::{Error, Result};
use rust_xlsxwriter::{Format as Look, Workbook};
use std::borrow::Cow;

/// A cell of Excel at the most, in characters.
const EXCEL_CELL_MAX: usize = 32_767;

/// A cell that begins no formula in the program that opens the file: a quote is put before what could be one. Numbers
/// and telephone numbers are left alone.
pub fn plain(cell: &str) -> Cow<'_, str> {
    let number = |c: char| c.is_ascii_digit() || c == '.';
    let Some(first) = cell.chars().next() else { return Cow::Borrowed(cell) };
    let harmless = match first {
        '+' | '-' => cell.len() > 1 && cell[1..].chars().all(number),
        '=' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠' => false,
        _ => true,
    };
    if harmless { Cow::Borrowed(cell) } else { Cow::Owned(format!("'{cell}")) }
}

enum To {
    Csv { out: Vec<u8>, charset: Charset, delimiter: u8 },
    Xlsx { book: Box<Workbook>, row: u32, bold: Look },
}

/// A table being written.
pub struct Writer(To);

fn failed(e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::internal("a table could not be written").cause(e)
}

impl Writer {
    /// A table of this kind; encoding and delimiter count for texts only.
    pub fn new(format: Format, charset: Charset, delimiter: char) -> Writer {
        match format {
            Format::Csv => {
                let delimiter = u8::try_from(delimiter).unwrap_or(b',');
                Writer(To::Csv { out: charset.mark().to_vec(), charset, delimiter })
            }
            Format::Xlsx => {
                let mut book = Box::new(Workbook::new());
                book.add_worksheet();
                Writer(To::Xlsx { book, row: 0, bold: Look::new().set_bold() })
            }
        }
    }

    /// Adds a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> Result<()> {
        match &mut self.0 {
            To::Csv { out, charset, delimiter } => {
                let mut line = csv::WriterBuilder::new()
                    .delimiter(*delimiter)
                    .terminator(csv::Terminator::CRLF)
                    .from_writer(vec![]);
                line.write_record(cells.iter().map(|c| plain(c.as_ref()).into_owned())).map_err(failed)?;
                let line = line.into_inner().map_err(|e| Error::internal(e.to_string()))?;
                out.extend(charset.encode(&String::from_utf8_lossy(&line)));
            }
            To::Xlsx { book, row, bold } => {
                let sheet = book.worksheet_from_index(0).map_err(failed)?;
                for (i, cell) in cells.iter().enumerate().filter(|c| !c.1.as_ref().is_empty()) {
                    // Always as text, never as a formula or a number that loses its last digits.
                    let text: String = cell.as_ref().chars().take(EXCEL_CELL_MAX).collect();
                    match *row {
                        0 => sheet.write_string_with_format(0, i as u16, text, bold).map_err(failed)?,
                        n => sheet.write_string(n, i as u16, text).map_err(failed)?,
                    };
                }
                *row += 1;
            }
        }
        Ok(())
    }

    /// The whole file.
    pub fn finish(self) -> Result<Vec<u8>> {
        match self.0 {
            To::Csv { out, .. } => Ok(out),
            To::Xlsx { mut book, .. } => {
                let sheet = book.worksheet_from_index(0).map_err(failed)?;
                sheet.set_freeze_panes(1, 0).map_err(failed)?;
                book.save_to_buffer().map_err(failed)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reading, look, read};
    use super::*;
    use std::ops::ControlFlow;

    #[test]
    fn nothing_begins_a_formula() {
        for (cell, want) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("+8613800136207", "+8613800136207"),
            ("-12.5", "-12.5"),
            ("－1", "'－1"),
            ("王小明", "王小明"),
            ("", ""),
        ] {
            assert_eq!(plain(cell), want);
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let rows = [["姓名", "备注"], ["王小明", "第一行\n第二行, \"引\""], ["李雷", "=1+1"]];
        for (format, charset) in [
            (Format::Csv, Charset::Utf8),
            (Format::Csv, Charset::Gb18030),
            (Format::Csv, Charset::Utf16Le),
            (Format::Xlsx, Charset::Utf8),
        ] {
            let mut w = Writer::new(format, charset, ',');
            rows.iter().for_each(|r| w.row(r).expect("writes"));
            let bytes = w.finish().expect("writes");
            let (how, head) = look(&bytes).expect("is a table");
            assert_eq!(how, Reading { format, charset, delimiter: ",".into(), header: true });
            assert_eq!((head.columns, head.rows), (vec!["姓名".to_owned(), "备注".to_owned()], 2));
            let mut seen = vec![];
            read(&bytes, &how, &mut |n, row| {
                seen.push((n, row));
                ControlFlow::Continue(())
            })
            .expect("reads");
            assert_eq!(seen[0], (1, vec!["王小明".to_owned(), "第一行\n第二行, \"引\"".to_owned()]));
            assert_eq!(seen[1], (2, vec!["李雷".to_owned(), "=1+1".to_owned()]));
        }
    }
}
