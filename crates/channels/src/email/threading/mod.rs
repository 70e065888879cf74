//! Whose thread is it? Which conversation a mail belongs to, and which keys it leaves for those to come.
//!
//! | key | believed |
//! |---|---|
//! | a token of ours, in an address it was sent to or an id it answers | where it was signed for this client and inbox |
//! | an id it answers or refers to | where a conversation of this inbox left it, and the sender takes part there |
//! | its own id | where a mail that came before it named it, and the sender takes part there |
//!
//! A conversation that was merged is found as the one it goes on in; a mail that was split off leads to the part it went to.
//!
//! A sender whose domain disowns the mail has no key at all. Numbers in subjects are none. Ids are kept as hashes: they name
//! people's machines.

mod moving;
mod store;

pub(super) use moving::{join, part};

use super::token_key;
use crate::intake::Taken;
use conversations::{joins, threads};
use kernel::{ConversationId, InboxId, Millis, Result, TenantId};
use mail::threading::{KeyKind, verify};
use mail::{Person, Reading};
use platform::App;
use platform::store::Tx;
use std::collections::BTreeMap;

/// Keys tried of one mail.
const KEYS_MAX: usize = 40;
/// Ids that a mail leaves behind as awaited.
const AWAITED_MAX: usize = 20;
/// People kept of one mail.
const PARTIES_MAX: usize = 60;
/// A contact who answers by mail within this after the end opens the conversation again.
pub(super) const REOPEN_MS: Millis = 14 * 24 * 3_600_000;

/// One way to find a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// It was ours to give: whoever has it may write here.
    Signed(ConversationId),
    /// The hash of an id; whoever takes part may write here.
    Id(String),
    /// The hash of the mail's own id, if another mail waits for it.
    Own(String),
}

/// An id as it is kept.
fn hashed(id: &str) -> String {
    blake3::hash(id.trim().as_bytes()).to_hex()[..32].to_owned()
}

/// The keys of a mail in the order in which they are believed. Pure.
pub(super) fn keys(secret: &[u8], tenant: TenantId, inbox: InboxId, r: &Reading) -> Vec<Key> {
    let mut out: Vec<Key> = vec![];
    for key in r.threading.keys.iter().take(KEYS_MAX) {
        let found = match key.kind {
            KeyKind::Token => verify(secret, tenant, inbox, &key.value).map(Key::Signed),
            KeyKind::MessageId => Some(Key::Id(hashed(&key.value))),
        };
        out.extend(found.filter(|k| !out.contains(k)));
    }
    out.extend(r.threading.message_id.as_deref().map(|id| Key::Own(hashed(id))));
    out
}

