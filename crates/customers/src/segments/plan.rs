//! A filter, checked and ready to be asked. Pure.

use super::model::{CONDITIONS_MAX, Condition, Field, Filter, GROUPS_MAX, Join, Op, VALUE_MAX};
use crate::attributes::{Attribute, AttributeKind};
use crate::contacts::{Figures, name_key};
use crate::handles::HandleKind;
use kernel::{ContactId, Error, Millis, Result};
use std::collections::HashMap;

const DAY_MS: Millis = 86_400_000;
/// Days that a condition may look back.
const DAYS_MAX: i64 = 36_500;

/// What is known of a contact where a plan asks; only what [`Needs`] names is filled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub id: ContactId,
    pub name_key: String,
    pub tier: Option<String>,
    pub organisation: Option<i64>,
    pub language: Option<String>,
    pub first_seen_at: Millis,
    pub last_seen_at: Millis,
    pub tags: Vec<String>,
    pub handles: Vec<(HandleKind, String)>,
    /// By the attribute's id.
    pub attributes: HashMap<i64, String>,
    /// By topic: the newest word.
    pub consents: HashMap<String, bool>,
    pub figures: Figures,
    pub blocked: bool,
}

/// Which facts have to be loaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub tags: bool,
    pub handles: bool,
    pub attributes: bool,
    pub consents: bool,
    pub figures: bool,
    pub blocked: bool,
}

/// Where contacts come from: everybody, or an index that holds all who can be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Everybody,
    Tagged(String),
    Firm(i64),
}

#[derive(Debug, Clone)]
enum Ask {
    Name(Op, String),
    Tier(Op, String),
    Language(Op, String),
    Organisation(Op, i64),
    Tag(Op, String),
    Handle(Op, HandleKind, String),
    Attribute(Op, i64, AttributeKind, String),
    Consent(Op, String, bool),
    Time(Field, Op, i64),
    Count(Field, Op, i64),
    Blocked(bool),
}

#[derive(Debug, Clone)]
struct Asks {
    all: bool,
    not: bool,
    asks: Vec<Ask>,
}

/// A filter that was checked.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    all: bool,
    groups: Vec<Asks>,
    pub needs: Needs,
    pub source: Source,
}

impl Plan {
    /// Checks a filter against what the client has. Errors: `invalid`, naming the condition.
    pub fn of(filter: &Filter, attributes: &[Attribute]) -> Result<Plan> {
        let total: usize = filter.groups.iter().map(|g| g.conditions.len()).sum();
        if filter.groups.len() > GROUPS_MAX || total > CONDITIONS_MAX {
            return Err(Error::invalid("/filter/groups", "too_many"));
        }
        let mut needs = Needs::default();
        let mut groups = vec![];
        for (g, group) in filter.groups.iter().enumerate() {
            let mut asks = vec![];
            for (c, condition) in group.conditions.iter().enumerate() {
                let place = format!("/filter/groups/{g}/conditions/{c}");
                asks.push(ask(condition, attributes, &place)?);
                need(&mut needs, condition.field);
            }
            if !asks.is_empty() {
                groups.push(Asks { all: group.join == Join::All, not: group.not, asks });
            }
        }
        let all = filter.join == Join::All;
        let source = source(all, &groups);
        Ok(Plan { all, groups, needs, source })
    }

    /// Is this contact meant?
    pub fn admits(&self, f: &Facts, now: Millis) -> bool {
        let group = |g: &Asks| {
            let one = |a: &Ask| holds(a, f, now);
            (if g.all { g.asks.iter().all(one) } else { g.asks.iter().any(one) }) != g.not
        };
        match self.all || self.groups.is_empty() {
            true => self.groups.iter().all(group),
            false => self.groups.iter().any(group),
        }
    }
}

/// An index is enough where everybody meant must have the tag or belong to the firm.
fn source(all: bool, groups: &[Asks]) -> Source {
    let certain = |g: &&Asks| !g.not && (g.all || g.asks.len() == 1);
    let sure = groups.iter().filter(certain).filter(|_| all || groups.len() == 1);
    let mut found = sure.flat_map(|g| &g.asks).filter_map(|a| match a {
        Ask::Tag(Op::Is, tag) => Some(Source::Tagged(tag.clone())),
        Ask::Organisation(Op::Is, id) => Some(Source::Firm(*id)),
        _ => None,
    });
    found.next().unwrap_or(Source::Everybody)
}

