//! What a view asks of a conversation. Pure.

use crate::codes;
use crate::threads::{Row, Status};
use customers::ContactBrief;
use kernel::{Error, Millis, Result, TeamId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// Conditions of one filter at the most, those of its groups included.
const CONDITIONS_MAX: usize = 24;
/// Groups of one filter at the most.
const GROUPS_MAX: usize = 6;
/// Values of one condition at the most.
const VALUES_MAX: usize = 50;
/// A value at the most, in characters.
const VALUE_MAX: usize = 80;
/// A number of minutes at the most: ten years.
const MINUTES_MAX: i64 = 10 * 366 * 24 * 60;
const MINUTE: Millis = 60_000;

/// How conditions are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ViewJoin)]
pub enum Join {
    /// All must hold.
    #[default]
    All,
    /// One is enough.
    Any,
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ViewField)]
pub enum Field {
    /// `open`, `snoozed`, `resolved`.
    Status,
    /// Who is to act: `agent`, `customer`, `none`.
    Waiting,
    /// Who holds it: ids, `me`, `none`.
    Assignee,
    /// The team of who holds it: ids, `mine`.
    Team,
    /// Its queue: ids, `none`.
    Queue,
    /// Its client: ids.
    Client,
    /// Its line: ids.
    Line,
    /// Its inbox: ids.
    Inbox,
    /// Its channel, by word.
    Channel,
    /// How urgent, by word.
    Priority,
    /// Its tags.
    Tag,
    /// What it is about: ids, `none`.
    Category,
    /// The client's tier of the contact.
    Tier,
    /// Is something unread? `yes` or `no`.
    Unread,
    /// For how long we have been waited for, in minutes.
    Waited,
    /// In how many minutes it is due; what is overdue is due in less than any.
    Due,
    /// In how many minutes it wakes.
    Wakes,
    /// How many minutes ago it began.
    Created,
    /// How many minutes ago its last message came.
    Active,
    /// The contact's name, the last message or the number.
    Text,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ViewOp)]
pub enum Op {
    /// One of the values.
    In,
    /// None of the values.
    NotIn,
    /// The value or more.
    AtLeast,
    /// The value or less.
    AtMost,
    /// Holds the value, whatever its case.
    Contains,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ViewCondition)]
pub struct Condition {
    /// What it looks at.
    pub field: Field,
    /// How it compares.
    pub op: Op,
    /// With what.
    pub values: Vec<String>,
}

/// Conditions in brackets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ViewGroup)]
pub struct Group {
    /// How they are joined.
    #[serde(default)]
    pub join: Join,
    /// The conditions.
    pub conditions: Vec<Condition>,
}

/// What a view asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ViewFilter)]
pub struct Filter {
    /// How conditions and groups are joined.
    #[serde(default)]
    pub join: Join,
    /// Conditions.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// Conditions in brackets.
    #[serde(default)]
    pub groups: Vec<Group>,
}

/// What is known of a conversation when it is asked.
pub struct Seen<'a> {
    /// The conversation.
    pub row: &'a Row,
    /// Its contact, where the filter asks for one.
    pub contact: Option<&'a ContactBrief>,
    /// Messages by the contact that the reader has read.
    pub read_count: i64,
    /// Now.
    pub now: Millis,
    /// Who reads.
    pub me: UserId,
    /// The teams of the filter with their members; the reader's own under 0.
    pub members: &'a HashMap<TeamId, Vec<UserId>>,
}

fn unfit(field: String) -> Error {
    Error::new(&codes::VIEW_UNFIT).field(field, "unfit")
}

const LISTS: [Op; 2] = [Op::In, Op::NotIn];
const NUMBERS: [Op; 2] = [Op::AtLeast, Op::AtMost];

