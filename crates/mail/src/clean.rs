//! Words from outside made harmless to show: no control characters, no characters that turn the direction of writing,
//! no paths in names of files. What is shown is data; escaping for a page is still the page's own work.

use crate::limits::FILE_NAME_BYTES_MAX;

/// Characters that show nothing and change how their neighbours are read: directions of writing (UAX 9), joiners that
/// hide letters, marks of byte order. Zero-width joiners stay: emoji and several scripts need them.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}'
        | '\u{FEFF}' | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Cuts a text after at most so many bytes, never inside a character.
pub fn cut(text: &str, bytes_max: usize) -> &str {
    if text.len() <= bytes_max {
        return text;
    }
    let mut end = bytes_max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// One line: controls, line ends and runs of spaces become one space, deceptive characters go.
pub fn one_line(text: &str, bytes_max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(bytes_max));
    for c in text.chars() {
        if is_deceptive(c) {
            continue;
        }
        let blank = c.is_whitespace() || c.is_control();
        if blank && (out.is_empty() || out.ends_with(' ')) {
            continue;
        }
        if out.len() + c.len_utf8() > bytes_max {
            break;
        }
        out.push(if blank { ' ' } else { c });
    }
    out.truncate(out.trim_end().len());
    out
}

/// Several lines: line ends become `\n`, other controls go, tabs stay, deceptive characters go, and of empty lines at most
/// two follow each other.
pub fn lines(text: &str, bytes_max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(bytes_max));
    let mut chars = text.chars().peekable();
    let mut breaks = 0;
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        let c = if matches!(c, '\r' | '\u{2028}' | '\u{2029}' | '\u{85}') { '\n' } else { c };
        if is_deceptive(c) || (c.is_control() && c != '\n' && c != '\t') {
            continue;
        }
        if c == '\n' {
            out.truncate(out.trim_end_matches([' ', '\t', '\u{a0}']).len());
            breaks += 1;
            if breaks > 3 || out.is_empty() {
                continue;
            }
        } else {
            breaks = 0;
        }
        if out.len() + c.len_utf8() > bytes_max {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Names that Windows keeps for devices.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The name of a file as it may be offered for saving: the last piece of any path, no controls, nothing that a file
/// system gives a meaning to, the ending kept when it is cut. `None` where nothing is left.
pub fn file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).find(|p| !p.trim().is_empty()).unwrap_or("");
    let plain: String = last
        .chars()
        .map(|c| if matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\0') { '_' } else { c })
        .collect();
    let plain = one_line(&plain, plain.len());
    let plain = plain.trim_matches([' ', '.']).to_owned();
    if plain.is_empty() {
        return None;
    }
    let stem = plain.split('.').next().unwrap_or("").to_ascii_lowercase();
    let plain = if DEVICES.contains(&stem.as_str()) { format!("_{plain}") } else { plain };
    if plain.len() <= FILE_NAME_BYTES_MAX {
        return Some(plain);
    }
    let ending = plain.rfind('.').map(|at| &plain[at..]).filter(|e| e.len() <= 12).unwrap_or("");
    Some(format!("{}{ending}", cut(&plain, FILE_NAME_BYTES_MAX - ending.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_hold_no_path_and_no_trick() {
        for (given, kept) in [
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\x\\a.docx", Some("a.docx")),
            ("invoice\u{202e}fdp.exe", Some("invoicefdp.exe")),
            ("a.txt:stream", Some("a.txt_stream")),
            ("con.txt", Some("_con.txt")),
            ("..", None),
            ("\0\r\n", Some("_")),
            (".htaccess\u{200b}", Some("htaccess")),
            ("报价 单.pdf", Some("报价 单.pdf")),
        ] {
            assert_eq!(file_name(given).as_deref(), kept, "{given:?}");
        }
        let long = format!("{}.pdf", "长".repeat(300));
        let kept = file_name(&long).expect("a name");
        assert!(kept.len() <= FILE_NAME_BYTES_MAX && kept.ends_with(".pdf"));
    }

    #[test]
    fn lines_and_one_line() {
        assert_eq!(one_line(" a\r\nBcc: b\t\u{202e}c\0 ", 100), "a Bcc: b c");
        assert_eq!(one_line("宽宽宽", 7), "宽宽");
        assert_eq!(lines("a \r\nb\rc\n\n\n\n\n\nd\u{7}\n", 100), "a\nb\nc\n\n\nd");
    }
}
