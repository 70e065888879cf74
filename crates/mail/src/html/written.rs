//! Text that we send, as HTML beside it: paragraphs and line ends stay, addresses of the web become links, and nothing of the
//! text becomes markup.

/// Style of the whole: what mail programs show, without fetching anything.
const STYLE: &str = "font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif;font-size:14px;line-height:1.6";

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// One line with its links. A link ends at a space, a sign of Chinese writing, or a sign that ends a sentence.
fn line(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("http://").into_iter().chain(rest.find("https://")).min() {
        out.push_str(&escaped(&rest[..at]));
        let from = &rest[at..];
        let end = from.find(|c: char| c.is_whitespace() || !c.is_ascii() || "<>\"'`{}|\\^".contains(c));
        let link =
            from[..end.unwrap_or(from.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
        let shown = escaped(link);
        out.push_str(&format!("<a href=\"{shown}\">{shown}</a>"));
        rest = &from[link.len()..];
    }
    out.push_str(&escaped(rest));
    // Two spaces in a row would become one.
    out.replace("  ", " \u{a0}")
}

/// A text as HTML.
pub fn of_text(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(line).collect();
    format!("<div style=\"{STYLE}\">{}</div>", lines.join("<br>\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_becomes_markup() {
        let html = of_text("a <b>\n\"x\" & https://shop.example/?a=1&b=2. 见https://x.example/。");
        assert!(html.contains("a &lt;b&gt;<br>"), "{html}");
        assert!(html.contains("<a href=\"https://shop.example/?a=1&amp;b=2\">"), "{html}");
        assert!(html.contains("<a href=\"https://x.example/\">https://x.example/</a>。"), "{html}");
    }

    #[test]
    fn a_hostile_link_stays_within_its_quotes() {
        let html = of_text("https://x\" onclick=alert(1)");
        assert!(!html.contains("x\" onclick"), "{html}");
    }
}
