//! Which conversation a mail may belong to: keys in the order in which they are believed, and the signed token.
//!
//! A token is `h` and 32 letters and digits of base32 in lower case, because mail systems change the case of addresses: 8
//! bytes of the conversation and 12 of HMAC-SHA-256 over a name of its own, tenant, inbox and conversation. 96 bits of it
//! (RFC 2104 wants at least 80) leave 30 characters for the local part of an inbox. It stands in `Reply-To`
//! (`support+TOKEN@host`) and at the head of our message ids (`<TOKEN.unique@host>`). A token says where an answer belongs,
//! never who answers: that is decided by [`authentication`](crate::authentication). Numbers in subjects are no key.

use crate::clean;
use crate::limits::{MESSAGE_ID_BYTES_MAX, PEOPLE_MAX, REFERENCES_MAX};
use crate::reading::Participants;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{ConversationId, InboxId, TenantId, UserId};
use serde::Serialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Bytes of the code in a token.
const CODE_BYTES: usize = 12;
/// Letters and digits of a token, the `h` with them.
pub const TOKEN_LEN: usize = 33;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Where a key was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// In an address it was sent to, after the plus.
    Address,
    /// In the id of the mail it answers (`In-Reply-To`).
    InReplyTo,
    /// In an id of `References`.
    References,
}

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Looks like a token of ours; [`verify`] says whether it is.
    Token,
    /// A message id, to be looked for among the mails of the same tenant and inbox.
    MessageId,
}

/// One way to find the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Key {
    /// What it is.
    pub kind: KeyKind,
    /// The token, or the message id without angle brackets.
    pub value: String,
    /// Where it stood.
    pub source: Source,
}

/// Ids, and keys in the order in which to try them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Threading {
    /// The mail's own id, without angle brackets.
    pub message_id: Option<String>,
    /// What it answers.
    pub in_reply_to: Vec<String>,
    /// The line it stands in, oldest first.
    pub references: Vec<String>,
    /// Tokens of addresses, tokens of ids, `In-Reply-To`, then `References` from the youngest.
    pub keys: Vec<Key>,
    /// Addresses it was delivered to, where a field of the way says so. No part of what is printed.
    #[serde(skip)]
    pub delivered: Vec<String>,
}

fn code(key: &[u8], tenant: TenantId, inbox: InboxId, conversation: ConversationId) -> [u8; CODE_BYTES] {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("invariant: HMAC takes keys of every length");
    mac.update(b"hark mail conversation 1\0");
    for id in [tenant.0, inbox.0, conversation.0] {
        mac.update(&id.to_be_bytes());
    }
    let whole = mac.finalize().into_bytes();
    let mut out = [0; CODE_BYTES];
    out.copy_from_slice(&whole[..CODE_BYTES]);
    out
}

fn base32(bytes: &[u8; 8 + CODE_BYTES]) -> String {
    let (mut out, mut bits, mut held) = (String::with_capacity(TOKEN_LEN), 0u32, 0u32);
    for b in bytes {
        held = held << 8 | u32::from(*b);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    out
}

fn unbase32(text: &str) -> Option<[u8; 8 + CODE_BYTES]> {
    let (mut out, mut at, mut bits, mut held) = ([0; 8 + CODE_BYTES], 0, 0u32, 0u32);
    for c in text.bytes() {
        let value = ALPHABET.iter().position(|a| *a == c.to_ascii_lowercase())?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *out.get_mut(at)? = u8::try_from(held >> bits & 255).ok()?;
            at += 1;
        }
    }
    (at == out.len()).then_some(out)
}

/// The token of a conversation, bound to its tenant and inbox by the installation's key.
pub fn sign(key: &[u8], tenant: TenantId, inbox: InboxId, conversation: ConversationId) -> String {
    let mut bytes = [0; 8 + CODE_BYTES];
    bytes[..8].copy_from_slice(&conversation.0.to_be_bytes());
    bytes[8..].copy_from_slice(&code(key, tenant, inbox, conversation));
    format!("h{}", base32(&bytes))
}

/// The conversation a token names, if it was made with this key for this tenant and inbox. Takes the same time whatever the
/// code is; upper and lower case are one.
pub fn verify(key: &[u8], tenant: TenantId, inbox: InboxId, token: &str) -> Option<ConversationId> {
    if token.len() != TOKEN_LEN || !token.is_ascii() {
        return None;
    }
    let bytes = unbase32(token.strip_prefix(['h', 'H'])?)?;
    let mut id = [0; 8];
    id.copy_from_slice(&bytes[..8]);
    let conversation = ConversationId(i64::from_be_bytes(id));
    let right = code(key, tenant, inbox, conversation);
    bool::from(right.ct_eq(&bytes[8..])).then_some(conversation)
}

