//! How much one visitor, and one neighbourhood of addresses, may ask for. In memory of one process: it protects, it does
//! not count.
//!
//! Each key has a bucket that is one number: when it would be empty again (the generic cell rate algorithm). Addresses
//! count by block, since one person easily has many addresses: /24 of IPv4, /64 of IPv6. This machine itself is not
//! limited by address; a proxy on it that is not configured as trusted would otherwise shut everybody out.

use crate::codes;
use kernel::{ContactId, Error, Millis, Result, TenantId};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;

/// Keys remembered at once. Beyond that, keys that are at rest are forgotten; then further ones are let through.
const KEYS_MAX: usize = 100_000;
/// Sockets of one visitor.
pub const SOCKETS_PER_VISITOR: u32 = 8;
/// Sockets from one block of addresses.
pub const SOCKETS_PER_BLOCK: u32 = 2_000;

/// A rate: so many at once, and one more each so many ms.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// What it limits.
    pub name: &'static str,
    /// At once.
    pub burst: i64,
    /// One more each so many ms.
    pub every_ms: Millis,
}

/// Sessions from one block.
pub const SESSIONS: Rate = Rate { name: "session", burst: 240, every_ms: 250 };
/// Sessions from one address.
pub const ADDRESS_SESSIONS: Rate = Rate { name: "address", burst: 120, every_ms: 500 };
/// Proofs of identity of one visitor.
pub const PROOFS: Rate = Rate { name: "proof", burst: 10, every_ms: 10_000 };
/// Conversations that one visitor opens.
pub const OPENS: Rate = Rate { name: "open", burst: 4, every_ms: 60_000 };
/// Conversations opened from one block.
pub const BLOCK_OPENS: Rate = Rate { name: "block open", burst: 120, every_ms: 1_000 };
/// Conversations opened with one client, by visitors who have not proved who they are.
pub const TENANT_OPENS: Rate = Rate { name: "client open", burst: 3_000, every_ms: 20 };
/// New conversations and messages from one block.
pub const BLOCK_MESSAGES: Rate = Rate { name: "block", burst: 600, every_ms: 50 };
/// Messages of one visitor.
pub const MESSAGES: Rate = Rate { name: "message", burst: 20, every_ms: 1_000 };
/// Files of one visitor.
pub const FILES: Rate = Rate { name: "file", burst: 12, every_ms: 6_000 };
/// Files from one block.
pub const BLOCK_FILES: Rate = Rate { name: "block file", burst: 120, every_ms: 500 };
/// Reads of one visitor.
pub const READS: Rate = Rate { name: "read", burst: 120, every_ms: 200 };
/// Marks of one visitor.
pub const MARKS: Rate = Rate { name: "mark", burst: 60, every_ms: 250 };

/// Letters with their conversation that one visitor asks for.
pub const TRANSCRIPTS: Rate = Rate { name: "transcript", burst: 6, every_ms: 600_000 };

