//! Files that are broken or mean harm are refused by name, quickly, and change nothing.

use crate::desk::{Desk, on_both};
use axum::http::StatusCode;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;

fn workbook(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, bytes) in parts {
        out.start_file(*name, SimpleFileOptions::default()).expect("a part");
        out.write_all(bytes).expect("writes");
    }
    out.finish().expect("a file").into_inner()
}

fn book(sheet: &str) -> Vec<u8> {
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    let rels = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let own = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let sheets = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#
    );
    workbook(&[
        ("[Content_Types].xml", types.into()),
        ("_rels/.rels", rels.into()),
        ("xl/workbook.xml", own.into()),
        ("xl/_rels/workbook.xml.rels", sheets.into()),
        ("xl/worksheets/sheet1.xml", sheet.into_bytes()),
    ])
}

fn corpus() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let wide = (0..1_000_000).map(|i| i.to_string()).collect::<Vec<_>>().join(",");
    let cell = format!("name,note\nA,{}\n", "x".repeat(40_000));
    let open = format!("name,note\nA,\"{}", "never ends\n".repeat(10_000));
    let mut old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    old.resize(4096, 0);
    let mut cut = book(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>"#);
    cut.truncate(cut.len() / 2);
    let bomb = workbook(&[("xl/worksheets/sheet1.xml", vec![b' '; 420 * 1024 * 1024])]);
    let many: Vec<(String, Vec<u8>)> = (0..2_500).map(|i| (format!("p{i}"), vec![])).collect();
    let many: Vec<(&str, Vec<u8>)> = many.iter().map(|p| (p.0.as_str(), vec![])).collect();
    let corner =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let entity = r#"<!DOCTYPE x [<!ENTITY a "aaaa">]><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>"#;
    vec![
        ("nothing", vec![], "table.empty"),
        ("only a head", b"name,phone\n".to_vec(), "table.empty"),
        (
            "a picture",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89".repeat(20),
            "table.unreadable",
        ),
        ("a million columns", format!("{wide}\n{wide}\n").into_bytes(), "table.too_wide"),
        ("a huge cell", cell.into_bytes(), "table.cell_too_large"),
        ("a quote that never ends", open.into_bytes(), "table.cell_too_large"),
        ("an old workbook", old, "table.old_format"),
        ("half a workbook", cut, "table.unreadable"),
        ("a zip that swells", bomb, "table.swells"),
        ("a zip of many parts", workbook(&many), "table.swells"),
        ("a zip that is no workbook", workbook(&[("a.txt", b"hello".to_vec())]), "table.unreadable"),
        ("a cell in the last corner", book(corner), "table.too_long"),
        ("entities", book(entity), "table."),
    ]
}

#[test]
fn hostile_files_are_refused_by_name_and_change_nothing() {
    on_both(async |desk: Desk| {
        for (what, bytes, code) in corpus() {
            let begun = Instant::now();
            let (status, answer) =
                desk.upload(&format!("/imports?tenant={}&name=x.csv", desk.tenant), bytes).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {answer}");
            assert!(answer["code"].as_str().is_some_and(|c| c.starts_with(code)), "{what}: {answer}");
            assert!(begun.elapsed() < Duration::from_secs(20), "{what} took {:?}", begun.elapsed());
        }
        assert_eq!(
            desk.get(&format!("/imports?tenant={}", desk.tenant)).await["items"],
            serde_json::json!([])
        );
    });
}
