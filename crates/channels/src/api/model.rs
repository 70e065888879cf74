//! What another source sends.

use kernel::{Error, Millis, Result};
use serde::Deserialize;
use utoipa::ToSchema;

/// A request at the most, in bytes.
pub const REQUEST_MAX: usize = 256 * 1024;
/// A source's own name for a message, contact or thread, in bytes.
const NAME_MAX: usize = 128;
/// A person's name, in characters.
const PERSON_MAX: usize = 120;
/// Files on one message.
const FILES_MAX: usize = 5;
/// An address of a file, in bytes.
const URL_MAX: usize = 2_000;
/// A sender's clock may be ahead by this much.
const AHEAD_MS: Millis = 5 * 60_000;

/// Who writes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InboundContact {
    /// The source's own name for the person; unique within the inbox.
    pub external_id: String,
    /// The name.
    pub name: Option<String>,
    /// A mail address, where known.
    pub email: Option<String>,
    /// A phone number, where known.
    pub phone: Option<String>,
}

/// A file that can be fetched.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InboundFile {
    /// Where; fetched once, before the answer.
    pub url: String,
    /// What it is called.
    pub name: String,
}

/// A message.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Inbound {
    /// The source's own name for the message; unique within the inbox.
    pub external_id: String,
    /// Which of the person's threads, where the source has several; replies name it. Without it, the person's external id.
    pub thread: Option<String>,
    /// Who writes.
    pub contact: InboundContact,
    /// The text.
    pub body: String,
    /// When the person wrote, ms since 1970. Checked, not used for the order: messages stand as they arrive.
    pub at: Option<Millis>,
    /// Files.
    #[serde(default)]
    pub attachments: Vec<InboundFile>,
}

fn check_name(field: &str, name: &str, max: usize) -> Result<()> {
    match name.len() {
        0 => Err(Error::invalid(field, "required")),
        n if n > max => Err(Error::invalid(field, "too_long")),
        _ if name.chars().any(char::is_control) => Err(Error::invalid(field, "unfit")),
        _ => Ok(()),
    }
}

impl Inbound {
    /// Checks everything but the text, naming the field at fault.
    pub fn check(&self, now: Millis) -> Result<()> {
        check_name("/external_id", &self.external_id, NAME_MAX)?;
        check_name("/contact/external_id", &self.contact.external_id, NAME_MAX)?;
        if let Some(thread) = self.thread.as_deref().filter(|t| !t.is_empty()) {
            check_name("/thread", thread, NAME_MAX)?;
        }
        if self.contact.name.as_ref().is_some_and(|n| n.chars().count() > PERSON_MAX) {
            return Err(Error::invalid("/contact/name", "too_long"));
        }
        if self.at.is_some_and(|at| at < 0 || at > now + AHEAD_MS) {
            return Err(Error::invalid("/at", "future"));
        }
        if self.attachments.len() > FILES_MAX {
            return Err(Error::invalid("/attachments", "too_many"));
        }
        for (i, f) in self.attachments.iter().enumerate() {
            check_name(&format!("/attachments/{i}/url"), &f.url, URL_MAX)?;
            check_name(&format!("/attachments/{i}/name"), &f.name, 2 * NAME_MAX)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Inbound> {
        platform::web::parse(json.as_bytes())
    }

    #[test]
    fn the_field_at_fault_is_named() {
        let good = r#"{"external_id":"m1","contact":{"external_id":"u1"},"body":"hi","at":1000}"#;
        assert!(read(good).expect("reads").check(1_000).is_ok());
        let field = |json: String| match read(&json).and_then(|m| m.check(1_000)) {
            Ok(()) => String::from("none"),
            Err(e) => e.fields.first().map_or(String::from("?"), |f| format!("{} {}", f.field, f.fault)),
        };
        assert_eq!(field(good.replace("\"m1\"", "\"\"")), "/external_id required");
        assert_eq!(field(good.replace("m1", &"m".repeat(129))), "/external_id too_long");
        assert_eq!(field(good.replace("\"u1\"", "\"u\\u0000\"")), "/contact/external_id unfit");
        assert_eq!(field(good.replace("\"at\":1000", "\"at\":999999")), "/at future");
        assert_eq!(field(good.replace("\"at\":1000", "\"tenant\":\"1\"")), "/tenant unknown");
        assert_eq!(field(good.replace("\"body\":\"hi\",", "")), "/body required");
    }
}
