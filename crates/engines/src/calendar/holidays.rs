//! China's official calendar: holidays and make-up days, published or projected.
//!
//! The State Council announces each year's days some weeks before it begins. The table of 2007–2026 is built in
//! (every day of it agreed between two independent public tables). A later year is *projected* until somebody imports
//! its notice: only the statutory days whose date never moves, and no make-up days. Interfaces say so next to every
//! such date; nothing is ever silently taken for an ordinary workday's calendar.
//!
//! ```text
//!  year before the table ── no days known
//!  year in the table ────── Published
//!  year after the first ─── Projected ── import() ──▶ Published ── import() again ──▶ Published (replaced as a whole)
//! ```

use super::model::{Basis, Day, DayRule, Exception, NAME_LEN_MAX};
use kernel::Language;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::OnceLock;

/// The first line of every table.
pub const HEADER: &str = "date,is_off,statutory_or_shifted_name,makeup_workday";
/// Most rows in one import.
pub const ROWS_MAX: usize = 4_000;
/// Most faults told at once.
pub const FAULTS_MAX: usize = 50;
/// Years that can be imported.
pub const YEARS: RangeInclusive<i16> = 2000..=2100;

const BUILT_IN: &str = include_str!("../../data/cn_calendar_2007_2026.csv");

/// Statutory holidays whose date never moves (month, day, name), as in force since 2025: Order 795 of the State Council.
const FIXED: [(i8, i8, &str); 6] = [
    (1, 1, "New Year's Day"),
    (5, 1, "Labour Day"),
    (5, 2, "Labour Day"),
    (10, 1, "National Day"),
    (10, 2, "National Day"),
    (10, 3, "National Day"),
];

/// The names in the built-in table, with what they are called in Chinese.
const NAMES: [(&str, &str); 8] = [
    ("New Year's Day", "元旦"),
    ("Spring Festival", "春节"),
    ("Tomb-sweeping Day", "清明节"),
    ("Labour Day", "劳动节"),
    ("Dragon Boat Festival", "端午节"),
    ("Mid-autumn Festival", "中秋节"),
    ("National Day", "国庆节"),
    ("Anti-Fascist 70th Day", "抗战胜利70周年纪念日"),
];

/// A holiday's name in a reader's language; one that is not among the known stays as it was written.
pub fn name_in(name: &str, language: Language) -> &str {
    match NAMES.iter().find(|(en, zh)| *en == name || *zh == name) {
        Some((en, zh)) => language.pick(en, zh),
        None => name,
    }
}

/// How sure a year is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearStatus {
    /// The year's notice is in the table.
    Published,
    /// Not imported yet: fixed dates only.
    Projected,
    /// Before the table begins: nothing is known.
    Unknown,
}

/// One row of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolidayRow {
    /// The date.
    pub day: Day,
    /// Whose holiday it is, or for whose sake it is worked.
    pub name: String,
    /// True: a day of the weekend that is worked. False: a day off.
    pub makeup: bool,
}

/// What is wrong with a row, and so with the whole import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum RowFault {
    /// The first line is not [`HEADER`].
    Header,
    /// Not four columns.
    Columns {
        /// How many there are.
        found: usize,
    },
    /// The first column is no date.
    Date {
        /// What stands there.
        found: String,
    },
    /// The year is not one that can be imported.
    Year {
        /// The year.
        found: i16,
    },
    /// A flag is neither 0 nor 1.
    Flag {
        /// The column.
        column: &'static str,
        /// What stands there.
        found: String,
    },
    /// Off and worked at once, or neither.
    OffAndMakeup,
    /// The date stands in an earlier line too.
    Twice {
        /// The earlier line.
        first: usize,
    },
    /// A make-up day that is a weekday anyway.
    MakeupOnWeekday,
    /// No name, or a longer one than [`NAME_LEN_MAX`] bytes.
    Name,
    /// More than [`ROWS_MAX`] rows.
    TooManyRows,
    /// No rows at all.
    Empty,
}

/// A fault with its line (the header is line 1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineFault {
    /// The line.
    pub line: usize,
    /// What is wrong with it.
    #[serde(flatten)]
    pub fault: RowFault,
}

