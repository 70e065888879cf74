//! The chain: each entry's mac is over the mac before it and the entry's canonical bytes. Pure but for the ring of keys.
//!
//! ```text
//! mac(0) = 32 zeros        mac(n) = HMAC-SHA256(key(tenant), mac(n-1) ‖ canonical(entry n))
//! ```
//! Whoever changes, removes, adds or reorders a row without the key breaks every mac after it; whoever cuts the end off
//! breaks the head row; whoever rewrites the head too is found by the anchors outside the database.

use hmac::{Hmac, KeyInit, Mac};
use kernel::{Error, Millis, Result, TenantId};
use parking_lot::RwLock;
use sha2::Sha256;
use std::collections::BTreeMap;

/// A mac, in bytes.
pub const MAC: usize = 32;
/// The mac before the first entry.
pub const FIRST: [u8; MAC] = [0; MAC];

/// One entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: i64,
    /// Whose series, 0 for the provider's own.
    pub tenant: TenantId,
    /// Its place in the series, from 1, without gaps.
    pub seq: i64,
    /// When, ms since 1970.
    pub at: Millis,
    /// The kind of actor, as stored.
    pub actor_kind: i64,
    /// Who.
    pub actor_id: i64,
    /// Such as `user.disabled`.
    pub action: String,
    /// Such as `user`.
    pub subject_kind: String,
    /// The id within the kind.
    pub subject_id: i64,
    /// JSON with `before`, `after`, `reason`.
    pub fact: Option<String>,
    /// From where.
    pub ip: Option<String>,
}

impl Entry {
    /// The bytes under the mac: a version, the numbers in a fixed order, then each text with its length before it, so
    /// that no two entries have the same bytes.
    fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(160);
        out.push(1);
        for n in [self.tenant.0, self.seq, self.id, self.at, self.actor_kind, self.actor_id, self.subject_id]
        {
            out.extend_from_slice(&n.to_be_bytes());
        }
        for text in [Some(&self.action), Some(&self.subject_kind), self.fact.as_ref(), self.ip.as_ref()] {
            let (there, bytes) = text.map_or((0_u8, &b""[..]), |t| (1, t.as_bytes()));
            out.push(there);
            out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            out.extend_from_slice(bytes);
        }
        out
    }

    /// Its mac after `previous`, under the key of its series.
    pub fn mac(&self, key: &[u8; 32], previous: &[u8]) -> [u8; MAC] {
        sign(key, &[previous, &self.canonical()])
    }
}

fn sign(key: &[u8; 32], parts: &[&[u8]]) -> [u8; MAC] {
    let mut mac =
        <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("invariant: HMAC takes keys of every length");
    parts.iter().for_each(|p| mac.update(p));
    mac.finalize().into_bytes().into()
}

/// The keys of the stores opened by this process, by their fingerprint. A transaction knows nothing of the program
/// around it, so its head row names the key.
static RING: RwLock<BTreeMap<i64, [u8; 32]>> = RwLock::new(BTreeMap::new());

/// Takes in the root key of a store's chains; answers its fingerprint.
pub(super) fn take_root(root: [u8; 32]) -> i64 {
    let print = sign(&root, &[b"fingerprint"]);
    let mut first = [0; 8];
    first.copy_from_slice(&print[..8]);
    let id = i64::from_be_bytes(first) & i64::MAX;
    RING.write().insert(id, root);
    id
}

/// The key of one client's series, derived from the root.
pub(super) fn key_of(root: i64, tenant: TenantId) -> Result<[u8; 32]> {
    let root = *RING.read().get(&root).ok_or_else(|| {
        Error::new(&crate::codes::AUDIT_BROKEN)
            .detail("the series was begun under another master key, or the audit is not open yet")
    })?;
    Ok(sign(&root, &[b"series", &tenant.0.to_be_bytes()]))
}

/// The root to begin a series with when its head row is not there yet: the newest taken in.
pub(super) fn any_root() -> i64 {
    RING.read().keys().next_back().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: i64, fact: Option<&str>) -> Entry {
        Entry {
            id: 100 + seq,
            tenant: TenantId(7),
            seq,
            at: 1_800_000_000_000,
            actor_kind: 1,
            actor_id: 3,
            action: "user.changed".into(),
            subject_kind: "user".into(),
            subject_id: 5,
            fact: fact.map(str::to_owned),
            ip: None,
        }
    }

    #[test]
    fn every_field_is_under_the_mac() {
        let key = [7; 32];
        let e = entry(1, Some("{}"));
        let changed: Vec<Entry> = vec![
            Entry { id: 1, ..e.clone() },
            Entry { tenant: TenantId(8), ..e.clone() },
            Entry { seq: 2, ..e.clone() },
            Entry { at: 0, ..e.clone() },
            Entry { actor_kind: 2, ..e.clone() },
            Entry { actor_id: 4, ..e.clone() },
            Entry { action: "user.disabled".into(), ..e.clone() },
            Entry { subject_kind: "line".into(), ..e.clone() },
            Entry { subject_id: 6, ..e.clone() },
            Entry { fact: None, ..e.clone() },
            Entry { fact: Some(String::new()), ..e.clone() },
            Entry { ip: Some("{}".into()), ..e.clone() },
        ];
        let mac = e.mac(&key, &FIRST);
        assert_eq!(mac, entry(1, Some("{}")).mac(&key, &FIRST));
        for c in changed {
            assert_ne!(mac, c.mac(&key, &FIRST), "{c:?}");
        }
        assert_ne!(mac, e.mac(&key, &[1; 32]));
        assert_ne!(mac, e.mac(&[8; 32], &FIRST));
    }

    #[test]
    fn text_cannot_move_between_fields() {
        let a = Entry { action: "ab".into(), subject_kind: "c".into(), ..entry(1, None) };
        let b = Entry { action: "a".into(), subject_kind: "bc".into(), ..entry(1, None) };
        assert_ne!(a.mac(&[1; 32], &FIRST), b.mac(&[1; 32], &FIRST));
    }
}
