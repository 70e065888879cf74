//! The SQL of conversations.

use super::model::{Channel, Priority, Row, Status, Waiting};
use kernel::{
    ActorKind, ContactId, ConversationId, Error, InboxId, LineId, Millis, Result, TeamId, TenantScope,
    UserId, args, sql,
};
use platform::store::{Row as DbRow, Tx};

fn split(text: String) -> Vec<String> {
    text.split('\n').filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

pub(crate) fn read_row(r: &DbRow<'_>) -> Result<Row> {
    Ok(Row {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        inbox: r.id(3)?,
        channel: Channel::from_word(&r.text(4)?)?,
        contact: r.id(5)?,
        number: r.int(6)?,
        status: Status::from_word(&r.text(7)?)?,
        waiting: Waiting::from_word(&r.text(8)?)?,
        waiting_since: r.opt_int(9)?,
        next_due: r.opt_int(10)?,
        assignee: r.opt_id(11)?,
        assigned_at: r.opt_int(12)?,
        why: r.opt_text(13)?.map(split).unwrap_or_default(),
        queue: r.opt_id(14)?,
        queued_at: r.opt_int(15)?,
        epoch: r.int(16)?,
        priority: Priority::from_rank(r.int(17)?),
        tags: split(r.text(18)?),
        followers: split(r.text(19)?).iter().filter_map(|s| s.parse().ok()).collect(),
        category: r.opt_id(20)?,
        snoozed_until: r.opt_int(21)?,
        last_seq: r.int(22)?,
        last_at: r.int(23)?,
        last_text: r.text(24)?,
        last_by: ActorKind::from_code(r.int(25)?),
        last_note: r.bool(26)?,
        user_seq: r.int(27)?,
        contact_count: r.int(28)?,
        contact_delivered: r.int(29)?,
        contact_read: r.int(30)?,
        staff_read: r.int(31)?,
        first_reply_at: r.opt_int(32)?,
        page_url: r.opt_text(33)?,
        page_title: r.opt_text(34)?,
        created_at: r.int(35)?,
        resolved_at: r.opt_int(36)?,
        thread: r.text(37)?,
        woke_at: r.opt_int(38)?,
        subject: r.opt_text(39)?,
        merged_into: r.opt_id(40)?,
    })
}

/// The conversations of these ids that the transaction's scope reaches, in no particular order.
pub async fn by_ids(tx: &mut Tx, ids: &[ConversationId]) -> Result<Vec<Row>> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let wanted = Tx::ids(ids.iter().map(|i| i.0));
    let rows = tx
        .all(
            sql!(
                "SELECT id, tenant_id, line_id, inbox_id, channel, contact_id, number, status, waiting, waiting_since,
                 next_due, assignee_id, assigned_at, why, queue_id, queued_at, epoch, priority, tags, followers,
                 category_id, snoozed_until, last_seq, last_at, last_text, last_by, last_note, user_seq, contact_count,
                 contact_delivered, contact_read, staff_read, first_reply_at, page_url, page_title, created_at,
                 resolved_at, thread, woke_at, subject, merged_into
                 FROM conversation WHERE id IN_IDS($1) AND tenant_id IN_IDS($2)"
            ),
            args![wanted, tenants],
            read_row,
        )
        .await?;
    Ok(rows.into_iter().filter(|r| scope.contains_line(r.tenant, r.line)).collect())
}

/// The conversations of these ids, for readers of the log and for routing.
pub async fn all_by_ids(tx: &mut Tx, ids: &[ConversationId]) -> Result<Vec<Row>> {
    let wanted = Tx::ids(ids.iter().map(|i| i.0));
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, channel, contact_id, number, status, waiting, waiting_since,
             next_due, assignee_id, assigned_at, why, queue_id, queued_at, epoch, priority, tags, followers,
             category_id, snoozed_until, last_seq, last_at, last_text, last_by, last_note, user_seq, contact_count,
             contact_delivered, contact_read, staff_read, first_reply_at, page_url, page_title, created_at,
             resolved_at, thread, woke_at, subject, merged_into
             FROM conversation WHERE id IN_IDS($1) AND tenant_id > 0"
        ),
        args![wanted],
        read_row,
    )
    .await
}

