//! What a simulated day is judged by.

use crate::acd::AgentState;
use serde::{Deserialize, Serialize};

/// Counts and sums of one queue or of all; figures follow from these, so they can be added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Who came.
    pub offered: u64,
    /// Who was answered.
    pub answered: u64,
    /// Who left before.
    pub abandoned: u64,
    /// Who was answered within the threshold.
    pub answered_within: u64,
    /// Who could not be offered to anybody when they came.
    pub waited: u64,
    /// What those answered waited, in milliseconds, the ringing included.
    pub answered_wait_ms: i64,
    /// What all waited, in milliseconds.
    pub wait_ms: i64,
    /// The longest wait of anybody, in milliseconds.
    pub longest_wait_ms: i64,
    /// Who was told an estimate and answered.
    pub told: u64,
    /// Who of them waited no longer than told.
    pub told_right: u64,
    /// The wait of each who was answered, in milliseconds.
    #[serde(skip)]
    pub waits_ms: Vec<i64>,
}

fn share(part: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| part / of)
}

impl Counts {
    /// Answered within the threshold, of all who came (variant OFF of the catalogue).
    pub fn service_level(&self) -> Option<f64> {
        share(self.answered_within as f64, self.offered as f64)
    }

    /// The mean wait of those answered, in seconds; no wait counts as 0.
    pub fn asa_s(&self) -> Option<f64> {
        share(self.answered_wait_ms as f64 / 1_000.0, self.answered as f64)
    }

    /// Who left before being answered, of all who came.
    pub fn abandonment(&self) -> Option<f64> {
        share(self.abandoned as f64, self.offered as f64)
    }

    /// The share of those told an estimate who waited no longer.
    pub fn coverage(&self) -> Option<f64> {
        share(self.told_right as f64, self.told as f64)
    }

    /// The wait that a share `q` of those answered do not exceed, in seconds.
    pub fn wait_quantile_s(&self, q: f64) -> Option<f64> {
        let mut waits = self.waits_ms.clone();
        waits.sort_unstable();
        let at = (q * waits.len() as f64).ceil() as usize;
        waits.get(at.max(1) - 1).map(|ms| *ms as f64 / 1_000.0)
    }

    /// Adds what another counted.
    pub fn add(&mut self, o: &Counts) {
        self.offered += o.offered;
        self.answered += o.answered;
        self.abandoned += o.abandoned;
        self.answered_within += o.answered_within;
        self.waited += o.waited;
        self.answered_wait_ms += o.answered_wait_ms;
        self.wait_ms += o.wait_ms;
        self.longest_wait_ms = self.longest_wait_ms.max(o.longest_wait_ms);
        self.told += o.told;
        self.told_right += o.told_right;
        self.waits_ms.extend(&o.waits_ms);
    }
}

/// What became of a simulated day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// All queues together.
    pub all: Counts,
    /// Each queue, in the order of the plan.
    pub queues: Vec<Counts>,
    /// Time of agents with something in hand, in milliseconds.
    pub handling_ms: i64,
    /// Time of agents who were ready with nothing in hand, in milliseconds.
    pub available_ms: i64,
    /// Calls of the engine.
    pub steps: u64,
    /// Offers that rang, and how many of them lapsed or were declined.
    pub offers: u64,
    /// Offers that were not accepted.
    pub missed: u64,
    /// Items that waited again because their agent was gone.
    pub requeued: u64,
    /// Times an agent's connection was lost.
    pub vanished: u64,
    /// Times the engine was built anew from the state.
    pub restarts: u64,
}

impl Outcome {
    /// Adds another day with the same queues.
    pub fn add(&mut self, o: &Outcome) {
        self.all.add(&o.all);
        self.queues.iter_mut().zip(&o.queues).for_each(|(mine, theirs)| mine.add(theirs));
        self.handling_ms += o.handling_ms;
        self.available_ms += o.available_ms;
        self.steps += o.steps;
        self.offers += o.offers;
        self.missed += o.missed;
        self.requeued += o.requeued;
        self.vanished += o.vanished;
        self.restarts += o.restarts;
    }

    /// Handling, of handling and available.
    pub fn occupancy(&self) -> Option<f64> {
        share(self.handling_ms as f64, (self.handling_ms + self.available_ms) as f64)
    }
}

/// What an agent's time counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// Something in hand.
    Handling,
    /// Ready, nothing in hand.
    Available,
    /// Neither.
    Away,
}

impl Counted {
    /// By what the agent holds and their state.
    pub fn of(held: u32, state: Option<&AgentState>) -> Counted {
        match (held, state) {
            (1.., _) => Counted::Handling,
            (0, Some(AgentState::Ready)) => Counted::Available,
            _ => Counted::Away,
        }
    }
}
