//! What a metric is, and a figure made of it. Pure.

use crate::counts::Sums;
use serde::Serialize;
use utoipa::ToSchema;

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MetricUnit)]
pub enum Unit {
    /// So many.
    Count,
    /// Milliseconds.
    Duration,
    /// A share, 0 to 1.
    Share,
}

/// How a metric is made of sums.
#[derive(Clone, Copy)]
pub enum Of {
    /// A sum as it is.
    Sum(fn(&Sums) -> i64),
    /// One sum over another; nothing where the second is 0.
    Ratio(fn(&Sums) -> i64, fn(&Sums) -> i64),
}

/// What kind of fact stands behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behind {
    /// Waitings.
    Waitings,
    /// Turns of talk.
    Turns,
    /// Servings that ended.
    Servings,
    /// Dispositions.
    Records,
    /// What contacts said, or did not, when they were asked how it was.
    Ratings,
}

/// Which conversations stand behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// The kind of fact.
    pub behind: Behind,
    /// With one of these two outcomes; both empty for any.
    pub outcomes: (&'static str, &'static str),
    /// Of turns: only first ones?
    pub first: bool,
    /// Longer than this, in milliseconds.
    pub over_ms: i64,
    /// Not longer than this, in milliseconds.
    pub up_to_ms: i64,
    /// Only shorter than the line's limit of short abandons?
    pub short: bool,
}

impl Slice {
    const fn of(behind: Behind, outcomes: (&'static str, &'static str)) -> Slice {
        Slice { behind, outcomes, first: false, over_ms: -1, up_to_ms: i64::MAX, short: false }
    }
    /// Waitings with one of these outcomes.
    pub const fn waitings(a: &'static str, b: &'static str) -> Slice {
        Slice::of(Behind::Waitings, (a, b))
    }
    /// Turns with this outcome.
    pub const fn turns(outcome: &'static str) -> Slice {
        Slice::of(Behind::Turns, (outcome, ""))
    }
    /// Servings with one of these outcomes.
    pub const fn servings(a: &'static str, b: &'static str) -> Slice {
        Slice::of(Behind::Servings, (a, b))
    }
    /// Dispositions with this outcome.
    pub const fn records(outcome: &'static str) -> Slice {
        Slice::of(Behind::Records, (outcome, ""))
    }
    /// Ratings with one of these outcomes.
    pub const fn ratings(a: &'static str, b: &'static str) -> Slice {
        Slice::of(Behind::Ratings, (a, b))
    }
    /// Only first turns.
    pub const fn first(self) -> Slice {
        Slice { first: true, ..self }
    }
    /// Only what took longer than the first and not longer than the second.
    pub const fn between(self, over_ms: i64, up_to_ms: i64) -> Slice {
        Slice { over_ms, up_to_ms, ..self }
    }
    /// Only short abandons.
    pub const fn short(self) -> Slice {
        Slice { short: true, ..self }
    }
}

/// One entry of the catalogue.
pub struct Metric {
    /// Its name in the API; never changes.
    pub id: &'static str,
    /// Grows when the definition changes.
    pub version: u32,
    /// English name.
    pub en: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// Definition in English, with what is counted and what it is divided by.
    pub about_en: &'static str,
    /// The same in Chinese.
    pub about_zh: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// With fewer than this it says little; 0 where that cannot be.
    pub sample_min: i64,
    /// How it is made.
    pub of: Of,
    /// What stands behind it; nothing where no conversations do.
    pub slice: Option<Slice>,
}

/// A metric's value for something.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Figure {
    /// The entry of the catalogue.
    #[schema(value_type = String)]
    pub metric: &'static str,
    /// The value: a count, milliseconds or a share; `null` where there is nothing to divide by.
    pub value: Option<f64>,
    /// What was counted.
    pub numerator: i64,
    /// What it is divided by, for ratios.
    pub denominator: Option<i64>,
    /// Is the sample too small to say much?
    pub few: bool,
}

impl Metric {
    /// Its value for these sums.
    pub fn figure(&self, sums: &Sums) -> Figure {
        match self.of {
            Of::Sum(of) => {
                let n = of(sums);
                Figure { metric: self.id, value: Some(n as f64), numerator: n, denominator: None, few: false }
            }
            Of::Ratio(above, below) => {
                let (n, d) = (above(sums), below(sums));
                let value = (d > 0).then(|| n as f64 / d as f64);
                Figure {
                    metric: self.id,
                    value,
                    numerator: n,
                    denominator: Some(d),
                    few: d < self.sample_min,
                }
            }
        }
    }
}

/// The values of these metrics, in their order.
pub fn figures(metrics: &[&Metric], sums: &Sums) -> Vec<Figure> {
    metrics.iter().map(|m| m.figure(sums)).collect()
}
