//! A reading as JSON, and the bytes of an attachment.
//!
//! ```json
//! { "shape": 1,
//!   "participants": { "from": [{"name": "…", "address": "…"}], "sender": [], "reply_to": [], "to": [], "cc": [], "bcc": [] },
//!   "subject": "…", "date": {"at_ms": 0, "offset_minutes": 0},
//!   "text_shown": "…", "text_folded": "…", "html": {"shown": "…", "folded": "…", "remote_images": 0},
//!   "attachments": [{"index": 0, "name": "…", "type_declared": "…", "type_sniffed": null, "size": 0, "content_id": null,
//!     "inline": false, "nested": null, "calendar": null, "inside": []}],
//!   "kind": "human | auto_reply | bounce | list | report",
//!   "evidence": [{"says": "…", "header": "…", "value": "…", "weak": false}],
//!   "bounce": {"recipients": [{"address": "…", "action": "…", "status": null, "hard": true, "diagnostic": "…"}],
//!     "original_message_id": null, "found_by": "…"},
//!   "authentication": {"from_domain": "…", "findings": [], "verdict": "aligned | forged | vouched | unknown", "ignored": 0},
//!   "threading": {"message_id": null, "in_reply_to": [], "references": [], "keys": [{"kind": "…", "value": "…", "source": "…"}]},
//!   "warnings": [], "refused": null }
//! ```
//!
//! `date`, `html`, `bounce` and `refused` may be `null`. What each field means stands at [`Reading`](crate::Reading).

use crate::read::{Options, parsed, read};
use crate::{parts, reading::Reading};

/// What is made of these bytes, as JSON. Answers for any bytes.
pub fn explain(raw: &[u8]) -> serde_json::Value {
    explain_for(raw, Options::default())
}

/// The same with what the caller knows.
pub fn explain_for(raw: &[u8], options: Options<'_>) -> serde_json::Value {
    json(&read(raw, options))
}

fn json(reading: &Reading) -> serde_json::Value {
    serde_json::to_value(reading)
        .unwrap_or_else(|_| serde_json::json!({ "shape": crate::SHAPE, "refused": "unreadable" }))
}

/// The decoded bytes of the first `max` attachments, in their order: the mail is parsed once for all of them.
pub fn attachments(raw: &[u8], max: usize) -> Vec<Vec<u8>> {
    let all = parsed(raw, |message| {
        let list = parts::attached(message);
        Some(list.iter().take(max).map(|part| parts::content(message, part).into_owned()).collect())
    });
    all.unwrap_or_default()
}

/// The decoded bytes of an attachment by its place in the list. `None` where there is none.
pub fn attachment(raw: &[u8], index: usize) -> Option<Vec<u8>> {
    parsed(raw, |message| {
        let list = parts::attached(message);
        list.get(index).map(|part| parts::content(message, part).into_owned())
    })
}
