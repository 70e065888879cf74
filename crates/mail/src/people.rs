//! Addresses out of a head (RFC 5322, 3.4), made harmless to show.

use crate::clean;
use crate::head::Head;
use crate::limits::{ADDRESS_BYTES_MAX, NAME_BYTES_MAX, PEOPLE_MAX};
use crate::reading::{Participants, Person};
use mail_parser::{Addr, Header, HeaderName, HeaderValue, MessageParser};

/// An address as it may be kept: no controls, and spaces only inside quotes; what is longer than an address may be is none.
pub fn address(text: &str) -> String {
    let mut quoted = false;
    let keep = |c: &char| {
        quoted ^= *c == '"';
        !c.is_control() && (!c.is_whitespace() || quoted && *c == ' ')
    };
    let plain: String = text.chars().filter(keep).collect();
    let plain = clean::one_line(&plain, ADDRESS_BYTES_MAX + 1);
    let plain = plain.trim_matches(['<', '>', ',', ';']);
    if plain.len() > ADDRESS_BYTES_MAX { String::new() } else { plain.to_owned() }
}

fn person(a: &Addr<'_>) -> Option<Person> {
    let name = clean::one_line(a.name().unwrap_or(""), NAME_BYTES_MAX);
    let address = address(a.address().unwrap_or(""));
    // `From: mia@example.com` without brackets may be read as a name.
    if address.is_empty() && name.contains('@') && !name.contains(' ') {
        return Some(Person { name: String::new(), address: self::address(&name) });
    }
    (!name.is_empty() || !address.is_empty()).then_some(Person { name, address })
}

fn people(headers: &[Header<'_>], name: &HeaderName<'_>, all: bool) -> (Vec<Person>, bool) {
    let own = headers.iter().filter(|h| h.name == *name).take(if all { usize::MAX } else { 1 });
    let found = own.filter_map(|h| match &h.value {
        HeaderValue::Address(a) => Some(a),
        _ => None,
    });
    let mut list: Vec<Person> =
        found.flat_map(|a| a.iter()).filter_map(person).take(PEOPLE_MAX + 1).collect();
    let is_cut = list.len() > PEOPLE_MAX;
    list.truncate(PEOPLE_MAX);
    (list, is_cut)
}

/// The people of one field of a head.
pub fn of_head(head: &Head, name: &str) -> (Vec<Person>, bool) {
    let own = Head {
        fields: head.fields.iter().filter(|f| f.name.eq_ignore_ascii_case(name)).take(1).cloned().collect(),
        ..Head::default()
    };
    let bytes = own.normalised();
    let parsed = MessageParser::default().parse_headers(&bytes);
    let headers = parsed.as_ref().map(|m| m.headers()).unwrap_or_default();
    headers.first().map(|h| people(headers, &h.name, false)).unwrap_or_default()
}

/// Everybody, and whether some were left out. Of `From` only the first field counts.
pub fn all(headers: &[Header<'_>]) -> (Participants, bool) {
    let (from, a) = people(headers, &HeaderName::From, false);
    let (sender, b) = people(headers, &HeaderName::Sender, false);
    let (reply_to, c) = people(headers, &HeaderName::ReplyTo, false);
    let (to, d) = people(headers, &HeaderName::To, true);
    let (cc, e) = people(headers, &HeaderName::Cc, true);
    let (bcc, f) = people(headers, &HeaderName::Bcc, true);
    (Participants { from, sender, reply_to, to, cc, bcc }, a || b || c || d || e || f)
}
