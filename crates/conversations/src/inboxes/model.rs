//! What an inbox is made of, and which of it is allowed.

use super::widget::WidgetSettings;
use crate::threads::Channel;
use kernel::{Error, InboxId, LineId, Millis, QueueId, Result, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Sites one inbox may be shown on.
const SITES_MAX: usize = 50;
/// A text shown to visitors at the most, in characters.
const TEXT_MAX: usize = 500;

/// In whose name, and with which words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// The client's name to its customers.
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
    /// First line to a visitor, in Chinese.
    pub greeting_zh: String,
    /// First line to a visitor, in English.
    pub greeting_en: String,
    /// Outside the hours, in Chinese.
    pub offline_zh: String,
    /// Outside the hours, in English.
    pub offline_en: String,
}

/// What can be set on an inbox.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InboxConfig {
    /// Origins whose pages may show the widget, such as `https://shop.example`.
    pub allowed_sites: Vec<String>,
    /// In whose name.
    pub brand: Brand,
    /// Where replies of an API inbox are sent.
    pub webhook_url: Option<String>,
    /// The widget.
    pub widget: WidgetSettings,
}

impl InboxConfig {
    /// Checks what an administrator set, naming the field at fault.
    pub fn check(&self) -> Result<()> {
        if self.allowed_sites.len() > SITES_MAX {
            return Err(Error::invalid("/config/allowed_sites", "too_many"));
        }
        if let Some(i) = self.allowed_sites.iter().position(|s| !is_origin(s)) {
            return Err(Error::invalid(format!("/config/allowed_sites/{i}"), "not_an_origin"));
        }
        let c = &self.brand.color;
        let is_color = c.len() == 7 && c.starts_with('#') && c[1..].bytes().all(|b| b.is_ascii_hexdigit());
        if !c.is_empty() && !is_color {
            return Err(Error::invalid("/config/brand/color", "not_a_color"));
        }
        let b = &self.brand;
        let texts = [&b.name, &b.greeting_zh, &b.greeting_en, &b.offline_zh, &b.offline_en];
        if texts.iter().any(|t| t.chars().count() > TEXT_MAX) {
            return Err(Error::invalid("/config/brand", "too_long"));
        }
        self.widget.check()?;
        match &self.webhook_url {
            Some(u) if !u.starts_with("https://") && !u.starts_with("http://") || u.len() > 2_000 => {
                Err(Error::invalid("/config/webhook_url", "not_an_address"))
            }
            _ => Ok(()),
        }
    }
}

/// `https://host` or `http://host`, perhaps with a port; no path, no wildcard, nothing that could end a CSP directive.
fn is_origin(s: &str) -> bool {
    let Some(host) = s.strip_prefix("https://").or_else(|| s.strip_prefix("http://")) else { return false };
    !host.is_empty()
        && host.len() <= 253
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
}

/// An inbox.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Inbox {
    /// Its id.
    pub id: InboxId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The kind of medium.
    pub channel: Channel,
    /// What staff call it.
    pub name: String,
    /// Where its conversations wait.
    pub queue: Option<QueueId>,
    /// Does it take anything?
    pub enabled: bool,
    /// What can be set.
    pub config: InboxConfig,
    /// Its public name in pages and addresses.
    pub key: String,
    /// When it was made.
    pub created_at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_may_show_the_widget() {
        for good in ["https://shop.example", "http://localhost:8601", "https://[::1]:8443"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in
            ["shop.example", "https://", "https://a/b", "https://*", "https://a; script-src *", "https://a b"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
