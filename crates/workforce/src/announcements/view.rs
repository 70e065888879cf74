//! Shapes of announcements.

use super::model::Announcement;
use accounts::Directory;
use kernel::{AnnouncementId, LineId, Millis, RoleId, TeamId, TenantId, UserId};
use platform::App;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// An announcement.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnnouncementView {
    /// The announcement.
    pub id: AnnouncementId,
    /// The client.
    pub tenant: TenantId,
    /// Only for this line.
    pub line: Option<LineId>,
    /// Only for this team.
    pub team: Option<TeamId>,
    /// Only for this role.
    pub role: Option<RoleId>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Must it be signed as read?
    pub must_read: bool,
    /// Does going ready wait for that?
    pub bars_ready: bool,
    /// From when.
    pub from_at: Millis,
    /// Until when.
    pub until_at: Option<Millis>,
    /// Who published it, by alias.
    pub by: String,
    /// When.
    pub created_at: Millis,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Millis>,
    /// May the reader withdraw it and see who has read it?
    pub may_manage: bool,
}

impl AnnouncementView {
    /// An announcement as it is shown.
    pub fn of(app: &App, n: &Announcement, may_manage: bool) -> AnnouncementView {
        AnnouncementView {
            id: n.id,
            tenant: n.tenant,
            line: n.line,
            team: n.team,
            role: n.role,
            title: n.title.clone(),
            body: n.body.clone(),
            must_read: n.must_read,
            bars_ready: n.bars_ready,
            from_at: n.from_at,
            until_at: n.until_at,
            by: app.port::<Arc<Directory>>().user(n.created_by).map(|u| u.alias.clone()).unwrap_or_default(),
            created_at: n.created_at,
            withdrawn_at: n.withdrawn_at,
            may_manage,
        }
    }
}

/// An announcement to be published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnnouncement {
    /// The client.
    pub tenant: TenantId,
    /// Only for this line.
    pub line: Option<LineId>,
    /// Only for this team.
    pub team: Option<TeamId>,
    /// Only for this role.
    pub role: Option<RoleId>,
    /// Its title, at most 120 characters.
    pub title: String,
    /// Its text, at most 10,000 characters.
    pub body: String,
    /// Must it be signed as read?
    #[serde(default)]
    pub must_read: bool,
    /// Does going ready wait for that?
    #[serde(default)]
    pub bars_ready: bool,
    /// From when; now if left out.
    pub from_at: Option<Millis>,
    /// Until when.
    pub until_at: Option<Millis>,
}

/// Somebody who is to read an announcement.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnnouncementReader {
    /// Who.
    pub user: UserId,
    /// Their alias.
    pub alias: String,
    /// Their number.
    pub number: String,
    /// When they read it; `null` while they have not.
    pub read_at: Option<Millis>,
}