fn staff_code(key: &[u8], place: (TenantId, InboxId, ConversationId), user: UserId) -> [u8; CODE_BYTES] {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("invariant: HMAC takes keys of every length");
    mac.update(b"hark mail staff 1\0");
    for id in [place.0.0, place.1.0, place.2.0, user.0] {
        mac.update(&id.to_be_bytes());
    }
    let whole = mac.finalize().into_bytes();
    let mut out = [0; CODE_BYTES];
    out.copy_from_slice(&whole[..CODE_BYTES]);
    out
}

/// The token by which one member of staff answers in a conversation: bound to them besides, and never a customer's, since it
/// begins with `s`.
pub fn sign_staff(
    key: &[u8],
    tenant: TenantId,
    inbox: InboxId,
    conversation: ConversationId,
    user: UserId,
) -> String {
    let mut bytes = [0; 8 + CODE_BYTES];
    bytes[..8].copy_from_slice(&conversation.0.to_be_bytes());
    bytes[8..].copy_from_slice(&staff_code(key, (tenant, inbox, conversation), user));
    format!("s{}", base32(&bytes))
}

/// The conversation such a token names, if it was made for this very user.
pub fn verify_staff(
    key: &[u8],
    tenant: TenantId,
    inbox: InboxId,
    user: UserId,
    token: &str,
) -> Option<ConversationId> {
    if token.len() != TOKEN_LEN || !token.is_ascii() {
        return None;
    }
    let bytes = unbase32(token.strip_prefix(['s', 'S'])?)?;
    let mut id = [0; 8];
    id.copy_from_slice(&bytes[..8]);
    let conversation = ConversationId(i64::from_be_bytes(id));
    let right = staff_code(key, (tenant, inbox, conversation), user);
    bool::from(right.ct_eq(&bytes[8..])).then_some(conversation)
}

/// What looks like a member of staff's token in an address, if anything does.
pub fn staff_token(address: &str) -> Option<&str> {
    let (local, _) = address.rsplit_once('@')?;
    let (_, token) = local.rsplit_once('+')?;
    let fits = token.len() == TOKEN_LEN
        && token.starts_with(['s', 'S'])
        && token.bytes().skip(1).all(|b| ALPHABET.contains(&b.to_ascii_lowercase()));
    fits.then_some(token)
}

/// Does this look like a token?
fn is_token(text: &str) -> bool {
    text.len() == TOKEN_LEN
        && text.starts_with(['h', 'H'])
        && text.bytes().skip(1).all(|b| ALPHABET.contains(&b.to_ascii_lowercase()))
}

/// `support@host` with a token: `support+TOKEN@host`. `None` where that is no address: without a host, or with a local part
/// over 64 characters (RFC 5321, 4.5.3.1.1).
pub fn plus_address(address: &str, token: &str) -> Option<String> {
    let (local, host) = address.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or(local);
    let fits = !local.is_empty() && local.len() + 1 + token.len() <= 64 && !local.contains('"');
    fits.then(|| format!("{local}+{token}@{host}"))
}

/// The token in an address, if one stands there.
fn token_of_address(address: &str) -> Option<&str> {
    let (local, _) = address.rsplit_once('@')?;
    local.rsplit(['+']).next().filter(|t| is_token(t) && local.contains('+'))
}

fn token_of_id(id: &str) -> Option<&str> {
    id.split(['.', '@']).next().filter(|t| is_token(t))
}

