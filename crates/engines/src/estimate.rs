//! How long somebody who waits will probably wait yet: a time that four of five do not exceed.
//!
//! From nothing but the queue's own recent past: with `m` the mean wait per place of those served lately, who has place
//! `p` waits about `m·p`, and how far the others were off, measured in `m·√p`, says what to add. So a long queue gets a
//! relatively narrower answer than a short one, as sums of many small waits are steadier. Which of the others' errors is
//! added is steered by what was told: too often exceeded, and a larger one is taken (I. Gibbs, E. Candès, "Adaptive
//! conformal inference under distribution shift", 2021). No model of arrivals or agents, so none that can be wrong.

use kernel::Millis;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// While fewer were served lately, nothing is told.
pub const SERVED_MIN: usize = 5;
/// So many are looked back on.
pub const SERVED_MAX: usize = 60;
/// So far is looked back, in milliseconds (two hours).
pub const LOOK_BACK_MS: i64 = 2 * 3_600_000;
/// The share who are to wait no longer than they were told.
pub const COVERED: f64 = 0.8;
/// How fast the share is steered back.
const STEERING: f64 = 0.03;
/// Between these the steering stays.
const LEVELS: std::ops::RangeInclusive<f64> = 0.3..=0.995;

/// Somebody who had to wait and was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// When they were served.
    pub at: Millis,
    /// The place they had when they came, counted from 1.
    pub place: u32,
    /// How long they waited, in milliseconds.
    pub wait_ms: i64,
    /// What they were told when they came, in milliseconds.
    pub told_ms: Option<i64>,
}

/// The recent past of one queue. Also what a start needs to go on; the shell may build it from the facts of the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaitHistory {
    served: VecDeque<Served>,
    /// Which of the errors, ordered, is added.
    level: f64,
}

impl Default for WaitHistory {
    fn default() -> WaitHistory {
        WaitHistory { served: VecDeque::new(), level: COVERED }
    }
}

impl WaitHistory {
    /// Takes in somebody who was served. Who did not have to wait says nothing about waiting and is left out.
    pub fn served(&mut self, who: Served) {
        if who.place == 0 || who.wait_ms < 0 {
            return;
        }
        if let Some(told) = who.told_ms {
            let missed = if who.wait_ms > told { 1.0 } else { 0.0 };
            let level = self.level + STEERING * (missed - (1.0 - COVERED));
            self.level = level.clamp(*LEVELS.start(), *LEVELS.end());
        }
        if self.served.len() == SERVED_MAX {
            self.served.pop_front();
        }
        self.served.push_back(who);
    }

    /// How long whoever has this place now will probably wait from now on, in milliseconds: four of five wait no longer.
    /// `None` while fewer than [`SERVED_MIN`] were served lately.
    pub fn estimate(&self, place: u32, now: Millis) -> Option<Millis> {
        let recent = || self.served.iter().filter(|s| now - s.at <= LOOK_BACK_MS);
        if place == 0 || recent().count() < SERVED_MIN {
            return None;
        }
        let (waits, places) =
            recent().fold((0.0, 0.0), |(w, p), s| (w + s.wait_ms as f64, p + f64::from(s.place)));
        let mean = (waits / places).max(1.0);
        let mut errors: Vec<f64> = recent()
            .map(|s| (s.wait_ms as f64 / mean - f64::from(s.place)) / f64::from(s.place).sqrt())
            .collect();
        errors.sort_by(f64::total_cmp);
        let at = (self.level * errors.len() as f64).ceil() as usize;
        let error = errors[at.clamp(1, errors.len()) - 1];
        let place = f64::from(place);
        Some((mean * (place + error * place.sqrt())).max(0.0).ceil() as Millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(n: i64, place: u32) -> WaitHistory {
        let mut history = WaitHistory::default();
        for i in 0..n {
            let wait_ms = i64::from(place) * 10_000;
            history.served(Served { at: i * 1_000, place, wait_ms, told_ms: None });
        }
        history
    }

    #[test]
    fn nothing_is_told_before_five_were_served_nor_long_after() {
        assert_eq!(after(4, 1).estimate(1, 5_000), None);
        assert_eq!(after(5, 1).estimate(1, 5_000), Some(10_000));
        assert_eq!(after(5, 1).estimate(0, 5_000), None);
        assert_eq!(after(5, 1).estimate(1, 5_000 + LOOK_BACK_MS), None);
    }

    #[test]
    fn who_stands_further_back_waits_longer() {
        let history = after(20, 2);
        assert_eq!(history.estimate(4, 20_000), Some(40_000));
    }

    #[test]
    fn what_is_exceeded_too_often_grows() {
        let mut history = after(40, 1);
        for i in 0..10 {
            history.served(Served { at: 50_000 + i, place: 1, wait_ms: 20_000, told_ms: Some(10_000) });
        }
        assert!(history.estimate(1, 60_000).is_some_and(|e| e >= 20_000));
    }
}
