//! Calendars against a reference that looks at the wall clock minute by minute; holidays row by row; cases by hand.
//!
//! A run is a seed. A failure prints it; `HARK_SEED=<seed> cargo test -p hark-engines --test calendar` replays that run
//! alone, `HARK_RUNS=<n>` sets how many are made.

#![allow(clippy::unwrap_used)]

use engines::calendar::holidays::{self, HolidayTable, RowFault, YearStatus, parse};
use engines::calendar::*;
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use kernel::{Language, Millis};

const MIN: i64 = 60_000;
const HOUR: i64 = 60 * MIN;
const DAY: i64 = 24 * HOUR;

fn at(text: &str) -> Millis {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}
fn day(text: &str) -> Day {
    text.parse().unwrap()
}
fn span(from: &str, to: &str) -> Span {
    Span::parse(from, to).unwrap()
}
fn weekdays(zone: &str, spans: &[Span]) -> CalendarSpec {
    let weekly = std::array::from_fn(|d| if d < 5 { spans.to_vec() } else { vec![] });
    CalendarSpec::weekly(zone, weekly)
}
fn calendar(spec: CalendarSpec) -> Calendar {
    Calendar::new(spec).unwrap()
}

/// The same edition of the zones as the calendars', whatever the machine has.
fn zones() -> TimeZoneDatabase {
    TimeZoneDatabase::bundled()
}

struct Dice(u64);
impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as i64
    }
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as i64) as usize]
    }
    /// Often near 02:00, where clocks are turned, and near midnight.
    fn time(&mut self) -> i64 {
        match self.below(4) {
            0 => self.pick(&[0, 0, 30, 90, 120, 150, 180, 1_410, 1_439]),
            1 => self.pick(&[6, 8, 9, 12, 18, 22]) * 60,
            _ => self.below(1_440),
        }
    }
    fn spans(&mut self) -> Vec<Span> {
        if self.below(6) == 0 {
            return vec![Span::DAY];
        }
        let mut spans = vec![];
        for _ in 0..self.pick(&[0, 1, 1, 1, 2, 3]) {
            let (from, to) = (self.time(), if self.below(8) == 0 { 1_440 } else { self.time() });
            let wall = |m: i64| WallTime::from_minutes(m as u16).unwrap();
            let span = Span { from: wall(from), to: wall(to) };
            if from != to {
                spans.push(span);
            }
        }
        spans
    }
    fn spec(&mut self, from: Millis) -> CalendarSpec {
        let zone = self.pick(&[
            "Asia/Shanghai",
            "America/New_York",
            "Europe/London",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
        ]);
        let mut spec = CalendarSpec::weekly(zone, std::array::from_fn(|_| self.spans()));
        spec.makeup_day = self.below(7) as u8;
        for _ in 0..self.below(5) {
            let on = Timestamp::from_millisecond(from + self.below(8) * DAY).unwrap();
            let on = zones().get(zone).unwrap().to_datetime(on).date();
            let rule = match self.below(4) {
                0 | 1 => DayRule::Closed,
                2 => DayRule::Special { spans: self.spans() },
                _ => DayRule::Makeup { spans: (self.below(2) == 0).then(|| self.spans()) },
            };
            let exception = Exception { rule, name: String::new(), basis: Basis::Own };
            spec.exceptions.insert(Day::new(on.year(), on.month(), on.day()).unwrap(), exception);
        }
        spec
    }
    /// Most often within a few days of clocks being turned somewhere.
    fn start(&mut self) -> Millis {
        let turn = self.pick(&[
            "2026-03-08T07:00:00Z",
            "2026-11-01T06:00:00Z",
            "2026-03-29T01:00:00Z",
            "2026-10-25T01:00:00Z",
            "2026-04-04T15:00:00Z",
            "2026-10-03T15:30:00Z",
            "1986-05-03T18:00:00Z",
            "1985-12-31T18:30:00Z",
        ]);
        match self.below(4) {
            0 => at("2007-01-01T00:00:00Z") + self.below(20 * 365 * 24 * 60) * MIN,
            _ => at(turn) - self.below(5 * 24 * 60) * MIN,
        }
    }
}

