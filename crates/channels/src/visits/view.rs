//! A form as the visitor's frame shows it, in one language.

use super::model::picked;
use conversations::inboxes::{FieldKind, VisitorForm};
use kernel::Language;
use serde::Serialize;
use utoipa::ToSchema;

/// A choice.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OptionView {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// A field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldView {
    /// Its name.
    pub key: String,
    /// What it asks for.
    pub kind: FieldKind,
    /// Its label.
    pub label: String,
    /// Must it be filled in?
    pub required: bool,
    /// Choices.
    pub options: Vec<OptionView>,
}

/// What must be agreed to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentView {
    /// Which wording; sent back by who agrees.
    pub version: String,
    /// The wording.
    pub text: String,
}

/// A form.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FormView {
    /// `prechat` or `offline`.
    pub kind: &'static str,
    /// In order.
    pub fields: Vec<FieldView>,
    /// What must be agreed to.
    pub consent: Option<ConsentView>,
}

/// The form as it is shown; `None` where nothing is asked.
pub fn form_view(kind: &'static str, form: &VisitorForm, language: Language) -> Option<FormView> {
    if !form.enabled || (form.fields.is_empty() && form.consent.is_none()) {
        return None;
    }
    let text = |zh: &str, en: &str| picked(language, zh, en).to_owned();
    let fields = form.fields.iter().map(|f| FieldView {
        key: f.key.clone(),
        kind: f.kind,
        label: text(&f.label_zh, &f.label_en),
        required: f.required,
        options: f
            .options
            .iter()
            .map(|o| {
                let label = text(&o.label_zh, &o.label_en);
                OptionView {
                    label: if label.is_empty() { o.value.clone() } else { label },
                    value: o.value.clone(),
                }
            })
            .collect(),
    });
    let consent = form.consent.as_ref();
    Some(FormView {
        kind,
        fields: fields.collect(),
        consent: consent
            .map(|c| ConsentView { version: c.version.clone(), text: text(&c.text_zh, &c.text_en) }),
    })
}
