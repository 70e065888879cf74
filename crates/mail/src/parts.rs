//! The parts of a parsed mail: their texts in the right charset, and what else is attached.

use crate::charset::{self, How};
use crate::clean;
use crate::flowed;
use crate::head::Head;
use crate::limits::{
    ATTACHMENTS_MAX, FILE_NAME_BYTES_MAX, MESSAGE_ID_BYTES_MAX, PART_TEXT_BYTES_MAX, SUBJECT_BYTES_MAX,
};
use crate::reading::{Attachment, Inside, Nested, Reading, Warning};
use crate::{calendar, threading, tnef, words};
use mail_parser::{ContentType, Encoding, HeaderName, Message, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;

/// `type/subtype` in lower case; `text/plain` where nothing is declared.
pub fn type_of(part: &MessagePart<'_>) -> String {
    let Some(t) = part.content_type() else { return "text/plain".to_owned() };
    let sub = t.subtype().unwrap_or("");
    let whole = if sub.is_empty() { t.ctype().to_owned() } else { format!("{}/{sub}", t.ctype()) };
    // An encoded nested mail that was kept closed is still one.
    clean::one_line(&whole.to_ascii_lowercase().replace("x-embed/", "message/"), 120)
}

fn parameter<'a>(t: Option<&'a ContentType<'_>>, name: &str) -> Option<&'a str> {
    t.and_then(|t| t.attribute(name))
}

/// The bytes of a part as they were sent, its transfer encoding undone.
fn bytes_of<'a>(message: &'a Message<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    match &part.body {
        PartType::Binary(b) | PartType::InlineBinary(b) => return Cow::Borrowed(b),
        _ => {}
    }
    let range = part.offset_body as usize..(part.offset_end as usize).max(part.offset_body as usize);
    let Some(raw) = message.raw_message.get(range) else { return Cow::Borrowed(part.contents()) };
    match part.encoding {
        Encoding::None => Cow::Borrowed(raw),
        Encoding::Base64 => Cow::Owned(words::base64_bytes(raw)),
        Encoding::QuotedPrintable => {
            match mail_parser::decoders::quoted_printable::quoted_printable_decode(raw) {
                Some(bytes) => Cow::Owned(bytes),
                None => Cow::Borrowed(raw),
            }
        }
    }
}

/// The text of a part, decoded.
pub fn text_of(message: &Message<'_>, part: &MessagePart<'_>, reading: &mut Reading) -> String {
    if part.is_encoding_problem {
        reading.warn(Warning::EncodingBroken);
    }
    let parsed = match &part.body {
        PartType::Text(t) | PartType::Html(t) => t.as_ref(),
        _ => "",
    };
    let declared = parameter(part.content_type(), "charset");
    let bytes = bytes_of(message, part);
    // An encoding that was declared and not kept by: the parser has taken the part as it stands.
    let bytes = if bytes.is_empty() && !parsed.is_empty() { Cow::Borrowed(parsed.as_bytes()) } else { bytes };
    let end = text_end(&bytes);
    let is_cut = end < bytes.len();
    let bytes = &bytes[..end];
    if is_cut {
        reading.warn(Warning::TextCut);
    }
    let meta = if matches!(part.body, PartType::Html(_)) && declared.is_none() {
        charset_of_meta(bytes)
    } else {
        None
    };
    let read = charset::decode(bytes, declared.or(meta.as_deref()));
    match read.how {
        How::Declared => {}
        How::Guessed => reading.warn(Warning::CharsetGuessed),
        How::Wrong => reading.warn(Warning::CharsetWrong),
    }
    if matches!(part.body, PartType::Text(_))
        && parameter(part.content_type(), "format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"))
    {
        let del = parameter(part.content_type(), "delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"));
        return flowed::unwrap(&read.text, del);
    }
    read.text
}

/// How much of a text is decoded: all of it, or up to the last line end within the bound, so that no character is cut.
fn text_end(bytes: &[u8]) -> usize {
    if bytes.len() <= PART_TEXT_BYTES_MAX {
        return bytes.len();
    }
    bytes[..PART_TEXT_BYTES_MAX].iter().rposition(|b| *b == b'\n').map_or(PART_TEXT_BYTES_MAX, |i| i + 1)
}

