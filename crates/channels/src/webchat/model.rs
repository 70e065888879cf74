//! What a visitor may send.

use crate::codes;
use kernel::{AttachmentId, Error, Result};

/// A text at the most, in bytes of UTF-8.
pub const BODY_MAX: usize = 16 * 1024;
/// A request or frame at the most, in bytes: the text with room for its escapes.
pub const REQUEST_MAX: usize = 64 * 1024;
/// A sender's id of a message, in bytes.
const CLIENT_ID_MAX: usize = 64;
/// The address of a page, in characters; what is longer is cut.
const PAGE_URL_MAX: usize = 500;
/// The title of a page, in characters; what is longer is cut.
const PAGE_TITLE_MAX: usize = 120;
/// Files on one message.
const ATTACHMENTS_MAX: usize = 10;

/// The kinds of files that are taken from visitors, as found by looking at the bytes.
pub const MIMES: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "video/mp4",
    "video/quicktime",
    "audio/mpeg",
    "audio/m4a",
    "application/zip",
];

/// Checks the sender's id of a message: letters, digits, `-` and `_`.
pub fn check_client_id(id: &str) -> Result<()> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    match id.len() {
        1..=CLIENT_ID_MAX if id.bytes().all(fits) => Ok(()),
        _ => Err(Error::invalid("/client_id", "unfit")),
    }
}

/// Checks and masks a text.
pub fn clean_body(body: &str, attachments: &[AttachmentId]) -> Result<String> {
    if body.len() > BODY_MAX {
        return Err(Error::new(&codes::VISITOR_TOO_LONG).detail(format!("at most {BODY_MAX} bytes")));
    }
    if attachments.len() > ATTACHMENTS_MAX {
        return Err(Error::invalid("/attachments", "too_many"));
    }
    conversations::messages::clean(body, !attachments.is_empty())
}

/// The address of a page without what is nobody's business: only http addresses, no query, no fragment, no name or password.
pub fn clean_page_url(url: &str) -> Option<String> {
    let bare = url.split(['?', '#']).next().unwrap_or("");
    let (_, rest) = bare.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
    let host = rest.split('/').next().unwrap_or("");
    let sound =
        !host.is_empty() && !host.contains('@') && !bare.chars().any(|c| c.is_control() || c.is_whitespace());
    sound.then(|| bare.chars().take(PAGE_URL_MAX).collect())
}

/// The title of a page as one line.
pub fn clean_page_title(title: &str) -> Option<String> {
    let line: String = title.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then(|| line.chars().filter(|c| !c.is_control()).take(PAGE_TITLE_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_an_address_and_nothing_more() {
        assert_eq!(clean_page_url("https://a.example/b?token=1#c").as_deref(), Some("https://a.example/b"));
        for bad in [
            "javascript:alert(1)",
            "https://",
            "https://me:pw@a.example/",
            "https://a\n.example",
            "data:x",
            "",
        ] {
            assert_eq!(clean_page_url(bad), None, "{bad}");
        }
        assert_eq!(clean_page_title(" a\n\tb ").as_deref(), Some("a b"));
        assert_eq!(clean_page_title("  "), None);
    }

    #[test]
    fn a_text_has_an_end() {
        assert!(clean_body(&"a".repeat(16_000), &[]).is_ok());
        let fault = clean_body(&"字".repeat(BODY_MAX / 3 + 1), &[]).expect_err("too long");
        assert_eq!(fault.code, &codes::VISITOR_TOO_LONG);
    }

    #[test]
    fn a_senders_id_is_plain() {
        assert!(check_client_id("7d1f8a52-0c1b-4a59-9d0c-0a1b2c3d4e5f").is_ok());
        for bad in ["", "a b", "a\u{0}", &"a".repeat(65)] {
            assert!(check_client_id(bad).is_err());
        }
    }
}
