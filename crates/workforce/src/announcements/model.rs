//! An announcement, and whom it is for.

use accounts::Directory;
use conversations::permissions::READ;
use kernel::{AnnouncementId, Error, LineId, Millis, Result, RoleId, TeamId, TenantId, UserId};

/// A title at the most, in characters.
pub const TITLE_MAX: usize = 120;
/// A text at the most, in characters.
pub const BODY_MAX: usize = 10_000;

/// An announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    pub id: AnnouncementId,
    pub tenant: TenantId,
    pub line: Option<LineId>,
    pub team: Option<TeamId>,
    pub role: Option<RoleId>,
    pub title: String,
    pub body: String,
    pub must_read: bool,
    pub bars_ready: bool,
    pub from_at: Millis,
    pub until_at: Option<Millis>,
    pub created_by: UserId,
    pub created_at: Millis,
    pub withdrawn_at: Option<Millis>,
}

impl Announcement {
    /// Does it fit? Error: `invalid`.
    pub fn check(&self) -> Result<()> {
        for (field, text, max) in [("/title", &self.title, TITLE_MAX), ("/body", &self.body, BODY_MAX)] {
            if text.trim().is_empty() {
                return Err(Error::invalid(field, "required"));
            }
            if text.chars().count() > max {
                return Err(Error::invalid(field, "too_long"));
            }
        }
        if self.until_at.is_some_and(|until| until <= self.from_at) {
            return Err(Error::invalid("/until_at", "before_it_begins"));
        }
        if self.bars_ready && !self.must_read {
            return Err(Error::invalid("/bars_ready", "only_if_must_read"));
        }
        Ok(())
    }

    /// Is it to be read now?
    pub fn is_valid(&self, now: Millis) -> bool {
        self.withdrawn_at.is_none() && self.from_at <= now && self.until_at.is_none_or(|until| now < until)
    }

    /// Is it for this user?
    pub fn is_for(&self, directory: &Directory, user: UserId) -> bool {
        directory.holds(user, READ, self.tenant, self.line)
            && self.team.is_none_or(|t| directory.teams_of(user).contains(&t))
            && self.role.is_none_or(|r| directory.has_role(user, r, self.tenant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement() -> Announcement {
        Announcement {
            id: AnnouncementId(1),
            tenant: TenantId(1),
            line: None,
            team: None,
            role: None,
            title: "新退货政策".into(),
            body: "自今日起……".into(),
            must_read: true,
            bars_ready: true,
            from_at: 1_000,
            until_at: Some(2_000),
            created_by: UserId(1),
            created_at: 1,
            withdrawn_at: None,
        }
    }

    #[test]
    fn it_is_valid_between_its_times_until_withdrawn() {
        assert!(!announcement().is_valid(999));
        assert!(announcement().is_valid(1_000) && announcement().is_valid(1_999));
        assert!(!announcement().is_valid(2_000));
        assert!(!Announcement { withdrawn_at: Some(1_500), ..announcement() }.is_valid(1_600));
        assert!(Announcement { until_at: None, ..announcement() }.is_valid(i64::MAX));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(announcement().check().is_ok());
        for bad in [
            Announcement { title: " ".into(), ..announcement() },
            Announcement { body: "长".repeat(BODY_MAX + 1), ..announcement() },
            Announcement { until_at: Some(1_000), ..announcement() },
            Announcement { must_read: false, ..announcement() },
        ] {
            assert!(bad.check().is_err());
        }
    }
}
