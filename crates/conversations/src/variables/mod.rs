//! Variables of phrases and macros: `{{contact.name}}` in a stored text becomes the contact's name. Logic-less; a value is
//! never read again, so that nothing a customer calls themselves can become a variable.

use crate::codes;
use crate::threads::Row;
use accounts::Directory;
use customers::ContactBrief;
use kernel::{Error, Language, Result, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// One variable: its name, and what it stands for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = PhraseVariable)]
pub struct Variable {
    /// As it stands between the braces.
    pub name: &'static str,
    /// What it stands for, in English.
    pub en: &'static str,
    /// What it stands for, in Chinese.
    pub zh: &'static str,
}

const fn variable(name: &'static str, en: &'static str, zh: &'static str) -> Variable {
    Variable { name, en, zh }
}

/// All there are.
pub static VARIABLES: [Variable; 8] = [
    variable("contact.name", "The customer's name", "客户姓名"),
    variable("contact.salutation", "How to address the customer", "客户称呼"),
    variable("contact.tier", "The customer's tier", "客户等级"),
    variable("agent.alias", "The agent's alias", "坐席花名"),
    variable("agent.number", "The agent's number", "坐席工号"),
    variable("line.name", "The service line", "业务线名称"),
    variable("brand.name", "The client's name to its customers", "品牌名称"),
    variable("conversation.number", "The conversation's number", "会话编号"),
];

/// A text with its variables filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The text; what is missing still stands there in its braces.
    pub text: String,
    /// Names for which there is no value, each once.
    pub missing: Vec<String>,
}

/// Fills every `{{name}}` from `value`.
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> Filled {
    let mut filled = Filled { text: String::with_capacity(text.len() + 32), missing: vec![] };
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        filled.text.push_str(before);
        let Some(end) = from.find("}}") else {
            rest = from;
            break;
        };
        let name = from[2..end].trim();
        match value(name).filter(|v| !v.trim().is_empty()) {
            Some(v) => filled.text.push_str(&v),
            None => {
                filled.text.push_str(&from[..end + 2]);
                if !filled.missing.iter().any(|m| m == name) {
                    filled.missing.push(name.to_owned());
                }
            }
        }
        rest = &from[end + 2..];
    }
    filled.text.push_str(rest);
    filled
}

/// Refuses a text that names a variable there is not. Error: `phrase.variable`.
pub fn check(text: &str) -> Result<()> {
    let known = |name: &str| VARIABLES.iter().any(|v| v.name == name).then(String::new);
    let unknown = fill(text, |n| known(n).map(|_| "x".into())).missing;
    match unknown.first() {
        None => Ok(()),
        Some(name) => {
            let name: String = name.chars().take(60).collect();
            Err(Error::new(&codes::VARIABLE).detail(name))
        }
    }
}

/// The values in a conversation, for the one who writes.
pub fn fill_for(
    text: &str,
    row: &Row,
    contact: Option<&ContactBrief>,
    directory: &Directory,
    brand: &str,
    user: UserId,
) -> Filled {
    let agent = directory.user(user);
    fill(text, |name| match name {
        "contact.name" => contact.map(|c| c.name.clone()),
        "contact.salutation" => {
            contact.and_then(|c| c.salutation.clone()).or_else(|| contact.map(|c| c.name.clone()))
        }
        "contact.tier" => contact.and_then(|c| c.tier.clone()),
        "agent.alias" => agent.as_ref().map(|a| a.alias.clone()),
        "agent.number" => agent.as_ref().map(|a| a.number.clone()),
        "line.name" => directory.line(row.line).map(|l| l.name.clone()),
        "brand.name" => Some(brand.to_owned())
            .filter(|b| !b.is_empty())
            .or_else(|| directory.tenant(row.tenant).map(|t| t.name.clone())),
        "conversation.number" => Some(row.number.to_string()),
        _ => None,
    })
}

/// Of two texts, the one in this language; the other where it is empty.
pub fn in_language<'a>(zh: &'a str, en: &'a str, language: Language) -> &'a str {
    let (first, other) = match language {
        Language::En => (en, zh),
        _ => (zh, en),
    };
    if first.trim().is_empty() { other } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_once_and_never_read_again() {
        let value = |n: &str| (n == "contact.name").then(|| "{{agent.alias}} <b>".to_owned());
        let f = fill("您好 {{ contact.name }}，{{contact.tier}} {{contact.tier}} {{open", value);
        assert_eq!(f.text, "您好 {{agent.alias}} <b>，{{contact.tier}} {{contact.tier}} {{open");
        assert_eq!(f.missing, ["contact.tier"]);
    }

    #[test]
    fn a_variable_that_is_not_there_is_refused_when_the_text_is_stored() {
        assert!(check("{{contact.name}} {{agent.number}} {single} }}").is_ok());
        assert_eq!(check("{{contact.phone}}").expect_err("unknown").detail, "contact.phone");
    }

    #[test]
    fn an_empty_text_gives_way_to_the_other_language() {
        assert_eq!(in_language("好", "ok", Language::En), "ok");
        assert_eq!(in_language("好", " ", Language::En), "好");
    }
}