/// The reference: what the wall shows, looked up in the spans as they were written.
fn open_on_the_wall(spec: &CalendarSpec, zone: &TimeZone, at: Millis) -> bool {
    let wall = zone.to_datetime(Timestamp::from_millisecond(at).unwrap());
    let spans = |date: jiff::civil::Date| {
        let d = Day::new(date.year(), date.month(), date.day()).unwrap();
        match spec.exceptions.get(&d).map(|e| e.rule.clone()) {
            None => spec.weekly[date.weekday().to_monday_zero_offset() as usize].clone(),
            Some(DayRule::Closed) => vec![],
            Some(DayRule::Special { spans } | DayRule::Makeup { spans: Some(spans) }) => spans,
            Some(DayRule::Makeup { spans: None }) => spec.weekly[spec.makeup_day as usize].clone(),
        }
    };
    let minute = wall.hour() as u16 * 60 + wall.minute() as u16;
    let today = spans(wall.date()).iter().any(|s| {
        let (f, t) = (s.from.minutes(), s.to.minutes());
        minute >= f && (minute < t || t < f)
    });
    let since_yesterday = spans(wall.date().yesterday().unwrap()).iter().any(|s| {
        let (f, t) = (s.from.minutes(), s.to.minutes());
        t < f && minute < t
    });
    today || since_yesterday
}

fn run(seed: u64) {
    let mut dice = Dice(seed);
    let start = dice.start();
    let spec = dice.spec(start);
    let zone = zones().get(&spec.zone).unwrap();
    let calendar = calendar(spec.clone());
    let minutes = 7 * 24 * 60;
    let open: Vec<bool> = (0..minutes).map(|m| open_on_the_wall(&spec, &zone, start + m * MIN)).collect();
    let mut before = vec![0_i64];
    for (m, o) in open.iter().enumerate() {
        assert_eq!(calendar.is_open(start + m as i64 * MIN), *o, "minute {m} from {start}");
        assert_eq!(calendar.is_open(start + (m as i64 + 1) * MIN - 1), *o, "end of minute {m}");
        before.push(before[m] + i64::from(*o) * MIN);
    }
    // Open time before a moment, exact to the millisecond: within a minute nothing changes.
    let passed = |t: i64| {
        let m = ((t - start) / MIN) as usize;
        before[m] + if open.get(m).copied().unwrap_or(false) { (t - start) % MIN } else { 0 }
    };
    for _ in 0..60 {
        let a = start + dice.below(minutes * MIN);
        let b = start + dice.below(minutes * MIN);
        let between = calendar.business_ms_between(a, b).unwrap();
        assert_eq!(between, passed(b) - passed(a), "between {a} and {b}");
        let first = |from: i64, what: bool| {
            let m = ((from - start) / MIN) as usize;
            let found = (m..open.len()).find(|i| open[*i] == what)?;
            Some(if found == m { from } else { start + found as i64 * MIN })
        };
        if let Some(t) = first(a, true) {
            assert_eq!(calendar.next_open(a), Some(t), "next open from {a}");
        }
        if let Some(t) = first(a, false) {
            assert_eq!(calendar.next_close(a), Some(t), "next close from {a}");
        }
        let any = dice.below(2 * DAY) + 1;
        let ms = dice.pick(&[1, MIN, 90 * MIN, 8 * HOUR, any]);
        let left = passed(start + (minutes - 1) * MIN) - passed(a);
        if ms <= left {
            let due = calendar.add_business_ms(a, ms).unwrap();
            assert_eq!(passed(due) - passed(a), ms, "{ms} after {a}");
            assert_eq!(passed(due - 1) - passed(a), ms - 1, "{due} is the earliest");
        } else if let Ok(due) = calendar.add_business_ms(a, ms) {
            assert!(due > start + (minutes - 1) * MIN);
            assert_eq!(calendar.business_ms_between(a, due), Ok(ms));
        }
    }
}