fn need(n: &mut Needs, field: Field) {
    match field {
        Field::Tag => n.tags = true,
        Field::Handle => n.handles = true,
        Field::Attribute => n.attributes = true,
        Field::Consent => n.consents = true,
        Field::Conversations | Field::OpenConversations => n.figures = true,
        Field::Blocked => n.blocked = true,
        Field::Name
        | Field::Tier
        | Field::Organisation
        | Field::Language
        | Field::Created
        | Field::LastSeen => {}
    }
}

/// Which comparisons fit a field.
fn fits(field: Field, op: Op) -> bool {
    use Op::{Above, After, Before, Begins, Below, Contains, Ends, Is, IsNot, Older, Set, Unset, Within};
    match field {
        Field::Name => matches!(op, Is | IsNot | Contains | Begins | Ends),
        Field::Handle => matches!(op, Set | Unset | Begins | Ends),
        Field::Tag | Field::Language | Field::Tier | Field::Organisation => {
            matches!(op, Is | IsNot | Set | Unset) || (field == Field::Tier && op == Contains)
        }
        Field::Attribute => !matches!(op, Within | Older),
        Field::Consent => matches!(op, Is | IsNot | Set | Unset),
        Field::Created | Field::LastSeen => matches!(op, Before | After | Within | Older),
        Field::Conversations | Field::OpenConversations => matches!(op, Is | Above | Below),
        Field::Blocked => matches!(op, Set | Unset),
    }
}

fn ask(c: &Condition, attributes: &[Attribute], place: &str) -> Result<Ask> {
    let wrong = |field: &str, fault: &'static str| Error::invalid(format!("{place}/{field}"), fault);
    if !fits(c.field, c.op) {
        return Err(wrong("op", "unfit"));
    }
    let value = c.value.as_deref().map(str::trim).unwrap_or("");
    if value.chars().count() > VALUE_MAX {
        return Err(wrong("value", "too_long"));
    }
    if c.op.takes_value() && value.is_empty() {
        return Err(wrong("value", "required"));
    }
    let key = c.key.as_deref().unwrap_or("");
    let number = || value.parse::<i64>().ok().filter(|n| *n >= 0);
    let text = value.to_owned();
    Ok(match c.field {
        Field::Name => Ask::Name(c.op, name_key(value)),
        Field::Tier => Ask::Tier(c.op, text),
        Field::Language => Ask::Language(c.op, text),
        Field::Tag => Ask::Tag(c.op, text),
        Field::Organisation => match c.op.takes_value() {
            true => Ask::Organisation(c.op, number().ok_or_else(|| wrong("value", "unfit"))?),
            false => Ask::Organisation(c.op, 0),
        },
        Field::Handle => {
            let kind = match key {
                "email" => HandleKind::Email,
                "phone" => HandleKind::Phone,
                "external" => HandleKind::External,
                "visitor" => HandleKind::Visitor,
                _ => return Err(wrong("key", "unknown")),
            };
            // A mail's domain and a number's beginning name a group of people; a whole address names one.
            let fits = match (c.op, kind) {
                (Op::Ends, HandleKind::Email) => value.starts_with('@') && value.len() > 3,
                (Op::Begins, HandleKind::Phone) => value.trim_start_matches('+').len() <= 7,
                (Op::Ends | Op::Begins, _) => false,
                _ => true,
            };
            if !fits {
                return Err(wrong("value", "unfit"));
            }
            Ask::Handle(c.op, kind, text.to_lowercase())
        }
        Field::Attribute => {
            let a = attributes.iter().find(|a| a.key == key).ok_or_else(|| wrong("key", "unknown"))?;
            let numeric = matches!(c.op, Op::Above | Op::Below);
            let dated = matches!(c.op, Op::Before | Op::After);
            let fits = (!numeric || a.kind == AttributeKind::Number)
                && (!dated || a.kind == AttributeKind::Date)
                && (!(numeric || dated) || a.kind.fits(value, &[]));
            if !fits {
                return Err(wrong("value", "unfit"));
            }
            Ask::Attribute(c.op, a.id, a.kind, text)
        }
        Field::Consent => {
            if !crate::consents::is_topic(key) {
                return Err(wrong("key", "unknown"));
            }
            let given = match value {
                "given" => true,
                "refused" => false,
                _ if !c.op.takes_value() => true,
                _ => return Err(wrong("value", "unfit")),
            };
            Ask::Consent(c.op, key.to_owned(), given)
        }
        Field::Created | Field::LastSeen => {
            let n = number().ok_or_else(|| wrong("value", "unfit"))?;
            if matches!(c.op, Op::Within | Op::Older) && n > DAYS_MAX {
                return Err(wrong("value", "unfit"));
            }
            Ask::Time(c.field, c.op, n)
        }
        Field::Conversations | Field::OpenConversations => {
            Ask::Count(c.field, c.op, number().ok_or_else(|| wrong("value", "unfit"))?)
        }
        Field::Blocked => Ask::Blocked(c.op == Op::Set),
    })
}

