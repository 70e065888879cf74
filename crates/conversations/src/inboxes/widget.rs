//! What an administrator sets about a widget: whose word is taken for who a visitor is, what is asked before, which words
//! are said.

use kernel::{Error, QueueId, Result};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;

/// Fields of one form.
const FIELDS_MAX: usize = 12;
/// Choices of one field.
const OPTIONS_MAX: usize = 40;
/// A field's name in the API, in characters.
const KEY_MAX: usize = 40;
/// A label, in characters.
const LABEL_MAX: usize = 80;
/// A text shown to visitors, in characters.
const TEXT_MAX: usize = 500;
/// A consent text, in characters.
const CONSENT_MAX: usize = 4_000;
/// Public keys for identities at once.
const KEYS_MAX: usize = 4;
/// An answer may be promised within this many open minutes: a month of days.
const ANSWER_WITHIN_MAX: i64 = 44_640;

/// Whether visitors must prove who they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityMode {
    /// Anybody may write; who proves it is known by their name in the client's system.
    #[default]
    Optional,
    /// Only who proves it may write or read.
    Required,
}

/// Whose word is taken for who a visitor is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityRules {
    /// Must visitors prove who they are?
    pub mode: IdentityMode,
    /// Is an identifier with its HMAC taken too? It has no end and can be used again; for sites that move here.
    pub accept_hash: bool,
    /// Ed25519 public keys, 32 bytes in base64url, whose tokens (EdDSA) are taken besides those made with the secret.
    pub public_keys: Vec<String>,
}

/// What a field of a form asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A line of text.
    #[default]
    Text,
    /// What to call the visitor.
    Name,
    /// A mail address; a claim, not a proof.
    Email,
    /// A telephone number; a claim, not a proof.
    Phone,
    /// One of several choices; a choice may lead to a queue of its own.
    Choice,
}

/// A choice.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FieldOption {
    /// What is stored.
    pub value: String,
    /// In Chinese.
    pub label_zh: String,
    /// In English.
    pub label_en: String,
    /// The queue that conversations with this choice wait in, in place of the inbox's.
    pub queue: Option<QueueId>,
}

/// A field of a form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FormField {
    /// Its name: lower case letters, digits and `_`.
    pub key: String,
    /// What it asks for.
    pub kind: FieldKind,
    /// In Chinese.
    pub label_zh: String,
    /// In English.
    pub label_en: String,
    /// Must it be filled in?
    pub required: bool,
    /// The choices, for a choice.
    pub options: Vec<FieldOption>,
}

/// What a visitor agrees to before writing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentText {
    /// Which wording this is, such as `2026-03`. Stored with each consent.
    pub version: String,
    /// In Chinese.
    pub text_zh: String,
    /// In English.
    pub text_en: String,
}

/// A form that is filled in before the first message of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VisitorForm {
    /// Is it asked?
    pub enabled: bool,
    /// What is asked.
    pub fields: Vec<FormField>,
    /// What must be agreed to.
    pub consent: Option<ConsentText>,
}

/// What can be set about a widget besides its brand.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WidgetSettings {
    /// Who may write.
    pub identity: IdentityRules,
    /// Asked within the hours.
    pub prechat: VisitorForm,
    /// Asked outside the hours.
    pub offline: VisitorForm,
    /// Said while a conversation waits, in Chinese.
    pub queue_zh: String,
    /// Said while a conversation waits, in English.
    pub queue_en: String,
    /// What is left outside the hours is answered within so many open minutes; told to the visitor as a time.
    pub answer_within_min: Option<i64>,
    /// May agents see what is being typed, if the visitor agrees?
    pub sneak_peek: bool,
}

impl WidgetSettings {
    /// Checks what an administrator set, naming the field at fault.
    pub(super) fn check(&self) -> Result<()> {
        let at = |field: &str| format!("/config/widget/{field}");
        if [&self.queue_zh, &self.queue_en].iter().any(|t| t.chars().count() > TEXT_MAX) {
            return Err(Error::invalid(at("queue_zh"), "too_long"));
        }
        if self.answer_within_min.is_some_and(|m| !(1..=ANSWER_WITHIN_MAX).contains(&m)) {
            return Err(Error::invalid(at("answer_within_min"), "out_of_range"));
        }
        let keys = &self.identity.public_keys;
        if keys.len() > KEYS_MAX {
            return Err(Error::invalid(at("identity/public_keys"), "too_many"));
        }
        if let Some(i) = keys.iter().position(|k| !is_public_key(k)) {
            return Err(Error::invalid(at(&format!("identity/public_keys/{i}")), "not_a_key"));
        }
        check_form(&self.prechat, &at("prechat"))?;
        check_form(&self.offline, &at("offline"))
    }

    /// Forgets what is one client's alone, when the settings are taken to another: its keys, and its queues.
    pub(super) fn leave_client(&mut self) {
        self.identity.public_keys.clear();
    }

    /// Lets choices lead to these queues instead; a choice whose queue has no other leads where the inbox does.
    pub(super) fn lead(&mut self, instead: &HashMap<QueueId, QueueId>) {
        let forms = [&mut self.prechat, &mut self.offline];
        for option in forms.into_iter().flat_map(|f| &mut f.fields).flat_map(|f| &mut f.options) {
            option.queue = option.queue.and_then(|q| instead.get(&q).copied());
        }
    }

