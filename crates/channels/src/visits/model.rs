//! A filled-in form, checked against what was asked. Pure.

use crate::codes;
use crate::identity::By;
use conversations::inboxes::{FieldKind, FormField, VisitorForm};
use customers::{HandleKind, NewHandle};
use kernel::{Error, InboxId, Language, Millis, QueueId, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An answer, in characters.
const ANSWER_MAX: usize = 300;
/// Answers, and attributes, of one request.
const PARTS_MAX: usize = 20;
/// The name of an attribute, in bytes.
const NAME_MAX: usize = 40;

/// What a visitor's frame sends along with a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FormInput {
    /// Answers, by the field's key.
    pub answers: BTreeMap<String, String>,
    /// The version of the consent text that was agreed to.
    pub consent: Option<String>,
    /// What the page says of the visitor. Not signed, so it is shown as a claim.
    pub attributes: BTreeMap<String, String>,
}

/// An answer as it is kept: with the question, since forms change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The field's key.
    pub key: String,
    /// What was asked, in Chinese.
    pub label_zh: String,
    /// What was asked, in English.
    pub label_en: String,
    /// What it is, which decides who sees it whole.
    pub kind: FieldKind,
    /// What was answered; for a choice its value.
    pub value: String,
    /// The choice in Chinese.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shown_zh: String,
    /// The choice in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shown_en: String,
}

/// What was agreed to, in the words that were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// For what: `form` or `peek`.
    pub purpose: &'static str,
    /// Which wording.
    pub version: String,
    /// In which language.
    pub language: Language,
    /// The wording.
    pub wording: String,
}

/// A form that is filled in as it must be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// In the order asked.
    pub answers: Vec<Answer>,
    /// What to call the visitor.
    pub name: Option<String>,
    /// Addresses that the visitor claims.
    pub handles: Vec<NewHandle>,
    /// The queue that a choice leads to.
    pub queue: Option<QueueId>,
    /// What was agreed to.
    pub consent: Option<Consent>,
}

/// What a message brings besides its words, with the ids made for it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Where.
    pub inbox: InboxId,
    /// What the form said, if the message opens a conversation.
    pub given: Given,
    /// What the page says.
    pub facts: Vec<(String, String)>,
    /// Is it outside the hours?
    pub offline: bool,
    /// When an answer is promised.
    pub answer_by: Option<Millis>,
    /// How the visitor was proved.
    pub identity: Option<By>,
    /// The id of the consent.
    pub consent_id: i64,
    /// The id of the thread's line.
    pub event_id: kernel::MessageId,
}

/// Checks what was filled in. Errors: `visitor.form` with the field at fault; `visitor.consent`.
pub fn check(form: &VisitorForm, input: &FormInput, language: Language) -> Result<Given> {
    let mut given = Given::default();
    if !form.enabled {
        return Ok(given);
    }
    if input.answers.len() > PARTS_MAX {
        return Err(fault("", "too_many"));
    }
    for field in &form.fields {
        let said = input.answers.get(&field.key).map(|v| clean(v)).filter(|v| !v.is_empty());
        match said {
            Some(said) => take(&mut given, field, said)?,
            None if field.required => return Err(fault(&field.key, "required")),
            None => {}
        }
    }
    if let Some(consent) = &form.consent {
        if input.consent.as_deref() != Some(consent.version.as_str()) {
            return Err(Error::new(&codes::VISITOR_CONSENT).field("/form/consent", "required"));
        }
        let (zh, en) = (&consent.text_zh, &consent.text_en);
        let wording = picked(language, zh, en).to_owned();
        given.consent =
            Some(Consent { purpose: "form", version: consent.version.clone(), language, wording });
    }
    Ok(given)
}

/// The text of a language, or the other where there is none.
pub(super) fn picked<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    let (first, second) = if language == Language::Zh { (zh, en) } else { (en, zh) };
    if first.is_empty() { second } else { first }
}

fn fault(key: &str, what: &'static str) -> Error {
    Error::new(&codes::VISITOR_FORM).field(format!("/form/answers/{key}"), what)
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

fn take(given: &mut Given, field: &FormField, said: String) -> Result<()> {
    if said.chars().count() > ANSWER_MAX {
        return Err(fault(&field.key, "too_long"));
    }
    let claim = |kind| NewHandle { kind, value: said.clone(), verified: false };
    let (mut shown_zh, mut shown_en) = (String::new(), String::new());
    match field.kind {
        FieldKind::Text => {}
        FieldKind::Name => given.name = Some(said.clone()),
        FieldKind::Email if !is_mail(&said) => return Err(fault(&field.key, "unfit")),
        FieldKind::Email => given.handles.push(claim(HandleKind::Email)),
        FieldKind::Phone if !is_phone(&said) => return Err(fault(&field.key, "unfit")),
        FieldKind::Phone => given.handles.push(claim(HandleKind::Phone)),
        FieldKind::Choice => {
            let chosen = field.options.iter().find(|o| o.value == said);
            let chosen = chosen.ok_or_else(|| fault(&field.key, "unknown"))?;
            (shown_zh, shown_en) = (chosen.label_zh.clone(), chosen.label_en.clone());
            given.queue = given.queue.or(chosen.queue);
        }
    }
    given.answers.push(Answer {
        key: field.key.clone(),
        label_zh: field.label_zh.clone(),
        label_en: field.label_en.clone(),
        kind: field.kind,
        value: said,
        shown_zh,
        shown_en,
    });
    Ok(())
}

/// Looks like an address; whether it is one is found out when somebody writes to it.
fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace) && text.len() <= 254
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (5..=20).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c))
}

