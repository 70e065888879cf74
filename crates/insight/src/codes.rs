//! The error codes of insight, with their words.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    THRESHOLDS = "threshold.too_many", Conflict,
        "This line has as many thresholds as it may have. Remove one that is no longer needed.",
        "该业务线的告警阈值已达上限，请先删除不再需要的阈值。";
    ALERT_OVER = "alert.over", Conflict,
        "This alert is over; there is nothing left to confirm.",
        "该告警已恢复，无需再确认。";
    ALERT_TAKEN = "alert.acknowledged", Conflict,
        "Somebody has confirmed this alert already.",
        "该告警已有人确认。";
}
