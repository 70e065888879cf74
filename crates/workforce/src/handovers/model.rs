//! A handover's sheet. Pure.

use kernel::{ConversationId, Error, HandoverId, LineId, Millis, Result, TenantId, UserId};
use sha2::{Digest, Sha256};

/// Conversations on a sheet.
pub const ITEMS_MAX: usize = 200;
/// A note at the most, in characters.
const NOTE_MAX: usize = 4_000;
/// A comment at the most, in characters.
const COMMENT_MAX: usize = 500;

/// One thing left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub conversation: ConversationId,
    /// `open` or `snoozed`.
    pub kind: String,
    pub due_at: Option<Millis>,
    pub comment: String,
    pub reassign: bool,
    /// `given` or `kept`, after countersigning.
    pub outcome: Option<String>,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub id: HandoverId,
    pub tenant: TenantId,
    pub line: LineId,
    pub from: UserId,
    pub to: UserId,
    pub note: String,
    pub state: String,
    pub created_by: UserId,
    pub created_at: Millis,
    pub signed_at: Option<Millis>,
    pub countersigned_at: Option<Millis>,
    pub hash: Option<Vec<u8>>,
    pub items: Vec<Item>,
}

impl Handover {
    /// Is it still being drawn up?
    pub fn is_draft(&self) -> bool {
        self.state == "draft"
    }

    /// Does it fit? Error: `invalid`.
    pub fn check(&self) -> Result<()> {
        if self.note.chars().count() > NOTE_MAX {
            return Err(Error::invalid("/note", "too_long"));
        }
        match self.items.iter().any(|i| i.comment.chars().count() > COMMENT_MAX) {
            true => Err(Error::invalid("/items", "too_long")),
            false => Ok(()),
        }
    }

    /// The hash over what is signed: everything but what countersigning adds.
    pub fn digest(&self) -> Vec<u8> {
        let items: Vec<_> =
            self.items.iter().map(|i| (i.conversation, &i.kind, i.due_at, &i.comment, i.reassign)).collect();
        let signed = serde_json::json!({
            "id": self.id, "line": self.line, "from": self.from, "to": self.to, "note": self.note,
            "at": self.signed_at, "items": items,
        });
        Sha256::digest(signed.to_string().as_bytes()).to_vec()
    }

    /// Is a signed sheet still what was signed?
    pub fn is_intact(&self) -> bool {
        self.hash.as_ref().is_none_or(|h| *h == self.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Handover {
        let item = Item {
            conversation: ConversationId(5),
            kind: "open".into(),
            due_at: None,
            comment: "等仓库回复".into(),
            reassign: true,
            outcome: None,
        };
        Handover {
            id: HandoverId(1),
            tenant: TenantId(1),
            line: LineId(11),
            from: UserId(2),
            to: UserId(3),
            note: "系统 18 点升级".into(),
            state: "signed".into(),
            created_by: UserId(2),
            created_at: 1,
            signed_at: Some(2),
            countersigned_at: None,
            hash: None,
            items: vec![item],
        }
    }

    #[test]
    fn whatever_was_signed_shows_when_it_is_changed() {
        let signed = Handover { hash: Some(sheet().digest()), ..sheet() };
        let mut done =
            Handover { state: "countersigned".into(), countersigned_at: Some(9), ..signed.clone() };
        done.items[0].outcome = Some("given".into());
        assert!(done.is_intact(), "the countersignature is no change");
        let mut forged = signed.clone();
        forged.items[0].comment.clear();
        assert!(!forged.is_intact());
        assert!(!Handover { to: UserId(4), ..signed }.is_intact());
    }

    #[test]
    fn notes_and_comments_are_bounded() {
        assert!(sheet().check().is_ok());
        assert!(Handover { note: "长".repeat(4_001), ..sheet() }.check().is_err());
    }
}
