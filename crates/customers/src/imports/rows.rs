//! A row of a table as a contact, or what is wrong with it. Pure.

use super::model::{DateOrder, Plan, Target};
use crate::attributes::{Attribute, AttributeKind};
use crate::contacts::{ATTRIBUTE_MAX, HANDLES_MAX, NAME_MAX, TAGS_MAX, WORD_MAX, note};
use crate::handles::{HandleKind, Norm, normalise};
use kernel::Language;
use unicode_normalization::UnicodeNormalization;

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    /// In which column, from 0.
    pub place: usize,
    /// What: a word of [`FAULTS`].
    pub fault: &'static str,
}

/// Everything that can be wrong with a row; each has its words in both languages on the screen and in the file.
pub(super) const FAULTS: [(&str, &str, &str); 15] = [
    ("nobody", "Neither a name nor an address", "既无姓名也无联系方式"),
    ("too_long", "Too long", "内容过长"),
    ("phone", "Not a telephone number", "不是有效的电话号码"),
    ("email", "Not a mail address", "不是有效的邮箱"),
    ("external", "Not a usable id", "外部编号无效"),
    ("number", "Not a number", "不是数字"),
    ("date", "Not a date", "不是日期"),
    ("choice", "Not one of the choices", "不在可选值之内"),
    ("language", "Not a language known here", "无法识别的语言"),
    ("consent", "Neither yes nor no", "应为“是”或“否”"),
    ("too_many", "Too many values", "数值过多"),
    ("unreadable", "Characters that could not be read", "有无法识别的字符"),
    ("two_people", "Its addresses belong to two different contacts", "联系方式分属两位不同的客户"),
    ("taken", "Another contact has this address", "该联系方式已属于其他客户"),
    ("known", "The contact is there already", "客户已存在"),
];

/// A row that can be taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub number: u64,
    pub name: Option<String>,
    /// Each with its column.
    pub handles: Vec<(Norm, String, usize)>,
    pub salutation: Option<String>,
    pub language: Option<Language>,
    pub tier: Option<String>,
    pub organisation: Option<String>,
    pub tags: Vec<String>,
    pub note: Option<String>,
    /// By the attribute's id.
    pub attributes: Vec<(i64, String)>,
    pub consents: Vec<(String, bool)>,
}

/// What rows are read with.
pub(super) struct Reader {
    pub targets: Vec<Target>,
    pub attributes: Vec<Attribute>,
    pub plan: Plan,
    pub country: String,
}

impl Reader {
    /// A row as a contact.
    pub fn draft(&self, number: u64, row: &[String]) -> Result<Draft, Fault> {
        let mut d = Draft { number, tags: self.plan.tags.clone(), ..Draft::default() };
        for (place, target) in self.targets.iter().enumerate() {
            let text = row.get(place).map(|t| t.trim()).unwrap_or("");
            if text.is_empty() || *target == Target::Ignore {
                continue;
            }
            if text.contains('\u{fffd}') {
                return Err(Fault { place, fault: "unreadable" });
            }
            self.put(&mut d, target, text, place).map_err(|fault| Fault { place, fault })?;
        }
        d.tags.sort();
        d.tags.dedup();
        if d.tags.len() > TAGS_MAX || d.handles.len() > HANDLES_MAX {
            return Err(Fault { place: 0, fault: "too_many" });
        }
        if d.name.is_none() && d.handles.is_empty() {
            return Err(Fault { place: 0, fault: "nobody" });
        }
        Ok(d)
    }

    fn put(&self, d: &mut Draft, target: &Target, text: &str, place: usize) -> Result<(), &'static str> {
        match target {
            Target::Ignore => {}
            Target::Name => d.name = Some(line(text, NAME_MAX)?),
            Target::Salutation => d.salutation = Some(line(text, WORD_MAX)?),
            Target::Tier => d.tier = Some(line(text, WORD_MAX)?),
            Target::Organisation => d.organisation = Some(line(text, NAME_MAX)?),
            Target::Language => d.language = Some(language(text).ok_or("language")?),
            Target::Note => d.note = note("/", Some(text)).map_err(|_| "too_long")?,
            Target::Tags => {
                for tag in self.parts(text) {
                    d.tags.push(line(tag, WORD_MAX)?);
                }
            }
            Target::Phone => self.handles(d, HandleKind::Phone, text, place, "phone")?,
            Target::Email => self.handles(d, HandleKind::Email, text, place, "email")?,
            Target::External => self.handles(d, HandleKind::External, text, place, "external")?,
            Target::Attribute(i) => {
                let a = &self.attributes[*i];
                d.attributes.push((a.id, self.value(a, text)?));
            }
            Target::Consent(topic) => d.consents.push((topic.clone(), yes(text).ok_or("consent")?)),
        }
        Ok(())
    }

    fn parts<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let divides = |c: char| c == '\n' || self.plan.divider.contains(c);
        text.split(divides).map(str::trim).filter(|t| !t.is_empty())
    }

    fn handles(
        &self,
        d: &mut Draft,
        kind: HandleKind,
        text: &str,
        place: usize,
        fault: &'static str,
    ) -> Result<(), &'static str> {
        for part in self.parts(text) {
            let norm = normalise(kind, part, &self.country).ok_or(fault)?;
            if d.handles.iter().all(|h| h.0 != norm) {
                d.handles.push((norm, part.to_owned(), place));
            }
        }
        Ok(())
    }

    /// A value in the one spelling of its kind, with card numbers masked.
    fn value(&self, a: &Attribute, text: &str) -> Result<String, &'static str> {
        let value = match a.kind {
            AttributeKind::Text => line(text, ATTRIBUTE_MAX)?,
            AttributeKind::Number => number(text).ok_or("number")?,
            AttributeKind::Date => date(text, self.plan.dates).ok_or("date")?,
            AttributeKind::Choice => text.to_owned(),
        };
        let fault = match a.kind {
            AttributeKind::Number => "number",
            AttributeKind::Date => "date",
            AttributeKind::Choice | AttributeKind::Text => "choice",
        };
        if !a.kind.fits(&value, a.choices.as_deref().unwrap_or_default()) {
            return Err(fault);
        }
        Ok(engines::redact::mask_cards(&value).into_owned())
    }
}