/// The charset that HTML declares of itself, in its first bytes.
fn charset_of_meta(bytes: &[u8]) -> Option<String> {
    let first = String::from_utf8_lossy(&bytes[..bytes.len().min(2_048)]).to_ascii_lowercase();
    let at = first.find("charset=")? + 8;
    let value: String = first[at..]
        .chars()
        .skip_while(|c| matches!(c, '"' | '\'' | ' '))
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    (!value.is_empty()).then_some(value)
}

/// The type that the first bytes show.
fn sniff(bytes: &[u8]) -> Option<String> {
    if let Some(found) = infer::get(bytes) {
        return Some(found.mime_type().to_owned());
    }
    let first = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    let first = first.trim_start();
    [
        ("<!doctype html", "text/html"),
        ("<html", "text/html"),
        ("<script", "text/html"),
        ("<svg", "image/svg+xml"),
        ("begin:vcalendar", "text/calendar"),
    ]
    .into_iter()
    .find(|(begin, _)| first.starts_with(begin))
    .map(|(_, t)| t.to_owned())
}

/// A parameter of a part's own field as it was written, for where the parser could not read its charset.
fn raw_name(message: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    for wanted in [HeaderName::ContentDisposition, HeaderName::ContentType] {
        let Some(h) = part.headers.iter().find(|h| h.name == wanted) else { continue };
        let raw = message.raw_message.get(h.offset_start as usize..h.offset_end as usize)?;
        let text = words::text(raw.trim_ascii()).0;
        let lower = text.to_ascii_lowercase();
        let at = lower.find("filename=").map(|i| i + 9).or_else(|| lower.find("name=").map(|i| i + 5));
        let value = at.and_then(|i| text.get(i..)).map(str::trim_start);
        let name = value.and_then(|v| match v.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => v.split([';', '\r', '\n']).next(),
        });
        if let Some(name) = name.filter(|n| !n.trim().is_empty()) {
            return Some(name.to_owned());
        }
    }
    None
}

fn name_of(message: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    let parsed = part.attachment_name().map(str::to_owned);
    // RFC 2231 says how; many write encoded words instead, or raw bytes.
    let name = match parsed {
        Some(n) if n.contains('\u{fffd}') => raw_name(message, part).or(Some(n)),
        Some(n) if n.contains("=?") => Some(words::text(n.as_bytes()).0),
        other => other,
    };
    name.and_then(|n| clean::file_name(&n))
}

/// A name for what the sender gave none.
fn made_name(index: usize, kind: &str, nested: Option<&Nested>) -> String {
    if let Some(name) = nested
        .filter(|n| !n.subject.is_empty())
        .and_then(|n| clean::file_name(clean::cut(&n.subject, FILE_NAME_BYTES_MAX - 4)))
    {
        return format!("{name}.eml");
    }
    let ending = match kind {
        "text/plain" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "text/rfc822-headers" => "txt",
        "message/rfc822" | "message/global" => "eml",
        "message/delivery-status" | "message/feedback-report" => "txt",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "application/pdf" => "pdf",
        "application/ms-tnef" => "dat",
        _ => "bin",
    };
    format!("part-{}.{ending}", index + 1)
}

fn nested_of(raw: &[u8]) -> Nested {
    let raw = &raw[crate::head::start(raw)..];
    let head = Head::read(raw);
    let subject = head.first("subject").map(|s| clean::one_line(&s, SUBJECT_BYTES_MAX)).unwrap_or_default();
    let message_id = head
        .first("message-id")
        .and_then(|v| threading::ids(clean::cut(&v, 2 * MESSAGE_ID_BYTES_MAX)).into_iter().next());
    Nested { subject, from: crate::people::of_head(&head, "from").0, message_id }
}

