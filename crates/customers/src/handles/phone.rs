//! Telephone numbers to E.164 (ITU-T E.164: a plus and at most 15 digits). Pure.
//!
//! Not a library of every country's plan: what decides here is whether two spellings are the same number. China's plan is
//! known (mobile, landline with area code, service numbers); elsewhere the trunk zero falls away.

/// The calling code meant where neither the number nor the client names another.
pub const DEFAULT_COUNTRY: &str = "86";
/// Digits of an international number, without the plus.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Countries that keep the zero of a national number (Italy, San Marino, Vatican).
const KEEP_ZERO: [&str; 2] = ["39", "378"];

/// The number in E.164, or `None` where it is none. An extension is not part of it and is refused.
pub(super) fn e164(text: &str, country: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let mut digits = String::new();
    let mut plus = false;
    for c in text.chars() {
        match c {
            _ if c.is_ascii_digit() => digits.push(c),
            '+' if digits.is_empty() && !plus => plus = true,
            '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' => {}
            _ if c.is_whitespace() => {}
            _ => return None,
        }
    }
    if plus {
        return international(&digits);
    }
    // The prefix for calls abroad.
    if let Some(rest) = digits.strip_prefix("00") {
        return international(rest);
    }
    let national = if country == "86" { chinese(&digits)? } else { elsewhere(&digits, country)? };
    Some(national)
}

fn international(digits: &str) -> Option<String> {
    let digits = match digits.strip_prefix("86") {
        // "+86 (0)10 …" keeps the trunk zero by mistake.
        Some(rest) => format!("86{}", rest.trim_start_matches('0')),
        None => digits.to_owned(),
    };
    (DIGITS.contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

fn chinese(digits: &str) -> Option<String> {
    // Written with the country's code but without the plus.
    let bare = match digits.strip_prefix("86") {
        Some(rest) if is_mobile(rest) => rest,
        _ => digits,
    };
    if is_mobile(bare) {
        return Some(format!("+86{bare}"));
    }
    if let Some(landline) = bare.strip_prefix('0') {
        // Area code of two or three digits with seven or eight behind it; or a mobile number dialled with the zero.
        let fits = (9..=11).contains(&landline.len()) && !landline.starts_with('0');
        return fits.then(|| format!("+86{landline}"));
    }
    // 400 and 800 numbers reach all of the country.
    let service = bare.len() == 10 && (bare.starts_with("400") || bare.starts_with("800"));
    service.then(|| format!("+86{bare}"))
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'3'
}

fn elsewhere(digits: &str, country: &str) -> Option<String> {
    let national = if KEEP_ZERO.contains(&country) { digits } else { digits.trim_start_matches('0') };
    // North America writes its 1 in front.
    let national = match national.strip_prefix('1') {
        Some(rest) if country == "1" && rest.len() == 10 => rest,
        _ if country == "1" && national.len() != 10 => return None,
        _ => national,
    };
    let whole = format!("{country}{national}");
    (national.len() >= 4 && DIGITS.contains(&whole.len())).then(|| format!("+{whole}"))
}

/// Is it a calling code: one to three digits, not beginning with zero?
pub(super) fn is_country(country: &str) -> bool {
    (1..=3).contains(&country.len())
        && country.bytes().all(|b| b.is_ascii_digit())
        && !country.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::super::{HandleKind, normalise};

    #[test]
    fn numbers_have_one_spelling() {
        for (text, country, want) in [
            ("13800138000", "86", Some("+8613800138000")),
            ("138 0013 8000", "86", Some("+8613800138000")),
            ("１３８００１３８０００", "86", Some("+8613800138000")),
            ("+86 138-0013-8000", "86", Some("+8613800138000")),
            ("＋８６１３８００１３８０００", "86", Some("+8613800138000")),
            ("8613800138000", "86", Some("+8613800138000")),
            ("008613800138000", "86", Some("+8613800138000")),
            ("013800138000", "86", Some("+8613800138000")),
            ("010-12345678", "86", Some("+861012345678")),
            ("(0531) 8612345", "86", Some("+865318612345")),
            ("+86 (0)10 12345678", "86", Some("+861012345678")),
            ("400-123-4567", "86", Some("+864001234567")),
            ("12345678", "86", None),
            ("12013800138", "86", None),
            ("+1 (415) 555-2671", "86", Some("+14155552671")),
            ("(415) 555-2671", "1", Some("+14155552671")),
            ("1 415 555 2671", "1", Some("+14155552671")),
            ("020 7946 0958", "44", Some("+442079460958")),
            ("06 698 12345", "39", Some("+390669812345")),
            ("tel:+85291234567", "86", Some("+85291234567")),
            ("138\u{200b}00138000", "86", Some("+8613800138000")),
            ("", "86", None),
            ("+", "86", None),
            ("hello", "86", None),
            ("13800138000 转 1", "86", None),
            ("+1234567890123456", "86", None),
        ] {
            assert_eq!(
                normalise(HandleKind::Phone, text, country).map(|n| n.value).as_deref(),
                want,
                "{text}"
            );
        }
    }
}
