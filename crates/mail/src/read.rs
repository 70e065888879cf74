//! One raw mail to one [`Reading`]. The parser runs behind bounds and is caught where it panics; the head is read first and
//! by itself, so that a refused mail still says who wrote to whom about what.

use crate::head::{self, Head};
use crate::html::{safe, tokens::Pieces};
use crate::limits::{
    HEAD_BYTES_MAX, HTML_BYTES_MAX, HTML_DEPTH_MAX, HTML_LOOSE_MAX, HTML_TAGS_MAX, PARTS_MAX, RAW_BYTES_MAX,
    REFERENCES_MAX, SUBJECT_BYTES_MAX, TEXT_BYTES_MAX,
};
use crate::reading::{Html, Person, Reading, Refusal, SHAPE, SentAt, Warning};
use crate::{authentication, bounce, clean, kind, parts, people, quote, structure, threading, words};
use mail_parser::{HeaderName, HeaderValue, Message, MessageParser, PartType};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the caller knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The id under which our own server writes `Authentication-Results`; without it none is believed.
    pub authserv_id: Option<&'a str>,
}

/// Fields that hold the address a mail was delivered to, where `To` says something else.
const DELIVERED: &[&str] =
    &["delivered-to", "x-original-to", "x-envelope-to", "envelope-to", "x-forwarded-to"];

/// The mail within its bytes: without what some programs put before the first field.
pub fn within(raw: &[u8]) -> &[u8] {
    &raw[head::start(raw)..]
}

/// Reads a mail. Answers for any bytes; never panics.
pub fn read(raw: &[u8], options: Options<'_>) -> Reading {
    let mut reading = Reading { shape: SHAPE, ..Reading::default() };
    // Whatever a pass over hostile bytes trips over, the mail is refused and not the program ended.
    let read_head = catch_unwind(AssertUnwindSafe(|| {
        let raw = &raw[head::start(raw)..];
        let cut = &raw[..raw.len().min(2 * HEAD_BYTES_MAX)];
        let head = Head::read(cut);
        let mut reading = Reading { shape: SHAPE, ..Reading::default() };
        of_head(&head, options, &mut reading);
        (head, reading)
    }));
    let Ok((head, of_head)) = read_head else {
        reading.refused = Some(Refusal::Unreadable);
        return reading;
    };
    reading = of_head;
    let body = catch_unwind(AssertUnwindSafe(|| {
        let mut whole = reading.clone();
        match of_body(raw, &head, &mut whole) {
            Ok(()) => whole,
            Err(refused) => Reading { refused: Some(refused), ..reading.clone() },
        }
    }));
    match body {
        Ok(whole) => whole,
        Err(_) => {
            reading.refused = Some(Refusal::Unreadable);
            reading
        }
    }
}

fn of_head(head: &Head, options: Options<'_>, reading: &mut Reading) {
    let normalised = head.normalised();
    let parsed = MessageParser::default().parse_headers(&normalised);
    let headers = parsed.as_ref().map(|m| m.headers()).unwrap_or_default();
    let (participants, is_cut) = people::all(headers);
    if is_cut {
        reading.warn(Warning::ListCut);
    }
    if head.is_cut {
        reading.warn(Warning::HeadCut);
    }
    if head.fields.iter().filter(|f| f.name.eq_ignore_ascii_case("from")).count() > 1 {
        reading.warn(Warning::FromRepeated);
    }
    if !participants.from.iter().any(|p| p.address.contains('@')) {
        reading.warn(Warning::FromMissing);
    }
    if let Some(field) = head.fields.iter().find(|f| f.name.eq_ignore_ascii_case("subject")) {
        let (subject, guessed) = words::text(&field.value);
        reading.subject = clean::one_line(&subject, SUBJECT_BYTES_MAX);
        if guessed {
            reading.warn(Warning::CharsetGuessed);
        }
    }
    reading.date = headers.iter().find(|h| h.name == HeaderName::Date).and_then(|h| match &h.value {
        HeaderValue::DateTime(d) if d.is_valid() => {
            let minutes = i32::from(d.tz_hour) * 60 + i32::from(d.tz_minute);
            Some(SentAt {
                at_ms: d.to_timestamp() * 1_000,
                offset_minutes: if d.tz_before_gmt { -minutes } else { minutes },
            })
        }
        _ => None,
    });
    let delivered: Vec<String> =
        DELIVERED.iter().flat_map(|n| head.all(n).take(5)).map(|v| people::address(&v)).collect();
    let first = |name: &str| head.first(name).unwrap_or_default();
    let message_id = head.first("message-id");
    reading.threading = threading::read(
        message_id.as_deref(),
        &first("in-reply-to"),
        &first("references"),
        &participants,
        &delivered,
    );
    if first("references").matches('<').count() > REFERENCES_MAX {
        reading.warn(Warning::ListCut);
    }
    let senders: Vec<&Person> = participants.from.iter().chain(&participants.sender).collect();
    let addresses: Vec<&str> = senders.iter().map(|p| p.address.as_str()).take(5).collect();
    reading.evidence = kind::evidence(head, &addresses, &reading.subject);
    reading.kind = kind::judge(&reading.evidence);
    // Of two authors' fields one is signed and the other shown: such a mail speaks for no domain.
    let domain = match reading.warnings.contains(&Warning::FromRepeated) {
        true => String::new(),
        false => authentication::from_domain(&participants.from),
    };
    reading.authentication = authentication::read(head, &domain, options.authserv_id);
    reading.participants = participants;
}

