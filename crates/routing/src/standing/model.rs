//! The two records and what they make of a contact. Pure.

use customers::ContactMarks;
use engines::acd::{AGING_MS_MAX, Marks, PRIORITY_ABS_MAX, Points, Settings};
use kernel::{Error, Millis, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The highest tier of a client or a contact.
pub const TIER_MAX: i64 = 10;
/// Words for tiers of one client.
pub const TIERS_MAX: usize = 50;
/// Tags of one client that lead straight to a person.
pub const TAGS_MAX: usize = 50;
/// A word or tag at the most, in characters.
pub const WORD_MAX: usize = 40;
const DAY_MS: Millis = 24 * 3_600_000;

/// How the installation routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = RoutingSettings)]
pub struct Installation {
    /// The wait that is worth one point, in milliseconds, up to an hour; 0 = waiting counts nothing, and what has fewer
    /// points may wait for ever.
    pub aging_ms: i64,
    /// Points for each tier of a contact.
    pub contact_tier_points: i64,
    /// Points for each tier of a client.
    pub client_tier_points: i64,
    /// Points for a contact who comes again soon.
    pub repeat_points: i64,
    /// Points for a contact who is to reach a person at once.
    pub straight_points: i64,
    /// How long who missed or refused something is not offered it again, in milliseconds, up to an hour.
    pub cool_down_ms: i64,
    /// After how many missed offers in a row an agent is set to busy, up to 20; 0 = never.
    pub missed_max: i64,
    /// How long an agent whose connection is lost keeps what they hold, in milliseconds, up to an hour.
    pub vanish_grace_ms: i64,
    /// For how many days decisions are kept, 1 to 730.
    pub decisions_days: i64,
}

impl Default for Installation {
    fn default() -> Installation {
        let s = Settings::default();
        Installation {
            aging_ms: s.aging_ms,
            contact_tier_points: s.points.contact_tier.into(),
            client_tier_points: s.points.client_tier.into(),
            repeat_points: s.points.repeat.into(),
            straight_points: s.points.straight.into(),
            cool_down_ms: s.cool_down_ms,
            missed_max: s.missed_max.into(),
            vanish_grace_ms: s.vanish_grace_ms,
            decisions_days: 90,
        }
    }
}

impl Installation {
    /// Refuses what cannot be, naming the field.
    pub fn check(&self) -> Result<()> {
        let points = i64::from(PRIORITY_ABS_MAX);
        let fields = [
            ("/aging_ms", self.aging_ms, 0, AGING_MS_MAX),
            ("/contact_tier_points", self.contact_tier_points, 0, points),
            ("/client_tier_points", self.client_tier_points, 0, points),
            ("/repeat_points", self.repeat_points, 0, points),
            ("/straight_points", self.straight_points, 0, points),
            ("/cool_down_ms", self.cool_down_ms, 0, 3_600_000),
            ("/missed_max", self.missed_max, 0, 20),
            ("/vanish_grace_ms", self.vanish_grace_ms, 1_000, 3_600_000),
            ("/decisions_days", self.decisions_days, 1, 730),
        ];
        match fields.into_iter().find(|(_, v, min, max)| !(min..=max).contains(&v)) {
            Some((field, ..)) => Err(Error::invalid(field, "out_of_range")),
            None => Ok(()),
        }
    }

    /// As the engine takes them.
    pub fn for_engine(&self) -> Settings {
        let points = |v: i64| i32::try_from(v).unwrap_or(0);
        Settings {
            cool_down_ms: self.cool_down_ms,
            missed_max: u32::try_from(self.missed_max).unwrap_or(0),
            vanish_grace_ms: self.vanish_grace_ms,
            aging_ms: self.aging_ms,
            points: Points {
                contact_tier: points(self.contact_tier_points),
                client_tier: points(self.client_tier_points),
                repeat: points(self.repeat_points),
                straight: points(self.straight_points),
            },
        }
    }
}

/// A client's word for a tier of its contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactTier {
    /// The word, as it stands with the contact.
    pub name: String,
    /// What it counts, 1 to 10.
    pub tier: i64,
}

/// What one client's standing and its contacts are worth.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClientRules {
    /// The client's own tier, 0 to 10.
    pub tier: i64,
    /// Its words for contacts' tiers; a contact with another word counts 0.
    pub contact_tiers: Vec<ContactTier>,
    /// Contacts with one of these tags reach a person at once.
    pub straight_tags: Vec<String>,
    /// The key of the attribute with a contact's birthday or age, if older contacts are to reach a person at once.
    pub age_attribute: Option<String>,
    /// From what age on, in years, 1 to 120.
    pub age_from: Option<i64>,
}

