//! The words of a letter, as text and as simple HTML made from it. Pure.

use serde::{Deserialize, Serialize};

/// A subject at the most, in characters.
const SUBJECT_MAX: usize = 200;
/// All words of a letter at the most, in bytes.
pub(super) const BODY_MAX: usize = 256 * 1024;

/// What a letter says: paragraphs, perhaps a link, and why it was sent. Nothing in it is HTML; whatever is put in is shown
/// as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// The subject, one line.
    pub subject: String,
    /// The paragraphs.
    pub paragraphs: Vec<String>,
    /// What the link says, and where it leads.
    pub link: Option<(String, String)>,
    /// Why it was sent, and by whom.
    pub foot: String,
}

/// One line without control characters, at most so many characters long.
pub(super) fn one_line(text: &str, max: usize) -> String {
    let spaced =
        text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    let line: String = spaced.collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

impl Words {
    /// The subject as it is sent.
    pub fn subject(&self) -> String {
        one_line(&self.subject, SUBJECT_MAX)
    }

    /// The letter as text.
    pub fn text(&self) -> String {
        let mut out = self.paragraphs.join("\n\n");
        if let Some((label, url)) = &self.link {
            out.push_str(&format!("\n\n{label}\n{url}"));
        }
        if !self.foot.is_empty() {
            out.push_str(&format!("\n\n-- \n{}", self.foot));
        }
        out.push('\n');
        out
    }

    /// The letter as simple HTML: no pictures, no scripts, nothing fetched.
    pub fn html(&self) -> String {
        let mut out = String::from(
            "<!doctype html><html><head><meta charset=\"utf-8\"></head><body style=\"margin:0;padding:24px;\
             font:15px/1.6 -apple-system,'PingFang SC','Microsoft YaHei',sans-serif;color:#1e293b\">\
             <div style=\"max-width:560px\">",
        );
        for p in &self.paragraphs {
            out.push_str(&format!("<p style=\"margin:0 0 16px\">{}</p>", escaped(p)));
        }
        if let Some((label, url)) = self.link.as_ref().filter(|(_, url)| is_web(url)) {
            out.push_str(&format!(
                "<p style=\"margin:0 0 16px\"><a href=\"{0}\" style=\"display:inline-block;padding:8px 16px;\
                 border-radius:6px;background:#0d9488;color:#ffffff;text-decoration:none\">{1}</a></p>\
                 <p style=\"margin:0 0 16px;font-size:12px;color:#64748b;word-break:break-all\">{0}</p>",
                escaped(url),
                escaped(label)
            ));
        }
        if !self.foot.is_empty() {
            out.push_str(&format!(
                "<p style=\"margin:24px 0 0;font-size:12px;color:#64748b\">{}</p>",
                escaped(&self.foot)
            ));
        }
        out.push_str("</div></body></html>");
        out
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_shown_as_it_stands() {
        let w = Words {
            subject: "Hello\r\nBcc: x@y.z".into(),
            paragraphs: vec!["<script>alert('1')</script> & more".into()],
            link: Some(("Open".into(), "javascript:alert(1)".into())),
            foot: "from \"Hark\"".into(),
        };
        assert_eq!(w.subject(), "Hello Bcc: x@y.z");
        let html = w.html();
        assert!(
            !html.contains("<script") && html.contains("&lt;script&gt;") && !html.contains("javascript:")
        );
        assert!(w.text().contains("<script>"), "text is text");
    }
}
