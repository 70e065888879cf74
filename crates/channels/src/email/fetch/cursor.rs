//! How far a folder was fetched (RFC 3501, 2.3.1.1). Pure.

use kernel::Millis;

/// A mail's time is not looked at closer than this: servers and clocks differ.
const SLACK_MS: Millis = 86_400_000;

/// How far a folder was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The folder's UIDVALIDITY: numbers of another one mean nothing.
    pub validity: u32,
    /// The first UID not looked at yet.
    pub next: u32,
    /// When the first look was; 0 where everything is wanted.
    pub begun_at: Millis,
    /// Below this UID a mail is taken only if it came after the first look: the folder was numbered anew.
    pub old_below: u32,
}

impl Cursor {
    /// Where to go on, from what is stored and what the folder says now.
    pub fn at_look(
        stored: Option<Cursor>,
        validity: u32,
        next: u32,
        from_the_start: bool,
        now: Millis,
    ) -> Cursor {
        match stored {
            None if from_the_start => Cursor { validity, next: 1, begun_at: 0, old_below: 0 },
            None => Cursor { validity, next, begun_at: now, old_below: 0 },
            Some(c) if c.validity == validity && c.next <= next => c,
            // Numbered anew: everything is looked at again. What is here already is known by its bytes.
            Some(c) => Cursor { validity, next: 1, begun_at: c.begun_at, old_below: next },
        }
    }

    /// Is this mail to be taken? `came_at` is when it came into the folder, where that is known.
    pub fn takes(&self, uid: u32, came_at: Option<Millis>) -> bool {
        uid >= self.next && (uid >= self.old_below || came_at.is_none_or(|at| at >= self.begun_at - SLACK_MS))
    }

    /// With everything up to this UID done.
    pub fn past(self, uid: u32) -> Cursor {
        Cursor { next: self.next.max(uid.saturating_add(1)), ..self }
    }
}

/// When a mail came into its folder, from `17-Jul-1996 02:44:25 -0700`.
pub fn came_at(internal_date: &str) -> Option<Millis> {
    let mut parts = internal_date.trim().split([' ', '-', ':']).filter(|p| !p.is_empty());
    let day: i64 = parts.next()?.parse().ok()?;
    let name = parts.next()?.to_ascii_lowercase();
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = NAMES.iter().position(|n| *n == name)? as i64 + 1;
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (year, hour, minute, second) = (number()?, number()?, number()?, number()?);
    // Days since 1970 (civil calendar); the zone is within the slack.
    let y = if month <= 2 { year - 1 } else { year };
    let (era, yoe) = (y.div_euclid(400), y.rem_euclid(400));
    let doy = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Millis = 1_000 * SLACK_MS;

    #[test]
    fn a_first_look_begins_with_what_comes_or_with_everything() {
        assert_eq!(Cursor::at_look(None, 7, 90, false, AT).next, 90);
        assert_eq!(Cursor::at_look(None, 7, 90, true, AT).next, 1);
    }

    #[test]
    fn a_folder_numbered_anew_is_looked_at_again_without_what_lay_in_it_before() {
        let c = Cursor { validity: 7, next: 90, begun_at: AT, old_below: 0 };
        assert_eq!(Cursor::at_look(Some(c), 7, 95, false, AT), c, "the same numbers go on");
        for anew in [Cursor::at_look(Some(c), 8, 95, false, AT), Cursor::at_look(Some(c), 7, 80, false, AT)] {
            assert_eq!(anew.next, 1);
            assert!(!anew.takes(3, Some(AT - 2 * SLACK_MS)), "it lay there before the mailbox was set up");
            assert!(anew.takes(3, Some(AT + 1)) && anew.takes(3, None) && anew.takes(95, Some(0)));
        }
        let all = Cursor { begun_at: 0, ..c };
        assert!(Cursor::at_look(Some(all), 8, 95, true, AT).takes(3, Some(1_000)), "everything is wanted");
    }

    #[test]
    fn the_cursor_never_goes_back() {
        let c = Cursor { validity: 7, next: 90, begun_at: 0, old_below: 0 };
        assert_eq!((c.past(10).next, c.past(90).next, c.past(u32::MAX).next), (90, 91, u32::MAX));
        assert!(!c.takes(89, None), "`n:*` names the last mail even where its number is lower");
    }

    #[test]
    fn dates_of_folders_are_read() {
        assert_eq!(came_at("17-Jul-1996 02:44:25 -0700"), Some(837_571_465_000));
        assert_eq!(came_at(" 1-Jan-1970 00:00:00 +0000"), Some(0));
        assert_eq!(came_at("29-Feb-2024 12:00:00 +0800"), Some(1_709_208_000_000));
        assert_eq!(came_at("nonsense"), None);
    }
}
