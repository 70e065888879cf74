//! Thresholds and what they decide. Pure.

use crate::counts::Sums;
use crate::metrics::by_id;
use crate::monitor::LineNow;
use kernel::{AlertId, Error, LineId, Millis, Result, TenantId, ThresholdId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Thresholds of one line.
pub const THRESHOLDS_MAX: i64 = 50;
/// The largest value of a threshold.
const VALUE_MAX: i64 = 1_000_000_000;
/// How long a crossing may have to last.
const FOR_MS_MAX: Millis = 24 * 3_600_000;
/// When at the latest an alert that nobody confirms goes upwards.
const ESCALATE_MS: std::ops::RangeInclusive<Millis> = 60_000..=24 * 3_600_000;
/// Minutes of a day.
const DAY_MINUTES: i64 = 1_440;
/// All of something, in ten-thousandths.
const WHOLE: f64 = 10_000.0;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident as $shown:ident { $($(#[$vdoc:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[schema(as = $shown)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// The word stored and sent.
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// From the word stored.
            pub fn from_word(w: &str) -> Result<$name> {
                match w { $($word => Ok($name::$variant),)+ _ => Err(Error::internal(format!("{w} is no {}", stringify!($name)))) }
            }
        }
    };
}

words! {
    /// A figure of a line that can be watched. Times are milliseconds, shares ten-thousandths.
    LiveMetric as ThresholdMetric { /// How many wait.
        Waiting = "waiting", /// How long the first has waited.
        LongestWait = "longest_wait", /// How long the first turn has waited for an answer.
        LongestUnanswered = "longest_unanswered", /// Agents who are ready and have nothing in hand.
        AgentsFree = "agents_free", /// Service level of the day.
        ServiceLevel = "service_level", /// Abandon rate of the day.
        AbandonRate = "abandon_rate", /// Speed of answer of the day.
        AnswerSpeed = "answer_speed", /// First response of the day.
        FirstReply = "first_reply", /// Turns answered within three minutes, of the day.
        Within3Min = "within_3min" }
}
words! {
    /// On which side of the value it is too much.
    Operator as ThresholdOperator { /// The value or more.
        AtLeast = "at_least", /// Less than the value.
        Below = "below" }
}

impl LiveMetric {
    /// The figure of a line; `None` where there is nothing to divide by.
    pub fn of(self, line: &LineNow, now: Millis) -> Option<i64> {
        let age = |since: Option<Millis>| Some(since.map_or(0, |s| (now - s).max(0)));
        match self {
            LiveMetric::Waiting => Some(line.waiting),
            LiveMetric::LongestWait => age(line.oldest),
            LiveMetric::LongestUnanswered => age(line.unanswered_since),
            LiveMetric::AgentsFree => Some(line.free),
            LiveMetric::ServiceLevel | LiveMetric::AbandonRate | LiveMetric::Within3Min => {
                self.today(&line.sums, WHOLE)
            }
            LiveMetric::AnswerSpeed | LiveMetric::FirstReply => self.today(&line.sums, 1.0),
        }
    }

    fn today(self, sums: &Sums, unit: f64) -> Option<i64> {
        let value = by_id(self.word())?.figure(sums).value?;
        Some((value * unit).round() as i64)
    }
}

impl Operator {
    /// Is this too much?
    pub fn crosses(self, seen: i64, value: i64) -> bool {
        match self {
            Operator::AtLeast => seen >= value,
            Operator::Below => seen < value,
        }
    }
}

/// A limit of a line's figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    /// Its id.
    pub id: ThresholdId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The figure.
    pub metric: LiveMetric,
    /// On which side of the value it is too much.
    pub operator: Operator,
    /// The value.
    pub value: i64,
    /// How long it must be too much.
    pub for_ms: Millis,
    /// Minutes of the line's day in which nothing is raised, half-open; over midnight when the first is the later.
    pub quiet: Option<(i64, i64)>,
    /// After so long without a confirmation it goes upwards.
    pub escalate_ms: Option<Millis>,
    /// Is it watched?
    pub enabled: bool,
    /// Since when it is too much.
    pub crossed_at: Option<Millis>,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Millis,
}

impl Threshold {
    /// Refuses what cannot be, naming the field.
    pub fn check(&self) -> Result<()> {
        if !(0..=VALUE_MAX).contains(&self.value) {
            return Err(Error::invalid("/value", "out_of_range"));
        }
        if !(0..=FOR_MS_MAX).contains(&self.for_ms) {
            return Err(Error::invalid("/for_ms", "out_of_range"));
        }
        if let Some((from, to)) = self.quiet {
            let minutes = 0..DAY_MINUTES;
            if !minutes.contains(&from) {
                return Err(Error::invalid("/quiet_from", "out_of_range"));
            }
            if !minutes.contains(&to) || from == to {
                return Err(Error::invalid("/quiet_to", "out_of_range"));
            }
        }
        if self.escalate_ms.is_some_and(|ms| !ESCALATE_MS.contains(&ms)) {
            return Err(Error::invalid("/escalate_ms", "out_of_range"));
        }
        Ok(())
    }

    /// Is this minute of the day a quiet one?
    pub fn is_quiet(&self, minute: i64) -> bool {
        match self.quiet {
            None => false,
            Some((from, to)) if from < to => (from..to).contains(&minute),
            Some((from, to)) => minute >= from || minute < to,
        }
    }
}

