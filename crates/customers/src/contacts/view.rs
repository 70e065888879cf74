//! What the contact routes take and answer.

use super::history::Figures;
use super::model::{ContactRow, Preferences};
use crate::handles::{Handle, HandleKind, mask};
use crate::permissions::PERSONAL;
use accounts::Caller;
use kernel::{ContactId, HandleId, Language, Millis, OrganisationId, TenantId};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// One address of a contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandleView {
    /// Its id.
    pub id: HandleId,
    /// Its kind.
    pub kind: HandleKind,
    /// Masked, unless it is the answer of an unmasking.
    pub value: String,
    /// Was it proved?
    pub verified: bool,
}

impl HandleView {
    pub(super) fn masked(h: &Handle) -> HandleView {
        HandleView { id: h.id, kind: h.kind, value: mask(h.kind, &h.norm), verified: h.verified }
    }
    pub(super) fn clear(h: Handle) -> HandleView {
        HandleView { id: h.id, kind: h.kind, value: h.value, verified: h.verified }
    }
}

/// The organisation of a contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganisationName {
    /// Which.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
}

/// How often a contact came.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct Came {
    /// Conversations ever.
    pub total: i64,
    /// Conversations not yet resolved.
    pub open: i64,
    /// Conversations of the last 30 days.
    pub last_30_days: i64,
}

/// How often a contact came again.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct Repeat {
    /// Conversations of the last 24 hours.
    pub within_24h: i64,
    /// Conversations of the last 48 hours.
    pub within_48h: i64,
}

/// A contact, with addresses masked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contact {
    /// Who.
    pub id: ContactId,
    /// Whose.
    pub tenant: TenantId,
    /// The name.
    pub name: String,
    /// How to address them.
    pub salutation: Option<String>,
    /// The letter of the picture.
    pub initial: String,
    /// The colour of the picture.
    pub color: String,
    /// The language they write in.
    pub language: Option<Language>,
    /// The client's tier.
    pub tier: Option<String>,
    /// The addresses, masked.
    pub handles: Vec<HandleView>,
    /// The firm they belong to.
    pub organisation: Option<OrganisationName>,
    /// Custom attributes by key.
    pub attributes: BTreeMap<String, String>,
    /// How they want to be served.
    pub preferences: Preferences,
    /// Tags, in order.
    pub tags: Vec<String>,
    /// What staff noted.
    pub note: Option<String>,
    /// When they first came.
    pub first_seen_at: Millis,
    /// When they last came.
    pub last_seen_at: Millis,
    /// How often they came.
    pub conversations: Came,
    /// How often they came again of late.
    pub repeat: Repeat,
    /// Where it stands in a list by name.
    #[serde(skip)]
    pub(super) name_key: String,
}

impl Contact {
    pub(super) fn of(row: ContactRow) -> Contact {
        let b = row.brief;
        Contact {
            id: b.id,
            tenant: b.tenant,
            name: b.name,
            salutation: b.salutation,
            initial: b.initial,
            color: b.color,
            language: b.language,
            tier: b.tier,
            handles: vec![],
            organisation: row.organisation.map(|(id, name)| OrganisationName { id, name }),
            attributes: BTreeMap::new(),
            preferences: row.preferences,
            tags: vec![],
            note: row.note,
            first_seen_at: row.first_seen_at,
            last_seen_at: row.last_seen_at,
            conversations: Came::default(),
            repeat: Repeat::default(),
            name_key: row.name_key,
        }
    }

    /// As this caller may see it: personal data in attributes and in the note is masked without the right to it.
    pub(super) fn seen_by(mut self, caller: &Caller) -> Contact {
        if caller.may(PERSONAL, self.tenant, None) {
            return self;
        }
        let masked = |text: &mut String| *text = engines::redact::mask_personal(text).into_owned();
        self.attributes.values_mut().for_each(masked);
        self.note.iter_mut().for_each(masked);
        self
    }

    pub(super) fn figures(&mut self, f: &Figures) {
        self.conversations = Came { total: f.total, open: f.open, last_30_days: f.last_30_days };
        self.repeat = Repeat { within_24h: f.within_24h, within_48h: f.within_48h };
    }
}

/// Which contacts are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ContactQuery {
    /// Of one client; otherwise of all within reach.
    pub tenant: Option<TenantId>,
    /// The name begins with this. Addresses are found by look-up only.
    pub q: Option<String>,
    /// They have this tag.
    pub tag: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// An address to be added.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandleInput {
    /// Its kind.
    pub kind: HandleKind,
    /// As it is written.
    pub value: String,
}

/// A contact to be made.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactInput {
    /// Whose.
    pub tenant: TenantId,
    /// The name.
    pub name: String,
    /// Addresses.
    #[serde(default)]
    pub handles: Vec<HandleInput>,
    /// How to address them.
    pub salutation: Option<String>,
    /// The language they write in.
    pub language: Option<Language>,
    /// The client's tier.
    pub tier: Option<String>,
    /// Custom attributes by key.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// How they want to be served.
    #[serde(default)]
    pub preferences: Preferences,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The firm they belong to.
    pub organisation: Option<OrganisationId>,
    /// What staff note.
    pub note: Option<String>,
}

/// What is to change; what is absent stays, `null` clears.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPatch {
    /// The name.
    pub name: Option<String>,
    /// How to address them.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub salutation: Option<Option<String>>,
    /// The language they write in.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Language>)]
    pub language: Option<Option<Language>>,
    /// The client's tier.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub tier: Option<Option<String>>,
    /// Custom attributes to set by key; `null` removes one.
    pub attributes: Option<BTreeMap<String, Option<String>>>,
    /// How they want to be served, as a whole.
    pub preferences: Option<Preferences>,
    /// All tags.
    pub tags: Option<Vec<String>>,
    /// The firm they belong to.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<OrganisationId>)]
    pub organisation: Option<Option<OrganisationId>>,
    /// What staff note.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub note: Option<Option<String>>,
}

/// Tells `null` from absent.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// Why addresses are to be seen in full.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In the asker's words; recorded.
    pub reason: String,
}

/// Addresses in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Unmasked {
    /// The addresses.
    pub handles: Vec<HandleView>,
}

/// Whose address is asked for, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// Of which client.
    pub tenant: TenantId,
    /// Its kind.
    pub kind: HandleKind,
    /// As it is written.
    pub value: String,
    /// In the asker's words; recorded.
    pub reason: String,
}

/// Who was found by an address.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LookupAnswer {
    /// The contact, `null` where nobody of this client has the address.
    pub contact: Option<Contact>,
}
