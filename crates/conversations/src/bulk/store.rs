//! The SQL of bulk edits.

use crate::actions::Action;
use kernel::{
    Actor, ActorKind, BulkId, ConversationId, Error, Language, LineId, Millis, Result, TenantId, UserId,
    args, sql,
};
use platform::store::{Row, Tx};

/// A run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: BulkId,
    /// Its author.
    pub user: UserId,
    /// What the log names.
    pub actor: Actor,
    /// In which language texts are sent.
    pub language: Language,
    /// What is done.
    pub actions: Vec<Action>,
    /// Is it being taken back?
    pub undoing: bool,
    /// Conversations that were asked for but could not be part of it.
    pub left_out: i64,
    /// When it was asked for.
    pub created_at: Millis,
}

/// Where an item stands.
pub const WAITING: &str = "waiting";
/// Done.
pub const DONE: &str = "done";
/// Not done, with a code that says why.
pub const FAILED: &str = "failed";
/// To be taken back.
pub const UNDOING: &str = "undoing";
/// Taken back.
pub const UNDONE: &str = "undone";

/// An item.
#[derive(Debug, Clone)]
pub struct Item {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its client.
    pub tenant: TenantId,
    /// What takes it back.
    pub back: Vec<Action>,
    /// The conversation's epoch after it was done.
    pub epoch: Option<i64>,
}

fn actions(text: &str) -> Result<Vec<Action>> {
    serde_json::from_str(text).map_err(|e| Error::internal("stored actions cannot be read").cause(e))
}

fn text(actions: &[Action]) -> Result<String> {
    serde_json::to_string(actions).map_err(|e| Error::internal("actions cannot be stored").cause(e))
}

/// Keeps a new run.
pub async fn insert(tx: &mut Tx, r: &Run) -> Result<()> {
    let actions = text(&r.actions)?;
    tx.exec(
        sql!(
            "INSERT INTO bulk_run(id, user_id, actor_kind, actor_id, language, actions, left_out, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            r.id,
            r.user,
            r.actor.kind.code(),
            r.actor.id,
            r.language.tag(),
            actions,
            r.left_out,
            r.created_at
        ],
    )
    .await
    .map(|_| ())
}

/// Adds an item to a run.
pub async fn add(tx: &mut Tx, run: BulkId, c: ConversationId, tenant: TenantId) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO bulk_item(run_id, conversation_id, tenant_id, state) VALUES ($1, $2, $3, 'waiting')
             ON CONFLICT DO NOTHING"
        ),
        args![run, c, tenant],
    )
    .await
    .map(|_| ())
}

/// A run of this author; with author 0, of anybody.
pub async fn get(tx: &mut Tx, user: UserId, id: BulkId) -> Result<Run> {
    let sql = sql!(
        "SELECT id, user_id, actor_kind, actor_id, language, actions, undoing, left_out, created_at FROM bulk_run
         WHERE id = $1 AND (user_id = $2 OR CAST($2 AS BIGINT) = 0)"
    );
    tx.get(sql, args![id, user], |r: &Row<'_>| {
        let language = r.text(4)?;
        Ok(Run {
            id: r.id(0)?,
            user: r.id(1)?,
            actor: Actor { kind: ActorKind::from_code(r.int(2)?), id: r.int(3)? },
            language: if language == Language::En.tag() { Language::En } else { Language::Zh },
            actions: actions(&r.text(5)?)?,
            undoing: r.bool(6)?,
            left_out: r.int(7)?,
            created_at: r.int(8)?,
        })
    })
    .await
}

/// How many items of these clients stand where.
pub async fn counts(tx: &mut Tx, tenants: &str, run: BulkId) -> Result<Vec<(String, i64)>> {
    tx.all(
        sql!(
            "SELECT state, COUNT(*) FROM bulk_item WHERE run_id = $1 AND tenant_id IN_IDS($2) GROUP BY state
             ORDER BY state"
        ),
        args![run, tenants],
        |r| Ok((r.text(0)?, r.int(1)?)),
    )
    .await
}

/// The clients and lines whose conversations are in a run, of these clients.
pub async fn places(tx: &mut Tx, tenants: &str, run: BulkId) -> Result<Vec<(TenantId, LineId)>> {
    tx.all(
        sql!(
            "SELECT DISTINCT c.tenant_id, c.line_id FROM bulk_item i
             JOIN conversation c ON c.id = i.conversation_id AND c.tenant_id = i.tenant_id
             WHERE i.run_id = $1 AND i.tenant_id IN_IDS($2) ORDER BY c.tenant_id, c.line_id"
        ),
        args![run, tenants],
        |r| Ok((r.id(0)?, r.id(1)?)),
    )
    .await
}

/// Items of these clients that failed, with why.
pub async fn failures(
    tx: &mut Tx,
    tenants: &str,
    run: BulkId,
    limit: i64,
) -> Result<Vec<(ConversationId, String)>> {
    tx.all(
        sql!(
            "SELECT conversation_id, COALESCE(code, '') FROM bulk_item WHERE run_id = $1 AND tenant_id IN_IDS($2)
             AND state = 'failed' ORDER BY conversation_id LIMIT $3"
        ),
        args![run, tenants, limit],
        |r| Ok((r.id(0)?, r.text(1)?)),
    )
    .await
}

/// Items that stand here, of whichever client; for the job.
pub async fn standing(tx: &mut Tx, run: BulkId, state: &str, limit: i64) -> Result<Vec<Item>> {
    let rows = tx
        .all(
            sql!(
                "SELECT conversation_id, tenant_id, back, epoch FROM bulk_item WHERE run_id = $1 AND state = $2
                 AND tenant_id > 0 ORDER BY conversation_id LIMIT $3"
            ),
            args![run, state, limit],
            |r| Ok((r.id(0)?, r.id(1)?, r.opt_text(2)?, r.opt_int(3)?)),
        )
        .await?;
    let item = |(conversation, tenant, back, epoch): (_, _, Option<String>, _)| {
        let back = back.as_deref().map(actions).transpose()?.unwrap_or_default();
        Ok(Item { conversation, tenant, back, epoch })
    };
    rows.into_iter().map(item).collect()
}

/// Moves an item on, if it still stands where it stood; false when another run of the job was faster.
pub async fn settle(
    tx: &mut Tx,
    run: BulkId,
    item: &Item,
    (from, to): (&str, &str),
    code: Option<&str>,
    kept: Option<(&[Action], i64)>,
) -> Result<bool> {
    let back = kept.map(|(back, _)| text(back)).transpose()?;
    let n = tx
        .exec(
            sql!(
                "UPDATE bulk_item SET state = $5, code = $6, back = COALESCE($7, back), epoch = COALESCE($8, epoch)
                 WHERE run_id = $1 AND conversation_id = $2 AND tenant_id = $3 AND state = $4"
            ),
            args![run, item.conversation, item.tenant, from, to, code, back, kept.map(|(_, e)| e)],
        )
        .await?;
    Ok(n == 1)
}

/// Marks what was done as to be taken back.
pub async fn begin_undo(tx: &mut Tx, tenants: &str, run: BulkId, user: UserId) -> Result<u64> {
    tx.exec(sql!("UPDATE bulk_run SET undoing = 1 WHERE id = $1 AND user_id = $2"), args![run, user]).await?;
    tx.exec(
        sql!(
            "UPDATE bulk_item SET state = 'undoing' WHERE run_id = $1 AND state = 'done' AND tenant_id IN_IDS($2)
             AND back IS NOT NULL AND back <> '[]'"
        ),
        args![run, tenants],
    )
    .await
}