    /// The queues that choices lead to.
    pub fn queues(&self) -> impl Iterator<Item = QueueId> {
        let fields = self.prechat.fields.iter().chain(&self.offline.fields);
        fields.flat_map(|f| &f.options).filter_map(|o| o.queue)
    }
}

/// 32 bytes in base64url without padding: 43 characters.
fn is_public_key(key: &str) -> bool {
    key.len() == 43 && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn is_key(key: &str) -> bool {
    (1..=KEY_MAX).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn check_form(form: &VisitorForm, at: &str) -> Result<()> {
    if form.fields.len() > FIELDS_MAX {
        return Err(Error::invalid(format!("{at}/fields"), "too_many"));
    }
    let mut known = HashSet::new();
    for (i, f) in form.fields.iter().enumerate() {
        let field = |part: &str| format!("{at}/fields/{i}/{part}");
        if !is_key(&f.key) || !known.insert(f.key.as_str()) {
            return Err(Error::invalid(field("key"), "unfit"));
        }
        if f.label_zh.trim().is_empty() && f.label_en.trim().is_empty() {
            return Err(Error::invalid(field("label_zh"), "required"));
        }
        if [&f.label_zh, &f.label_en].iter().any(|t| t.chars().count() > LABEL_MAX) {
            return Err(Error::invalid(field("label_zh"), "too_long"));
        }
        check_options(f, &field("options"))?;
    }
    match &form.consent {
        Some(c) if !(1..=KEY_MAX).contains(&c.version.trim().len()) => {
            Err(Error::invalid(format!("{at}/consent/version"), "required"))
        }
        Some(c) if c.text_zh.trim().is_empty() && c.text_en.trim().is_empty() => {
            Err(Error::invalid(format!("{at}/consent/text_zh"), "required"))
        }
        Some(c) if [&c.text_zh, &c.text_en].iter().any(|t| t.chars().count() > CONSENT_MAX) => {
            Err(Error::invalid(format!("{at}/consent/text_zh"), "too_long"))
        }
        _ => Ok(()),
    }
}

fn check_options(f: &FormField, at: &str) -> Result<()> {
    let mut known = HashSet::new();
    let sound = |o: &FieldOption| {
        (1..=LABEL_MAX).contains(&o.value.chars().count())
            && [&o.label_zh, &o.label_en].iter().all(|t| t.chars().count() <= LABEL_MAX)
    };
    match f.kind {
        FieldKind::Choice if f.options.is_empty() => Err(Error::invalid(at, "required")),
        FieldKind::Choice if f.options.len() > OPTIONS_MAX => Err(Error::invalid(at, "too_many")),
        FieldKind::Choice => match f.options.iter().position(|o| !sound(o) || !known.insert(&o.value)) {
            Some(i) => Err(Error::invalid(format!("{at}/{i}/value"), "unfit")),
            None => Ok(()),
        },
        _ if f.options.is_empty() => Ok(()),
        _ => Err(Error::invalid(at, "not_a_choice")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(key: &str) -> FormField {
        FormField { key: key.into(), label_zh: "订单号".into(), ..FormField::default() }
    }

    fn with(fields: Vec<FormField>) -> WidgetSettings {
        let prechat = VisitorForm { enabled: true, fields, consent: None };
        WidgetSettings { prechat, ..WidgetSettings::default() }
    }

    #[test]
    fn a_form_names_each_field_once_and_offers_choices_only_where_one_chooses() {
        assert!(with(vec![text("order"), text("name")]).check().is_ok());
        for bad in [vec![text("order"), text("order")], vec![text("Order No")], vec![text("")]] {
            assert!(with(bad).check().is_err());
        }
        let mut choice = FormField { kind: FieldKind::Choice, ..text("topic") };
        assert!(with(vec![choice.clone()]).check().is_err(), "nothing to choose");
        choice.options = vec![FieldOption { value: "refund".into(), ..FieldOption::default() }];
        assert!(with(vec![choice.clone()]).check().is_ok());
        choice.kind = FieldKind::Text;
        assert!(with(vec![choice]).check().is_err());
    }

    #[test]
    fn another_client_gets_neither_keys_nor_queues() {
        let option =
            FieldOption { value: "refund".into(), queue: Some(QueueId(5)), ..FieldOption::default() };
        let mut w = with(vec![FormField { kind: FieldKind::Choice, options: vec![option], ..text("topic") }]);
        w.identity.public_keys = vec!["A".repeat(43)];
        w.leave_client();
        w.lead(&HashMap::new());
        assert_eq!((w.queues().count(), w.identity.public_keys.len()), (0, 0));
    }

    #[test]
    fn a_consent_has_a_version_and_a_text() {
        let mut w = with(vec![]);
        w.prechat.consent = Some(ConsentText::default());
        assert!(w.check().is_err());
        w.prechat.consent =
            Some(ConsentText { version: "1".into(), text_zh: "同意".into(), text_en: String::new() });
        assert!(w.check().is_ok());
    }

    #[test]
    fn a_public_key_is_thirty_two_bytes() {
        let mut w = WidgetSettings::default();
        w.identity.public_keys = vec!["A".repeat(43)];
        assert!(w.check().is_ok());
        w.identity.public_keys = vec!["-----BEGIN PUBLIC KEY-----".into()];
        assert!(w.check().is_err());
    }
}
