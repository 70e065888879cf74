//! What two contacts become, and what each gets back. Pure.

use super::view::{Conflict, Side};
use crate::contacts::NOTE_MAX;
use kernel::{Error, Millis, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A contact with everything that stands in its own rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whole {
    pub id: i64,
    pub name: String,
    pub named: bool,
    pub salutation: Option<String>,
    pub language: Option<String>,
    pub tier: Option<String>,
    pub organisation: Option<i64>,
    pub preferences: Option<String>,
    pub note: Option<String>,
    pub first_seen_at: Millis,
    pub last_seen_at: Millis,
    pub tags: BTreeSet<String>,
    /// By the attribute's id.
    pub attributes: BTreeMap<i64, String>,
}

/// What is kept for the undo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub survivor: Whole,
    pub merged: Whole,
    pub result: Whole,
    pub handles: Vec<i64>,
    pub consents: Vec<i64>,
    pub blocks: Vec<i64>,
    /// (id, contact, other, kind, note, created) as they were.
    pub relations: Vec<(i64, i64, i64, String, Option<String>, Millis)>,
    /// By the holder's name.
    pub moved: BTreeMap<String, Vec<i64>>,
}

/// The fields that can differ, each with a word for its two values. `attributes` gives keys by id.
pub(super) fn conflicts(a: &Whole, b: &Whole, attributes: &[(i64, String)]) -> Vec<Conflict> {
    let mut out = vec![];
    let mut put = |field: String, of_a: Option<String>, of_b: Option<String>| {
        if of_b.is_some() && of_a != of_b {
            let differ = of_a.is_some();
            out.push(Conflict { field, survivor: of_a, merged: of_b, differ });
        }
    };
    let named = |w: &Whole| w.named.then(|| w.name.clone());
    put("name".into(), named(a), named(b));
    put("salutation".into(), a.salutation.clone(), b.salutation.clone());
    put("language".into(), a.language.clone(), b.language.clone());
    put("tier".into(), a.tier.clone(), b.tier.clone());
    let firm = |w: &Whole| w.organisation.map(|o| o.to_string());
    put("organisation".into(), firm(a), firm(b));
    put("preferences".into(), a.preferences.clone(), b.preferences.clone());
    put("note".into(), a.note.clone(), b.note.clone());
    for (id, key) in attributes {
        put(format!("attribute:{key}"), a.attributes.get(id).cloned(), b.attributes.get(id).cloned());
    }
    out
}

/// The survivor as it becomes: its own values where it has them, the other's where it has none or they were chosen.
/// Error: `invalid` for a field that does not exist.
pub(super) fn merge(
    a: &Whole,
    b: &Whole,
    attributes: &[(i64, String)],
    choose: &BTreeMap<String, Side>,
) -> Result<Whole> {
    let fixed = ["name", "salutation", "language", "tier", "organisation", "preferences", "note"];
    for (field, side) in choose {
        let attribute = field.strip_prefix("attribute:").is_some_and(|k| attributes.iter().any(|a| a.1 == k));
        if !attribute && !fixed.contains(&field.as_str()) {
            return Err(Error::invalid(format!("/choose/{field}"), "unknown"));
        }
        if *side == Side::Both && field != "note" {
            return Err(Error::invalid(format!("/choose/{field}"), "unfit"));
        }
    }
    let side = |field: &str| choose.get(field).copied().unwrap_or(Side::Survivor);
    fn pick<T: Clone>(side: Side, a: &Option<T>, b: &Option<T>) -> Option<T> {
        match side {
            Side::Merged => b.clone().or_else(|| a.clone()),
            Side::Survivor | Side::Both => a.clone().or_else(|| b.clone()),
        }
    }
    let others_name = b.named && (!a.named || side("name") == Side::Merged);
    let note = match (side("note"), &a.note, &b.note) {
        (Side::Both, Some(x), Some(y)) if x != y => {
            Some(format!("{x}\n\n{y}").chars().take(NOTE_MAX).collect())
        }
        (side, x, y) => pick(side, x, y),
    };
    let mut values = a.attributes.clone();
    for (id, key) in attributes {
        let chosen = pick(
            side(&format!("attribute:{key}")),
            &a.attributes.get(id).cloned(),
            &b.attributes.get(id).cloned(),
        );
        if let Some(value) = chosen {
            values.insert(*id, value);
        }
    }
    Ok(Whole {
        id: a.id,
        name: if others_name { b.name.clone() } else { a.name.clone() },
        named: a.named || b.named,
        salutation: pick(side("salutation"), &a.salutation, &b.salutation),
        language: pick(side("language"), &a.language, &b.language),
        tier: pick(side("tier"), &a.tier, &b.tier),
        organisation: pick(side("organisation"), &a.organisation, &b.organisation),
        preferences: pick(side("preferences"), &a.preferences, &b.preferences),
        note,
        first_seen_at: a.first_seen_at.min(b.first_seen_at),
        last_seen_at: a.last_seen_at.max(b.last_seen_at),
        tags: a.tags.union(&b.tags).cloned().collect(),
        attributes: values,
    })
}

