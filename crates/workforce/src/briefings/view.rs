//! Shapes of briefings.

use super::model::{Briefing, BriefingPoint};
use super::service::{concerned, hex};
use crate::permissions::BRIEF;
use accounts::{Caller, Directory};
use kernel::{BriefingId, LineId, Millis, TeamId, TenantId, UserId};
use platform::App;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Somebody whom a briefing concerns.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendanceView {
    /// Who.
    pub user: UserId,
    /// Their alias.
    pub alias: String,
    /// Their number.
    pub number: String,
    /// Were they there? Says nothing before the sheet is signed.
    pub present: bool,
    /// When they acknowledged it.
    pub acknowledged_at: Option<Millis>,
}

/// The sheet of a briefing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BriefingView {
    /// The sheet.
    pub id: BriefingId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// Only for this team.
    pub team: Option<TeamId>,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// Its title.
    pub title: String,
    /// What is to be known.
    pub points: Vec<BriefingPoint>,
    /// Is it signed?
    pub signed: bool,
    /// Who drew it up, by alias.
    pub by: String,
    /// When.
    pub created_at: Millis,
    /// Who signed it, by alias.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Option<Millis>,
    /// The hash over what was signed.
    pub hash: Option<String>,
    /// Is it still what was signed?
    pub intact: bool,
    /// Whom it concerns: all of them for who may manage it, otherwise oneself.
    pub attendance: Vec<AttendanceView>,
    /// May the reader change and sign it?
    pub may_manage: bool,
}

impl BriefingView {
    /// A sheet as this caller sees it.
    pub fn of(app: &App, caller: &Caller, b: &Briefing) -> BriefingView {
        let directory = app.port::<Arc<Directory>>();
        let may_manage = caller.may(BRIEF, b.tenant, Some(b.line));
        let alias = |u: UserId| directory.user(u).map(|n| n.alias.clone()).unwrap_or_default();
        let row = |user: UserId, present, acknowledged_at| AttendanceView {
            user,
            alias: alias(user),
            number: directory.user(user).map(|n| n.number.clone()).unwrap_or_default(),
            present,
            acknowledged_at,
        };
        let mut attendance: Vec<AttendanceView> = match (b.signed, may_manage) {
            (false, true) => concerned(app, b).into_iter().map(|u| row(u, false, None)).collect(),
            _ => b.attendance.iter().map(|a| row(a.user, a.present, a.acknowledged_at)).collect(),
        };
        attendance.retain(|a| may_manage || a.user == caller.user);
        BriefingView {
            id: b.id,
            tenant: b.tenant,
            line: b.line,
            team: b.team,
            day: b.day.clone(),
            title: b.title.clone(),
            points: b.points.clone(),
            signed: b.signed,
            by: alias(b.created_by),
            created_at: b.created_at,
            signed_by: b.signed_by.map(alias),
            signed_at: b.signed_at,
            hash: hex(b.hash.as_deref()),
            intact: b.is_intact(),
            attendance,
            may_manage,
        }
    }
}

/// A sheet to be drawn up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBriefing {
    /// The line.
    pub line: LineId,
    /// Only for this team.
    pub team: Option<TeamId>,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// Its title, at most 120 characters.
    pub title: String,
    /// What is to be known, at most 30 points.
    #[serde(default)]
    pub points: Vec<BriefingPoint>,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BriefingChange {
    /// The day, `YYYY-MM-DD`.
    pub day: Option<String>,
    /// Its title, at most 120 characters.
    pub title: Option<String>,
    /// What is to be known, at most 30 points.
    pub points: Option<Vec<BriefingPoint>>,
}

/// Who was there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BriefingPresence {
    /// Of those whom it concerns, who was there.
    pub present: Vec<UserId>,
}
