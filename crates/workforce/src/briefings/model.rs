//! A briefing's sheet. Pure.

use kernel::{BriefingId, Error, LineId, Millis, Result, TeamId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Points of a sheet.
pub const POINTS_MAX: usize = 30;
/// A point at the most, in characters.
const TEXT_MAX: usize = 500;
/// A link at the most, in bytes.
const LINK_MAX: usize = 500;
/// A title at the most, in characters.
const TITLE_MAX: usize = 120;

/// One point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BriefingPoint {
    /// What is to be known, at most 500 characters.
    pub text: String,
    /// Where more stands: an `https` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// Somebody whom a signed sheet concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// Who.
    pub user: UserId,
    /// Were they there?
    pub present: bool,
    /// When they acknowledged it.
    pub acknowledged_at: Option<Millis>,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Briefing {
    pub id: BriefingId,
    pub tenant: TenantId,
    pub line: LineId,
    pub team: Option<TeamId>,
    pub day: String,
    pub title: String,
    pub points: Vec<BriefingPoint>,
    pub signed: bool,
    pub created_by: UserId,
    pub created_at: Millis,
    pub signed_by: Option<UserId>,
    pub signed_at: Option<Millis>,
    pub hash: Option<Vec<u8>>,
    pub attendance: Vec<Attendance>,
}

/// Is it a date as `YYYY-MM-DD`?
fn is_day(text: &str) -> bool {
    let mut parts = text.split('-').map(|p| (p.len(), p.parse::<i16>().ok()));
    let (Some((4, Some(y))), Some((2, Some(m))), Some((2, Some(d))), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let small = |n: i16| i8::try_from(n).ok();
    small(m).zip(small(d)).is_some_and(|(m, d)| engines::calendar::Day::new(y, m, d).is_some())
}

impl Briefing {
    /// Does it fit? Error: `invalid`.
    pub fn check(&self) -> Result<()> {
        if !is_day(&self.day) {
            return Err(Error::invalid("/day", "unfit"));
        }
        if self.title.trim().is_empty() {
            return Err(Error::invalid("/title", "required"));
        }
        if self.title.chars().count() > TITLE_MAX {
            return Err(Error::invalid("/title", "too_long"));
        }
        if self.points.len() > POINTS_MAX {
            return Err(Error::invalid("/points", "too_many"));
        }
        for p in &self.points {
            if p.text.trim().is_empty() {
                return Err(Error::invalid("/points", "required"));
            }
            if p.text.chars().count() > TEXT_MAX {
                return Err(Error::invalid("/points", "too_long"));
            }
            let fits = |l: &String| {
                l.len() <= LINK_MAX && l.starts_with("https://") && !l.contains(char::is_whitespace)
            };
            if p.link.as_ref().is_some_and(|l| !fits(l)) {
                return Err(Error::invalid("/points", "unfit_link"));
            }
        }
        Ok(())
    }

    /// The hash over what is signed: everything but the acknowledgements, which come later.
    pub fn digest(&self) -> Vec<u8> {
        let there: Vec<(String, bool)> =
            self.attendance.iter().map(|a| (a.user.to_string(), a.present)).collect();
        let signed = serde_json::json!({
            "id": self.id, "line": self.line, "team": self.team, "day": self.day, "title": self.title,
            "points": self.points, "by": self.signed_by, "at": self.signed_at, "there": there,
        });
        Sha256::digest(signed.to_string().as_bytes()).to_vec()
    }

    /// Is a signed sheet still what was signed?
    pub fn is_intact(&self) -> bool {
        self.hash.as_ref().is_none_or(|h| *h == self.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Briefing {
        Briefing {
            id: BriefingId(1),
            tenant: TenantId(1),
            line: LineId(11),
            team: None,
            day: "2026-11-29".into(),
            title: "早班".into(),
            points: vec![BriefingPoint { text: "退款今日起 24 小时内到账".into(), link: None }],
            signed: true,
            created_by: UserId(1),
            created_at: 1,
            signed_by: Some(UserId(1)),
            signed_at: Some(2),
            hash: None,
            attendance: vec![Attendance { user: UserId(5), present: true, acknowledged_at: None }],
        }
    }

    #[test]
    fn whatever_was_signed_shows_when_it_is_changed() {
        let signed = Briefing { hash: Some(sheet().digest()), ..sheet() };
        assert!(signed.is_intact());
        let mut read = signed.clone();
        read.attendance[0].acknowledged_at = Some(9);
        assert!(read.is_intact(), "acknowledging is no change");
        let mut forged = signed.clone();
        forged.points[0].text.push('x');
        assert!(!forged.is_intact());
        let mut forged = signed;
        forged.attendance[0].present = false;
        assert!(!forged.is_intact());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(sheet().check().is_ok());
        let point =
            |text: &str, link: Option<&str>| BriefingPoint { text: text.into(), link: link.map(Into::into) };
        for bad in [
            Briefing { day: "2026-02-30".into(), ..sheet() },
            Briefing { day: "today".into(), ..sheet() },
            Briefing { title: " ".into(), ..sheet() },
            Briefing { points: vec![point("", None)], ..sheet() },
            Briefing { points: vec![point("a", Some("javascript:alert(1)"))], ..sheet() },
            Briefing { points: vec![point("a", None); 31], ..sheet() },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
