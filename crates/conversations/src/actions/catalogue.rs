//! The list of actions, with their words.

use crate::permissions::{ASSIGN, READ, REPLY};
use kernel::Permission;

/// One kind of action.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// The word of its kind, as `do` names it.
    pub word: &'static str,
    /// What it does, in English.
    pub en: &'static str,
    /// What it does, in Chinese.
    pub zh: &'static str,
    /// The right it needs on the conversation's line.
    pub need: Permission,
    /// May a macro hold it?
    pub in_macros: bool,
    /// May it be done to many at once?
    pub in_bulk: bool,
    /// Can it be taken back?
    pub undoable: bool,
}

const fn declared(
    word: &'static str,
    en: &'static str,
    zh: &'static str,
    need: Permission,
    (in_macros, in_bulk, undoable): (bool, bool, bool),
) -> Declared {
    Declared { word, en, zh, need, in_macros, in_bulk, undoable }
}

/// All actions.
pub static CATALOGUE: [Declared; 16] = [
    declared("reply", "Send a reply", "发送回复", REPLY, (true, true, false)),
    declared("note", "Keep a note", "添加备注", REPLY, (true, true, false)),
    declared("assign", "Give it to a colleague", "分配给同事", ASSIGN, (true, true, true)),
    declared("take", "Take it", "分配给自己", ASSIGN, (true, true, true)),
    declared("put_back", "Put it back into its queue", "退回队列", ASSIGN, (true, true, true)),
    declared("queue", "Hand it to a queue", "转到技能组", REPLY, (true, true, true)),
    declared("team", "Hand it to a team", "转给班组", REPLY, (true, true, true)),
    declared("tags", "Add or remove tags", "增减标签", REPLY, (true, true, true)),
    declared("category", "Set the category", "设置分类", REPLY, (true, true, true)),
    declared("priority", "Set the priority", "设置优先级", REPLY, (true, true, true)),
    declared("snooze", "Snooze", "搁置", REPLY, (true, true, true)),
    declared("snooze_until", "Snooze until a time", "搁置至指定时间", REPLY, (false, true, true)),
    declared("wake", "Wake", "取消搁置", REPLY, (false, true, true)),
    declared("resolve", "Resolve", "结束会话", REPLY, (true, true, true)),
    declared("reopen", "Reopen", "重新打开", REPLY, (false, true, false)),
    declared("follow", "Follow", "关注", READ, (true, true, false)),
];

/// The entry of a word.
pub fn entry(word: &str) -> Option<&'static Declared> {
    CATALOGUE.iter().find(|d| d.word == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::Action;

    #[test]
    fn every_action_stands_in_the_list_with_its_right() {
        let all = serde_json::json!([
            {"do": "tags"}, {"do": "reply", "zh": "", "en": ""}, {"do": "note", "text": ""}, {"do": "assign", "user": "1"},
            {"do": "take"}, {"do": "put_back"}, {"do": "queue", "queue": "1"}, {"do": "team", "team": "1"},
            {"do": "category", "category": null},
            {"do": "priority", "priority": "low"}, {"do": "snooze", "preset": "monday"},
            {"do": "snooze_until", "until": 1}, {"do": "wake"}, {"do": "resolve"}, {"do": "reopen"}, {"do": "follow"},
        ]);
        let all: Vec<Action> = serde_json::from_value(all).expect("reads");
        assert_eq!(all.len(), CATALOGUE.len());
        for a in all {
            assert_eq!(entry(a.word()).map(|d| d.need), Some(a.need()), "{}", a.word());
        }
    }
}
