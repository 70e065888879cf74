//! The SQL of surveys.

use super::model::{Definition, Invitation, InvitedBy, Response, Survey};
use kernel::{ContactId, ConversationId, Error, InboxId, LineId, Millis, Result, TenantId, args, sql};
use platform::store::{Row, Tx};

fn definition(text: &str) -> Result<Definition> {
    serde_json::from_str(text).map_err(|e| Error::internal("a survey's questions").cause(e))
}

fn text_of(d: &Definition) -> Result<String> {
    serde_json::to_string(d).map_err(|e| Error::internal("a survey's questions").cause(e))
}

fn survey_row(r: &Row<'_>) -> Result<Survey> {
    Ok(Survey {
        line: r.id(0)?,
        tenant: r.id(1)?,
        enabled: r.bool(2)?,
        definition: definition(&r.text(3)?)?,
        version: r.int(4)?,
        changed_at: r.int(5)?,
    })
}

/// A line's survey.
pub async fn of_line(tx: &mut Tx, tenant: TenantId, line: LineId) -> Result<Option<Survey>> {
    tx.one(
        sql!(
            "SELECT line_id, tenant_id, enabled, definition, version, changed_at FROM survey
             WHERE line_id = $1 AND tenant_id = $2"
        ),
        args![line, tenant],
        survey_row,
    )
    .await
}

/// Writes a line's survey.
pub async fn put(tx: &mut Tx, s: &Survey) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO survey(line_id, tenant_id, enabled, definition, version, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (line_id) DO UPDATE SET enabled = excluded.enabled, definition = excluded.definition,
             version = excluded.version, changed_at = excluded.changed_at WHERE survey.tenant_id = excluded.tenant_id"
        ),
        args![s.line, s.tenant, s.enabled, text_of(&s.definition)?, s.version, s.changed_at],
    )
    .await
    .map(|_| ())
}

/// Takes a line's survey away.
pub async fn remove(tx: &mut Tx, tenant: TenantId, line: LineId) -> Result<()> {
    let sql = sql!("DELETE FROM survey WHERE line_id = $1 AND tenant_id = $2");
    tx.exec(sql, args![line, tenant]).await.map(|_| ())
}

/// Adds an invitation; false when the conversation has one.
pub async fn invite(tx: &mut Tx, i: &Invitation) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO survey_invitation(conversation_id, tenant_id, line_id, contact_id, agent_id, invited_by,
                 inviter_id, version, definition, at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (conversation_id) DO NOTHING"
            ),
            args![
                i.conversation, i.tenant, i.line, i.contact, i.agent, i.by.word(), i.inviter, i.version,
                text_of(&i.definition)?, i.at, i.expires_at
            ],
        )
        .await?;
    Ok(n == 1)
}

fn invitation_row(r: &Row<'_>) -> Result<Invitation> {
    Ok(Invitation {
        conversation: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        contact: r.id(3)?,
        agent: r.opt_id(4)?,
        by: InvitedBy::from_word(&r.text(5)?)?,
        inviter: r.opt_id(6)?,
        version: r.int(7)?,
        definition: definition(&r.text(8)?)?,
        at: r.int(9)?,
        expires_at: r.int(10)?,
    })
}

/// A conversation's invitation; its contact is whose the conversation is now.
pub async fn invitation(tx: &mut Tx, tenant: TenantId, id: ConversationId) -> Result<Option<Invitation>> {
    tx.one(
        sql!(
            "SELECT i.conversation_id, i.tenant_id, i.line_id, c.contact_id, i.agent_id, i.invited_by, i.inviter_id, i.version,
             i.definition, i.at, i.expires_at
             FROM conversation c JOIN survey_invitation i ON i.conversation_id = c.id AND i.tenant_id = c.tenant_id
             WHERE c.id = $1 AND c.tenant_id = $2"
        ),
        args![id, tenant],
        invitation_row,
    )
    .await
}

/// The newest invitation of a contact over an inbox that can still be answered.
pub async fn open_for(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    inbox: InboxId,
    now: Millis,
) -> Result<Option<Invitation>> {
    tx.one(
        sql!(
            "SELECT i.conversation_id, i.tenant_id, i.line_id, c.contact_id, i.agent_id, i.invited_by, i.inviter_id, i.version,
             i.definition, i.at, i.expires_at
             FROM conversation c JOIN survey_invitation i ON i.conversation_id = c.id AND i.tenant_id = c.tenant_id
             WHERE c.tenant_id = $1 AND c.contact_id = $2 AND c.inbox_id = $3 AND i.expires_at > $4
             AND NOT EXISTS (SELECT 1 FROM survey_response r WHERE r.conversation_id = i.conversation_id)
             ORDER BY i.conversation_id DESC LIMIT 1"
        ),
        args![tenant, contact, inbox, now],
        invitation_row,
    )
    .await
}

