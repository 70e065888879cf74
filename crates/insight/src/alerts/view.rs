//! How thresholds and alerts are asked for and shown.

use super::model::{Alert, LiveMetric, Operator, Threshold};
use accounts::Directory;
use kernel::{AlertId, LineId, Millis, TenantId, ThresholdId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A limit of a line's figure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Threshold)]
pub struct ThresholdView {
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
    /// The value: a count, milliseconds, or ten-thousandths of a share.
    pub value: i64,
    /// How long it must be too much, in milliseconds.
    pub for_ms: Millis,
    /// Minute of the line's day from which nothing is raised.
    pub quiet_from: Option<i64>,
    /// Minute of the line's day until which nothing is raised.
    pub quiet_to: Option<i64>,
    /// After so long without a confirmation it goes upwards, in milliseconds.
    pub escalate_ms: Option<Millis>,
    /// Is it watched?
    pub enabled: bool,
    /// Since when it is too much.
    pub crossed_at: Option<Millis>,
}

impl From<Threshold> for ThresholdView {
    fn from(t: Threshold) -> ThresholdView {
        let (quiet_from, quiet_to) = t.quiet.unzip();
        ThresholdView {
            id: t.id,
            tenant: t.tenant,
            line: t.line,
            metric: t.metric,
            operator: t.operator,
            value: t.value,
            for_ms: t.for_ms,
            quiet_from,
            quiet_to,
            escalate_ms: t.escalate_ms,
            enabled: t.enabled,
            crossed_at: t.crossed_at,
        }
    }
}

/// What a threshold is to be.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThresholdInput {
    /// The figure.
    pub metric: LiveMetric,
    /// On which side of the value it is too much.
    pub operator: Operator,
    /// The value: a count, milliseconds, or ten-thousandths of a share; 0 to 1,000,000,000.
    pub value: i64,
    /// How long it must be too much, up to 86,400,000 ms.
    pub for_ms: Option<Millis>,
    /// Minute of the line's day from which nothing is raised, 0 to 1439; together with `quiet_to`.
    pub quiet_from: Option<i64>,
    /// Minute of the line's day until which nothing is raised, 0 to 1439; before `quiet_from` it is the next morning's.
    pub quiet_to: Option<i64>,
    /// After so long without a confirmation it goes upwards, 60,000 to 86,400,000 ms; never without.
    pub escalate_ms: Option<Millis>,
    /// Is it watched?
    pub enabled: Option<bool>,
}

/// A threshold to be made.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewThreshold {
    /// The line.
    pub line: LineId,
    /// The figure.
    pub metric: LiveMetric,
    /// On which side of the value it is too much.
    pub operator: Operator,
    /// The value: a count, milliseconds, or ten-thousandths of a share; 0 to 1,000,000,000.
    pub value: i64,
    /// How long it must be too much, up to 86,400,000 ms.
    pub for_ms: Option<Millis>,
    /// Minute of the line's day from which nothing is raised, 0 to 1439; together with `quiet_to`.
    pub quiet_from: Option<i64>,
    /// Minute of the line's day until which nothing is raised, 0 to 1439; before `quiet_from` it is the next morning's.
    pub quiet_to: Option<i64>,
    /// After so long without a confirmation it goes upwards, 60,000 to 86,400,000 ms; never without.
    pub escalate_ms: Option<Millis>,
    /// Is it watched?
    pub enabled: Option<bool>,
}

impl NewThreshold {
    /// Without the line.
    pub(super) fn input(&self) -> ThresholdInput {
        let NewThreshold {
            metric, operator, value, for_ms, quiet_from, quiet_to, escalate_ms, enabled, ..
        } = *self;
        ThresholdInput { metric, operator, value, for_ms, quiet_from, quiet_to, escalate_ms, enabled }
    }
}

/// What a threshold raised.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertView {
    /// Its id.
    pub id: AlertId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The line's name.
    pub line_name: String,
    /// What raised it; it may be gone.
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
    /// The name of who confirmed it.
    pub acknowledged_name: Option<String>,
    /// When.
    pub acknowledged_at: Option<Millis>,
    /// With which words.
    pub note: Option<String>,
    /// When it went upwards.
    pub escalated_at: Option<Millis>,
    /// When it was over.
    pub over_at: Option<Millis>,
}

impl AlertView {
    /// An alert with its names.
    pub(super) fn of(a: Alert, directory: &Directory) -> AlertView {
        AlertView {
            id: a.id,
            tenant: a.tenant,
            line: a.line,
            line_name: directory.line(a.line).map(|l| l.name.clone()).unwrap_or_default(),
            threshold: a.threshold,
            metric: a.metric,
            operator: a.operator,
            value: a.value,
            seen: a.seen,
            crossed_at: a.crossed_at,
            raised_at: a.raised_at,
            acknowledged_name: a.acknowledged_by.and_then(|u| directory.user(u)).map(|u| u.alias.clone()),
            acknowledged_by: a.acknowledged_by,
            acknowledged_at: a.acknowledged_at,
            note: a.note,
            escalated_at: a.escalated_at,
            over_at: a.over_at,
        }
    }
}
