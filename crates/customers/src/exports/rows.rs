//! Contacts as rows of a table. Pure.

use crate::attributes::Attribute;
use crate::contacts::Contact;
use crate::handles::{Handle, HandleKind};
use kernel::{Error, Language, Millis, Result};

/// The columns that every client has: word, English, Chinese.
const FIXED: [(&str, &str, &str); 13] = [
    ("name", "Name", "姓名"),
    ("phone", "Phone", "手机号"),
    ("email", "Email", "邮箱"),
    ("external", "External id", "外部编号"),
    ("salutation", "Salutation", "称呼"),
    ("language", "Language", "语言"),
    ("tier", "Tier", "等级"),
    ("organisation", "Organisation", "企业"),
    ("tags", "Tags", "标签"),
    ("note", "Note", "备注"),
    ("first_seen", "First came", "首次来访"),
    ("last_seen", "Last came", "最近来访"),
    ("conversations", "Conversations", "会话数"),
];
/// What stands between several values of a cell.
const DIVIDER: &str = "、";

/// The heads of the columns. Errors: `invalid`, naming the column.
pub(super) fn heads(columns: &[String], attributes: &[Attribute], language: Language) -> Result<Vec<String>> {
    let one = |(i, word): (usize, &String)| {
        let fixed = FIXED.iter().find(|f| f.0 == word).map(|f| language.pick(f.1, f.2).to_owned());
        let own = || {
            let key = word.strip_prefix("attribute:")?;
            let a = attributes.iter().find(|a| a.key == key)?;
            Some(language.pick(&a.label_en, &a.label_zh).to_owned())
        };
        fixed.or_else(own).ok_or_else(|| Error::invalid(format!("/columns/{i}"), "unknown"))
    };
    columns.iter().enumerate().map(one).collect()
}

/// A time as people read it, in UTC.
fn time(at: Millis) -> String {
    let days = at.div_euclid(86_400_000);
    let (seconds, (y, m, d)) = (at.rem_euclid(86_400_000) / 1000, civil(days));
    format!("{y:04}-{m:02}-{d:02} {:02}:{:02}", seconds / 3600, seconds % 3600 / 60)
}

/// Year, month and day of a number of days since 1970 (the common algorithm of civil calendars).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(m <= 2), m, doy - (153 * mp + 2) / 5 + 1)
}

/// What of a contact is written in full.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sight<'a> {
    /// The addresses, where they are.
    pub clear: Option<&'a [&'a Handle]>,
    /// Personal data that stands in texts.
    pub personal: bool,
}

/// A contact's row, with addresses and texts as far as they may be seen.
pub(super) fn row(c: &Contact, columns: &[String], sight: Sight<'_>) -> Vec<String> {
    let handles = |kind: HandleKind| -> String {
        let all: Vec<&str> = match sight.clear {
            Some(full) => full.iter().filter(|h| h.kind == kind).map(|h| h.value.as_str()).collect(),
            None => c.handles.iter().filter(|h| h.kind == kind).map(|h| h.value.as_str()).collect(),
        };
        all.join(DIVIDER)
    };
    let said = |text: &str| match sight.personal {
        true => text.to_owned(),
        false => engines::redact::mask_personal(text).into_owned(),
    };
    let some = |t: &Option<String>| t.as_deref().map(said).unwrap_or_default();
    let one = |word: &String| match word.as_str() {
        "name" => said(&c.name),
        "phone" => handles(HandleKind::Phone),
        "email" => handles(HandleKind::Email),
        "external" => handles(HandleKind::External),
        "salutation" => some(&c.salutation),
        "language" => c.language.map(|l| l.tag().to_owned()).unwrap_or_default(),
        "tier" => some(&c.tier),
        "organisation" => c.organisation.as_ref().map(|o| o.name.clone()).unwrap_or_default(),
        "tags" => c.tags.iter().map(|t| said(t)).collect::<Vec<_>>().join(DIVIDER),
        "note" => some(&c.note),
        "first_seen" => time(c.first_seen_at),
        "last_seen" => time(c.last_seen_at),
        "conversations" => c.conversations.total.to_string(),
        other => {
            let own = other.strip_prefix("attribute:").and_then(|k| c.attributes.get(k));
            own.map(|t| said(t)).unwrap_or_default()
        }
    };
    columns.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_by_people() {
        assert_eq!(time(0), "1970-01-01 00:00");
        assert_eq!(time(1_772_582_400_000), "2026-03-04 00:00");
        assert_eq!(time(951_782_399_000), "2000-02-28 23:59");
    }
}