#[test]
fn a_calendar_agrees_with_the_wall_clock_minute_by_minute() {
    let number = |name| std::env::var(name).ok().and_then(|v: String| v.parse::<u64>().ok());
    if let Some(seed) = number("HARK_SEED") {
        return run(seed);
    }
    let runs = number("HARK_RUNS").unwrap_or(120);
    for seed in 1..=runs {
        if std::panic::catch_unwind(|| run(seed)).is_err() {
            panic!("the run of seed {seed} failed; replay it with HARK_SEED={seed}");
        }
    }
    println!("{runs} calendars, {} minutes compared", runs * 7 * 24 * 60);
}

#[test]
fn a_day_ends_at_its_close_and_the_next_begins_at_its_opening() {
    let c = calendar(weekdays("Asia/Shanghai", &[span("09:00", "12:00"), span("13:00", "18:00")]));
    // 2026-11-20 is a Friday; Shanghai is UTC+8.
    let friday_17 = at("2026-11-20T09:00:00Z");
    assert_eq!(c.add_business_ms(friday_17, HOUR), Ok(at("2026-11-20T10:00:00Z")));
    assert_eq!(c.add_business_ms(friday_17, HOUR + 1), Ok(at("2026-11-23T01:00:00.001Z")));
    assert_eq!(c.next_open(at("2026-11-20T10:00:00Z")), Some(at("2026-11-23T01:00:00Z")));
    assert_eq!(c.next_close(friday_17), Some(at("2026-11-20T10:00:00Z")));
    assert!(c.is_open(at("2026-11-20T01:00:00Z")) && !c.is_open(at("2026-11-20T10:00:00Z")));
    assert_eq!(c.business_ms_between(friday_17, at("2026-11-23T02:00:00Z")), Ok(2 * HOUR));
    assert_eq!(c.business_ms_between(at("2026-11-23T02:00:00Z"), friday_17), Ok(-2 * HOUR));
    assert_eq!(c.add_business_ms(friday_17, 0), Ok(friday_17));
}

#[test]
fn what_never_opens_or_never_closes_says_so() {
    let never = calendar(weekdays("Europe/London", &[]));
    let t = at("2026-01-01T00:00:00Z");
    assert_eq!((never.next_open(t), never.next_close(t)), (None, Some(t)));
    assert_eq!(never.add_business_ms(t, 1), Err(BeyondHorizon::NeverOpen));
    let always = calendar(CalendarSpec::always("Europe/London"));
    assert_eq!((always.next_open(t), always.next_close(t)), (Some(t), None));
    assert_eq!(always.add_business_ms(t, 400 * DAY), Ok(t + 400 * DAY));
    assert_eq!(always.business_ms_between(t, t + 4_000 * DAY), Err(BeyondHorizon::TooFar));
    for edge in [i64::MIN, i64::MAX] {
        assert!(always.is_open(edge));
        let _ = (always.next_open(edge), always.next_close(edge), always.add_business_ms(edge, DAY));
    }
}

#[test]
fn a_night_shift_lasts_an_hour_less_or_more_when_clocks_turn() {
    let c = calendar(CalendarSpec::weekly(
        "America/New_York",
        std::array::from_fn(|_| vec![span("22:00", "06:00")]),
    ));
    let hours = |from: &str, to: &str| c.business_ms_between(at(from), at(to)).unwrap() / HOUR;
    assert_eq!(hours("2026-03-07T20:00:00Z", "2026-03-08T20:00:00Z"), 7);
    assert_eq!(hours("2026-10-31T20:00:00Z", "2026-11-01T20:00:00Z"), 9);
    assert_eq!(hours("2026-06-01T20:00:00Z", "2026-06-02T20:00:00Z"), 8);
}

