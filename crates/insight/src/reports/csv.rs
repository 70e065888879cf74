//! A table as CSV that opens in Excel: UTF-8 with its mark, CRLF, and no cell that a spreadsheet would run.

use super::table::{Cell, Table};
use kernel::{Error, Result};

/// Says to Excel that the file is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.
pub(super) fn plain(text: &str) -> String {
    let risky =
        text.trim_start_matches([' ', '\u{a0}']).starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|']);
    // Full-width signs are read as their plain likes by some spreadsheets.
    let wide = text.starts_with(['＝', '＋', '－', '＠']);
    if risky || wide { format!("'{text}") } else { text.to_owned() }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(t) => plain(t),
        Cell::Count(n) => n.to_string(),
        Cell::Length(ms) => format!("{:.1}", ms / 1_000.0),
        Cell::Share(v) => format!("{:.2}", v * 100.0),
        Cell::Nothing => String::new(),
    }
}

/// The file.
pub(super) fn file(table: &Table) -> Result<Vec<u8>> {
    let fault = |e: csv::Error| Error::internal("a table as CSV").cause(e);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(MARK.to_vec());
    writer.write_record(&table.head).map_err(fault)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(text)).map_err(fault)?;
    }
    writer.into_inner().map_err(|e| Error::internal(format!("a table as CSV: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_run() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd", "|x", "＝1"] {
            assert!(plain(evil).starts_with('\''), "{evil:?}");
        }
        assert_eq!(plain("售后 1"), "售后 1");
    }

    #[test]
    fn it_opens_in_excel() {
        let rows = vec![vec![
            Cell::Text("=HYPERLINK(\"x\")".into()),
            Cell::Count(-1),
            Cell::Length(1_250.0),
            Cell::Share(0.5),
            Cell::Nothing,
        ]];
        let table = Table { name: "t".into(), head: vec!["甲, 乙".into(); 5], rows };
        let bytes = file(&table).expect("a file");
        assert!(bytes.starts_with(MARK));
        let text = String::from_utf8(bytes).expect("text");
        assert!(text.contains("\"甲, 乙\""));
        assert!(text.ends_with("\"'=HYPERLINK(\"\"x\"\")\",-1,1.2,50.00,\r\n"), "{text}");
    }
}
