//! Seeded chance: the same seed gives the same day.

use serde::{Deserialize, Serialize};

/// SplitMix64 (S. Steele, D. Lea, C. Flood, 2014): small, passes the usual tests, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A stream of its own for each pair of seed and purpose.
    pub fn new(seed: u64, purpose: u64) -> Dice {
        let mut dice =
            Dice(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ purpose.wrapping_mul(0xaf25_1af3_b0f0_25b5));
        dice.bits();
        dice
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between 0 and 1, both excluded.
    pub fn share(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A whole number below `n`; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.share() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// True with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// A duration of this kind, in milliseconds.
    pub fn draw(&mut self, of: Duration) -> i64 {
        let ms = match of {
            Duration::Fixed { ms } => return ms.max(0),
            Duration::Exponential { mean_ms } => -self.share().ln() * mean_ms,
            Duration::LogNormal { mean_ms, variation } => {
                let spread = (1.0 + variation * variation).ln();
                let normal = (-2.0 * self.share().ln()).sqrt() * (std::f64::consts::TAU * self.share()).cos();
                mean_ms * (spread.sqrt() * normal - spread / 2.0).exp()
            }
        };
        ms.round() as i64
    }
}

/// How long something takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Duration {
    /// Always as long, in milliseconds.
    Fixed {
        /// How long.
        ms: i64,
    },
    /// Without memory, as the formulas of Erlang assume.
    Exponential {
        /// The mean, in milliseconds.
        mean_ms: f64,
    },
    /// As handling times are found to be (L. Brown and others, 2005).
    LogNormal {
        /// The mean, in milliseconds.
        mean_ms: f64,
        /// Standard deviation as a share of the mean.
        variation: f64,
    },
}