/// The message ids in a field: what stands in angle brackets; without any, its words that hold an `@`. No text before,
/// between or behind counts.
pub fn ids(value: &str) -> Vec<String> {
    let mut out = vec![];
    let mut rest = value;
    while let Some(open) = rest.find('<') {
        let after = &rest[open + 1..];
        let Some(close) = after.find('>') else { break };
        // A second opening before the end: the first was none.
        let from = after[..close].rfind('<').map_or(0, |i| i + 1);
        out.push(&after[from..close]);
        rest = &after[close + 1..];
    }
    if out.is_empty() {
        out = value.split([' ', '\t', ',', ';', '<', '>']).filter(|w| w.contains('@')).collect();
    }
    let plain = |id: &str| {
        let id: String = id.chars().filter(|c| !c.is_whitespace()).collect();
        clean::one_line(&id, MESSAGE_ID_BYTES_MAX + 1)
    };
    let fits = |id: &String| !id.is_empty() && id.len() <= MESSAGE_ID_BYTES_MAX;
    let mut seen: Vec<String> = vec![];
    for id in out.into_iter().map(plain).filter(fits).take(4 * REFERENCES_MAX) {
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    if seen.len() > REFERENCES_MAX {
        // The oldest says where it began; the youngest are the likely ones.
        seen.drain(1..=seen.len() - REFERENCES_MAX);
    }
    seen
}

/// Ids and keys from the three fields and the addresses it was sent to. `delivered` are the addresses of `Delivered-To` and
/// the like, which hold a token where `To` was rewritten.
pub fn read(
    message_id: Option<&str>,
    in_reply_to: &str,
    references: &str,
    people: &Participants,
    delivered: &[String],
) -> Threading {
    let mut out = Threading {
        message_id: message_id.and_then(|v| ids(v).into_iter().next()),
        in_reply_to: ids(in_reply_to),
        references: ids(references),
        keys: vec![],
        delivered: delivered.iter().take(PEOPLE_MAX).cloned().collect(),
    };
    let mut keys: Vec<Key> = vec![];
    let mut put = |kind, value: &str, source| {
        let value = if kind == KeyKind::Token { value.to_ascii_lowercase() } else { value.to_owned() };
        if !keys.iter().any(|k: &Key| k.kind == kind && k.value == value) {
            keys.push(Key { kind, value, source });
        }
    };
    let sent_to = [&people.to, &people.cc, &people.bcc].into_iter().flatten().map(|p| p.address.as_str());
    let all = sent_to.chain(delivered.iter().map(String::as_str)).take(2 * PEOPLE_MAX);
    for token in all.filter_map(token_of_address) {
        put(KeyKind::Token, token, Source::Address);
    }
    let youngest_first = || out.references.iter().rev();
    for id in &out.in_reply_to {
        if let Some(token) = token_of_id(id) {
            put(KeyKind::Token, token, Source::InReplyTo);
        }
    }
    for token in youngest_first().filter_map(|id| token_of_id(id)) {
        put(KeyKind::Token, token, Source::References);
    }
    for id in &out.in_reply_to {
        put(KeyKind::MessageId, id, Source::InReplyTo);
    }
    for id in youngest_first() {
        put(KeyKind::MessageId, id, Source::References);
    }
    out.keys = keys;
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: (TenantId, InboxId, ConversationId) =
        (TenantId(7), InboxId(8), ConversationId(7_123_456_789_012_345_678));

    #[test]
    fn a_token_opens_its_own_conversation_alone() {
        let token = sign(b"key", OURS.0, OURS.1, OURS.2);
        assert_eq!(token.len(), TOKEN_LEN);
        assert_eq!(verify(b"key", OURS.0, OURS.1, &token), Some(OURS.2));
        assert_eq!(verify(b"key", OURS.0, OURS.1, &token.to_ascii_uppercase()), Some(OURS.2));
        assert_eq!(verify(b"yek", OURS.0, OURS.1, &token), None);
        assert_eq!(verify(b"key", TenantId(6), OURS.1, &token), None);
        assert_eq!(verify(b"key", OURS.0, InboxId(9), &token), None);
        let mut accepted = 0;
        for place in 1..TOKEN_LEN {
            for letter in ALPHABET {
                let mut forged = token.clone().into_bytes();
                if forged[place] == *letter {
                    continue;
                }
                forged[place] = *letter;
                let forged = String::from_utf8(forged).expect("ASCII");
                accepted += usize::from(verify(b"key", OURS.0, OURS.1, &forged).is_some());
            }
        }
        assert_eq!(accepted, 0, "of 992 forged tokens");
        for odd in ["", "h", &"h".repeat(TOKEN_LEN - 1), &"1".repeat(TOKEN_LEN), &"好".repeat(11)] {
            assert_eq!(verify(b"key", OURS.0, OURS.1, odd), None);
        }
    }

    #[test]
    fn addresses_carry_tokens() {
        let token = sign(b"key", OURS.0, OURS.1, OURS.2);
        let address = plus_address("support+old@example.com", &token).expect("an address");
        assert_eq!(token_of_address(&address), Some(token.as_str()));
        assert_eq!(token_of_address("support@example.com"), None);
        assert_eq!(plus_address(&format!("{}@example.com", "x".repeat(31)), &token), None);
    }

    #[test]
    fn ids_are_what_stands_in_brackets() {
        assert_eq!(ids("Your mail of <a@b> and\t<c@d>"), ["a@b", "c@d"]);
        assert_eq!(ids("a@b, c@d"), ["a@b", "c@d"]);
        assert_eq!(ids("<a <b@c> <open"), ["b@c"]);
        let many: String = (0..150).map(|i| format!("<{i}@x> ")).collect();
        let kept = ids(&many);
        assert_eq!((kept.len(), kept[0].as_str(), kept[99].as_str()), (REFERENCES_MAX, "0@x", "149@x"));
    }

    #[test]
    fn keys_come_in_the_order_of_belief() {
        let token = sign(b"key", OURS.0, OURS.1, OURS.2);
        let to = crate::Person { name: String::new(), address: format!("s+{token}@example.com") };
        let people = Participants { to: vec![to], ..Participants::default() };
        let refs = format!("<first@x> <{token}.1@example.com> <last@x>");
        let read = read(Some("<own@x>"), "<last@x>", &refs, &people, &[]);
        let kinds: Vec<(KeyKind, &str, Source)> =
            read.keys.iter().map(|k| (k.kind, k.value.as_str(), k.source)).collect();
        let id = format!("{token}.1@example.com");
        assert_eq!(
            kinds,
            [
                (KeyKind::Token, token.as_str(), Source::Address),
                (KeyKind::MessageId, "last@x", Source::InReplyTo),
                (KeyKind::MessageId, id.as_str(), Source::References),
                (KeyKind::MessageId, "first@x", Source::References),
            ]
        );
    }
}