impl Field {
    fn ops(self) -> &'static [Op] {
        use Field::*;
        match self {
            Status | Waiting | Assignee | Team | Queue | Client | Line | Inbox | Channel | Priority | Tag
            | Category | Tier => &LISTS,
            Unread => &[Op::In],
            Waited | Due | Wakes | Created | Active => &NUMBERS,
            Text => &[Op::Contains],
        }
    }

    /// May a value stand here?
    fn takes(self, value: &str) -> bool {
        use Field::*;
        let id =
            || value.len() <= 19 && value.bytes().all(|b| b.is_ascii_digit()) && value.parse::<i64>().is_ok();
        match self {
            Status => matches!(value, "open" | "snoozed" | "resolved"),
            Waiting => matches!(value, "agent" | "customer" | "none"),
            Assignee => matches!(value, "me" | "none") || id(),
            Team => value == "mine" || id(),
            Queue | Category => value == "none" || id(),
            Client | Line | Inbox => id(),
            Unread => matches!(value, "yes" | "no"),
            Waited | Due | Wakes | Created | Active => {
                value.parse::<i64>().is_ok_and(|n| (-MINUTES_MAX..=MINUTES_MAX).contains(&n))
            }
            Channel | Priority => value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
            Tag | Tier | Text => true,
        }
    }
}

impl Filter {
    /// All conditions, those of the groups included.
    pub fn all(&self) -> impl Iterator<Item = &Condition> {
        self.conditions.iter().chain(self.groups.iter().flat_map(|g| &g.conditions))
    }

    /// Does any condition look at this?
    pub fn asks(&self, field: Field) -> bool {
        self.all().any(|c| c.field == field)
    }

    /// Refuses what cannot be read. Error: `view.unfit` with the field at fault.
    pub fn check(&self) -> Result<()> {
        if self.all().count() > CONDITIONS_MAX {
            return Err(unfit("/filter/conditions".into()));
        }
        if self.groups.len() > GROUPS_MAX || self.groups.iter().any(|g| g.conditions.is_empty()) {
            return Err(unfit("/filter/groups".into()));
        }
        let own = self.conditions.iter().enumerate().map(|(i, c)| (format!("/filter/conditions/{i}"), c));
        let grouped = self.groups.iter().enumerate().flat_map(|(g, group)| {
            let at = move |i| format!("/filter/groups/{g}/conditions/{i}");
            group.conditions.iter().enumerate().map(move |(i, c)| (at(i), c))
        });
        for (at, c) in own.chain(grouped) {
            if !c.field.ops().contains(&c.op) {
                return Err(unfit(format!("{at}/op")));
            }
            let one = c.op != Op::In && c.op != Op::NotIn;
            let count = c.values.len();
            let fits = |v: &String| !v.is_empty() && v.chars().count() <= VALUE_MAX && c.field.takes(v);
            if count == 0 || count > VALUES_MAX || (one && count != 1) || !c.values.iter().all(fits) {
                return Err(unfit(format!("{at}/values")));
            }
        }
        Ok(())
    }

    /// Does the conversation belong to the view? An empty filter takes all.
    pub fn matches(&self, seen: &Seen<'_>) -> bool {
        if self.conditions.is_empty() && self.groups.is_empty() {
            return true;
        }
        let mut each = self
            .conditions
            .iter()
            .map(|c| c.holds(seen))
            .chain(self.groups.iter().map(|g| join(g.join, g.conditions.iter().map(|c| c.holds(seen)))));
        match self.join {
            Join::All => each.all(|holds| holds),
            Join::Any => each.any(|holds| holds),
        }
    }
}

fn join(how: Join, mut each: impl Iterator<Item = bool>) -> bool {
    match how {
        Join::All => each.all(|holds| holds),
        Join::Any => each.any(|holds| holds),
    }
}

impl Condition {
    fn holds(&self, s: &Seen<'_>) -> bool {
        match self.op {
            Op::In => self.values.iter().any(|v| self.is(v, s)),
            Op::NotIn => !self.values.iter().any(|v| self.is(v, s)),
            Op::AtLeast => self.number(s).zip(self.limit()).is_some_and(|(n, limit)| n >= limit),
            Op::AtMost => self.number(s).zip(self.limit()).is_some_and(|(n, limit)| n <= limit),
            Op::Contains => self.values.first().is_some_and(|v| contains(s, v)),
        }
    }