/// What a threshold raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// What raised it.
    pub threshold: ThresholdId,
    /// The figure.
    pub metric: LiveMetric,
    /// On which side of the value it was too much.
    pub operator: Operator,
    /// The value of the threshold then.
    pub value: i64,
    /// What the figure was.
    pub seen: i64,
    /// Since when it was too much.
    pub crossed_at: Millis,
    /// When it was raised.
    pub raised_at: Millis,
    /// Who confirmed it.
    pub acknowledged_by: Option<UserId>,
    /// When.
    pub acknowledged_at: Option<Millis>,
    /// With which words.
    pub note: Option<String>,
    /// When it went upwards.
    pub escalated_at: Option<Millis>,
    /// When it was over.
    pub over_at: Option<Millis>,
}

/// What is to be done about a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Remember that it is too much since then, or no more.
    Crossed(Option<Millis>),
    /// Raise an alert: the figure, and since when it is too much.
    Raise(i64, Millis),
    /// It has been raised, and nobody confirmed it.
    Escalate(AlertId),
    /// It is too much no more.
    Over(AlertId),
}

/// What follows from a figure. `minute` is the minute of the line's day.
pub fn decide(t: &Threshold, open: Option<&Alert>, seen: Option<i64>, minute: i64, now: Millis) -> Vec<Step> {
    let crosses = t.enabled && seen.is_some_and(|s| t.operator.crosses(s, t.value));
    if !crosses {
        let forget = t.crossed_at.map(|_| Step::Crossed(None));
        return forget.into_iter().chain(open.map(|a| Step::Over(a.id))).collect();
    }
    let (mut steps, since) = (vec![], t.crossed_at.unwrap_or(now));
    if t.crossed_at.is_none() {
        steps.push(Step::Crossed(Some(now)));
    }
    if t.is_quiet(minute) {
        return steps;
    }
    match open {
        None if now - since >= t.for_ms => steps.push(Step::Raise(seen.unwrap_or(0), since)),
        Some(a)
            if a.acknowledged_at.is_none()
                && a.escalated_at.is_none()
                && t.escalate_ms.is_some_and(|ms| now - a.raised_at >= ms) =>
        {
            steps.push(Step::Escalate(a.id));
        }
        _ => {}
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threshold() -> Threshold {
        Threshold {
            id: ThresholdId(1),
            tenant: TenantId(1),
            line: LineId(1),
            metric: LiveMetric::Waiting,
            operator: Operator::AtLeast,
            value: 5,
            for_ms: 60_000,
            quiet: Some((22 * 60, 8 * 60)),
            escalate_ms: Some(300_000),
            enabled: true,
            crossed_at: None,
            created_by: UserId(1),
            created_at: 0,
        }
    }
    fn alert() -> Alert {
        Alert {
            id: AlertId(9),
            tenant: TenantId(1),
            line: LineId(1),
            threshold: ThresholdId(1),
            metric: LiveMetric::Waiting,
            operator: Operator::AtLeast,
            value: 5,
            seen: 6,
            crossed_at: 0,
            raised_at: 60_000,
            acknowledged_by: None,
            acknowledged_at: None,
            note: None,
            escalated_at: None,
            over_at: None,
        }
    }

    #[test]
    fn it_must_last_before_it_is_raised() {
        let t = threshold();
        assert_eq!(decide(&t, None, Some(4), 600, 1_000), []);
        assert_eq!(decide(&t, None, Some(5), 600, 1_000), [Step::Crossed(Some(1_000))]);
        let t = Threshold { crossed_at: Some(1_000), ..t };
        assert_eq!(decide(&t, None, Some(7), 600, 60_999), []);
        assert_eq!(decide(&t, None, Some(7), 600, 61_000), [Step::Raise(7, 1_000)]);
        assert_eq!(
            decide(&t, None, Some(1), 600, 61_000),
            [Step::Crossed(None)],
            "one good moment begins anew"
        );
        assert_eq!(decide(&t, None, None, 600, 61_000), [Step::Crossed(None)], "nothing crosses nothing");
    }

    #[test]
    fn at_night_nothing_is_raised_and_what_is_over_is_over() {
        let t = Threshold { crossed_at: Some(0), ..threshold() };
        for minute in [22 * 60, 23 * 60 + 59, 0, 7 * 60 + 59] {
            assert_eq!(decide(&t, None, Some(9), minute, 90_000), []);
        }
        assert_eq!(decide(&t, None, Some(9), 8 * 60, 90_000), [Step::Raise(9, 0)]);
        let end = [Step::Crossed(None), Step::Over(AlertId(9))];
        assert_eq!(decide(&t, Some(&alert()), Some(0), 0, 90_000), end);
    }

    #[test]
    fn what_nobody_confirms_goes_upwards_once() {
        let t = Threshold { crossed_at: Some(0), ..threshold() };
        assert_eq!(decide(&t, Some(&alert()), Some(9), 600, 359_999), []);
        assert_eq!(decide(&t, Some(&alert()), Some(9), 600, 360_000), [Step::Escalate(AlertId(9))]);
        let known = Alert { acknowledged_at: Some(1), ..alert() };
        assert_eq!(decide(&t, Some(&known), Some(9), 600, 900_000), []);
        let risen = Alert { escalated_at: Some(1), ..alert() };
        assert_eq!(decide(&t, Some(&risen), Some(9), 600, 900_000), []);
        let off = Threshold { enabled: false, ..t };
        let end = [Step::Crossed(None), Step::Over(AlertId(9))];
        assert_eq!(decide(&off, Some(&alert()), Some(9), 600, 900_000), end, "switched off is over");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(threshold().check().is_ok());
        for bad in [
            Threshold { value: -1, ..threshold() },
            Threshold { for_ms: FOR_MS_MAX + 1, ..threshold() },
            Threshold { quiet: Some((1_440, 0)), ..threshold() },
            Threshold { quiet: Some((60, 60)), ..threshold() },
            Threshold { escalate_ms: Some(1_000), ..threshold() },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
