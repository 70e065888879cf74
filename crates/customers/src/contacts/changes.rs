//! How a change is written into the record: masked, so that the record itself tells nobody an address or a note.

use super::view::Contact;
use crate::handles::veil;
use accounts::Caller;
use accounts::audit::{Change, record};
use kernel::{Millis, Result, TenantId};
use platform::store::Tx;
use serde_json::{Map, Value, json};

/// Who changes what, kept for the transaction.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    pub actor: kernel::Actor,
    pub ip: std::net::IpAddr,
    pub now: Millis,
    /// The id of the record's entry.
    pub entry: i64,
}

impl Author {
    pub fn of(caller: &Caller, app: &platform::App) -> Author {
        Author { actor: caller.actor, ip: caller.info.ip, now: app.now(), entry: app.ids().next() }
    }
}

/// Records one change.
pub(crate) async fn audit(
    tx: &mut Tx,
    by: &Author,
    tenant: TenantId,
    action: &'static str,
    subject: (&'static str, i64),
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let ip = Some(by.ip);
    let change = Change { tenant, actor: by.actor, action, subject, before, after, reason: None, ip };
    record(tx, by.entry, by.now, &change).await
}

/// A contact as the record holds it.
pub(super) fn masked(c: &Contact) -> Map<String, Value> {
    let attributes: Map<String, Value> =
        c.attributes.iter().map(|(k, v)| (k.clone(), json!(veil(v)))).collect();
    let handles: Vec<&str> = c.handles.iter().map(|h| h.value.as_str()).collect();
    let Value::Object(map) = json!({
        "name": veil(&c.name),
        "salutation": c.salutation.as_deref().map(veil),
        "language": c.language,
        "tier": c.tier,
        "organisation": c.organisation.as_ref().map(|o| o.id),
        "attributes": attributes,
        "preferences": c.preferences.channel,
        "tags": c.tags,
        "handles": handles,
        "note": c.note.as_deref().map(|n| json!({ "characters": n.chars().count() })),
    }) else {
        return Map::new();
    };
    map
}

/// The fields that differ: before and after.
pub(super) fn differing(
    before: Map<String, Value>,
    after: Map<String, Value>,
    touched: &[&str],
) -> (Map<String, Value>, Map<String, Value>) {
    let keep = |m: Map<String, Value>| m.into_iter().filter(|(k, _)| touched.contains(&k.as_str())).collect();
    (keep(before), keep(after))
}
