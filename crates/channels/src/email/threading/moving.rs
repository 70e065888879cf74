//! What moves when conversations are joined: who takes part, and where the keys of mails lead.

use super::{hashed, store, token_key};
use crate::email::{arrivals, mailbox};
use conversations::joins::{Joining, Kind};
use kernel::{ActorKind, Result};
use platform::App;
use platform::store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What was moved, for the way back.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Moved {
    /// Who takes part in the holder by this alone.
    #[serde(default)]
    parties: Vec<String>,
    /// Keys that lead to the holder.
    #[serde(default)]
    keys: Vec<String>,
}

/// Takes people and keys along. After a merge every mail finds its way by the conversation's pointer; keys are turned only for
/// the mails that were split off, ours as well as theirs.
pub(in crate::email) async fn join(app: &App, tx: &mut Tx, j: &Joining) -> Result<Value> {
    let (tenant, inbox) = (j.origin.tenant, j.origin.inbox);
    let mut moved =
        Moved { parties: store::copy_parties(tx, tenant, j.origin.id, j.holder.id).await?, keys: vec![] };
    if j.kind == Kind::Split {
        let own = mailbox::by_inbox(tx, tenant, inbox).await?.map(|m| m.address.host().to_owned());
        let token = mail::threading::sign(&token_key(app), tenant, inbox, j.origin.id);
        for m in j.messages.iter().filter(|m| !m.note) {
            let id = match (m.author.kind, &own) {
                (ActorKind::Contact, _) => {
                    arrivals::of_message(tx, tenant, m.id).await?.and_then(|a| a.ids.id)
                }
                // Also of one that has not left yet: its id is made of token and message.
                (_, Some(host)) => Some(format!("{token}.{}@{host}", m.id)),
                (_, None) => None,
            };
            moved.keys.extend(id.map(|id| hashed(&id)));
        }
        for key in &moved.keys {
            store::lead_to(tx, (tenant, inbox), key, j.holder.id).await?;
        }
    }
    Ok(json!(moved))
}

/// Lets go of who takes part by the join alone, and turns keys back.
pub(in crate::email) async fn part(tx: &mut Tx, j: &Joining, kept: &Value) -> Result<()> {
    let moved: Moved = serde_json::from_value(kept.clone()).unwrap_or_default();
    let (tenant, inbox) = (j.origin.tenant, j.origin.inbox);
    for key in &moved.keys {
        store::lead_to(tx, (tenant, inbox), key, j.origin.id).await?;
    }
    for address in &moved.parties {
        store::drop_party(tx, tenant, j.holder.id, address, j.joined_at).await?;
    }
    Ok(())
}