/// A block of addresses; `None` for this machine itself.
pub fn block_of(ip: IpAddr) -> Option<u64> {
    match ip.to_canonical() {
        ip if ip.is_loopback() => None,
        IpAddr::V4(v4) => Some(u64::from(v4.to_bits() >> 8)),
        // The upper half of an IPv6 address is never a small number, so the two kinds do not meet.
        IpAddr::V6(v6) => Some((v6.to_bits() >> 64) as u64 | 1 << 63),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Visitor(&'static str, i64),
    Block(&'static str, u64),
    Address(IpAddr),
    Tenant(TenantId),
}

/// Who opens a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Opener {
    /// The visitor.
    pub contact: ContactId,
    /// From where.
    pub ip: IpAddr,
    /// The client, for visitors who have not proved who they are.
    pub tenant: Option<TenantId>,
}

impl Opener {
    fn keys(self) -> impl Iterator<Item = (Key, Rate)> {
        [
            Some((Key::Visitor(OPENS.name, self.contact.0), OPENS)),
            block_of(self.ip).map(|b| (Key::Block(BLOCK_OPENS.name, b), BLOCK_OPENS)),
            self.tenant.map(|t| (Key::Tenant(t), TENANT_OPENS)),
        ]
        .into_iter()
        .flatten()
    }
}

/// The buckets, and the sockets that are open.
#[derive(Default)]
pub struct Limits {
    empty_at: Mutex<HashMap<Key, Millis>>,
    sockets: Mutex<HashMap<Key, u32>>,
}

impl Limits {
    /// Takes one of a visitor's share. Error: `visitor.throttled`, saying when to try again.
    pub fn visitor(&self, rate: Rate, contact: ContactId, now: Millis) -> Result<()> {
        self.take(Key::Visitor(rate.name, contact.0), rate, now)
    }

    /// Takes one of a block's share. Error: `visitor.throttled`, saying when to try again.
    pub fn block(&self, rate: Rate, ip: IpAddr, now: Millis) -> Result<()> {
        block_of(ip).map_or(Ok(()), |b| self.take(Key::Block(rate.name, b), rate, now))
    }

    /// Takes a session of an address's share. Error: `visitor.throttled`.
    pub fn address(&self, rate: Rate, ip: IpAddr, now: Millis) -> Result<()> {
        block_of(ip).map_or(Ok(()), |_| self.take(Key::Address(ip.to_canonical()), rate, now))
    }

    /// Is there room for another conversation of this visitor's? Error: `visitor.throttled`. Nothing is taken yet: the same
    /// message may come many times at once and opens one.
    pub fn may_open(&self, o: Opener, now: Millis) -> Result<()> {
        o.keys().try_for_each(|(key, rate)| self.room(key, rate, now).map(|_| ()))
    }

    /// Counts a conversation that was opened.
    pub fn opened(&self, o: Opener, now: Millis) {
        // Those that came at the same moment may run over by a little; the next ones wait the longer.
        for (key, rate) in o.keys() {
            let mut buckets = self.empty_at.lock();
            let at = buckets.get(&key).copied().unwrap_or(0).max(now) + rate.every_ms;
            if buckets.len() < KEYS_MAX || buckets.contains_key(&key) {
                buckets.insert(key, at);
            }
        }
    }

    /// When the bucket would be empty with one more in it.
    fn room(&self, key: Key, rate: Rate, now: Millis) -> Result<Millis> {
        let at = self.empty_at.lock().get(&key).copied().unwrap_or(0).max(now) + rate.every_ms;
        let full = rate.burst * rate.every_ms;
        if at - now > full {
            let wait_s = ((at - now - full) as u32).div_ceil(1_000);
            return Err(Error::new(&codes::VISITOR_THROTTLED).detail(rate.name).retry_after(wait_s.max(1)));
        }
        Ok(at)
    }

    fn take(&self, key: Key, rate: Rate, now: Millis) -> Result<()> {
        let mut buckets = self.empty_at.lock();
        let full = rate.burst * rate.every_ms;
        let at = buckets.get(&key).copied().unwrap_or(0).max(now) + rate.every_ms;
        if at - now > full {
            let wait_s = ((at - now - full) as u32).div_ceil(1_000);
            return Err(Error::new(&codes::VISITOR_THROTTLED).detail(rate.name).retry_after(wait_s.max(1)));
        }
        if buckets.len() >= KEYS_MAX && !buckets.contains_key(&key) {
            buckets.retain(|_, at| *at > now);
            if buckets.len() >= KEYS_MAX {
                return Ok(());
            }
        }
        buckets.insert(key, at);
        Ok(())
    }

    /// Counts a socket for as long as the answer lives. Error: `visitor.throttled`.
    pub fn socket(self: &std::sync::Arc<Self>, contact: ContactId, ip: IpAddr) -> Result<SocketPlace> {
        let keys = [
            Some((Key::Visitor("socket", contact.0), SOCKETS_PER_VISITOR)),
            block_of(ip).map(|b| (Key::Block("socket", b), SOCKETS_PER_BLOCK)),
        ];
        let mut open = self.sockets.lock();
        let full = |k: &(Key, u32)| open.get(&k.0).is_some_and(|n| *n >= k.1);
        if keys.iter().flatten().any(full) {
            return Err(Error::new(&codes::VISITOR_THROTTLED).detail("sockets"));
        }
        let keys = keys.map(|k| k.map(|(k, _)| k));
        for key in keys.iter().flatten() {
            *open.entry(*key).or_default() += 1;
        }
        Ok(SocketPlace { limits: self.clone(), keys })
    }
}

/// The place of an open socket; given back when dropped.
pub struct SocketPlace {
    limits: std::sync::Arc<Limits>,
    keys: [Option<Key>; 2],
}

impl Drop for SocketPlace {
    fn drop(&mut self) {
        let mut open = self.limits.sockets.lock();
        for key in self.keys.iter().flatten() {
            let left = open.get(key).copied().unwrap_or(0).saturating_sub(1);
            if left == 0 {
                open.remove(key);
            } else {
                open.insert(*key, left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const TWO: Rate = Rate { name: "t", burst: 2, every_ms: 1_000 };

    #[test]
    fn a_share_is_used_up_and_comes_back() {
        let l = Limits::default();
        let c = ContactId(1);
        assert!(l.visitor(TWO, c, 10_000).is_ok() && l.visitor(TWO, c, 10_000).is_ok());
        let refused = l.visitor(TWO, c, 10_000).expect_err("used up");
        assert_eq!((refused.code.code, refused.retry_after_s), ("visitor.throttled", Some(1)));
        assert!(l.visitor(TWO, ContactId(2), 10_000).is_ok(), "others are not touched");
        assert!(l.visitor(TWO, c, 11_000).is_ok());
        assert!(l.visitor(TWO, c, 11_000).is_err());
    }

    #[test]
    fn a_block_counts_as_one() {
        let l = Limits::default();
        let ip = |s: &str| s.parse::<IpAddr>().expect("an address");
        assert!(l.block(TWO, ip("198.51.100.7"), 0).is_ok() && l.block(TWO, ip("198.51.100.9"), 0).is_ok());
        assert!(l.block(TWO, ip("198.51.100.250"), 0).is_err());
        assert!(l.block(TWO, ip("198.51.101.1"), 0).is_ok());
        assert_eq!(block_of(ip("2001:db8::1")), block_of(ip("2001:db8::ffff")));
        assert_ne!(block_of(ip("2001:db8::1")), block_of(ip("2001:db8:0:1::1")));
        assert_eq!(block_of(ip("::ffff:198.51.100.7")), block_of(ip("198.51.100.1")));
        assert!((0..100).all(|_| l.block(TWO, ip("127.0.0.1"), 0).is_ok()), "this machine");
    }

    #[test]
    fn ten_thousand_from_one_block_leave_the_others_alone() {
        let l = Limits::default();
        let ip = |s: String| s.parse::<IpAddr>().expect("an address");
        let taken = (0..10_000)
            .filter(|i| l.block(SESSIONS, ip(format!("203.0.113.{}", i % 256)), i * 6).is_ok())
            .count();
        assert!(taken <= 500, "{taken} within a minute");
        assert!(l.block(SESSIONS, ip("203.0.112.1".into()), 60_000).is_ok());
    }

    #[test]
    fn sockets_are_counted_while_they_live() {
        let l = Arc::new(Limits::default());
        let ip = "198.51.100.7".parse().expect("an address");
        let held: Vec<_> =
            (0..SOCKETS_PER_VISITOR).map(|_| l.socket(ContactId(1), ip).expect("room")).collect();
        assert!(l.socket(ContactId(1), ip).is_err());
        drop(held);
        assert!(l.socket(ContactId(1), ip).is_ok());
        assert!(l.sockets.lock().is_empty());
    }
}
