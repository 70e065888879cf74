//! A target and what is allowed in it. Pure.

use crate::counts::{ANSWER_WITHIN_MS, SHORT_ABANDON_MS};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use utoipa::ToSchema;

/// Within which the waiting may be meant to be answered, in milliseconds.
const WITHIN_MS: RangeInclusive<i64> = 1_000..=86_400_000;
/// What may count as a short abandon, in milliseconds.
const SHORT_MS: RangeInclusive<i64> = 0..=300_000;
/// All of them, in ten-thousandths.
const WHOLE: i64 = 10_000;

/// What a line aims at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LineTarget)]
pub struct Target {
    /// The waiting are answered within this, 1,000 to 86,400,000 ms.
    pub answer_within_ms: i64,
    /// This share of them, in ten-thousandths.
    pub answer_share: i64,
    /// Who leaves sooner is not counted as lost, up to 300,000 ms.
    pub short_abandon_ms: i64,
}

impl Default for Target {
    fn default() -> Target {
        Target { answer_within_ms: ANSWER_WITHIN_MS, answer_share: 8_000, short_abandon_ms: SHORT_ABANDON_MS }
    }
}

impl Target {
    /// Refuses what cannot be, naming the field.
    pub fn check(&self) -> Result<()> {
        if !WITHIN_MS.contains(&self.answer_within_ms) {
            return Err(Error::invalid("/answer_within_ms", "out_of_range"));
        }
        if !(0..=WHOLE).contains(&self.answer_share) {
            return Err(Error::invalid("/answer_share", "out_of_range"));
        }
        if !SHORT_MS.contains(&self.short_abandon_ms) {
            return Err(Error::invalid("/short_abandon_ms", "out_of_range"));
        }
        Ok(())
    }
}
