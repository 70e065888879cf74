//! What staff are told of an alert outside the desk, in both languages. Pure.

use super::model::{LiveMetric, Operator, Threshold};
use kernel::TeamId;
use platform::notices::{Both, Notice, NoticeKind};

/// An alert was raised.
pub(super) const RAISED: &str = "alert.raised";
/// Nobody confirmed it in time.
pub(super) const ESCALATED: &str = "alert.escalated";

/// The kinds of notices of this area.
pub const KINDS: &[NoticeKind] = &[
    NoticeKind { key: RAISED, en: "A figure crossed its threshold", zh: "指标越过阈值" },
    NoticeKind { key: ESCALATED, en: "An alert that nobody confirmed", zh: "告警无人确认，已升级" },
];

/// A metric's name, English and Chinese.
fn name(m: LiveMetric) -> (&'static str, &'static str) {
    match m {
        LiveMetric::Waiting => ("waiting", "排队人数"),
        LiveMetric::LongestWait => ("longest wait", "最长等待"),
        LiveMetric::LongestUnanswered => ("longest without an answer", "最久未回复"),
        LiveMetric::AgentsFree => ("agents free", "空闲坐席"),
        LiveMetric::ServiceLevel => ("service level today", "今日服务水平"),
        LiveMetric::AbandonRate => ("abandon rate today", "今日放弃率"),
        LiveMetric::AnswerSpeed => ("speed of answer today", "今日平均应答速度"),
        LiveMetric::FirstReply => ("first response today", "今日平均首次响应"),
        LiveMetric::Within3Min => ("answered within 3 min today", "今日 3 分钟回复率"),
    }
}

/// A value in words, English and Chinese.
fn words(m: LiveMetric, value: i64) -> (String, String) {
    match m {
        LiveMetric::Waiting | LiveMetric::AgentsFree => (value.to_string(), value.to_string()),
        LiveMetric::ServiceLevel | LiveMetric::AbandonRate | LiveMetric::Within3Min => {
            let share = format!("{:.1} %", value as f64 / 100.0);
            (share.clone(), share)
        }
        _ => (format!("{} s", value / 1_000), format!("{} 秒", value / 1_000)),
    }
}

/// The notice of an alert of this threshold.
pub(super) fn notice(t: &Threshold, seen: i64, line: &str, kind: &'static str) -> Notice {
    let (en, zh) = name(t.metric);
    let ((seen_en, seen_zh), (limit_en, limit_zh)) = (words(t.metric, seen), words(t.metric, t.value));
    let (than_en, than_zh) = match t.operator {
        Operator::AtLeast => ("at least", "达到"),
        Operator::Below => ("below", "低于"),
    };
    let upwards = kind == ESCALATED;
    let title = Both::new(
        format!("{}{line}: {en} {seen_en}", if upwards { "Not confirmed: " } else { "" }),
        format!("{}{line}：{zh} {seen_zh}", if upwards { "无人确认：" } else { "" }),
    );
    let text = Both::new(
        format!("The threshold is {than_en} {limit_en}. Please confirm it on the monitor."),
        format!("阈值为{than_zh} {limit_zh}。请到现场监控确认。"),
    );
    Notice { tenant: t.tenant, line: t.line, team: TeamId(0), kind, title, text, path: "/monitor".into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{LineId, TenantId, ThresholdId, UserId};

    #[test]
    fn it_says_what_where_and_how_much() {
        let t = Threshold {
            id: ThresholdId(1),
            tenant: TenantId(1),
            line: LineId(2),
            metric: LiveMetric::LongestWait,
            operator: Operator::AtLeast,
            value: 90_000,
            for_ms: 0,
            quiet: None,
            escalate_ms: None,
            enabled: true,
            crossed_at: None,
            created_by: UserId(1),
            created_at: 0,
        };
        let n = notice(&t, 125_000, "售后", RAISED);
        assert_eq!(
            (n.title.zh.as_str(), n.title.en.as_str()),
            ("售后：最长等待 125 秒", "售后: longest wait 125 s")
        );
        assert!(n.text.zh.contains("达到 90 秒"));
        assert!(notice(&t, 1, "售后", ESCALATED).title.zh.starts_with("无人确认"));
        assert_eq!(words(LiveMetric::ServiceLevel, 7_550).0, "75.5 %");
    }
}