/// One conversation that the transaction's scope reaches; `not_found` otherwise.
pub async fn by_id(tx: &mut Tx, id: ConversationId) -> Result<Row> {
    let scope = tx.scope().clone();
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, channel, contact_id, number, status, waiting, waiting_since,
             next_due, assignee_id, assigned_at, why, queue_id, queued_at, epoch, priority, tags, followers,
             category_id, snoozed_until, last_seq, last_at, last_text, last_by, last_note, user_seq, contact_count,
             contact_delivered, contact_read, staff_read, first_reply_at, page_url, page_title, created_at,
             resolved_at, thread, woke_at, subject, merged_into
             FROM conversation WHERE id = $1 AND AMONG(tenant_id, $2)"
        ),
        args![id, tenants],
        read_row,
    )
    .await?
    .filter(|r| scope.contains_line(r.tenant, r.line))
    .ok_or_else(Error::not_found)
}

/// Where a conversation stands: itself, or the one it was merged into. `None` where it is not there, or where the two are not one
/// contact's any more: then what comes for it belongs to neither.
pub async fn standing_for(tx: &mut Tx, id: ConversationId) -> Result<Option<ConversationId>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT t.id FROM conversation c JOIN conversation t ON t.id = COALESCE(c.merged_into, c.id)
               AND t.tenant_id = c.tenant_id AND t.contact_id = c.contact_id
             WHERE c.id = $1 AND AMONG(c.tenant_id, $2)"
        ),
        args![id, tenants],
        |r| r.id(0),
    )
    .await
}

/// Takes hold of two rows until the transaction ends, always in the same order, so that two who join them at once do it one
/// after the other.
pub async fn hold(tx: &mut Tx, a: ConversationId, b: ConversationId) -> Result<()> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    for id in [a.min(b), a.max(b)] {
        tx.exec(
            sql!("UPDATE conversation SET epoch = epoch WHERE id = $1 AND AMONG(tenant_id, $2)"),
            args![id, tenants],
        )
        .await?;
    }
    Ok(())
}

/// The live conversation of a contact in an inbox and thread, or the last one resolved after `since`. One that was merged
/// counts as the one it goes on in, as long as that is the same contact's.
pub async fn live_or_recent(
    tx: &mut Tx,
    scope: &TenantScope,
    inbox: InboxId,
    contact: ContactId,
    thread: &str,
    since: Millis,
) -> Result<Option<ConversationId>> {
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT t.id FROM conversation c JOIN conversation t ON t.id = COALESCE(c.merged_into, c.id)
               AND t.tenant_id = c.tenant_id AND t.contact_id = c.contact_id
             WHERE c.contact_id = $1 AND c.inbox_id = $2 AND c.thread = $3 AND AMONG(c.tenant_id, $4)
             AND (t.status <> 'resolved' OR t.resolved_at > $5)
             ORDER BY CASE WHEN t.status <> 'resolved' THEN 0 ELSE 1 END, c.id DESC LIMIT 1"
        ),
        args![contact, inbox, thread, tenants, since],
        |r| r.id(0),
    )
    .await
}

/// What the contact sees of a thread: its live conversation, or the last one there was.
pub async fn latest(
    tx: &mut Tx,
    scope: &TenantScope,
    inbox: InboxId,
    contact: ContactId,
    thread: &str,
) -> Result<Option<ConversationId>> {
    live_or_recent(tx, scope, inbox, contact, thread, 0).await
}

