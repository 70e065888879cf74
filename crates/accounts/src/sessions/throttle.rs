//! Slows down guessing: per login and per address, ten failed tries in fifteen minutes, then growing pauses. Pure but
//! for its lock. What is counted is kept by hash, so that logins do not lie about in memory.

use kernel::Millis;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;

/// Failed tries that cost nothing.
pub const TRIES: u32 = 10;
/// Tries older than this do not count.
pub const WINDOW_MS: Millis = 15 * 60_000;
/// The longest pause.
const PAUSE_MAX_MS: Millis = WINDOW_MS;
/// Logins and addresses watched at once. When full, those whose window has passed go; if none has, the oldest.
const WATCHED_MAX: usize = 20_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A login, whether somebody has it or not.
    Login([u8; 32]),
    /// An address; of IPv6 the network of 64 bits, since one customer has a whole one.
    Ip(IpAddr),
}

impl Key {
    /// The key of an address.
    pub fn ip(ip: IpAddr) -> Key {
        match ip.to_canonical() {
            IpAddr::V6(v6) => {
                let s = v6.segments();
                Key::Ip(IpAddr::from([s[0], s[1], s[2], s[3], 0, 0, 0, 0]))
            }
            v4 => Key::Ip(v4),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Count {
    last_at: Millis,
    tries: u32,
}

/// The counts.
#[derive(Default)]
pub struct Throttle {
    counts: Mutex<HashMap<Key, Count>>,
}

fn pause(tries: u32) -> Millis {
    if tries < TRIES {
        return 0;
    }
    (1_000_i64 << (tries - TRIES).min(20)).min(PAUSE_MAX_MS)
}

impl Throttle {
    /// Counts a try before its outcome is known, so that tries at the same moment count too. Error: how long to wait,
    /// in ms; such a try is not counted.
    pub fn begin(&self, keys: [Key; 2], now: Millis) -> Result<(), Millis> {
        let mut counts = self.counts.lock();
        let watched = keys.iter().filter_map(|k| counts.get(k)).filter(|c| now - c.last_at < WINDOW_MS);
        let wait = watched.map(|c| c.last_at + pause(c.tries) - now).max().unwrap_or(0);
        if wait > 0 {
            return Err(wait);
        }
        if counts.len() + keys.len() > WATCHED_MAX {
            make_room(&mut counts, now);
        }
        for key in keys {
            let c = counts.entry(key).or_insert(Count { last_at: now, tries: 0 });
            if now - c.last_at >= WINDOW_MS {
                c.tries = 0;
            }
            c.tries = c.tries.saturating_add(1);
            c.last_at = now;
        }
        Ok(())
    }

    /// The try was only half of one: it does not count.
    pub fn give_back(&self, keys: [Key; 2]) {
        let mut counts = self.counts.lock();
        for key in keys {
            if let Some(c) = counts.get_mut(&key) {
                c.tries = c.tries.saturating_sub(1);
            }
        }
    }

    /// The try was good: the login is forgotten, the address gets its try back.
    pub fn succeeded(&self, keys: [Key; 2]) {
        let mut counts = self.counts.lock();
        for key in keys {
            match key {
                Key::Login(_) => drop(counts.remove(&key)),
                Key::Ip(_) => {
                    if let Some(c) = counts.get_mut(&key) {
                        c.tries = c.tries.saturating_sub(1);
                    }
                }
            }
        }
    }
}

fn make_room(counts: &mut HashMap<Key, Count>, now: Millis) {
    counts.retain(|_, c| now - c.last_at < WINDOW_MS);
    while counts.len() + 2 > WATCHED_MAX {
        let Some(oldest) = counts.iter().min_by_key(|(_, c)| c.last_at).map(|(k, _)| *k) else { return };
        counts.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(login: u8, ip: u8) -> [Key; 2] {
        [Key::Login([login; 32]), Key::ip(IpAddr::from([10, 0, 0, ip]))]
    }

    #[test]
    fn ten_tries_then_growing_pauses() {
        let t = Throttle::default();
        for _ in 0..10 {
            assert_eq!(t.begin(keys(1, 1), 1_000), Ok(()));
        }
        assert_eq!(t.begin(keys(1, 2), 1_000), Err(1_000), "the login counts from any address");
        assert_eq!(t.begin(keys(2, 1), 1_500), Err(500), "the address counts for any login");
        assert_eq!(t.begin(keys(1, 1), 2_000), Ok(()));
        assert_eq!(t.begin(keys(1, 1), 2_000), Err(2_000));
        assert_eq!(t.begin(keys(1, 1), 4_000), Ok(()));
        assert_eq!(t.begin(keys(1, 1), 4_000), Err(4_000));
        assert_eq!(t.begin(keys(1, 1), 4_000 + WINDOW_MS), Ok(()));
        assert_eq!(t.begin(keys(1, 1), 4_001 + WINDOW_MS), Ok(()), "after a quiet window all is forgotten");
    }

    #[test]
    fn success_forgets_the_login_and_an_office_shares_an_address() {
        let t = Throttle::default();
        for person in 0..200 {
            assert_eq!(t.begin(keys(person, 1), 0), Ok(()));
            t.succeeded(keys(person, 1));
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let a: IpAddr = "2001:db8:1:2::1".parse().expect("an address");
        let b: IpAddr = "2001:db8:1:2:ffff::9".parse().expect("an address");
        assert_eq!(Key::ip(a), Key::ip(b));
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().expect("an address");
        assert_eq!(Key::ip(mapped), Key::ip(IpAddr::from([10, 0, 0, 1])));
    }
}