/// Keeps an answer; false when there is one.
pub async fn respond(tx: &mut Tx, r: &Response) -> Result<bool> {
    let (i, a) = (&r.invitation, &r.answer);
    let n = tx
        .exec(
            sql!(
                "INSERT INTO survey_response(id, tenant_id, line_id, conversation_id, contact_id, agent_id, invited_by, score,
                 attitude, expertise, resolution, solved, remark, invited_at, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
                 ON CONFLICT (conversation_id) DO NOTHING"
            ),
            args![
                r.id, i.tenant, i.line, i.conversation, i.contact, i.agent, i.by.word(), a.score, a.attitude,
                a.expertise, a.resolution, a.solved.map(i64::from), a.remark, i.at, r.at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// An answer as lists show it.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its id.
    pub id: i64,
    /// About which conversation.
    pub conversation: ConversationId,
    /// Who served.
    pub agent: Option<kernel::UserId>,
    /// Who invited.
    pub by: InvitedBy,
    /// The scores: the whole, attitude, expertise, resolution.
    pub scores: (i64, Option<i64>, Option<i64>, Option<i64>),
    /// Was it solved?
    pub solved: Option<bool>,
    /// What was written.
    pub remark: String,
    /// When.
    pub at: Millis,
}

fn said_row(r: &Row<'_>) -> Result<Said> {
    Ok(Said {
        id: r.int(0)?,
        conversation: r.id(1)?,
        agent: r.opt_id(2)?,
        by: InvitedBy::from_word(&r.text(3)?)?,
        scores: (r.int(4)?, r.opt_int(5)?, r.opt_int(6)?, r.opt_int(7)?),
        solved: r.opt_int(8)?.map(|n| n == 1),
        remark: r.text(9)?,
        at: r.int(10)?,
    })
}

/// A conversation's answer.
pub async fn response(tx: &mut Tx, tenant: TenantId, id: ConversationId) -> Result<Option<Said>> {
    tx.one(
        sql!(
            "SELECT id, conversation_id, agent_id, invited_by, score, attitude, expertise, resolution, solved, remark, at
             FROM survey_response WHERE conversation_id = $1 AND tenant_id = $2"
        ),
        args![id, tenant],
        said_row,
    )
    .await
}

/// A line within a span of time.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// From then on.
    pub from: Millis,
    /// Before then.
    pub to: Millis,
}

/// Answers of a line, the newest first; one row more than asked says that there are more.
pub async fn responses(
    tx: &mut Tx,
    s: Span,
    score: Option<i64>,
    before: Option<i64>,
    rows: i64,
) -> Result<Vec<Said>> {
    tx.all(
        sql!(
            "SELECT id, conversation_id, agent_id, invited_by, score, attitude, expertise, resolution, solved, remark, at
             FROM survey_response WHERE tenant_id = $1 AND line_id = $2 AND at >= $3 AND at < $4
             AND (CAST($5 AS BIGINT) IS NULL OR score = $5) AND id < $6 ORDER BY id DESC LIMIT $7"
        ),
        args![s.tenant, s.line, s.from, s.to, score, before.unwrap_or(i64::MAX), rows],
        said_row,
    )
    .await
}

/// Invitations sent within the span, by who invited, with how many of them were answered since.
pub async fn invited(tx: &mut Tx, s: Span) -> Result<Vec<(InvitedBy, i64, i64)>> {
    tx.all(
        sql!(
            "SELECT i.invited_by, COUNT(*), CAST(COALESCE(SUM(CASE WHEN r.id IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT)
             FROM survey_invitation i LEFT JOIN survey_response r ON r.conversation_id = i.conversation_id
             WHERE i.tenant_id = $1 AND i.line_id = $2 AND i.at >= $3 AND i.at < $4
             GROUP BY i.invited_by ORDER BY i.invited_by"
        ),
        args![s.tenant, s.line, s.from, s.to],
        |r| Ok((InvitedBy::from_word(&r.text(0)?)?, r.int(1)?, r.int(2)?)),
    )
    .await
}

/// Answers given within the span: score, who invited, how many, and the sums and counts of the other questions.
pub async fn scores(tx: &mut Tx, s: Span) -> Result<Vec<(i64, InvitedBy, i64, [i64; 8])>> {
    tx.all(
        sql!(
            "SELECT score, invited_by, COUNT(*), CAST(COALESCE(SUM(attitude), 0) AS BIGINT), COUNT(attitude),
             CAST(COALESCE(SUM(expertise), 0) AS BIGINT), COUNT(expertise),
             CAST(COALESCE(SUM(resolution), 0) AS BIGINT), COUNT(resolution),
             CAST(COALESCE(SUM(solved), 0) AS BIGINT), COUNT(solved)
             FROM survey_response WHERE tenant_id = $1 AND line_id = $2 AND at >= $3 AND at < $4
             GROUP BY score, invited_by ORDER BY score, invited_by"
        ),
        args![s.tenant, s.line, s.from, s.to],
        |r| {
            let mut sums = [0; 8];
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum = r.int(3 + i)?;
            }
            Ok((r.int(0)?, InvitedBy::from_word(&r.text(1)?)?, r.int(2)?, sums))
        },
    )
    .await
}