impl LineFault {
    /// Where, what, and what to do, in a reader's language.
    pub fn message(&self, language: Language) -> String {
        let (en, zh) = self.fault.words();
        match language {
            Language::En => format!("Line {}: {en}", self.line),
            Language::Zh => format!("第 {} 行：{zh}", self.line),
        }
    }
}

impl RowFault {
    fn words(&self) -> (String, String) {
        match self {
            RowFault::Header => (
                format!("the table must begin with the line `{HEADER}`. Add it as the first line."),
                format!("首行必须是“{HEADER}”。请补上表头后重新导入。"),
            ),
            RowFault::Columns { found } => (
                format!("there are {found} columns, four are needed. Check for missing or surplus commas."),
                format!("有 {found} 列，应为 4 列。请检查是否多了或少了逗号。"),
            ),
            RowFault::Date { found } => (
                format!("`{found}` is no date. Write it as 2027-10-01."),
                format!("“{found}”不是有效日期。请写成 2027-10-01 的格式。"),
            ),
            RowFault::Year { found } => (
                format!("the year {found} lies outside {} to {}. Correct it.", YEARS.start(), YEARS.end()),
                format!("年份 {found} 不在 {} 至 {} 之间，请更正。", YEARS.start(), YEARS.end()),
            ),
            RowFault::Flag { column, found } => (
                format!("`{found}` in column {column} is neither 0 nor 1. Write 1 for yes, 0 for no."),
                format!("{column} 列的“{found}”应为 0 或 1：1 表示是，0 表示否。"),
            ),
            RowFault::OffAndMakeup => (
                "a date is either off (1 and 0) or a make-up workday (0 and 1). Set one of the two; leave ordinary dates out."
                    .into(),
                "一个日期要么放假（1 和 0），要么调休上班（0 和 1）。请二选一；普通日期不必列出。".into(),
            ),
            RowFault::Twice { first } => (
                format!("the date stands in line {first} already. Remove one of the two."),
                format!("该日期已在第 {first} 行出现，请删除其中一行。"),
            ),
            RowFault::MakeupOnWeekday => (
                "a make-up workday falls on a Saturday or Sunday; this is a weekday. Check the date.".into(),
                "调休上班日应为周六或周日，该日期是工作日。请核对日期。".into(),
            ),
            RowFault::Name => (
                format!("the name is missing or longer than {NAME_LEN_MAX} bytes. Write the holiday's name."),
                format!("缺少节日名称，或名称超过 {NAME_LEN_MAX} 字节。请填写节日名称。"),
            ),
            RowFault::TooManyRows => (
                format!("there are more than {ROWS_MAX} rows. Import fewer years at once."),
                format!("超过 {ROWS_MAX} 行。请分年份导入。"),
            ),
            RowFault::Empty => (
                "there are no dates in the table. Add the year's holidays and make-up days.".into(),
                "表中没有日期。请填入该年的放假日与调休上班日。".into(),
            ),
        }
    }
}

