//! The past days: many short conversations from a few patterns, so that yesterday's report has a shape.

use super::data::{By, Contact, Conversation, Disposition, Message, Status, Talks};
use kernel::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Conversations of each line yesterday; on the days before fewer.
const YESTERDAY: usize = 20;
/// Those of each day before.
const EARLIER: usize = 4;
/// How many days back they go.
const DAYS: usize = 6;
/// Each so many-th leaves before anybody answers.
const LEAVES: usize = 11;

/// `days.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    names: BTreeMap<String, Names>,
    hours: Vec<u32>,
    remarks: BTreeMap<String, Vec<String>>,
    lines: BTreeMap<String, Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    first: Vec<String>,
    last: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    agents: Vec<String>,
    /// (category, what the customer asks, what the agent answers, what the customer says then).
    talks: Vec<(String, String, String, String)>,
}

fn read() -> Result<Days> {
    serde_json::from_str(include_str!("../../demo/days.json"))
        .map_err(|e| Error::internal("demo/days.json").cause(e))
}

/// What some customers write when they are asked how it was.
pub(super) fn remarks(client: &str) -> Result<Vec<String>> {
    Ok(read()?.remarks.remove(client).unwrap_or_default())
}

/// The short conversations of a client.
pub(super) fn talks(client: &str) -> Result<Talks> {
    let days = read()?;
    let names = days.names.get(client).ok_or_else(|| Error::internal(format!("no names for {client}")))?;
    let mut made = Talks { contacts: vec![], conversations: vec![] };
    let mut n = 0;
    for (name, line) in &days.lines {
        let Some((_, line_key)) = name.split_once('/').filter(|(c, _)| *c == client) else { continue };
        for day in 1..=DAYS {
            for i in 0..if day == 1 { YESTERDAY } else { EARLIER } {
                let hour = days.hours[(i * 7 + day * 3) % days.hours.len()];
                let contact = contact(client, names, n);
                made.conversations.push(conversation(&contact.name, line_key, line, (day, hour, n)));
                made.contacts.push(contact);
                n += 1;
            }
        }
    }
    Ok(made)
}

fn contact(client: &str, names: &Names, n: usize) -> Contact {
    let (first, last) =
        (&names.first[n % names.first.len()], &names.last[(n / names.first.len() + n) % names.last.len()]);
    let chinese = client == "yunfu";
    let name = if chinese { format!("{first}{last}") } else { format!("{first} {last}") };
    let rank = if n % 9 == 4 { 2 } else { usize::from(n % 5 == 2) };
    let mail = || format!("{}.{}{n}@example.com", first.to_lowercase(), last.to_lowercase());
    Contact {
        name,
        phone: chinese
            .then(|| format!("1{}0000{:04}", [37, 52, 58, 77, 86][n % 5], (n * 7_919 + 131) % 10_000)),
        email: (!chinese).then(mail),
        tier: if chinese { ["普通", "银卡", "金卡"] } else { ["Standard", "Silver", "Gold"] }[rank].into(),
    }
}

fn conversation(contact: &str, key: &str, line: &Line, (day, hour, n): (usize, u32, usize)) -> Conversation {
    let (category, asks, answers, thanks) = &line.talks[(n * 5 + day) % line.talks.len()];
    let leaves = n % LEAVES == 7;
    let say = |by, text: &String| Message { by, text: text.clone() };
    let whole = vec![say(By::Contact, asks), say(By::Agent, answers), say(By::Contact, thanks)];
    let (kind, outcome) = ("query".to_owned(), if n % 8 == 5 { "follow_up" } else { "solved" }.to_owned());
    Conversation {
        contact: contact.to_owned(),
        line: key.to_owned(),
        days_ago: i64::try_from(day).unwrap_or(1),
        time: format!("{hour:02}:{:02}", (n * 13) % 60),
        agent: (!leaves).then(|| line.agents[n % line.agents.len()].clone()),
        category: category.clone(),
        tags: vec![],
        status: if leaves { Status::Left } else { Status::Resolved },
        disposition: (!leaves).then_some(Disposition { kind, outcome, cause: None }),
        priority: None,
        messages: if leaves { whole.into_iter().take(1).collect() } else { whole },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_a_full_yesterday_and_some_who_left() {
        let of = |client| talks(client).expect("reads").conversations;
        let yunfu = of("yunfu");
        let yesterday = yunfu.iter().filter(|c| c.days_ago == 1 && c.line == "merchant");
        assert_eq!(yesterday.count(), YESTERDAY);
        assert!(yunfu.iter().any(|c| c.status == Status::Left));
        assert!(of("harbor").len() >= YESTERDAY);
    }
}