/// The newest conversation with mails of this inbox to which a mail of `sender` (in lower case) belongs, of those that live or ended less
/// than [`REOPEN_MS`] ago.
pub(super) async fn find(
    tx: &mut Tx,
    (tenant, inbox): (TenantId, InboxId),
    keys: &[Key],
    sender: &str,
    now: Millis,
) -> Result<Option<ConversationId>> {
    for key in keys {
        let found = match key {
            Key::Signed(id) => Some(*id),
            Key::Id(hash) => store::of_key(tx, tenant, inbox, hash).await?.map(|(id, _)| id),
            Key::Own(hash) => store::of_key(tx, tenant, inbox, hash).await?.filter(|f| f.1).map(|f| f.0),
        };
        let Some(id) = found else { continue };
        let id = match key {
            Key::Signed(id) => went_on(tx, (tenant, inbox), *id, keys).await?,
            _ => id,
        };
        // One that was merged since is answered where it goes on.
        let Some(id) = threads::standing_for(tx, id).await? else { continue };
        if !store::is_within(tx, tenant, id, now - REOPEN_MS).await? {
            continue;
        }
        if matches!(key, Key::Signed(_)) || store::takes_part(tx, tenant, id, sender).await? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// A token says which conversation a mail was sent from. Where the mail that is answered went on elsewhere since, as a part of
/// that conversation, the answer belongs there: the newest id it names that is known decides.
async fn went_on(
    tx: &mut Tx,
    (tenant, inbox): (TenantId, InboxId),
    signed: ConversationId,
    keys: &[Key],
) -> Result<ConversationId> {
    for key in keys {
        let Key::Id(hash) = key else { continue };
        let Some((id, _)) = store::of_key(tx, tenant, inbox, hash).await? else { continue };
        let part = id != signed && joins::split_off(tx, id, signed).await?;
        return Ok(if part { id } else { signed });
    }
    Ok(signed)
}

/// The conversation of a token that stands in ids the mail answers, whoever sent it and however long ago: for reports about
/// our own mails.
pub(super) fn reported(
    app: &App,
    tenant: TenantId,
    inbox: InboxId,
    original: &str,
) -> Option<(ConversationId, i64)> {
    let (token, rest) = original.split_once('.')?;
    let unique = rest.split(['@', '.']).next()?.parse().ok()?;
    verify(&token_key(app), tenant, inbox, token).map(|c| (c, unique))
}

/// What a mail leaves for those to come.
#[derive(Debug, Clone, Default)]
pub(super) struct Traces {
    own: Option<String>,
    awaited: Vec<String>,
    parties: BTreeMap<String, (String, &'static str)>,
}

/// The traces of a mail; `except` is our own address. Pure.
pub(super) fn traces(r: &Reading, except: &str) -> Traces {
    let own = r.threading.message_id.as_deref().map(hashed);
    let named = r.threading.in_reply_to.iter().chain(r.threading.references.iter().rev());
    let awaited = named.map(|id| hashed(id)).filter(|h| Some(h) != own.as_ref()).take(AWAITED_MAX).collect();
    let mut parties = BTreeMap::new();
    let p = &r.participants;
    // The first field somebody stands in is what they are.
    let fields: [(&'static str, &[Person]); 4] =
        [("from", &p.from), ("from", &p.reply_to), ("to", &p.to), ("cc", &p.cc)];
    for (role, person) in fields.into_iter().flat_map(|(role, people)| people.iter().map(move |x| (role, x)))
    {
        let address = person.address.to_lowercase();
        if address.contains('@') && !is_ours(&address, except) && parties.len() < PARTIES_MAX {
            parties.entry(address).or_insert_with(|| (person.name.clone(), role));
        }
    }
    Traces { own, awaited, parties }
}

/// Is it our own address, with or without a token? Both in lower case.
pub(super) fn is_ours(address: &str, own: &str) -> bool {
    let plain = |a: &str| {
        let (local, host) = a.rsplit_once('@').unwrap_or((a, ""));
        format!("{}@{host}", local.split('+').next().unwrap_or(local))
    };
    plain(address) == plain(own)
}

/// Leaves a mail's traces, in the transaction that takes it in.
pub(super) async fn leave(
    tx: &mut Tx,
    (tenant, inbox): (TenantId, InboxId),
    t: &Traces,
    taken: &Taken,
    now: Millis,
) -> Result<()> {
    if let Some(own) = &t.own {
        store::put_key(tx, tenant, inbox, own, taken.conversation, false).await?;
    }
    for id in &t.awaited {
        store::put_key(tx, tenant, inbox, id, taken.conversation, true).await?;
    }
    for (address, (name, role)) in &t.parties {
        store::put_party(tx, tenant, taken.conversation, address, name, role, now).await?;
    }
    Ok(())
}

/// Leaves the id of a mail of ours, and whom it went to.
pub(super) async fn leave_sent(
    tx: &mut Tx,
    (tenant, inbox): (TenantId, InboxId),
    conversation: ConversationId,
    id: &str,
    to: &[(String, String)],
    now: Millis,
) -> Result<()> {
    store::put_key(tx, tenant, inbox, &hashed(id), conversation, false).await?;
    for (address, name) in to {
        store::put_party(tx, tenant, conversation, &address.to_lowercase(), name, "to", now).await?;
    }
    Ok(())
}

/// Somebody who takes part in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = MailParty)]
pub struct Party {
    /// The name shown; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
    /// The last field they stood in: `from`, `to` or `cc`. Of the contact who has not been in any: `known`, or `claimed` where
    /// the contact alone says that it is theirs.
    pub role: String,
}

/// The contact's addresses that take no part yet; of each whether it is more than a claim. Pure.
pub(super) fn of_contact(parties: &[Party], own: Vec<(String, bool)>) -> Vec<Party> {
    let is_new = |address: &str| parties.iter().all(|p| !p.address.eq_ignore_ascii_case(address));
    let role = |known| if known { "known" } else { "claimed" };
    let new = own.into_iter().filter(|(address, _)| is_new(address));
    new.map(|(address, known)| Party { name: String::new(), address, role: role(known).to_owned() }).collect()
}

pub(super) use store::parties;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_address_is_known_with_a_token_too() {
        assert!(is_ours("support+habc@shop.example", "support@shop.example"));
        assert!(!is_ours("support@other.example", "support@shop.example"));
    }

    #[test]
    fn a_token_of_another_inbox_is_no_key() {
        let (secret, tenant) = ([7; 32], TenantId(1));
        let token = mail::threading::sign(&secret, tenant, InboxId(2), ConversationId(5));
        let raw = format!(
            "From: a@x.example\r\nTo: s+{token}@shop.example\r\nMessage-ID: <1@x>\r\nSubject: x\r\n\r\nhello\r\n"
        );
        let r = mail::read(raw.as_bytes(), mail::Options::default());
        assert_eq!(keys(&secret, tenant, InboxId(2), &r)[0], Key::Signed(ConversationId(5)));
        for (tenant, inbox) in [(tenant, InboxId(3)), (TenantId(2), InboxId(2))] {
            assert!(!keys(&secret, tenant, inbox, &r).iter().any(|k| matches!(k, Key::Signed(_))));
        }
    }
}