fn line(text: &str, max: usize) -> Result<String, &'static str> {
    let one: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one.chars().count() > max { Err("too_long") } else { Ok(one) }
}

fn language(text: &str) -> Option<Language> {
    let t = text.to_lowercase();
    let zh = ["zh", "zh-cn", "zh_cn", "zh-hans", "cn", "chinese", "中文", "简体中文", "汉语", "普通话"];
    let en = ["en", "en-us", "en_us", "en-gb", "english", "英文", "英语"];
    if zh.contains(&t.as_str()) {
        Some(Language::Zh)
    } else if en.contains(&t.as_str()) {
        Some(Language::En)
    } else {
        None
    }
}

fn yes(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "1" | "y" | "yes" | "true" | "given" | "是" | "同意" | "√" | "✓" => Some(true),
        "0" | "n" | "no" | "false" | "refused" | "否" | "不同意" | "拒绝" | "×" => Some(false),
        _ => None,
    }
}

/// Without currency, spaces and the marks between thousands.
fn number(text: &str) -> Option<String> {
    let text: String =
        text.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, '¥' | '￥' | '$' | '€' | '£')).collect();
    let text = text.strip_suffix('元').unwrap_or(&text);
    let text = text.strip_prefix('+').unwrap_or(text);
    let whole = text.split('.').next().unwrap_or(text);
    // `1,234` and `12,34,567` are thousands; `1,5` is not a number written here.
    let groups: Vec<&str> = whole.trim_start_matches('-').split(',').collect();
    if groups.len() > 1 && groups[1..].iter().any(|g| g.len() != 3) {
        return None;
    }
    let text = text.replace(',', "");
    AttributeKind::Number.fits(&text, &[]).then_some(text)
}

/// A day as `2026-03-04`, however it is written.
fn date(text: &str, order: DateOrder) -> Option<String> {
    let text: String = text.nfkc().collect();
    let text = text.split([' ', 'T']).next().unwrap_or(&text);
    let bare = text.trim_end_matches(['日', '号']);
    let parts: Vec<&str> = bare.split(['-', '/', '.', '年', '月']).filter(|p| !p.is_empty()).collect();
    let (y, m, d) = match parts[..] {
        [all] if all.len() == 8 && all.is_ascii() => (&all[..4], &all[4..6], &all[6..]),
        [y, m, d] if y.len() == 4 => (y, m, d),
        [a, b, y] if y.len() == 4 => match order {
            DateOrder::Dmy => (y, b, a),
            DateOrder::Mdy => (y, a, b),
        },
        _ => return None,
    };
    let (m, d) = (m.parse::<u32>().ok()?, d.parse::<u32>().ok()?);
    let day = format!("{y}-{m:02}-{d:02}");
    AttributeKind::Date.fits(&day, &[]).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_have_one_spelling() {
        for (text, want) in [
            ("1,234.50", Some("1234.50")),
            ("￥ 12", Some("12")),
            ("１２", Some("12")),
            ("1,5", None),
            ("-3", Some("-3")),
            ("1e9", None),
            ("12元", Some("12")),
            ("abc", None),
        ] {
            assert_eq!(number(text).as_deref(), want, "{text}");
        }
        for (text, order, want) in [
            ("2026-03-04", DateOrder::Dmy, Some("2026-03-04")),
            ("2026/3/4", DateOrder::Dmy, Some("2026-03-04")),
            ("2026年3月4日", DateOrder::Dmy, Some("2026-03-04")),
            ("20260304", DateOrder::Dmy, Some("2026-03-04")),
            ("4/3/2026", DateOrder::Dmy, Some("2026-03-04")),
            ("3/4/2026", DateOrder::Mdy, Some("2026-03-04")),
            ("2026-03-04 10:00:00", DateOrder::Dmy, Some("2026-03-04")),
            ("2026-02-30", DateOrder::Dmy, None),
            ("昨天", DateOrder::Dmy, None),
        ] {
            assert_eq!(date(text, order).as_deref(), want, "{text}");
        }
    }
}