fn holds(a: &Ask, f: &Facts, now: Millis) -> bool {
    match a {
        Ask::Name(op, v) => words(*op, Some(&f.name_key), v),
        Ask::Tier(op, v) => words(*op, f.tier.as_deref(), v),
        Ask::Language(op, v) => words(*op, f.language.as_deref(), v),
        Ask::Organisation(op, id) => match op {
            Op::Is => f.organisation == Some(*id),
            Op::IsNot => f.organisation != Some(*id),
            Op::Set => f.organisation.is_some(),
            _ => f.organisation.is_none(),
        },
        Ask::Tag(op, v) => match op {
            Op::Is => f.tags.contains(v),
            Op::IsNot => !f.tags.contains(v),
            Op::Set => !f.tags.is_empty(),
            _ => f.tags.is_empty(),
        },
        Ask::Handle(op, kind, v) => {
            let mut of_kind = f.handles.iter().filter(|h| h.0 == *kind);
            match op {
                Op::Set => of_kind.next().is_some(),
                Op::Unset => of_kind.next().is_none(),
                Op::Ends => of_kind.any(|h| h.1.ends_with(v.as_str())),
                _ => of_kind.any(|h| h.1.trim_start_matches('+').starts_with(v.trim_start_matches('+'))),
            }
        }
        Ask::Attribute(op, id, kind, v) => attribute(*op, *kind, f.attributes.get(id).map(String::as_str), v),
        Ask::Consent(op, topic, given) => {
            let said = f.consents.get(topic);
            match op {
                Op::Is => said == Some(given),
                Op::IsNot => said != Some(given),
                Op::Set => said.is_some(),
                _ => said.is_none(),
            }
        }
        Ask::Time(field, op, n) => {
            let at = if *field == Field::Created { f.first_seen_at } else { f.last_seen_at };
            match op {
                Op::Before => at < *n,
                Op::After => at >= *n,
                Op::Within => at >= now - n * DAY_MS,
                _ => at < now - n * DAY_MS,
            }
        }
        Ask::Count(field, op, n) => {
            let count = if *field == Field::Conversations { f.figures.total } else { f.figures.open };
            match op {
                Op::Is => count == *n,
                Op::Above => count > *n,
                _ => count < *n,
            }
        }
        Ask::Blocked(yes) => f.blocked == *yes,
    }
}

/// Words are compared as lists find names: compatibility forms and letter cases alike.
fn words(op: Op, is: Option<&str>, v: &str) -> bool {
    let is = is.map(name_key);
    let v = name_key(v);
    match op {
        Op::Is => is.is_some_and(|t| t == v),
        Op::IsNot => is.is_none_or(|t| t != v),
        Op::Contains => is.is_some_and(|t| t.contains(&v)),
        Op::Begins => is.is_some_and(|t| t.starts_with(&v)),
        Op::Ends => is.is_some_and(|t| t.ends_with(&v)),
        Op::Set => is.is_some(),
        Op::Unset => is.is_none(),
        Op::Above | Op::Below | Op::Before | Op::After | Op::Within | Op::Older => false,
    }
}