impl ClientRules {
    /// Refuses what cannot be, naming the field.
    pub fn check(&self) -> Result<()> {
        let fits = |w: &str| !w.trim().is_empty() && w.chars().count() <= WORD_MAX;
        if !(0..=TIER_MAX).contains(&self.tier) {
            return Err(Error::invalid("/tier", "out_of_range"));
        }
        if self.contact_tiers.len() > TIERS_MAX {
            return Err(Error::invalid("/contact_tiers", "too_many"));
        }
        for (i, t) in self.contact_tiers.iter().enumerate() {
            if !fits(&t.name) || !(1..=TIER_MAX).contains(&t.tier) {
                return Err(Error::invalid(format!("/contact_tiers/{i}"), "unfit"));
            }
            if self.contact_tiers[..i].iter().any(|o| key(&o.name) == key(&t.name)) {
                return Err(Error::invalid(format!("/contact_tiers/{i}/name"), "repeated"));
            }
        }
        if self.straight_tags.len() > TAGS_MAX {
            return Err(Error::invalid("/straight_tags", "too_many"));
        }
        if !self.straight_tags.iter().all(|t| fits(t)) {
            return Err(Error::invalid("/straight_tags", "unfit"));
        }
        if self.age_attribute.is_some() != self.age_from.is_some() {
            return Err(Error::invalid("/age_from", "required"));
        }
        if self.age_attribute.as_deref().is_some_and(|k| !fits(k)) {
            return Err(Error::invalid("/age_attribute", "unfit"));
        }
        if self.age_from.is_some_and(|a| !(1..=120).contains(&a)) {
            return Err(Error::invalid("/age_from", "out_of_range"));
        }
        Ok(())
    }

    /// Does anything of a contact count here?
    pub fn looks_at_contacts(&self) -> bool {
        !self.contact_tiers.is_empty() || !self.straight_tags.is_empty() || self.age_attribute.is_some()
    }

    /// The client's tier, as the engine takes it.
    pub fn tier_for_engine(&self) -> u8 {
        u8::try_from(self.tier.clamp(0, TIER_MAX)).unwrap_or(0)
    }

    /// What counts of a contact.
    pub fn marks(&self, contact: &ContactMarks, repeat: bool, now: Millis) -> Marks {
        let named = contact.tier.as_deref().map(key);
        let tier = self.contact_tiers.iter().find(|t| Some(key(&t.name)) == named).map_or(0, |t| t.tier);
        let tagged = self.straight_tags.iter().any(|t| contact.tags.iter().any(|c| key(c) == key(t)));
        Marks {
            tier: u8::try_from(tier.clamp(0, TIER_MAX)).unwrap_or(0),
            repeat,
            straight: tagged || self.is_older(contact, now),
        }
    }

    fn is_older(&self, contact: &ContactMarks, now: Millis) -> bool {
        let (Some(attribute), Some(from)) = (&self.age_attribute, self.age_from) else { return false };
        let value = contact.attributes.iter().find(|(k, _)| k == attribute).map(|(_, v)| v.trim());
        value.and_then(|v| age(v, now)).is_some_and(|age| age >= from)
    }
}

/// A word as it is compared.
fn key(word: &str) -> String {
    word.trim().to_lowercase()
}

/// An age in whole years, from a birthday (`1950-03-04`) or a number.
fn age(value: &str, now: Millis) -> Option<i64> {
    let Ok(birthday) = value.parse::<jiff::civil::Date>() else {
        return value.parse::<f64>().ok().filter(|a| (0.0..=200.0).contains(a)).map(|a| a as i64);
    };
    let today =
        jiff::Timestamp::from_millisecond(now + DAY_MS / 3).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    let had = (today.month(), today.day()) >= (birthday.month(), birthday.day());
    Some(i64::from(today.year()) - i64::from(birthday.year()) - i64::from(!had))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_790_000_000_000; // 2026-09-21

    fn rules() -> ClientRules {
        ClientRules {
            tier: 1,
            contact_tiers: vec![ContactTier { name: "金卡".into(), tier: 2 }],
            straight_tags: vec!["长者".into()],
            age_attribute: Some("birthday".into()),
            age_from: Some(65),
        }
    }
    fn born(day: &str) -> ContactMarks {
        ContactMarks { attributes: vec![("birthday".into(), day.into())], ..ContactMarks::default() }
    }

    #[test]
    fn tiers_tags_and_ages_become_marks() {
        let r = rules();
        assert!(r.check().is_ok());
        let gold = ContactMarks { tier: Some(" 金卡 ".into()), ..ContactMarks::default() };
        assert_eq!(r.marks(&gold, true, NOW), Marks { tier: 2, repeat: true, straight: false });
        let tagged = ContactMarks { tags: vec!["长者".into()], ..ContactMarks::default() };
        assert!(r.marks(&tagged, false, NOW).straight);
        assert!(r.marks(&born("1961-09-21"), false, NOW).straight, "65 today");
        assert!(!r.marks(&born("1961-09-22"), false, NOW).straight, "65 tomorrow");
        assert!(r.marks(&born("70"), false, NOW).straight && !r.marks(&born("soon"), false, NOW).straight);
        assert_eq!(ClientRules::default().marks(&gold, false, NOW), Marks::default());
    }

    #[test]
    fn what_cannot_be_is_refused_by_field() {
        let cases = [
            ("/tier", ClientRules { tier: 11, ..rules() }),
            (
                "/contact_tiers/0",
                ClientRules { contact_tiers: vec![ContactTier { name: " ".into(), tier: 1 }], ..rules() },
            ),
            ("/age_from", ClientRules { age_from: None, ..rules() }),
            ("/straight_tags", ClientRules { straight_tags: vec![String::new()], ..rules() }),
        ];
        for (field, r) in cases {
            assert_eq!(r.check().expect_err(field).fields[0].field, field);
        }
        let i = Installation { aging_ms: AGING_MS_MAX + 1, ..Installation::default() };
        assert_eq!(i.check().expect_err("too long").fields[0].field, "/aging_ms");
        assert_eq!(Installation::default().for_engine(), Settings::default());
    }
}
