//! All tables of a day as one workbook; the last sheet says what each column means.

use super::model::DayReport;
use super::table::{Cell, TABLES, Table};
use kernel::{Error, Language, Result};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// The first columns hold names.
const NAME_WIDTH: f64 = 18.0;
/// Columns of figures.
const FIGURE_WIDTH: f64 = 13.0;
/// Milliseconds of a day: what a length is in Excel.
const DAY_MS: f64 = 86_400_000.0;

/// The file. Texts are written as texts, so that nothing in them is run.
pub(super) fn file(r: &DayReport, l: Language) -> Result<Vec<u8>> {
    let fault = |e: XlsxError| Error::internal("a workbook").cause(e);
    let mut book = Workbook::new();
    for which in TABLES {
        let table = Table::of(r, which, l);
        sheet(book.add_worksheet(), &table).map_err(fault)?;
    }
    book.save_to_buffer().map_err(fault)
}

fn sheet(sheet: &mut Worksheet, table: &Table) -> std::result::Result<(), XlsxError> {
    sheet.set_name(&table.name)?;
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let (share, length) = (Format::new().set_num_format("0.0%"), Format::new().set_num_format("[h]:mm:ss"));
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, text) in table.head.iter().enumerate() {
        let column = column as u16;
        sheet.write_string_with_format(0, column, text, &head)?;
        sheet.set_column_width(column, if column < 3 { NAME_WIDTH } else { FIGURE_WIDTH })?;
    }
    for (i, row) in table.rows.iter().enumerate() {
        let at = i as u32 + 1;
        for (column, cell) in row.iter().enumerate() {
            let column = column as u16;
            match cell {
                Cell::Text(t) if t.chars().count() > 40 => {
                    sheet.set_column_width(column, 90.0)?;
                    sheet.write_string_with_format(at, column, t, &wrapped)?;
                }
                Cell::Text(t) => {
                    sheet.write_string(at, column, t)?;
                }
                Cell::Count(n) => {
                    sheet.write_number(at, column, *n as f64)?;
                }
                Cell::Length(ms) => {
                    sheet.write_number_with_format(at, column, ms / DAY_MS, &length)?;
                }
                Cell::Share(v) => {
                    sheet.write_number_with_format(at, column, *v, &share)?;
                }
                Cell::Nothing => {}
            }
        }
    }
    sheet.set_freeze_panes(1, 4)?;
    Ok(())
}