/// A text that was meant to be shown, whose encoding is broken: the parser lists it as attached.
fn is_broken_text(part: &MessagePart<'_>) -> bool {
    part.is_encoding_problem
        && matches!(part.body, PartType::Text(_))
        && ["text/plain", "text/html"].contains(&type_of(part).as_str())
        && !part.content_disposition().is_some_and(ContentType::is_attachment)
        && part.attachment_name().is_none()
}

/// The parts that are shown as text, in order, and the HTML ones among them, each with the same meaning as the parser's.
pub fn shown(message: &Message<'_>) -> (Vec<u32>, Vec<u32>) {
    let broken = |i: &u32| message.parts.get(*i as usize).is_some_and(is_broken_text);
    let more: Vec<u32> = message.attachments.iter().copied().filter(broken).collect();
    let with = |ids: &[u32]| {
        let mut all = [ids, &more].concat();
        all.sort_unstable();
        all.dedup();
        all
    };
    (with(&message.text_body), with(&message.html_body))
}

/// The parts that are attachments, in order, without what is shown as text.
pub fn attached<'a, 'x>(message: &'a Message<'x>) -> Vec<&'a MessagePart<'x>> {
    let (text, html) = shown(message);
    let mut ids: Vec<u32> = message.attachments.clone();
    ids.sort_unstable();
    ids.dedup();
    let is_text = |i: &u32| {
        message
            .parts
            .get(*i as usize)
            .is_some_and(|p| matches!(p.body, PartType::Text(_) | PartType::Html(_)))
    };
    ids.retain(|i| !(is_text(i) && (text.contains(i) || html.contains(i))));
    ids.iter().filter_map(|i| message.parts.get(*i as usize)).collect()
}

/// The decoded bytes of an attachment.
pub fn content<'a>(message: &'a Message<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    bytes_of(message, part)
}

/// Lists the attachments.
pub fn list(message: &Message<'_>, reading: &mut Reading) {
    let parts = attached(message);
    if parts.len() > ATTACHMENTS_MAX {
        reading.warn(Warning::ListCut);
    }
    let in_related =
        message.parts.iter().any(|p| p.content_type().is_some_and(|t| t.subtype() == Some("related")));
    for (index, part) in parts.into_iter().take(ATTACHMENTS_MAX).enumerate() {
        let bytes = content(message, part);
        let declared = type_of(part);
        let disposition = part.content_disposition();
        let content_id = part
            .content_id()
            .map(|c| clean::one_line(c.trim_matches(['<', '>', ' ']), MESSAGE_ID_BYTES_MAX))
            .filter(|c| !c.is_empty());
        let sniffed = sniff(&bytes);
        let nested =
            matches!(declared.as_str(), "message/rfc822" | "message/global").then(|| nested_of(&bytes));
        let calendar = if declared == "text/calendar" || declared == "application/ics" {
            let text = charset::decode(&bytes, parameter(part.content_type(), "charset")).text;
            calendar::read(&text, parameter(part.content_type(), "method"))
        } else {
            None
        };
        let name = name_of(message, part);
        let is_tnef = declared == "application/ms-tnef"
            || declared == "application/vnd.ms-tnef"
            || name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case("winmail.dat"));
        let mut inside = vec![];
        if is_tnef {
            let (files, whole) = tnef::files(&bytes);
            if !whole {
                reading.warn(Warning::TnefBroken);
            }
            inside = files.into_iter().map(|f| Inside { name: f.name, size: f.bytes.len() }).collect();
        }
        let is_image = declared.starts_with("image/");
        let attachment = disposition.is_some_and(ContentType::is_attachment);
        let inline = disposition.is_some_and(ContentType::is_inline) && (is_image || content_id.is_some())
            || !attachment && content_id.is_some() && is_image && in_related;
        if part.is_encoding_problem {
            reading.warn(Warning::EncodingBroken);
        }
        reading.attachments.push(Attachment {
            index,
            name: name.unwrap_or_else(|| made_name(index, &declared, nested.as_ref())),
            type_declared: declared,
            type_sniffed: sniffed,
            size: bytes.len(),
            content_id,
            inline,
            nested,
            calendar,
            inside,
        });
    }
}