fn attribute(op: Op, kind: AttributeKind, is: Option<&str>, v: &str) -> bool {
    let number = |t: &str| t.parse::<f64>().ok();
    match (op, kind) {
        (Op::Above, _) => is.and_then(number).zip(number(v)).is_some_and(|(a, b)| a > b),
        (Op::Below, _) => is.and_then(number).zip(number(v)).is_some_and(|(a, b)| a < b),
        // Days as `2026-03-04` stand in the order of their letters.
        (Op::Before, _) => is.is_some_and(|t| t < v),
        (Op::After, _) => is.is_some_and(|t| t >= v),
        (Op::Is | Op::IsNot, AttributeKind::Number) => {
            let same = is.and_then(number).zip(number(v)).is_some_and(|(a, b)| a == b);
            same == (op == Op::Is)
        }
        _ => words(op, is, v),
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Group;
    use super::*;

    fn condition(field: Field, op: Op, key: &str, value: &str) -> Condition {
        let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        Condition { field, op, key: some(key), value: some(value) }
    }

    fn plan(join: Join, groups: Vec<(Join, bool, Vec<Condition>)>) -> Result<Plan> {
        let groups = groups.into_iter().map(|(join, not, conditions)| Group { join, not, conditions });
        Plan::of(&Filter { join, groups: groups.collect() }, &[])
    }

    #[test]
    fn all_any_and_not_are_what_they_say() {
        let vip = || condition(Field::Tag, Op::Is, "", "vip");
        let gold = || condition(Field::Tier, Op::Is, "", "金卡");
        let f = Facts { tags: vec!["vip".into()], ..Facts::default() };
        for (groups, want) in [
            (vec![(Join::All, false, vec![vip(), gold()])], false),
            (vec![(Join::Any, false, vec![vip(), gold()])], true),
            (vec![(Join::Any, true, vec![vip(), gold()])], false),
            (vec![(Join::All, false, vec![vip()]), (Join::All, true, vec![gold()])], true),
            (vec![], true),
        ] {
            assert_eq!(plan(Join::All, groups.clone()).expect("fits").admits(&f, 0), want, "{groups:?}");
        }
    }

    #[test]
    fn an_index_is_used_only_where_it_holds_everybody_meant() {
        let vip = || condition(Field::Tag, Op::Is, "", "vip");
        let new = || condition(Field::Created, Op::Within, "", "7");
        let tagged = Source::Tagged("vip".into());
        for (join, groups, want) in [
            (Join::All, vec![(Join::All, false, vec![new(), vip()])], tagged.clone()),
            (Join::All, vec![(Join::Any, false, vec![new(), vip()])], Source::Everybody),
            (Join::All, vec![(Join::All, true, vec![vip()])], Source::Everybody),
            (
                Join::Any,
                vec![(Join::All, false, vec![vip()]), (Join::All, false, vec![new()])],
                Source::Everybody,
            ),
            (Join::All, vec![(Join::Any, false, vec![vip()]), (Join::All, false, vec![new()])], tagged),
        ] {
            assert_eq!(plan(join, groups).expect("fits").source, want);
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (c, field, fault) in [
            (condition(Field::Name, Op::Above, "", "3"), "op", "unfit"),
            (condition(Field::Tag, Op::Is, "", ""), "value", "required"),
            (condition(Field::Attribute, Op::Is, "nope", "x"), "key", "unknown"),
            (condition(Field::Created, Op::Within, "", "soon"), "value", "unfit"),
            (condition(Field::Handle, Op::Begins, "phone", "+8613800136207"), "value", "unfit"),
        ] {
            let e = plan(Join::All, vec![(Join::All, false, vec![c])]).expect_err("does not fit");
            assert_eq!(e.fields[0].field, format!("/filter/groups/0/conditions/0/{field}"));
            assert_eq!(e.fields[0].fault, fault);
        }
    }
}
