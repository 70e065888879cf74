//! Taking a proof: its keys, its use, and the contact it names.

use super::proof::{self, Fault, Keys, Proved};
use super::store;
use crate::codes;
use crate::visits;
use conversations::inboxes::{IDENTITY_SECRET, IDENTITY_SECRET_BEFORE, Inbox};
use customers::{HandleKind, NewContact, NewHandle};
use kernel::{AggregateKey, ContactId, Error, Language, Millis, Result};
use platform::App;
use platform::store::Tx;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A proved visitor's session is good for this long; then the page proves them again.
pub const VERIFIED_MS: Millis = 86_400_000;
/// After a change the secret before is good for this long.
const OVERLAP_MS: Millis = 86_400_000;

/// A proof, as the page gives it: a token, or an identifier with its hash.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    /// A JSON Web Token made by the client's server.
    pub token: Option<String>,
    /// The visitor's id in the client's system, where a hash is given.
    pub identifier: Option<String>,
    /// HMAC-SHA256 of the identifier with the inbox's identity secret, in hexadecimal.
    pub identifier_hash: Option<String>,
}

/// The error for a proof that is not taken; its detail says why.
pub(crate) fn refused(fault: Fault) -> Error {
    Error::new(&codes::VISITOR_PROOF).detail(fault.word())
}

async fn keys(app: &App, inbox: &Inbox, now: Millis) -> Result<Keys> {
    let (secrets, tenant, id) = (app.secrets().clone(), inbox.tenant, inbox.id);
    let read = async move |tx: &mut Tx| {
        let made_at = store::secret_made_at(tx, tenant, id).await?.unwrap_or(0);
        let mut found = vec![];
        for name in [IDENTITY_SECRET, IDENTITY_SECRET_BEFORE] {
            if name == IDENTITY_SECRET_BEFORE && now >= made_at + OVERLAP_MS {
                continue;
            }
            found.extend(secrets.open(tx, tenant, name, id.0).await?.map(|s| s.to_vec()));
        }
        Ok(found)
    };
    let secrets = app.db().read(&accounts::authorize::inbox(tenant), read).await?;
    Ok(Keys { secrets, public: inbox.config.widget.identity.public_keys.clone() })
}

/// The contact that the proof names, made if need be, and who they are. `visitor` is the device that uses it.
///
/// Errors: `visitor.proof`.
pub async fn prove(
    app: &App,
    inbox: &Arc<Inbox>,
    offered: &Offered,
    visitor: &str,
    language: Language,
) -> Result<(ContactId, Proved)> {
    let now = app.now();
    let keys = keys(app, inbox, now).await?;
    let proved = match (&offered.token, &offered.identifier, &offered.identifier_hash) {
        (Some(text), None, None) => proof::token(text, &keys, &inbox.key, now),
        (None, Some(_), Some(_)) if !inbox.config.widget.identity.accept_hash => Err(Fault::NotTaken),
        (None, Some(identifier), Some(hash)) => proof::hash(identifier, hash, &keys),
        _ => Err(Fault::Malformed),
    }
    .map_err(refused)?;
    let facts = visits::facts_of(&proved.attributes)?;
    let contact = contact_of(app, inbox, &proved, language, now);
    let (inbox, visitor, nonce) = (inbox.clone(), visitor.to_owned(), proved.nonce.clone());
    let (scope, key) =
        (accounts::authorize::inbox(inbox.tenant), AggregateKey::new("identity", lane(&proved)));
    let write = async move |tx: &mut Tx| {
        if let Some(nonce) = &nonce
            && !store::use_up(tx, &inbox, nonce, &visitor, now).await?
        {
            return Err(refused(Fault::Replayed));
        }
        let (id, _) = customers::find_or_create(tx, &contact).await?;
        visits::keep_facts(tx, inbox.tenant, id, &facts, true, now).await?;
        Ok(id)
    };
    Ok((app.db().write(&scope, key, write).await?, proved))
}

/// Proofs of one person run in order.
fn lane(p: &Proved) -> i64 {
    p.subject.bytes().fold(17_i64, |h, b| h.wrapping_mul(31).wrapping_add(i64::from(b))) & i64::MAX
}

/// The handle under which an inbox knows somebody proved: ids of one system mean nothing in another.
pub(crate) fn handle(subject: &str, inbox: &Inbox) -> NewHandle {
    NewHandle { kind: HandleKind::External, value: format!("{subject}@{}", inbox.id), verified: true }
}

fn contact_of(app: &App, inbox: &Inbox, p: &Proved, language: Language, now: Millis) -> NewContact {
    let told = |kind, v: &Option<(String, bool)>| {
        v.clone().map(|(value, verified)| NewHandle { kind, value, verified })
    };
    let mut handles = vec![handle(&p.subject, inbox)];
    handles.extend(told(HandleKind::Email, &p.email));
    handles.extend(told(HandleKind::Phone, &p.phone));
    NewContact {
        id: app.id(),
        handle_ids: handles.iter().map(|_| app.id()).collect(),
        tenant: inbox.tenant,
        name: p.name.clone(),
        language: Some(language),
        handles,
        now,
    }
}
