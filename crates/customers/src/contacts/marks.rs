//! What of contacts counts when work is put in order: their tier, tags and attributes. A view that this area publishes
//! for readers of the log; no name and no address is in it.

use kernel::{ContactId, Result, args, sql};
use platform::store::Tx;
use std::collections::HashMap;

/// What counts of one contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactMarks {
    /// The client's tier.
    pub tier: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom attributes: key and value.
    pub attributes: Vec<(String, String)>,
}

/// What counts of these contacts.
pub async fn marks(tx: &mut Tx, contacts: &[ContactId]) -> Result<HashMap<ContactId, ContactMarks>> {
    let ids = Tx::ids(contacts.iter().map(|c| c.0));
    let tiers = tx
        .all(sql!("SELECT id, tier FROM contact WHERE id IN_IDS($1) AND tenant_id > 0"), args![ids], |r| {
            Ok((r.id::<ContactId>(0)?, r.opt_text(1)?))
        })
        .await?;
    let tags = tx
        .all(
            sql!(
                "SELECT contact_id, tag FROM contact_tag WHERE contact_id IN_IDS($1) AND tenant_id > 0
                 ORDER BY contact_id, tag"
            ),
            args![ids],
            |r| Ok((r.id::<ContactId>(0)?, r.text(1)?)),
        )
        .await?;
    let attributes = tx
        .all(
            sql!(
                "SELECT v.contact_id, a.key, v.value FROM contact_attribute v
                 JOIN attribute a ON a.tenant_id = v.tenant_id AND a.id = v.attribute_id
                 WHERE v.contact_id IN_IDS($1) AND v.tenant_id > 0 ORDER BY v.contact_id, a.key"
            ),
            args![ids],
            |r| Ok((r.id::<ContactId>(0)?, (r.text(1)?, r.text(2)?))),
        )
        .await?;
    let mut all: HashMap<ContactId, ContactMarks> =
        tiers.into_iter().map(|(id, tier)| (id, ContactMarks { tier, ..ContactMarks::default() })).collect();
    for (id, tag) in tags {
        all.entry(id).or_default().tags.push(tag);
    }
    for (id, attribute) in attributes {
        all.entry(id).or_default().attributes.push(attribute);
    }
    Ok(all)
}