/// Reads a table; all faults (at most [`FAULTS_MAX`]) or all rows. A byte order mark, empty lines and Windows line ends
/// are let pass.
pub fn parse(text: &str) -> Result<Vec<HolidayRow>, Vec<LineFault>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    let head = lines.next().map_or("", |(l, _)| l.trim());
    if head != HEADER {
        return Err(vec![LineFault { line: 1, fault: RowFault::Header }]);
    }
    let (mut rows, mut faults, mut seen) = (vec![], vec![], BTreeMap::new());
    for (text, line) in lines.filter(|(l, _)| !l.trim().is_empty()) {
        if rows.len() >= ROWS_MAX {
            faults.push(LineFault { line, fault: RowFault::TooManyRows });
            break;
        }
        match parse_row(text.trim(), line, &mut seen) {
            Ok(row) => rows.push(row),
            Err(fault) => faults.push(LineFault { line, fault }),
        }
        if faults.len() >= FAULTS_MAX {
            break;
        }
    }
    if rows.is_empty() && faults.is_empty() {
        faults.push(LineFault { line: 2, fault: RowFault::Empty });
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

fn parse_row(text: &str, line: usize, seen: &mut BTreeMap<Day, usize>) -> Result<HolidayRow, RowFault> {
    let cells: Vec<&str> = text.split(',').map(|c| c.trim().trim_matches('"')).take(64).collect();
    let [date, off, name, makeup] = cells[..] else {
        return Err(RowFault::Columns { found: cells.len() });
    };
    let short = |s: &str| s.chars().take(40).collect::<String>();
    let day: Day = date.parse().map_err(|_| RowFault::Date { found: short(date) })?;
    if !YEARS.contains(&day.year()) {
        return Err(RowFault::Year { found: day.year() });
    }
    let flag = |column, found: &str| match found {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(RowFault::Flag { column, found: short(found) }),
    };
    let (off, makeup) = (flag("is_off", off)?, flag("makeup_workday", makeup)?);
    if off == makeup {
        return Err(RowFault::OffAndMakeup);
    }
    if makeup && day.weekday() < 5 {
        return Err(RowFault::MakeupOnWeekday);
    }
    if name.is_empty() || name.len() > NAME_LEN_MAX {
        return Err(RowFault::Name);
    }
    if let Some(first) = seen.insert(day, line) {
        return Err(RowFault::Twice { first });
    }
    Ok(HolidayRow { day, name: name.to_owned(), makeup })
}

/// Holidays and make-up days of many years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayTable {
    rows: BTreeMap<Day, HolidayRow>,
    published: BTreeSet<i16>,
}

impl HolidayTable {
    /// China's table of 2007–2026.
    pub fn china() -> &'static HolidayTable {
        static TABLE: OnceLock<HolidayTable> = OnceLock::new();
        TABLE.get_or_init(|| {
            let mut table = HolidayTable { rows: BTreeMap::new(), published: BTreeSet::new() };
            table.import(BUILT_IN).expect("invariant: the built-in table has no faults; a test reads it");
            table
        })
    }

    /// Takes in the notices of one or more years, each as a whole; the years. With any fault nothing is changed.
    pub fn import(&mut self, text: &str) -> Result<Vec<i16>, Vec<LineFault>> {
        let rows = parse(text)?;
        let years: BTreeSet<i16> = rows.iter().map(|r| r.day.year()).collect();
        self.rows.retain(|day, _| !years.contains(&day.year()));
        self.rows.extend(rows.into_iter().map(|r| (r.day, r)));
        self.published.extend(&years);
        Ok(years.into_iter().collect())
    }

    /// How sure a year is.
    pub fn status(&self, year: i16) -> YearStatus {
        match self.published.first() {
            _ if self.published.contains(&year) => YearStatus::Published,
            Some(first) if year > *first => YearStatus::Projected,
            _ => YearStatus::Unknown,
        }
    }

    /// The days of a year as a calendar takes them (see [`super::CalendarSpec::adopt`]), in order.
    pub fn days(&self, year: i16) -> Vec<(Day, Exception)> {
        match self.status(year) {
            YearStatus::Unknown => vec![],
            YearStatus::Published => self
                .rows
                .values()
                .filter(|r| r.day.year() == year)
                .map(|r| {
                    let rule = if r.makeup { DayRule::Makeup { spans: None } } else { DayRule::Closed };
                    (r.day, Exception { rule, name: r.name.clone(), basis: Basis::Published })
                })
                .collect(),
            YearStatus::Projected => FIXED
                .iter()
                .filter_map(|(month, day, name)| {
                    let day = Day::new(year, *month, *day)?;
                    let name = (*name).to_owned();
                    Some((day, Exception { rule: DayRule::Closed, name, basis: Basis::Projected }))
                })
                .collect(),
        }
    }

    /// The rows of the table, for an export in the same columns; begins with [`HEADER`].
    pub fn to_csv(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for row in self.rows.values() {
            let (off, makeup) = (u8::from(!row.makeup), u8::from(row.makeup));
            text.push_str(&format!("{},{off},{},{makeup}\n", row.day, row.name));
        }
        text
    }
}
