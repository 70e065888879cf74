//! The shape of the data files, which are part of the binary. The names are those of the interfaces they feed.

#![allow(missing_docs)]

use kernel::{Error, Language, Result};
use serde::Deserialize;

/// `house.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct House {
    pub password: String,
    pub teams: Vec<Team>,
    pub skills: Vec<Named>,
    pub users: Vec<User>,
    pub calendar: Calendar,
    pub clients: Vec<Client>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub key: String,
    pub name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    pub name: String,
    pub members: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub key: String,
    pub login: String,
    pub name: String,
    pub alias: String,
    pub number: String,
    pub language: Language,
    pub roles: Vec<Role>,
    #[serde(default)]
    pub skills: Vec<(String, i64)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    pub role: String,
    pub tenant: Option<String>,
    pub line: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    pub name: String,
    pub zone: String,
    pub from: String,
    pub to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub key: String,
    pub name: String,
    pub mark_color: String,
    pub lines: Vec<Line>,
    pub queues: Vec<Queue>,
    pub inboxes: Vec<Inbox>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub key: String,
    pub name: String,
    pub disposition_required: bool,
    /// (key, Chinese, English).
    pub categories: Vec<(String, String, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    pub key: String,
    pub name: String,
    pub line: String,
    pub skill: String,
    pub level: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbox {
    pub key: String,
    pub name: String,
    pub line: String,
    pub queue: String,
    pub channel: String,
    pub shop: Option<String>,
    pub brand: serde_json::Value,
}

/// `yunfu.json`, `harbor.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Talks {
    pub contacts: Vec<Contact>,
    pub conversations: Vec<Conversation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub tier: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    pub contact: String,
    pub line: String,
    pub days_ago: i64,
    pub time: String,
    pub agent: Option<String>,
    pub category: String,
    pub tags: Vec<String>,
    pub status: Status,
    pub disposition: Option<Disposition>,
    pub priority: Option<String>,
    pub messages: Vec<Message>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Resolved,
    Open,
    AwaitingCustomer,
    Queued,
    Snoozed,
    /// They left before anybody answered.
    Left,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    pub kind: String,
    pub outcome: String,
    pub cause: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    pub by: By,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Contact,
    Agent,
    Note,
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::internal("a data file of the demonstration").cause(e))
}

/// The house.
pub fn house() -> Result<House> {
    read(include_str!("../../demo/house.json"))
}

/// What was said, by client.
pub fn talks() -> Result<Vec<(&'static str, Talks)>> {
    let whole = |client, told: Talks| -> Result<(&'static str, Talks)> {
        let mut talks = super::days::talks(client)?;
        talks.contacts.extend(told.contacts);
        talks.conversations.extend(told.conversations);
        Ok((client, talks))
    };
    Ok(vec![
        whole("yunfu", read(include_str!("../../demo/yunfu.json"))?)?,
        whole("harbor", read(include_str!("../../demo/harbor.json"))?)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_data_files_agree_with_each_other() {
        let house = house().expect("reads");
        let users: BTreeSet<&str> = house.users.iter().map(|u| u.key.as_str()).collect();
        let mut conversations = 0;
        for (client, talks) in talks().expect("reads") {
            let client = house.clients.iter().find(|c| c.key == client).expect("is a client");
            let contacts: BTreeSet<&str> = talks.contacts.iter().map(|c| c.name.as_str()).collect();
            for talk in &talks.conversations {
                let line = client.lines.iter().find(|l| l.key == talk.line).expect("is a line");
                assert!(line.categories.iter().any(|c| c.0 == talk.category), "{}", talk.category);
                assert!(talk.agent.as_deref().is_none_or(|a| users.contains(a)));
                assert!(contacts.contains(talk.contact.as_str()));
                let nobody = matches!(talk.status, Status::Queued | Status::Left);
                assert_eq!(nobody, talk.agent.is_none());
                assert_eq!(talk.status == Status::Resolved, talk.disposition.is_some());
                conversations += 1;
            }
        }
        assert!(conversations >= 100, "{conversations}");
        assert_eq!(house.users.iter().filter(|u| !u.skills.is_empty()).count(), 8);
        assert_eq!(house.clients.iter().map(|c| c.queues.len()).sum::<usize>(), 3);
    }
}
