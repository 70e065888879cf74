//! What narrows a filter, so that an index can be walked instead of everything. Pure; always a superset of what matches.

use super::filter::{Field, Filter, Join, Op, statuses};
use crate::threads::Status;
use kernel::{LineId, TenantId, UserId};

/// Agents whose own conversations are read instead of whole lines, at the most.
const AGENTS_MAX: usize = 20;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Only in these states.
    pub statuses: Vec<Status>,
    /// Only on these of the reader's lines.
    pub lines: Vec<(TenantId, LineId)>,
    /// Only what these agents hold, and nothing that is resolved.
    pub agents: Option<Vec<UserId>>,
}

/// The plan of a filter over the reader's lines.
pub fn plan(filter: &Filter, me: UserId, lines: Vec<(TenantId, LineId)>) -> Plan {
    let statuses = statuses(filter);
    let tops = filter.conditions.iter().filter(|_| filter.join == Join::All);
    let ids = |values: &[String]| values.iter().filter_map(|v| v.parse::<i64>().ok()).collect::<Vec<_>>();
    let (mut lines, mut agents) = (lines, None);
    for c in tops {
        match (c.field, c.op) {
            (Field::Line, Op::In) => {
                let wanted = ids(&c.values);
                lines.retain(|(_, l)| wanted.contains(&l.0));
            }
            (Field::Client, Op::In) => {
                let wanted = ids(&c.values);
                lines.retain(|(t, _)| wanted.contains(&t.0));
            }
            (Field::Assignee, Op::In) if !c.values.iter().any(|v| v == "none") => {
                let named = c.values.iter().filter_map(|v| match v.as_str() {
                    "me" => Some(me),
                    id => id.parse().ok(),
                });
                let named: Vec<UserId> = named.collect();
                if named.len() <= AGENTS_MAX && !statuses.contains(&Status::Resolved) {
                    agents = Some(named);
                }
            }
            _ => {}
        }
    }
    Plan { statuses, lines, agents }
}

#[cfg(test)]
mod tests {
    use super::super::filter::Condition;
    use super::*;

    #[test]
    fn only_the_top_narrows_and_only_where_all_must_hold() {
        let lines = vec![(TenantId(1), LineId(11)), (TenantId(2), LineId(21))];
        let c = |field, values: &[&str]| Condition {
            field,
            op: Op::In,
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        };
        let conditions =
            vec![c(Field::Status, &["open"]), c(Field::Assignee, &["me", "7"]), c(Field::Client, &["2"])];
        let f = Filter { conditions, ..Filter::default() };
        let p = plan(&f, UserId(9), lines.clone());
        assert_eq!(p.agents, Some(vec![UserId(9), UserId(7)]));
        assert_eq!(p.lines, [(TenantId(2), LineId(21))]);
        let any = plan(&Filter { join: Join::Any, ..f }, UserId(9), lines.clone());
        assert_eq!((any.agents, any.lines.len(), any.statuses.len()), (None, 2, 3));
        let with_none = Filter { conditions: vec![c(Field::Assignee, &["me", "none"])], ..Filter::default() };
        assert_eq!(plan(&with_none, UserId(9), lines).agents, None);
    }
}
