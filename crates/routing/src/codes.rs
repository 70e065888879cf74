//! The error codes of routing, with their words.

use kernel::{Code, Kind};

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $en:literal, $zh:literal;)+) => {
        $(#[doc = $en] pub static $name: Code = Code { code: $code, kind: Kind::$kind, en: $en, zh: $zh };)+
        /// All of them.
        pub static ALL: &[&Code] = &[$(&$name),+];
    };
}

codes! {
    RESERVATION_OVER = "reservation.over", Conflict,
        "This is no longer offered to you: the time ran out, or it was taken back. Nothing was changed.",
        "该待接入已失效：已超时或已被收回，未做任何更改。";
    QUEUE_NAME = "queue.name_taken", Conflict,
        "This line already has a queue of that name. Choose another name.",
        "该业务线已有同名技能组，请换一个名称。";
    SEAT_ELSEWHERE = "queue.seat_elsewhere", Forbidden,
        "One of these agents also takes work where you set up no queues, and a dedicated seat would end that. Ask somebody who sets up queues everywhere. Nothing was changed.",
        "其中有坐席还承接您无权管理的技能组的工作，设为专席会使其停止承接。请联系有全部权限的管理员，未做任何更改。";
    STALE = "routing.stale", Conflict,
        "The work changed hands in the meantime. Nothing was changed.",
        "该工作已转手，未做任何更改。";
    NOT_OWNER = "routing.not_owner", Unavailable,
        "Another node has taken over the routing of work. Try again in a moment.",
        "分配任务已由其他节点接管，请稍后重试。";
}
