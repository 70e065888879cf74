//! A table as files hold it: a head, rows of cells, and the same for every kind of file.

use super::model::{DayReport, Named};
use crate::counts::Sums;
use crate::days::zone;
use crate::metrics::{ALL, Metric, Unit};
use jiff::Timestamp;
use kernel::{Language, Millis};

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// A name or a text.
    Text(String),
    /// A count.
    Count(i64),
    /// A length, in milliseconds.
    Length(f64),
    /// A share, 0 to 1.
    Share(f64),
    /// Nothing to divide by.
    Nothing,
}

/// One table.
pub(super) struct Table {
    /// What it is called.
    pub name: String,
    /// The heads of its columns.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// Which table of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Which {
    /// The line and its queues.
    Line,
    /// Its agents.
    Agents,
    /// Its hours.
    Hours,
    /// Its dispositions.
    Dispositions,
    /// What each column means.
    Definitions,
}

/// All of them, in their order.
pub(super) const TABLES: [Which; 5] =
    [Which::Line, Which::Agents, Which::Hours, Which::Dispositions, Which::Definitions];

/// The head of a metric's column: its name, the unit where there is one, and its id in the catalogue.
fn head(m: &Metric, l: Language) -> String {
    let unit = match m.unit {
        Unit::Count => "",
        Unit::Duration => l.pick(", s", "（秒）"),
        Unit::Share => l.pick(", %", "（%）"),
    };
    format!("{}{unit} [{}]", l.pick(m.en, m.zh), m.id)
}

fn cell(m: &Metric, sums: &Sums) -> Cell {
    match (m.unit, m.figure(sums).value) {
        (_, None) => Cell::Nothing,
        (Unit::Count, Some(v)) => Cell::Count(v as i64),
        (Unit::Duration, Some(v)) => Cell::Length(v),
        (Unit::Share, Some(v)) => Cell::Share(v),
    }
}

fn row(first: Vec<String>, columns: &[&Metric], sums: &Sums) -> Vec<Cell> {
    first.into_iter().map(Cell::Text).chain(columns.iter().map(|m| cell(m, sums))).collect()
}

/// `09:00` as the wall of the zone shows it.
fn clock(at: Millis, name: &str) -> String {
    let stamp = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    zone(name).to_datetime(stamp).strftime("%H:%M").to_string()
}

/// The heads that every table begins with, so that files of several lines can be laid together; and the next one.
fn whose(l: Language, next: Option<(&str, &str)>) -> Vec<String> {
    let heads = [("Date", "日期"), ("Client", "甲方"), ("Line", "项目")];
    heads.into_iter().chain(next).map(|(en, zh)| l.pick(en, zh).to_owned()).collect()
}

/// Columns before the figures: whose they are, and the name of the row.
const WHOSE: usize = 4;

/// What stands under them.
fn first(r: &DayReport) -> [String; 3] {
    [r.day.date.to_string(), r.client.clone(), r.name.clone()]
}

/// The same, with what a row is of.
fn of(r: &DayReport, name: &str) -> Vec<String> {
    first(r).into_iter().chain([name.to_owned()]).collect()
}

impl Table {
    /// A table of a day, in a language.
    pub fn of(r: &DayReport, which: Which, l: Language) -> Table {
        match which {
            Which::Line => Table::line(r, l),
            Which::Agents => {
                let columns = r.agent_columns();
                let mut heads = whose(l, Some(("Agent", "坐席")));
                let one = |a: &Named| {
                    let mut cells = row(of(r, &a.name), &columns, &a.sums);
                    if r.with_people {
                        cells.insert(WHOSE, Cell::Count(a.elsewhere));
                    }
                    cells
                };
                let rows = r.agents.iter().map(one).collect();
                if r.with_people {
                    // Who adds up lines sees whose day would be added twice.
                    heads.push(l.pick("Other lines served", "另服务项目数").to_owned());
                }
                Table::with(l.pick("Agents", "坐席"), heads, &columns, rows, l)
            }
            Which::Hours => {
                let columns = r.queue_columns();
                let first = whose(l, Some(("Hour", "时段")));
                let one = |(at, sums): &(Millis, Sums)| row(of(r, &clock(*at, &r.day.zone)), &columns, sums);
                Table::with(l.pick("Hours", "分时"), first, &columns, r.hours.iter().map(one).collect(), l)
            }
            Which::Dispositions => Table::dispositions(r, l),
            Which::Definitions => Table::definitions(l),
        }
    }

    fn with(name: &str, first: Vec<String>, columns: &[&Metric], rows: Vec<Vec<Cell>>, l: Language) -> Table {
        let head = first.into_iter().chain(columns.iter().map(|m| head(m, l))).collect();
        Table { name: name.to_owned(), head, rows }
    }

    fn line(r: &DayReport, l: Language) -> Table {
        let columns = r.line_columns();
        let mut rows = vec![row(of(r, l.pick("Whole line", "全部")), &columns, &r.total)];
        rows.extend(r.queues.iter().map(|q| row(of(r, &q.name), &columns, &q.sums)));
        Table::with(l.pick("Line", "项目"), whose(l, Some(("Queue", "技能组"))), &columns, rows, l)
    }

    fn dispositions(r: &DayReport, l: Language) -> Table {
        let heads = [
            ("Kind", "类型"),
            ("Category", "分类"),
            ("Outcome", "结果"),
            ("Dispositions [recorded]", "小结量 [recorded]"),
        ];
        let heads = heads.map(|(en, zh)| l.pick(en, zh).to_owned());
        let rows = r.records.iter().map(|d| {
            let category = d.names.as_ref().map(|(zh, en)| l.pick(en, zh).to_owned()).unwrap_or_default();
            let words = [word(&d.kind, l), category, word(&d.outcome, l)];
            let texts = first(r).into_iter().chain(words).map(Cell::Text);
            texts.chain([Cell::Count(d.count)]).collect()
        });
        Table {
            name: l.pick("Dispositions", "小结").into(),
            head: whose(l, None).into_iter().chain(heads).collect(),
            rows: rows.collect(),
        }
    }

    fn definitions(l: Language) -> Table {
        let heads = [("Metric", "指标"), ("Name", "名称"), ("Version", "版本"), ("Definition", "口径说明")];
        let one = |m: &Metric| {
            vec![
                Cell::Text(m.id.into()),
                Cell::Text(l.pick(m.en, m.zh).into()),
                Cell::Count(i64::from(m.version)),
                Cell::Text(l.pick(m.about_en, m.about_zh).into()),
            ]
        };
        Table {
            name: l.pick("Definitions", "口径说明").into(),
            head: heads.map(|(en, zh)| l.pick(en, zh).to_owned()).to_vec(),
            rows: ALL.iter().map(one).collect(),
        }
    }
}

/// The words of kinds and outcomes of dispositions: (stored, English, Chinese).
const WORDS: [(&str, &str, &str); 11] = [
    ("consult", "Question", "咨询"),
    ("query", "Enquiry", "查询"),
    ("handle", "Request", "办理"),
    ("complaint", "Complaint", "投诉"),
    ("suggestion", "Suggestion", "建议"),
    ("praise", "Praise", "表扬"),
    ("fault", "Fault", "报障"),
    ("report", "Report", "举报"),
    ("solved", "Solved", "已解决"),
    ("unsolved", "Unsolved", "未解决"),
    ("follow_up", "Follow up", "待跟进"),
];

fn word(stored: &str, l: Language) -> String {
    let found = WORDS.iter().find(|(w, ..)| *w == stored);
    found.map_or_else(|| stored.to_owned(), |(_, en, zh)| l.pick(en, zh).to_owned())
}