/// Adds a new conversation; false when a live one of the same contact, inbox and thread was faster.
pub async fn insert(tx: &mut Tx, c: &Row) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO conversation(id, tenant_id, line_id, inbox_id, channel, contact_id, thread, number, status,
                 waiting, waiting_since, queue_id, queued_at, assignee_id, assigned_at, priority, last_at, page_url,
                 page_title, created_at, subject)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
                 ON CONFLICT DO NOTHING"
            ),
            args![
                c.id, c.tenant, c.line, c.inbox, c.channel.word(), c.contact, c.thread, c.number, c.status.word(),
                c.waiting.word(), c.waiting_since, c.queue, c.queued_at, c.assignee, c.assigned_at,
                c.priority.rank(), c.last_at, c.page_url, c.page_title, c.created_at, c.subject
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Writes back what transitions change.
pub async fn save(tx: &mut Tx, c: &Row) -> Result<()> {
    let followers: Vec<String> = c.followers.iter().map(|f| f.to_string()).collect();
    let n = tx
        .exec(
            sql!(
                "UPDATE conversation SET status = $3, waiting = $4, waiting_since = $5, next_due = $6, assignee_id = $7,
                 assigned_at = $8, why = $9, queue_id = $10, queued_at = $11, epoch = $12, priority = $13, tags = $14,
                 followers = $15, category_id = $16, snoozed_until = $17, resolved_at = $18, line_id = $19,
                 woke_at = $20, merged_into = $21
                 WHERE id = $1 AND tenant_id = $2"
            ),
            args![
                c.id, c.tenant, c.status.word(), c.waiting.word(), c.waiting_since, c.next_due, c.assignee,
                c.assigned_at, c.why.join("\n"), c.queue, c.queued_at, c.epoch, c.priority.rank(), c.tags.join("\n"),
                followers.join("\n"), c.category, c.snoozed_until, c.resolved_at, c.line, c.woke_at, c.merged_into
            ],
        )
        .await?;
    if n == 1 { Ok(()) } else { Err(Error::not_found()) }
}

/// What a message changes in its conversation.
pub struct OnMessage<'a> {
    /// One line of it.
    pub preview: &'a str,
    /// Who wrote.
    pub by: ActorKind,
    /// Is it an internal note?
    pub note: bool,
    /// When.
    pub at: Millis,
}

/// Gives the message its number and brings the conversation up to date, in one statement. Events in the thread pass
/// `None` and take a number only.
///
/// A contact's message sets what waits for us; a reply of ours ends that wait.
pub async fn update_on_message(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ConversationId,
    m: Option<OnMessage<'_>>,
) -> Result<Row> {
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let m = m.unwrap_or(OnMessage { preview: "", by: ActorKind::System, note: false, at: 0 });
    let contact = m.by == ActorKind::Contact;
    let reply = !contact && !m.note && m.at > 0;
    let row = tx
        .one(
            sql!(
                "UPDATE conversation SET
                   last_seq = last_seq + 1,
                   last_at = CASE WHEN CAST($3 AS BIGINT) > 0 THEN $3 ELSE last_at END,
                   last_text = CASE WHEN $3 > 0 THEN $4 ELSE last_text END,
                   last_by = CASE WHEN $3 > 0 THEN $5 ELSE last_by END,
                   last_note = CASE WHEN $3 > 0 THEN $6 ELSE last_note END,
                   contact_count = contact_count + $7,
                   waiting = CASE WHEN $7 = 1 THEN 'agent' WHEN $8 = 1 THEN 'customer' ELSE waiting END,
                   waiting_since = CASE WHEN $8 = 1 THEN NULL WHEN $7 = 1 THEN COALESCE(waiting_since, $3) ELSE waiting_since END,
                   user_seq = CASE WHEN $8 = 1 THEN last_seq + 1 ELSE user_seq END,
                   first_reply_at = CASE WHEN $8 = 1 THEN COALESCE(first_reply_at, $3) ELSE first_reply_at END,
                   woke_at = CASE WHEN $8 = 1 THEN NULL ELSE woke_at END
                 WHERE id = $1 AND AMONG(tenant_id, $2)
                 RETURNING id, tenant_id, line_id, inbox_id, channel, contact_id, number, status, waiting, waiting_since,
                 next_due, assignee_id, assigned_at, why, queue_id, queued_at, epoch, priority, tags, followers,
                 category_id, snoozed_until, last_seq, last_at, last_text, last_by, last_note, user_seq, contact_count,
                 contact_delivered, contact_read, staff_read, first_reply_at, page_url, page_title, created_at,
                 resolved_at, thread, woke_at, subject, merged_into"
            ),
            args![
                id, tenants, m.at, m.preview, m.by.code(), i64::from(m.note), i64::from(contact), i64::from(reply)
            ],
            read_row,
        )
        .await?
        .ok_or_else(Error::not_found)?;
    if scope.contains_line(row.tenant, row.line) { Ok(row) } else { Err(Error::not_found()) }
}

