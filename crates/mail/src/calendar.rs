//! What a calendar part says (RFC 5545): method, summary, start, end, organiser, place. Of the first event only.

use crate::clean;
use crate::limits::{CALENDAR_LINES_MAX, NAME_BYTES_MAX, SUBJECT_BYTES_MAX};
use crate::reading::Calendar;

/// A text value without its escapes (RFC 5545, 3.3.11).
fn plain(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                Some(c) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    clean::one_line(&out, SUBJECT_BYTES_MAX)
}

fn parameter<'a>(name: &'a str, key: &str) -> Option<&'a str> {
    let own = name.split(';').skip(1).filter_map(|p| p.split_once('='));
    own.into_iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v.trim_matches('"'))
}

/// Reads a calendar part. `method` is the one of its type, where the part itself has none. `None` where it holds no event.
pub fn read(text: &str, method: Option<&str>) -> Option<Calendar> {
    let mut lines: Vec<String> = vec![];
    for line in text.lines().take(CALENDAR_LINES_MAX) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) if last.len() < 4_000 => last.push_str(more),
            _ => lines.push(line.to_owned()),
        }
    }
    let mut out = Calendar { method: method.unwrap_or("").to_ascii_uppercase(), ..Calendar::default() };
    let (mut within, mut seen) = ("", false);
    for line in &lines {
        // A colon inside a quoted parameter ends no name.
        let mut quoted = false;
        let colon = line.find(|c: char| {
            quoted ^= c == '"';
            c == ':' && !quoted
        });
        let Some(colon) = colon else { continue };
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        let key = name.split(';').next().unwrap_or("").to_ascii_uppercase();
        let what = value.trim().to_ascii_uppercase();
        match key.as_str() {
            "BEGIN" if ["VEVENT", "VTODO"].contains(&what.as_str()) => (within, seen) = ("event", true),
            "BEGIN" if within == "event" => within = "inner",
            "END" if ["VEVENT", "VTODO"].contains(&what.as_str()) => break,
            "END" if within == "inner" => within = "event",
            "METHOD" => out.method = clean::one_line(&what, 40),
            "SUMMARY" if within == "event" => out.summary = plain(value),
            "LOCATION" if within == "event" => out.location = plain(value),
            "DTSTART" | "DTEND" | "DUE" if within == "event" => {
                let zone = parameter(name, "TZID")
                    .map(|z| format!("TZID={}:", clean::one_line(z, 80)))
                    .unwrap_or_default();
                let at = format!("{zone}{}", clean::one_line(value, 40));
                if key == "DTSTART" { out.start = at } else { out.end = at }
            }
            "ORGANIZER" if within == "event" => {
                let address = value.trim();
                let cut = address.get(..7).is_some_and(|p| p.eq_ignore_ascii_case("mailto:"));
                let address = if cut { &address[7..] } else { address };
                let shown =
                    if address.contains('@') { address } else { parameter(name, "CN").unwrap_or(address) };
                out.organiser = clean::one_line(shown, NAME_BYTES_MAX);
            }
            _ => {}
        }
    }
    out.method = clean::one_line(&out.method, 40);
    seen.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_summarised() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:1970\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n\
            ORGANIZER;CN=\"Mia: Lee\":MAILTO:mia@example.com\r\nSUMMARY;LANGUAGE=zh:项目\\, 启动\r\n 会\r\n\
            DTSTART;TZID=China Standard Time:20260301T100000\r\nDTEND:20260301T020000Z\r\nBEGIN:VALARM\r\nSUMMARY:no\r\n\
            END:VALARM\r\nLOCATION:三号楼\r\nEND:VEVENT\r\nEND:VCALENDAR";
        let read = read(text, None).expect("an event");
        assert_eq!((read.method.as_str(), read.summary.as_str()), ("REQUEST", "项目, 启动会"));
        assert_eq!(read.start, "TZID=China Standard Time:20260301T100000");
        assert_eq!((read.end.as_str(), read.organiser.as_str()), ("20260301T020000Z", "mia@example.com"));
        assert_eq!(read.location, "三号楼");
        assert!(super::read("BEGIN:VCALENDAR\nEND:VCALENDAR", Some("x")).is_none());
    }
}