/// The survivor after the undo: what still is as the merge left it becomes what it was; what was changed since stays.
pub(super) fn part(kept: &Kept, now: &Whole) -> Whole {
    fn back<T: Clone + PartialEq>(was: &T, left: &T, is: &T) -> T {
        if is == left { was.clone() } else { is.clone() }
    }
    let (was, left) = (&kept.survivor, &kept.result);
    let name_kept = now.name == left.name;
    let came: BTreeSet<&String> = left.tags.difference(&was.tags).collect();
    let mut attributes = BTreeMap::new();
    for id in now.attributes.keys().chain(was.attributes.keys()) {
        let value = back(&was.attributes.get(id), &left.attributes.get(id), &now.attributes.get(id));
        if let Some(v) = value {
            attributes.insert(*id, v.clone());
        }
    }
    Whole {
        id: now.id,
        name: if name_kept { was.name.clone() } else { now.name.clone() },
        named: if name_kept { was.named } else { now.named },
        salutation: back(&was.salutation, &left.salutation, &now.salutation),
        language: back(&was.language, &left.language, &now.language),
        tier: back(&was.tier, &left.tier, &now.tier),
        organisation: back(&was.organisation, &left.organisation, &now.organisation),
        preferences: back(&was.preferences, &left.preferences, &now.preferences),
        note: back(&was.note, &left.note, &now.note),
        first_seen_at: back(&was.first_seen_at, &left.first_seen_at, &now.first_seen_at),
        last_seen_at: back(&was.last_seen_at, &left.last_seen_at, &now.last_seen_at),
        tags: now.tags.iter().filter(|t| !came.contains(t)).cloned().collect(),
        attributes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(id: i64) -> Whole {
        Whole {
            id,
            name: format!("访客 {id}"),
            named: false,
            salutation: None,
            language: None,
            tier: None,
            organisation: None,
            preferences: None,
            note: None,
            first_seen_at: id * 10,
            last_seen_at: id * 10,
            tags: BTreeSet::new(),
            attributes: BTreeMap::new(),
        }
    }

    fn kept(survivor: &Whole, merged: &Whole, choose: &BTreeMap<String, Side>) -> Kept {
        let keys = [(1, "a".to_owned()), (2, "b".to_owned())];
        Kept {
            survivor: survivor.clone(),
            merged: merged.clone(),
            result: merge(survivor, merged, &keys, choose).expect("fits"),
            handles: vec![],
            consents: vec![],
            blocks: vec![],
            relations: vec![],
            moved: BTreeMap::new(),
        }
    }

    /// A small generator: every field of both contacts absent, the same, or different, in all 3^5 ways.
    #[test]
    fn merge_and_undo_leave_everything_as_it_was() {
        let word = |n: u32, own: &str| match n % 3 {
            0 => None,
            1 => Some("same".to_owned()),
            _ => Some(own.to_owned()),
        };
        for n in 0..243_u32 {
            for side in [Side::Survivor, Side::Merged] {
                let build = |id: i64, own: &str, turn: u32| {
                    let mut w = whole(id);
                    let m = n.rotate_left(turn);
                    w.tier = word(m, own);
                    w.note = word(m / 3, own);
                    w.salutation = word(m / 9, own);
                    w.preferences = word(m / 27, own);
                    w.attributes.extend(word(m / 81, own).map(|v| (1, v)));
                    w.tags.extend(word(m / 9, own));
                    w
                };
                let (a, b) = (build(1, "a", 0), build(2, "b", 7));
                let fields = ["tier", "note", "salutation", "attribute:a"];
                let choose = fields.iter().map(|f| ((*f).to_owned(), side)).collect();
                let k = kept(&a, &b, &choose);
                assert_eq!(part(&k, &k.result), a, "{n}");
            }
        }
    }

    #[test]
    fn what_was_changed_since_stays() {
        let (mut a, mut b) = (whole(1), whole(2));
        a.tags.insert("old".into());
        b.tags.insert("new".into());
        b.tier = Some("金卡".into());
        let k = kept(&a, &b, &BTreeMap::new());
        let mut now = k.result.clone();
        now.note = Some("written since".into());
        now.tags.insert("since".into());
        let parted = part(&k, &now);
        assert_eq!(parted.note.as_deref(), Some("written since"));
        assert_eq!(parted.tier, None);
        assert_eq!(parted.tags, BTreeSet::from(["old".to_owned(), "since".to_owned()]));
    }

    #[test]
    fn a_told_name_beats_a_made_one() {
        let (a, mut b) = (whole(1), whole(2));
        b.named = true;
        b.name = "王小明".into();
        assert_eq!(merge(&a, &b, &[], &BTreeMap::new()).expect("fits").name, "王小明");
    }
}