/// Everything that waits for an agent, and everything agents hold: what routing rebuilds itself from at the start. One part
/// for each of the two partial indexes: an `OR` would walk all conversations there ever were.
pub async fn queued_rows(tx: &mut Tx) -> Result<Vec<ConversationId>> {
    tx.all(
        sql!(
            "SELECT id FROM (
               SELECT id, queued_at FROM conversation WHERE queued_at IS NOT NULL AND status <> 'resolved' AND tenant_id > 0
               UNION
               SELECT id, queued_at FROM conversation WHERE assignee_id IS NOT NULL AND status <> 'resolved' AND tenant_id > 0
             ) AS live ORDER BY COALESCE(queued_at, 0), id"
        ),
        &[],
        |r| r.id(0),
    )
    .await
}

/// Begins a following.
pub async fn followers_add(tx: &mut Tx, c: &Row, user: UserId) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO follower(tenant_id, conversation_id, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        ),
        args![c.tenant, c.id, user],
    )
    .await
    .map(|_| ())
}

/// Keeps a conversation that was passed on for whom it was passed to, as long as its epoch stands.
pub async fn keep(
    tx: &mut Tx,
    c: &Row,
    user: Option<UserId>,
    team: Option<TeamId>,
    at: Millis,
) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE conversation SET kept_user = $3, kept_team = $4, kept_at = $5, kept_epoch = epoch
             WHERE id = $1 AND tenant_id = $2"
        ),
        args![c.id, c.tenant, user, team, at],
    )
    .await
    .map(|_| ())
}

/// Ends a following.
pub async fn followers_remove(tx: &mut Tx, c: &Row, user: UserId) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM follower WHERE tenant_id = $1 AND conversation_id = $2 AND user_id = $3"),
        args![c.tenant, c.id, user],
    )
    .await
    .map(|_| ())
}

/// Brings the table of tags in line with the conversation's.
pub async fn retag(tx: &mut Tx, c: &Row, gone: &[String], come: &[String]) -> Result<()> {
    for name in gone {
        tx.exec(
            sql!("DELETE FROM conversation_tag WHERE tenant_id = $1 AND name = $2 AND conversation_id = $3"),
            args![c.tenant, name, c.id],
        )
        .await?;
    }
    for name in come {
        tx.exec(
            sql!(
                "INSERT INTO conversation_tag(tenant_id, name, conversation_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
            ),
            args![c.tenant, name, c.id],
        )
        .await?;
    }
    Ok(())
}

/// How often the contact came in on this line since a time, the conversation itself not counted.
pub async fn came_since(tx: &mut Tx, c: &Row, line: LineId, since: Millis) -> Result<i64> {
    let n = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM conversation WHERE contact_id = $1 AND tenant_id = $2 AND line_id = $3 AND id <> $4
                 AND created_at >= $5 AND created_at <= $6"
            ),
            args![c.contact, c.tenant, line, c.id, since, c.created_at],
            |r| r.int(0),
        )
        .await?;
    Ok(n.unwrap_or(0))
}

/// The contact's last conversation on this line since a time, before this one.
pub(super) async fn last_time(tx: &mut Tx, c: &Row, since: Millis) -> Result<Option<super::view::LastTime>> {
    tx.one(
        sql!(
            "SELECT id, number, created_at, category_id, last_text, status FROM conversation
             WHERE contact_id = $1 AND tenant_id = $2 AND line_id = $3 AND id <> $4 AND created_at >= $5
             AND created_at <= $6 ORDER BY created_at DESC, id DESC LIMIT 1"
        ),
        args![c.contact, c.tenant, c.line, c.id, since, c.created_at],
        |r| {
            Ok(super::view::LastTime {
                id: r.id(0)?,
                number: r.int(1)?,
                at: r.int(2)?,
                category: r.opt_id(3)?,
                text: r.text(4)?,
                open: r.text(5)? != "resolved",
            })
        },
    )
    .await
}
