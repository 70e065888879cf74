//! What the columns of a table most likely mean. Pure.

use super::model::{DateOrder, MatchBy, OnMatch, Plan};
use crate::attributes::Attribute;
use crate::handles::{DEFAULT_COUNTRY, HandleKind, normalise};
use crate::sheets::{Head, Reading};

/// Words that heads of tables use, per meaning; the first that fits wins.
const WORDS: [(&str, &[&str]); 11] = [
    (
        "external",
        &[
            "客户编号",
            "会员号",
            "会员编号",
            "会员id",
            "用户id",
            "客户id",
            "外部编号",
            "編號",
            "编号",
            "external",
            "external_id",
            "customer_id",
            "member_id",
            "user_id",
            "id",
        ],
    ),
    (
        "phone",
        &[
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "电话号码",
            "联系电话",
            "手機",
            "電話",
            "phone",
            "mobile",
            "tel",
            "telephone",
            "cell",
        ],
    ),
    ("email", &["邮箱", "电子邮箱", "邮件", "电子邮件", "郵箱", "電郵", "信箱", "email", "e-mail", "mail"]),
    ("salutation", &["称呼", "尊称", "稱呼", "salutation", "title"]),
    ("language", &["语言", "語言", "language", "locale"]),
    ("tier", &["等级", "客户等级", "会员等级", "級別", "级别", "等級", "tier", "level", "grade"]),
    (
        "organisation",
        &["公司", "企业", "单位", "公司名称", "公司名稱", "企業", "organisation", "organization", "company"],
    ),
    ("tags", &["标签", "標籤", "tags", "labels", "tag"]),
    ("note", &["备注", "備註", "说明", "note", "notes", "remark", "comment"]),
    ("consent:marketing", &["营销同意", "接受营销", "marketing", "marketing_consent", "newsletter"]),
    (
        "name",
        &[
            "姓名",
            "客户姓名",
            "名字",
            "客户名称",
            "联系人",
            "聯絡人",
            "昵称",
            "姓氏姓名",
            "name",
            "full_name",
            "customer",
            "contact",
            "contact_name",
            "nickname",
        ],
    ),
];

/// As heads are compared: lower case, without what stands between words.
fn bare(head: &str) -> String {
    head.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '_' | '-' | '*' | ':' | '：' | '(' | ')' | '（' | '）' | '.')
        })
        .collect()
}

fn by_head(head: &str, attributes: &[Attribute]) -> Option<String> {
    let head = bare(head);
    if head.is_empty() {
        return None;
    }
    let own = |a: &&Attribute| [&a.key, &a.label_en, &a.label_zh].into_iter().any(|l| bare(l) == head);
    if let Some(a) = attributes.iter().find(own) {
        return Some(format!("attribute:{}", a.key));
    }
    let exact = |words: &&(&str, &[&str])| words.1.iter().any(|w| bare(w) == head);
    let within = |words: &&(&str, &[&str])| {
        words.1.iter().any(|w| !w.is_ascii() && w.chars().count() > 1 && head.contains(bare(w).as_str()))
    };
    WORDS.iter().find(exact).or_else(|| WORDS.iter().find(within)).map(|w| w.0.to_owned())
}

/// By what stands in the column: addresses show themselves.
fn by_values(sample: &[Vec<String>], column: usize) -> Option<String> {
    let values: Vec<&String> =
        sample.iter().filter_map(|r| r.get(column)).filter(|v| !v.is_empty()).collect();
    if values.is_empty() {
        return None;
    }
    let most = |kind| {
        let fit = values.iter().filter(|v| normalise(kind, v, DEFAULT_COUNTRY).is_some()).count();
        fit * 10 >= values.len() * 8
    };
    if most(HandleKind::Email) {
        return Some("email".into());
    }
    // A row of digits alone may be any number; one that begins as a mobile number does is one.
    let mobile = |v: &&&String| v.trim_start_matches("+86").starts_with('1') && v.len() >= 11;
    (most(HandleKind::Phone) && values.iter().filter(mobile).count() * 10 >= values.len() * 8)
        .then(|| "phone".into())
}

/// The plan that is proposed.
pub(super) fn propose(reading: Reading, head: &Head, attributes: &[Attribute]) -> Plan {
    let mut columns: Vec<String> = vec![];
    for (i, name) in head.columns.iter().enumerate() {
        let named = if reading.header { by_head(name, attributes) } else { None };
        let meant = named.or_else(|| by_values(&head.sample, i)).unwrap_or_else(|| "ignore".into());
        let many = ["ignore", "phone", "email", "external", "tags"].contains(&meant.as_str());
        let taken = !many && columns.contains(&meant);
        columns.push(if taken { "ignore".into() } else { meant });
    }
    let external = columns.iter().any(|c| c == "external");
    Plan {
        reading,
        columns,
        divider: "、;；|".into(),
        match_by: if external { MatchBy::External } else { MatchBy::Handle },
        on_match: OnMatch::Fill,
        dates: DateOrder::Dmy,
        tags: vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets::{Charset, Format};

    #[test]
    fn heads_and_values_tell_what_columns_mean() {
        let reading =
            |header| Reading { format: Format::Csv, charset: Charset::Utf8, delimiter: ",".into(), header };
        let head = |columns: &[&str], row: &[&str]| Head {
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            sample: vec![row.iter().map(|c| (*c).to_owned()).collect()],
            rows: 1,
        };
        for (h, header, want) in [
            (
                head(&["客户姓名*", "手机号码", "E-mail", "生日"], &["王", "13800136207", "a@b.cn", ""]),
                true,
                vec!["name", "phone", "email", "ignore"],
            ),
            (
                head(&["1", "2", "3"], &["王", "13800136207", "a@b.cn"]),
                false,
                vec!["ignore", "phone", "email"],
            ),
            (head(&["姓名", "联系人姓名"], &["a", "b"]), true, vec!["name", "ignore"]),
            (
                head(&["会员编号", "备用电话", "公司名稱"], &["1", "2", "3"]),
                true,
                vec!["external", "phone", "organisation"],
            ),
        ] {
            assert_eq!(propose(reading(header), &h, &[]).columns, want);
        }
    }
}
