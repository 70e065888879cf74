//! What waits to be sent in a line, and the words that are watched for there.

use super::{House, Places, text};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// A reply that goes in a day, and a list of words.
pub(super) async fn fill(house: &House, p: &mut Places) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as u64;
    let path = format!("/api/v1/conversations/{}/scheduled", p.id("conversation"));
    let later = json!({"body": format!("later {}", p.mark), "due_at": now + 86_400_000, "zone": "Asia/Shanghai", "seen_seq": 99});
    let made = house.admin.make(&path, later).await;
    assert_eq!(text(&made, "state"), "pending");
    p.keep("scheduled", &made);
    let words = json!({"tenant": p.id("tenant"), "line": p.id("line"), "name": format!("Words {}", p.mark),
        "category": "sensitive", "direction": "in", "action": "warn", "words": [format!("word {}", p.mark)]});
    let made = house.admin.make("/api/v1/word-lists", words).await;
    p.keep("wordlist", &made);
}
