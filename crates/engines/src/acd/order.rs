//! The order of a queue: sorted, with the place of any member found in O(log n).
//!
//! Kept in sorted chunks: inserting moves at most one chunk, counting adds the lengths of the chunks before.

use kernel::{Millis, WorkItemId};

/// The order in which items go: by the key, then older, then lower id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Rank {
    /// The least goes first. Where priority ages: the moment from which the customer would have waited had each point
    /// been wait; so the order of two items never changes while they wait. Where it does not: minus the points.
    pub key: i64,
    /// Since when the customer waits.
    pub enqueued_at: Millis,
    /// The item.
    pub item: WorkItemId,
}

/// Most members of a chunk; at twice the half a chunk is split.
const CHUNK_MAX: usize = 512;

/// A sorted set of ranks that can count.
#[derive(Debug, Default)]
pub(super) struct RankList {
    chunks: Vec<Vec<Rank>>,
    len: usize,
}

impl RankList {
    /// How many.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The chunk that holds the rank, or would.
    fn chunk_of(&self, rank: &Rank) -> usize {
        let at = self.chunks.partition_point(|c| c.last().is_some_and(|l| l < rank));
        at.min(self.chunks.len().saturating_sub(1))
    }

    /// Adds a rank that is not in it.
    pub fn insert(&mut self, rank: Rank) {
        if self.chunks.is_empty() {
            self.chunks.push(Vec::new());
        }
        let c = self.chunk_of(&rank);
        let chunk = &mut self.chunks[c];
        let Err(at) = chunk.binary_search(&rank) else { return };
        chunk.insert(at, rank);
        self.len += 1;
        if chunk.len() > CHUNK_MAX {
            let upper = chunk.split_off(CHUNK_MAX / 2);
            self.chunks.insert(c + 1, upper);
        }
    }

    /// Takes a rank out; false if it was not in it.
    pub fn remove(&mut self, rank: &Rank) -> bool {
        if self.chunks.is_empty() {
            return false;
        }
        let c = self.chunk_of(rank);
        let Ok(at) = self.chunks[c].binary_search(rank) else { return false };
        self.chunks[c].remove(at);
        self.len -= 1;
        if self.chunks[c].is_empty() {
            self.chunks.remove(c);
        }
        true
    }

    /// How many are before this one, which is in it.
    pub fn before(&self, rank: &Rank) -> Option<usize> {
        let c = self.chunk_of(rank);
        let at = self.chunks.get(c)?.binary_search(rank).ok()?;
        Some(self.chunks[..c].iter().map(Vec::len).sum::<usize>() + at)
    }

    /// All in order.
    pub fn iter(&self) -> impl Iterator<Item = &Rank> {
        self.chunks.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn counts_as_a_plain_sorted_set_does() {
        let (mut list, mut plain, mut seed) = (RankList::default(), BTreeSet::new(), 7_u64);
        for step in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let r = |n: u64, of: u64| ((seed >> n) % of) as i64;
            let rank = Rank { key: r(20, 3), enqueued_at: r(30, 50), item: WorkItemId(r(40, 40)) };
            if r(10, 5) < 3 {
                list.insert(rank);
                plain.insert(rank);
            } else {
                assert_eq!(list.remove(&rank), plain.remove(&rank));
            }
            assert_eq!(list.len(), plain.len());
            if step % 97 == 0 {
                assert!(list.iter().eq(plain.iter()));
                for (at, rank) in plain.iter().enumerate() {
                    assert_eq!(list.before(rank), Some(at));
                }
            }
        }
    }
}
