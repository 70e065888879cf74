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
    SIGNED_OUT = "presence.signed_out", Conflict,
        "This agent is not signed in to work, so there is no state to set. Nothing was changed.",
        "该坐席未签入，无法变更状态，未做任何更改。";
    HELD = "presence.held", Conflict,
        "A lead set your state, and it holds for now: you can sign out, or ask the lead to end it. Nothing was changed.",
        "当前状态由班长设置，暂不能自行更改；可以签出，或请班长解除。未做任何更改。";
    BREAK_OPEN = "break.open", Conflict,
        "You already have a break, or are waiting for one. End or cancel it first.",
        "您已在小休中或已有等待中的小休申请，请先结束或取消。";
    BREAK_OFFLINE = "break.offline", Conflict,
        "Sign in to work before asking for a break.",
        "请先签入再申请小休。";
    BREAK_TIMES = "break.times_used", Conflict,
        "You have taken every break of this kind that a day allows.",
        "今日该类小休次数已用完。";
    BREAK_MINUTES = "break.minutes_used", Conflict,
        "You have used all the minutes of this kind of break for today.",
        "今日该类小休时长已用完。";
    BREAK_DECIDED = "break.decided", Conflict,
        "This request has been decided or withdrawn in the meantime. Nothing was changed.",
        "该申请已被处理或撤回，未做任何更改。";
    BREAK_KEY = "break.key_taken", Conflict,
        "There is a kind of break with that key. Choose another one.",
        "已有同标识的小休类型，请换一个标识。";
}
