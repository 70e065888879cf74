//! What is shown of an address to somebody without the right to see it, and of a word in the record of changes.

use super::HandleKind;

/// An address with its middle hidden: `138 **** 6207`, `l***@example.com`.
pub fn mask(kind: HandleKind, value: &str) -> String {
    match kind {
        HandleKind::Email => mask_email(value),
        HandleKind::Phone => mask_phone(value),
        HandleKind::Visitor | HandleKind::External => mask_opaque(value),
    }
}

fn mask_email(value: &str) -> String {
    match value.trim().rsplit_once('@') {
        Some((local, domain)) => format!("{}***@{domain}", local.chars().take(1).collect::<String>()),
        None => veil(value),
    }
}

/// From the number's E.164 or as written; a Chinese mobile number in the groups people read it in.
fn mask_phone(value: &str) -> String {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if let Some(mobile) = digits.strip_prefix("86").filter(|d| d.len() == 11 && d.starts_with('1')) {
        return format!("{} **** {}", &mobile[..3], &mobile[7..]);
    }
    const ENDS: usize = 2;
    let lead = if value.starts_with('+') { "+" } else { "" };
    if digits.len() <= 2 * ENDS + 2 {
        return format!("{lead}****");
    }
    let head = if digits.len() > 9 { 3 } else { ENDS };
    format!("{lead}{} **** {}", &digits[..head], &digits[digits.len() - ENDS..])
}

fn mask_opaque(value: &str) -> String {
    const ENDS: usize = 2;
    let chars: Vec<char> = value.chars().collect();
    if chars.len() <= 3 * ENDS {
        return "****".into();
    }
    let tail: String = chars[chars.len() - ENDS..].iter().collect();
    format!("{}****{tail}", chars[..ENDS].iter().collect::<String>())
}

/// A word as the record of changes holds it: its first character.
pub fn veil(value: &str) -> String {
    value.chars().next().map_or_else(String::new, |c| format!("{c}***"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_hidden() {
        for (kind, value, want) in [
            (HandleKind::Phone, "+8613800136207", "138 **** 6207"),
            (HandleKind::Phone, "+861012345678", "+861 **** 78"),
            (HandleKind::Phone, "+14155552671", "+141 **** 71"),
            (HandleKind::Phone, "110", "****"),
            (HandleKind::Email, "li.wei@example.com", "l***@example.com"),
            (HandleKind::Email, "李雷@example.com", "李***@example.com"),
            (HandleKind::External, "wx_o6_bmjrPTlm6", "wx****m6"),
            (HandleKind::Visitor, "17", "****"),
        ] {
            assert_eq!(mask(kind, value), want);
        }
        assert_eq!(veil("王小明"), "王***");
    }
}
