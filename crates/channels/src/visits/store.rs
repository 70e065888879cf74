//! The SQL of visits.

use super::model::{Answer, Consent, Visit};
use conversations::messages::{ThreadEvent, append_event};
use conversations::threads::Row;
use kernel::{Actor, ContactId, ConversationId, Error, InboxId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;
use serde_json::json;

/// Attributes shown of one contact.
const FACTS_SHOWN: i64 = 50;

/// Writes how a conversation began, in the transaction that makes it.
pub async fn begin(
    tx: &mut Tx,
    v: &Visit,
    tenant: TenantId,
    contact: ContactId,
    conversation: ConversationId,
    now: Millis,
) -> Result<()> {
    let answers =
        serde_json::to_string(&v.given.answers).map_err(|e| Error::internal("answers of a form").cause(e))?;
    tx.exec(
        sql!(
            "INSERT INTO visit(conversation_id, tenant_id, contact_id, inbox_id, offline, answer_by, identity, answers, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            conversation, tenant, contact, v.inbox, v.offline, v.answer_by,
            v.identity.map_or("", |by| by.word()), answers, now
        ],
    )
    .await?;
    if let Some(consent) = &v.given.consent {
        keep_consent(tx, v.consent_id, (tenant, contact, conversation, v.inbox), consent, now).await?;
    }
    if v.offline {
        let event =
            ThreadEvent { id: v.event_id, kind: "offline", data: json!({ "answer_by": v.answer_by }) };
        let scope = tx.scope().clone();
        append_event(tx, &scope, conversation, Actor::contact(contact), event, now).await?;
    }
    Ok(())
}

/// Keeps what a visitor agreed to. The place is client, contact, conversation (0 before there is one) and inbox.
pub async fn keep_consent(
    tx: &mut Tx,
    id: i64,
    place: (TenantId, ContactId, ConversationId, InboxId),
    c: &Consent,
    now: Millis,
) -> Result<()> {
    let (tenant, contact, conversation, inbox) = place;
    tx.exec(
        sql!(
            "INSERT INTO visitor_consent(id, tenant_id, contact_id, conversation_id, inbox_id, purpose, version, language,
             wording, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![id, tenant, contact, conversation, inbox, c.purpose, c.version, c.language.tag(), c.wording, now],
    )
    .await
    .map(|_| ())
}

/// Has this visitor agreed to this in this conversation before? The place is as for [`keep_consent`].
pub async fn has_agreed(
    tx: &mut Tx,
    place: (TenantId, ContactId, ConversationId, InboxId),
    purpose: &str,
) -> Result<bool> {
    let (tenant, contact, conversation, inbox) = place;
    let sql = sql!(
        "SELECT id FROM visitor_consent WHERE tenant_id = $1 AND contact_id = $2 AND conversation_id = $3
         AND inbox_id = $4 AND purpose = $5 LIMIT 1"
    );
    let found = tx.one(sql, args![tenant, contact, conversation, inbox, purpose], |r| r.int(0)).await?;
    Ok(found.is_some())
}

/// Keeps what a page says of a contact; what was signed is not overwritten by what is not.
pub async fn keep_facts(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    facts: &[(String, String)],
    vouched: bool,
    now: Millis,
) -> Result<()> {
    for (name, content) in facts {
        tx.exec(
            sql!(
                "INSERT INTO visitor_fact(tenant_id, contact_id, name, content, vouched, at) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant_id, contact_id, name) DO UPDATE SET content = excluded.content,
                 vouched = excluded.vouched, at = excluded.at WHERE visitor_fact.vouched <= excluded.vouched"
            ),
            args![tenant, contact, name, content, vouched, now],
        )
        .await?;
    }
    Ok(())
}

/// What is shown of how a conversation began.
#[derive(Debug, Default)]
pub struct Shown {
    /// Begun outside the hours?
    pub offline: bool,
    /// When an answer was promised.
    pub answer_by: Option<Millis>,
    /// How the visitor was proved: empty, `token` or `hash`.
    pub identity: String,
    /// What was answered.
    pub answers: Vec<Answer>,
    /// Consents: purpose, version, wording, when.
    pub consents: Vec<(String, String, String, Millis)>,
    /// What the page says: name, content, whether it was signed.
    pub facts: Vec<(String, String, bool)>,
}

/// How a conversation began.
pub async fn shown(tx: &mut Tx, row: &Row) -> Result<Shown> {
    let found = tx
        .one(
            sql!("SELECT offline, answer_by, identity, answers FROM visit WHERE conversation_id = $1 AND tenant_id = $2"),
            args![row.id, row.tenant],
            |r| Ok((r.bool(0)?, r.opt_int(1)?, r.text(2)?, r.text(3)?)),
        )
        .await?;
    let mut shown = Shown::default();
    if let Some((offline, answer_by, identity, answers)) = found {
        let answers =
            serde_json::from_str(&answers).map_err(|e| Error::internal("answers of a form").cause(e))?;
        shown = Shown { offline, answer_by, identity, answers, ..Shown::default() };
    }
    shown.consents = tx
        .all(
            sql!(
                "SELECT purpose, version, wording, at FROM visitor_consent
                 WHERE conversation_id = $1 AND tenant_id = $2 ORDER BY id LIMIT 20"
            ),
            args![row.id, row.tenant],
            |r| Ok((r.text(0)?, r.text(1)?, r.text(2)?, r.int(3)?)),
        )
        .await?;
    shown.facts = tx
        .all(
            sql!(
                "SELECT name, content, vouched FROM visitor_fact WHERE tenant_id = $1 AND contact_id = $2
                 ORDER BY name LIMIT $3"
            ),
            args![row.tenant, row.contact, FACTS_SHOWN],
            |r| Ok((r.text(0)?, r.text(1)?, r.bool(2)?)),
        )
        .await?;
    Ok(shown)
}