    fn limit(&self) -> Option<Millis> {
        self.values.first()?.parse::<i64>().ok().map(|n| n.saturating_mul(MINUTE))
    }

    /// The time it looks at, in milliseconds.
    fn number(&self, s: &Seen<'_>) -> Option<Millis> {
        let r = s.row;
        match self.field {
            Field::Waited => r.waiting_since.map(|t| s.now - t),
            Field::Due => r.woke_at.or(r.next_due).map(|t| t - s.now),
            Field::Wakes => r.snoozed_until.map(|t| t - s.now),
            Field::Created => Some(s.now - r.created_at),
            Field::Active => Some(s.now - r.last_at),
            _ => None,
        }
    }

    fn is(&self, value: &str, s: &Seen<'_>) -> bool {
        let r = s.row;
        let id = |held: Option<i64>| match value {
            "none" => held.is_none(),
            _ => held.is_some() && value.parse::<i64>().ok() == held,
        };
        match self.field {
            Field::Status => r.status.word() == value,
            Field::Waiting => r.waiting.word() == value,
            Field::Assignee if value == "me" => r.assignee == Some(s.me),
            Field::Assignee => id(r.assignee.map(|u| u.0)),
            Field::Team => {
                let team = if value == "mine" { Some(0) } else { value.parse().ok() };
                let members = team.and_then(|t| s.members.get(&TeamId(t)));
                r.assignee.is_some_and(|u| members.is_some_and(|m| m.contains(&u)))
            }
            Field::Queue => id(r.queue.map(|q| q.0)),
            Field::Client => id(Some(r.tenant.0)),
            Field::Line => id(Some(r.line.0)),
            Field::Inbox => id(Some(r.inbox.0)),
            Field::Channel => r.channel.word() == value,
            Field::Priority => r.priority.word() == value,
            Field::Tag => r.tags.iter().any(|t| t == value),
            Field::Category => id(r.category.map(|c| c.0)),
            Field::Tier => s.contact.and_then(|c| c.tier.as_deref()) == Some(value),
            Field::Unread => (r.contact_count > s.read_count) == (value == "yes"),
            _ => false,
        }
    }
}

fn contains(s: &Seen<'_>, value: &str) -> bool {
    let wanted = value.to_lowercase();
    let within = |text: &str| text.to_lowercase().contains(&wanted);
    within(&s.row.last_text)
        || s.contact.is_some_and(|c| within(&c.name))
        || s.row.number.to_string() == wanted
}