fn of_body(raw: &[u8], head: &Head, reading: &mut Reading) -> Result<(), Refusal> {
    let raw = &raw[head::start(raw)..];
    if raw.len() > RAW_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    if head.fields.is_empty() {
        return Err(Refusal::NotAMail);
    }
    let raw = structure::check(raw)?;
    let message = MessageParser::default().parse(raw.as_ref()).ok_or(Refusal::Unreadable)?;
    if message.parts.len() > PARTS_MAX {
        return Err(Refusal::TooManyParts);
    }
    parts::list(&message, reading);
    texts(&message, reading);
    bounce::read(&message, head, reading);
    Ok(())
}

/// The parsed mail within bounds, for whoever wants a part of it.
pub(crate) fn parsed<T>(raw: &[u8], then: impl FnOnce(&Message<'_>) -> Option<T>) -> Option<T> {
    let found = catch_unwind(AssertUnwindSafe(|| {
        let raw = &raw[head::start(raw)..];
        if raw.len() > RAW_BYTES_MAX {
            return None;
        }
        let raw = structure::check(raw).ok()?;
        let message = MessageParser::default().parse(raw.as_ref())?;
        then(&message)
    }));
    found.ok().flatten()
}

fn texts(message: &Message<'_>, reading: &mut Reading) {
    let part = |i: &u32| message.parts.get(*i as usize);
    let (text_ids, html_ids) = parts::shown(message);
    let html_parts: Vec<_> = html_ids.iter().filter_map(part).collect();
    let has_html = html_parts.iter().any(|p| matches!(p.body, PartType::Html(_)));
    let mut html = String::new();
    if has_html {
        for p in &html_parts {
            match &p.body {
                PartType::Html(_) => html.push_str(&parts::text_of(message, p, reading)),
                PartType::Text(_) => {
                    html.push_str("<pre>");
                    html.push_str(&ammonia::clean_text(&parts::text_of(message, p, reading)));
                    html.push_str("</pre>");
                }
                _ => {}
            }
        }
    }
    let mut from_html = quote::Split::default();
    if !html.trim().is_empty() {
        from_html = of_html(&html, reading);
    }
    let mut text = from_html;
    if text.shown.trim().is_empty() && text.folded.trim().is_empty() {
        let plain = text_ids.iter().filter_map(part).filter(|p| matches!(p.body, PartType::Text(_)));
        let pieces: Vec<String> = plain.map(|p| parts::text_of(message, p, reading)).collect();
        text = quote::of_text(pieces.join("\n\n").trim_end());
    }
    if text.shown.len() > TEXT_BYTES_MAX || text.folded.len() > TEXT_BYTES_MAX {
        reading.warn(Warning::TextCut);
    }
    reading.text_shown = clean::lines(&text.shown, TEXT_BYTES_MAX);
    reading.text_folded = clean::lines(&text.folded, TEXT_BYTES_MAX);
}

/// The text of HTML, and the HTML made safe where it is within bounds.
fn of_html(html: &str, reading: &mut Reading) -> quote::Split {
    if html.len() > HTML_BYTES_MAX {
        reading.warn(Warning::HtmlTooLarge);
        let pieces = Pieces::of(clean::cut(html, 8 * HTML_BYTES_MAX));
        return quote::of_html(&pieces).text;
    }
    let pieces = Pieces::of(html);
    let split = quote::of_html(&pieces);
    if pieces.depth > HTML_DEPTH_MAX || pieces.tags > HTML_TAGS_MAX {
        reading.warn(Warning::HtmlTooDeep);
        return split.text;
    }
    let ids: Vec<(String, usize)> = reading
        .attachments
        .iter()
        .filter(|a| a.type_declared.starts_with("image/"))
        .filter_map(|a| a.content_id.clone().map(|id| (id, a.index)))
        .collect();
    let place = |id: &str| ids.iter().find(|(own, _)| own == id).map(|(_, i)| *i);
    // A cut may leave open what was ended: the bounds hold for what is sanitised.
    let join = |ranges: &[std::ops::Range<usize>]| -> Option<safe::Safe> {
        let cut: String = ranges.iter().map(|r| html.get(r.clone()).unwrap_or("")).collect();
        let pieces = Pieces::of(&cut);
        if pieces.depth > HTML_DEPTH_MAX {
            return None;
        }
        let cut = pieces.without_loose(HTML_LOOSE_MAX);
        Some(if cut.trim().is_empty() { safe::Safe::default() } else { safe::sanitise(&cut, place) })
    };
    match (join(&split.shown), join(&split.folded)) {
        (Some(shown), Some(folded)) => {
            let remote_images = shown.remote_images + folded.remote_images;
            reading.html = Some(Html { shown: shown.html, folded: folded.html, remote_images });
        }
        _ => reading.warn(Warning::HtmlTooDeep),
    }
    split.text
}