#[test]
fn a_holiday_closes_what_begins_on_it_and_a_makeup_day_works_like_a_weekday() {
    let mut spec = weekdays("Asia/Shanghai", &[span("09:00", "18:00"), span("22:00", "02:00")]);
    spec.adopt(HolidayTable::china().days(2026));
    let c = calendar(spec);
    // 1 October 2026 is a Thursday and a holiday: the night shift of 30 September runs to its end.
    assert!(c.is_open(at("2026-09-30T17:59:00Z")) && !c.is_open(at("2026-10-01T02:00:00Z")));
    assert_eq!(c.next_open(at("2026-09-30T18:00:00Z")), Some(at("2026-10-08T01:00:00Z")));
    // Saturday 10 October is worked, Saturday 17 October is not.
    assert!(c.is_open(at("2026-10-10T02:00:00Z")) && !c.is_open(at("2026-10-17T02:00:00Z")));
    assert_eq!(c.day_at(at("2026-10-09T16:00:00Z")), Some(day("2026-10-10")));
}

#[test]
fn the_built_in_table_is_the_official_one() {
    let china = HolidayTable::china();
    let all: Vec<_> = (2007..=2026).flat_map(|y| china.days(y)).collect();
    assert_eq!(all.len(), 681);
    let text = include_str!("../data/cn_calendar_2007_2026.csv");
    assert_eq!(china.to_csv(), text.replace("\r\n", "\n"));
    let worked: Vec<_> = china
        .days(2026)
        .into_iter()
        .filter(|(_, e)| matches!(e.rule, DayRule::Makeup { .. }))
        .map(|(d, _)| d.to_string())
        .collect();
    let expected = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"];
    assert_eq!(worked, expected);
    let status = |y| china.status(y);
    assert_eq!(
        (status(2006), status(2007), status(2026)),
        (YearStatus::Unknown, YearStatus::Published, YearStatus::Published)
    );
    assert_eq!(status(2027), YearStatus::Projected);
    assert!(china.days(2006).is_empty());
    for (day, e) in &all {
        let (en, zh) = (holidays::name_in(&e.name, Language::En), holidays::name_in(&e.name, Language::Zh));
        assert!(en == e.name && zh != en, "{day} has a name in both languages");
    }
}