/// States that a filter leaves, as far as its top conditions say.
pub(super) fn statuses(filter: &Filter) -> Vec<Status> {
    let narrows = filter.join == Join::All;
    let tops = filter.conditions.iter().filter(|c| narrows && c.field == Field::Status);
    let tops: Vec<&Condition> = tops.collect();
    let left = |s: &Status| tops.iter().all(|c| (c.op == Op::In) == c.values.iter().any(|v| v == s.word()));
    [Status::Open, Status::Snoozed, Status::Resolved].into_iter().filter(left).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::sample_row;

    fn one(field: Field, op: Op, values: &[&str]) -> Condition {
        Condition { field, op, values: values.iter().map(|v| (*v).to_owned()).collect() }
    }

    fn ask(filter: &Filter, row: &Row) -> bool {
        let members = HashMap::from([(TeamId(0), vec![UserId(9)]), (TeamId(4), vec![UserId(8)])]);
        let now = 3_600_000;
        filter.matches(&Seen { row, contact: None, read_count: 0, now, me: UserId(9), members: &members })
    }

    fn holds(c: Condition, row: &Row) -> bool {
        ask(&Filter { conditions: vec![c], ..Filter::default() }, row)
    }

    #[test]
    fn each_condition_looks_at_its_own() {
        let mut row = sample_row();
        row.tags = vec!["vip".into()];
        row.assignee = Some(UserId(9));
        row.last_text = "Refund 退款".into();
        for (field, yes, no) in [
            (Field::Status, "open", "resolved"),
            (Field::Waiting, "agent", "customer"),
            (Field::Assignee, "me", "none"),
            (Field::Assignee, "9", "8"),
            (Field::Team, "mine", "4"),
            (Field::Queue, "3", "none"),
            (Field::Client, "1", "2"),
            (Field::Line, "1", "2"),
            (Field::Channel, "webchat", "api"),
            (Field::Priority, "normal", "high"),
            (Field::Tag, "vip", "new"),
            (Field::Category, "none", "7"),
            (Field::Unread, "yes", "no"),
        ] {
            assert!(holds(one(field, Op::In, &[yes]), &row), "{field:?} {yes}");
            assert!(!holds(one(field, Op::In, &[no]), &row), "{field:?} {no}");
            if field.ops().contains(&Op::NotIn) {
                assert!(!holds(one(field, Op::NotIn, &[no, yes]), &row), "{field:?}");
            }
        }
        assert!(holds(one(Field::Waited, Op::AtLeast, &["59"]), &row));
        assert!(!holds(one(Field::Waited, Op::AtLeast, &["61"]), &row));
        assert!(!holds(one(Field::Due, Op::AtMost, &["5"]), &row), "nothing is due");
        row.next_due = Some(3_600_000 - 1);
        assert!(holds(one(Field::Due, Op::AtMost, &["0"]), &row), "overdue");
        assert!(holds(one(Field::Text, Op::Contains, &["退款"]), &row));
        assert!(holds(one(Field::Text, Op::Contains, &["refund"]), &row));
    }

    #[test]
    fn groups_stand_in_brackets() {
        let row = sample_row();
        let (yes, no) = (one(Field::Status, Op::In, &["open"]), one(Field::Status, Op::In, &["resolved"]));
        let group = |join| Group { join, conditions: vec![yes.clone(), no.clone()] };
        let f = |join, inner| Filter { join, conditions: vec![yes.clone()], groups: vec![group(inner)] };
        assert!(ask(&f(Join::All, Join::Any), &row));
        assert!(!ask(&f(Join::All, Join::All), &row));
        assert!(ask(&f(Join::Any, Join::All), &row));
        assert!(ask(&Filter::default(), &row));
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_named() {
        for c in [
            one(Field::Status, Op::In, &["asleep"]),
            one(Field::Status, Op::AtLeast, &["open"]),
            one(Field::Assignee, Op::In, &["1 OR 1=1"]),
            one(Field::Waited, Op::AtLeast, &["soon"]),
            one(Field::Waited, Op::AtLeast, &["99999999999"]),
            one(Field::Tag, Op::In, &[]),
            one(Field::Text, Op::Contains, &["a", "b"]),
        ] {
            let f = Filter { conditions: vec![c.clone()], ..Filter::default() };
            let e = f.check().expect_err("unfit");
            assert!(e.fields[0].field.starts_with("/filter/conditions/0/"), "{c:?}");
        }
        let many = vec![one(Field::Tag, Op::In, &["a"]); 25];
        assert!(Filter { conditions: many, ..Filter::default() }.check().is_err());
    }

    #[test]
    fn the_states_left_are_read_from_the_top() {
        let f = |c| Filter { conditions: vec![c], ..Filter::default() };
        assert_eq!(statuses(&f(one(Field::Status, Op::In, &["open"]))), [Status::Open]);
        let not = f(one(Field::Status, Op::NotIn, &["resolved"]));
        assert_eq!(statuses(&not), [Status::Open, Status::Snoozed]);
        assert_eq!(statuses(&Filter { join: Join::Any, ..not }).len(), 3);
    }
}
