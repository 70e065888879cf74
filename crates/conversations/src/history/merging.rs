//! A contact's conversations follow when two contacts become one, and go back when they are parted.

use crate::threads::Status;
use customers::{Holder, Moving};
use futures_util::future::LocalBoxFuture;
use kernel::{ActorKind, ConversationId, Error, Event, LineId, Result, args, sql};
use platform::store::Tx;

/// What conversations hang on contacts.
pub struct Conversations;

impl Holder for Conversations {
    fn name(&self) -> &'static str {
        "conversations"
    }

    fn take<'a>(&'a self, tx: &'a mut Tx, m: &'a Moving) -> LocalBoxFuture<'a, Result<Vec<i64>>> {
        Box::pin(async move {
            if both_talk(tx, m).await? {
                return Err(Error::new(&customers::codes::BOTH_TALKING));
            }
            let s = sql!("SELECT id FROM conversation WHERE contact_id = $1 AND tenant_id = $2 ORDER BY id");
            let ids: Vec<i64> = tx.all(s, args![m.from, m.tenant], |r| r.int(0)).await?;
            if !ids.is_empty() {
                hand(tx, m, &Tx::ids(ids.iter().copied())).await?;
            }
            Ok(ids)
        })
    }

    fn give_back<'a>(
        &'a self,
        tx: &'a mut Tx,
        m: &'a Moving,
        ids: &'a [i64],
    ) -> LocalBoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match ids {
                [] => Ok(()),
                ids => hand(tx, m, &Tx::ids(ids.iter().copied())).await,
            }
        })
    }
}

/// Have both a live conversation in one thread of one inbox? There can be one only.
async fn both_talk(tx: &mut Tx, m: &Moving) -> Result<bool> {
    let s = sql!(
        "SELECT a.id FROM conversation a JOIN conversation b ON b.tenant_id = a.tenant_id AND b.inbox_id = a.inbox_id
           AND b.thread = a.thread AND b.contact_id = $2 AND b.status <> $4
         WHERE a.contact_id = $1 AND a.tenant_id = $3 AND a.status <> $4 LIMIT 1"
    );
    let ended = Status::Resolved.word();
    Ok(tx.one(s, args![m.from, m.to, m.tenant, ended], |r| r.int(0)).await?.is_some())
}

/// Hands these conversations, and what the contact wrote in them, over.
async fn hand(tx: &mut Tx, m: &Moving, ids: &str) -> Result<()> {
    let moved = tx
        .all(
            sql!(
                "UPDATE conversation SET contact_id = $3 WHERE contact_id = $2 AND tenant_id = $1 AND id IN_IDS($4)
                 RETURNING id, line_id, status"
            ),
            args![m.tenant, m.from, m.to, ids],
            |r| Ok((r.id::<ConversationId>(0)?, r.id::<LineId>(1)?, r.text(2)?)),
        )
        .await?;
    let own = Tx::ids(moved.iter().map(|c| c.0.0));
    tx.exec(
        sql!(
            "UPDATE message SET author_id = $3 WHERE tenant_id = $1 AND author_kind = $5 AND author_id = $2
               AND conversation_id IN_IDS($4)"
        ),
        args![m.tenant, m.from, m.to, own, ActorKind::Contact.code()],
    )
    .await?;
    for (id, line, _) in moved.iter().filter(|c| c.2 != Status::Resolved.word()) {
        let event = Event::new(m.tenant, "conversation.changed", id.0, m.actor, m.now);
        tx.emit(event.line(*line).conversation(*id));
    }
    Ok(())
}
