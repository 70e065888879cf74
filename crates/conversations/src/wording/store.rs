//! The SQL of wording.

use super::model::{Action, Direction, Outcome, WordList};
use kernel::{Actor, LineId, Millis, Result, TenantId, WordListId, args, sql};
use platform::store::{Row as DbRow, Tx};

fn read(r: &DbRow<'_>) -> Result<WordList> {
    Ok(WordList {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        name: r.text(3)?,
        category: r.text(4)?,
        direction: Direction::from_word(&r.text(5)?)?,
        action: Action::from_word(&r.text(6)?)?,
        words: r.text(7)?.lines().map(str::to_owned).collect(),
        enabled: r.bool(8)?,
        created_at: r.int(9)?,
        changed_at: r.int(10)?,
    })
}

/// Every list that is looked for, of all clients.
pub async fn in_use(tx: &mut Tx) -> Result<Vec<WordList>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, name, category, direction, action, words, enabled, created_at, changed_at
             FROM word_list WHERE enabled = 1 AND tenant_id > 0 ORDER BY id"
        ),
        &[],
        read,
    )
    .await
}

/// A client's lists, the oldest first.
pub async fn of_tenant(tx: &mut Tx, tenant: TenantId, max: i64) -> Result<Vec<WordList>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, name, category, direction, action, words, enabled, created_at, changed_at
             FROM word_list WHERE tenant_id = $1 ORDER BY id LIMIT $2"
        ),
        args![tenant, max],
        read,
    )
    .await
}

/// One list of these clients.
pub async fn get(tx: &mut Tx, id: WordListId) -> Result<WordList> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.get(
        sql!(
            "SELECT id, tenant_id, line_id, name, category, direction, action, words, enabled, created_at, changed_at
             FROM word_list WHERE id = $1 AND AMONG(tenant_id, $2)"
        ),
        args![id, tenants],
        read,
    )
    .await
}

/// Lists and words that a client has, one list left out.
pub async fn sizes(tx: &mut Tx, tenant: TenantId, but: WordListId) -> Result<(i64, i64)> {
    let found = tx
        .one(
            sql!(
                "SELECT COUNT(*), CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM word_list WHERE tenant_id = $1 AND id <> $2"
            ),
            args![tenant, but],
            |r| Ok((r.int(0)?, r.int(1)?)),
        )
        .await?;
    Ok(found.unwrap_or_default())
}

/// Writes a list, new or changed.
pub async fn put(tx: &mut Tx, l: &WordList) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO word_list(id, tenant_id, line_id, name, category, direction, action, words, count, enabled,
             created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, category = excluded.category,
             direction = excluded.direction, action = excluded.action, words = excluded.words, count = excluded.count,
             enabled = excluded.enabled, changed_at = excluded.changed_at WHERE word_list.tenant_id = excluded.tenant_id"
        ),
        args![
            l.id, l.tenant, l.line, l.name, l.category, l.direction.word(), l.action.word(), l.words.join("\n"),
            l.words.len() as i64, l.enabled, l.created_at, l.changed_at
        ],
    )
    .await
    .map(|_| ())
}

/// Removes a list; what was found of it stays.
pub async fn remove(tx: &mut Tx, l: &WordList) -> Result<()> {
    tx.exec(sql!("DELETE FROM word_list WHERE id = $1 AND tenant_id = $2"), args![l.id, l.tenant])
        .await
        .map(|_| ())
}

/// That words of a list stood in a message.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Whose.
    pub tenant: TenantId,
    /// On which line.
    pub line: LineId,
    /// In which conversation.
    pub conversation: i64,
    /// The message, or the one that was not sent.
    pub message: i64,
    /// Who wrote.
    pub author: Actor,
    /// The list.
    pub list: WordListId,
    /// What its words are.
    pub category: String,
    /// What followed.
    pub action: Action,
    /// `out` or `in`.
    pub direction: Direction,
    /// How many places.
    pub places: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// When.
    pub at: Millis,
}

/// Keeps a fact; false when it was known.
pub async fn keep(tx: &mut Tx, f: &Fact) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO word_hit(tenant_id, message_id, list_id, line_id, conversation_id, author_kind, author_id,
                 direction, action, category, places, outcome, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING"
            ),
            args![
                f.tenant, f.message, f.list, f.line, f.conversation, f.author.kind.code(), f.author.id,
                f.direction.word(), f.action.word(), f.category, f.places, f.outcome.word(), f.at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// How often words of each list were found since a time: list, places in messages sent, messages refused.
pub async fn figures(tx: &mut Tx, tenant: TenantId, since: Millis) -> Result<Vec<(WordListId, i64, i64)>> {
    tx.all(
        sql!(
            "SELECT list_id, CAST(SUM(CASE WHEN outcome = 'sent' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN outcome = 'refused' THEN 1 ELSE 0 END) AS BIGINT)
             FROM word_hit WHERE tenant_id = $1 AND at >= $2 GROUP BY list_id"
        ),
        args![tenant, since],
        |r| Ok((r.id(0)?, r.int(1)?, r.int(2)?)),
    )
    .await
}