/// Attributes as they are kept. Errors: `visitor.attributes`.
pub fn facts_of(attributes: &BTreeMap<String, String>) -> Result<Vec<(String, String)>> {
    let refused =
        |name: &str| Error::new(&codes::VISITOR_ATTRIBUTES).detail(name.chars().take(60).collect::<String>());
    if attributes.len() > PARTS_MAX {
        return Err(refused("too_many"));
    }
    let mut facts = vec![];
    for (name, value) in attributes {
        let named = (1..=NAME_MAX).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if !named || value.chars().count() > ANSWER_MAX {
            return Err(refused(name));
        }
        facts.push((name.clone(), clean(value)));
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use conversations::inboxes::{ConsentText, FieldOption};

    fn form() -> VisitorForm {
        let field = |key: &str, kind, required| FormField {
            key: key.into(),
            kind,
            required,
            label_zh: key.into(),
            ..FormField::default()
        };
        let option = |value: &str, queue| FieldOption {
            value: value.into(),
            label_zh: "退款".into(),
            queue,
            ..FieldOption::default()
        };
        let mut topic = field("topic", FieldKind::Choice, true);
        topic.options = vec![option("refund", Some(QueueId(5))), option("other", None)];
        VisitorForm {
            enabled: true,
            fields: vec![
                field("name", FieldKind::Name, false),
                field("mail", FieldKind::Email, false),
                topic,
            ],
            consent: Some(ConsentText {
                version: "v2".into(),
                text_zh: "同意".into(),
                text_en: String::new(),
            }),
        }
    }

    fn input(answers: &[(&str, &str)], consent: Option<&str>) -> FormInput {
        let answers = answers.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        FormInput { answers, consent: consent.map(Into::into), ..FormInput::default() }
    }

    #[test]
    fn what_is_required_must_be_there_and_a_choice_leads_to_its_queue() {
        let fault = check(&form(), &input(&[], Some("v2")), Language::Zh).expect_err("topic is required");
        assert_eq!(fault.code.code, "visitor.form");
        let fault =
            check(&form(), &input(&[("topic", "refund")], None), Language::Zh).expect_err("no consent");
        assert_eq!(fault.code.code, "visitor.consent");
        let old = check(&form(), &input(&[("topic", "refund")], Some("v1")), Language::Zh);
        assert_eq!(old.expect_err("another wording").code.code, "visitor.consent");
        let answers = [("topic", "refund"), ("name", " 李雷 "), ("mail", "li@example.com")];
        let given = check(&form(), &input(&answers, Some("v2")), Language::En).expect("complete");
        assert_eq!((given.queue, given.name.as_deref()), (Some(QueueId(5)), Some("李雷")));
        assert!(given.handles.iter().all(|h| !h.verified), "typed, so only claimed");
        assert_eq!(given.consent.expect("agreed").wording, "同意", "in the only language there is");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for bad in [("topic", "free"), ("mail", "nobody"), ("name", &"x".repeat(400))] {
            let answers = [("topic", "other"), bad];
            assert!(check(&form(), &input(&answers, Some("v2")), Language::Zh).is_err(), "{bad:?}");
        }
        let unasked = input(&[("topic", "other"), ("tenant", "5")], Some("v2"));
        let given = check(&form(), &unasked, Language::Zh).expect("what is not asked is passed over");
        assert_eq!(given.answers.len(), 1);
    }

    #[test]
    fn attributes_have_plain_names_and_an_end() {
        let of = |k: &str, v: &str| facts_of(&BTreeMap::from([(k.to_owned(), v.to_owned())]));
        assert!(of("plan", "gold").is_ok());
        for (k, v) in [("", "x"), ("a b", "x"), ("<b>", "x"), ("plan", &*"x".repeat(400))] {
            assert!(of(k, v).is_err(), "{k}");
        }
        let many = (0..30).map(|i| (format!("k{i}"), String::new())).collect();
        assert!(facts_of(&many).is_err());
    }
}