/// The csv crate as a second reader of the same file.
#[test]
fn another_reader_sees_the_same_rows() {
    let text = include_str!("../data/cn_calendar_2007_2026.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let theirs: Vec<_> = reader
        .records()
        .map(|r| r.unwrap())
        .map(|r| (r[0].to_owned(), r[2].to_owned(), &r[3] == "1", &r[1] == "1"))
        .collect();
    let ours: Vec<_> =
        parse(text).unwrap().into_iter().map(|r| (r.day.to_string(), r.name, r.makeup, !r.makeup)).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn a_later_year_is_projected_until_it_is_imported() {
    let mut table = HolidayTable::china().clone();
    let days = table.days(2027);
    assert!(days.iter().all(|(_, e)| e.basis == Basis::Projected && e.rule == DayRule::Closed));
    let dates: Vec<_> = days.iter().map(|(d, _)| d.to_string()).collect();
    assert_eq!(dates, ["2027-01-01", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02", "2027-10-03"]);
    let mut spec = weekdays("Asia/Shanghai", &[span("09:00", "18:00")]);
    let own = Exception { rule: DayRule::Closed, name: "stock-taking".into(), basis: Basis::Own };
    spec.exceptions.insert(day("2027-05-08"), own.clone());
    spec.adopt(days);
    let notice = "\u{feff}date,is_off,statutory_or_shifted_name,makeup_workday\r\n2027-05-01,1,劳动节,0\r\n\r\n2027-05-08,0,劳动节,1\r\n";
    assert_eq!(table.import(notice), Ok(vec![2027]));
    assert_eq!(table.status(2027), YearStatus::Published);
    spec.drop_adopted();
    spec.adopt(table.days(2027));
    assert_eq!(spec.exceptions.len(), 2);
    assert_eq!(spec.exceptions[&day("2027-05-01")].basis, Basis::Published);
    assert_eq!(spec.exceptions[&day("2027-05-08")], own, "what somebody set stays");
}

#[test]
fn a_faulty_notice_changes_nothing_and_every_fault_is_named() {
    let mut table = HolidayTable::china().clone();
    let before = table.clone();
    let notice = "date,is_off,statutory_or_shifted_name,makeup_workday
2027-02-30,1,Spring Festival,0
2027-02-06,1,Spring Festival,0
2027-02-06,1,Spring Festival,0
2027-02-08,0,Spring Festival,1
2027-02-09,1,Spring Festival,1
2027-02-10,yes,Spring Festival,0
2027-02-11,1,Spring Festival
2027-02-12,1,,0
1999-02-12,1,Spring Festival,0
";
    let faults = table.import(notice).unwrap_err();
    let lines: Vec<_> = faults.iter().map(|f| f.line).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(faults[1].fault, RowFault::Twice { first: 3 });
    assert_eq!(faults[2].fault, RowFault::MakeupOnWeekday);
    assert_eq!(faults[0].message(Language::En), "Line 2: `2027-02-30` is no date. Write it as 2027-10-01.");
    assert!(faults[0].message(Language::Zh).starts_with("第 2 行："));
    assert_eq!(table, before);
    assert_eq!(parse("a,b\n").unwrap_err()[0].fault, RowFault::Header);
    assert_eq!(parse(holidays::HEADER).unwrap_err()[0].fault, RowFault::Empty);
    let many: String = std::iter::once(format!("{}\n", holidays::HEADER))
        .chain((0..200).map(|_| "x\n".to_owned()))
        .collect();
    assert_eq!(parse(&many).unwrap_err().len(), holidays::FAULTS_MAX);
}

#[test]
fn faults_of_a_calendar_are_named() {
    let fault = |spec| Calendar::new(spec).unwrap_err();
    assert!(matches!(fault(CalendarSpec::always("Mars/Olympus")), CalendarFault::UnknownZone(_)));
    assert!(Span::parse("09:00", "09:00").is_err());
    assert!(Span::parse("24:00", "09:00").is_err());
    for bad in ["9:00", "09:60", "24:01", "09", "", "0９:00", "-1:00", "09:00:00"] {
        assert!(bad.parse::<WallTime>().is_err(), "{bad}");
    }
    for bad in ["2026-02-29", "2026-1-1", "20260101", "2026-01-01T", "", "二〇二六"] {
        assert!(bad.parse::<Day>().is_err(), "{bad}");
    }
    let crowded = weekdays("Asia/Shanghai", &[Span::DAY; SPANS_MAX + 1]);
    assert_eq!(fault(crowded), CalendarFault::TooManySpans);
    let skewed = CalendarSpec { makeup_day: 7, ..CalendarSpec::always("Asia/Shanghai") };
    assert!(fault(skewed).message(Language::Zh).contains("不能是 7"));
    let zone = fault(CalendarSpec::always("Mars/Olympus"));
    assert!(zone.message(Language::En).contains("Asia/Shanghai"));
}

#[test]
fn a_date_knows_its_weekday_and_its_number() {
    for (text, weekday, number) in
        [("1970-01-01", 3, 0), ("2000-02-29", 1, 11_016), ("2026-11-21", 5, 20_778), ("1969-12-31", 2, -1)]
    {
        assert_eq!((day(text).weekday(), day(text).epoch_day()), (weekday, number), "{text}");
    }
}

#[test]
fn a_calendar_is_stored_as_people_write_it() {
    let mut spec = weekdays("Asia/Shanghai", &[span("22:00", "06:00")]);
    spec.adopt(HolidayTable::china().days(2027));
    let json = serde_json::to_value(&spec).unwrap();
    assert_eq!(json["weekly"][0][0], serde_json::json!({"from": "22:00", "to": "06:00"}));
    assert_eq!(
        json["exceptions"]["2027-10-01"],
        serde_json::json!({"rule": {"kind": "closed"}, "name": "National Day", "basis": "projected"})
    );
    assert_eq!(serde_json::from_value::<CalendarSpec>(json.clone()).unwrap(), spec);
    let mut foreign = json;
    foreign["colour"] = "blue".into();
    assert!(serde_json::from_value::<CalendarSpec>(foreign).is_err());
}
