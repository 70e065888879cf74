//! The outbox: letters written with what caused them, and their SQL.

use super::words::BODY_MAX;
use super::{Address, Words};
use crate::App;
use crate::jobs::NewJob;
use crate::secrets::Secrets;
use crate::store::{Row, Tx};
use crate::{codes, mail};
use kernel::{Error, JobId, LetterId, Millis, Result, TenantId, args, sql};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Letters one address may get in an hour; further ones are laid aside, visible and to be sent by hand.
pub const PER_ADDRESS_MAX: i64 = 60;
const HOUR_MS: Millis = 3_600_000;

/// Where a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LetterStatus)]
pub enum Status {
    /// Waits for a try.
    Pending,
    /// A server has accepted it.
    Delivered,
    /// Laid aside; can be sent again.
    Failed,
}

impl Status {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Delivered => "delivered",
            Status::Failed => "failed",
        }
    }
    fn from_word(w: &str) -> Result<Status> {
        [Status::Pending, Status::Delivered, Status::Failed]
            .into_iter()
            .find(|s| s.word() == w)
            .ok_or_else(|| Error::internal(format!("{w} is no state of a letter")))
    }
}

/// A letter to be written.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The client whose letter it is, 0 for the provider's own. The transaction's scope must reach it.
    pub tenant: TenantId,
    /// What it is for, such as `user.invited`.
    pub kind: &'static str,
    /// The id of the thing it is about.
    pub subject: i64,
    /// To whom.
    pub to: Address,
    /// What it says.
    pub words: Words,
    /// Where answers go; without one where the server's letters say.
    pub reply_to: Option<Address>,
}

/// A letter with all that must be made before the transaction, since its closure may run twice.
#[derive(Debug, Clone)]
pub struct Queued {
    id: LetterId,
    job: JobId,
    tenant: TenantId,
    kind: &'static str,
    subject: i64,
    hint: String,
    hash: [u8; 32],
    sealed: String,
    now: Millis,
}

/// What is sealed of a letter.
#[derive(Serialize, Deserialize)]
struct Content {
    to: String,
    words: Words,
    #[serde(default)]
    reply_to: Option<String>,
}

/// What was unsealed of a letter.
pub(super) struct Opened {
    pub to: Address,
    pub words: Words,
    pub reply_to: Option<Address>,
}

fn place(id: LetterId) -> String {
    format!("letter:{id}")
}

impl Queued {
    /// Seals a letter. Error: `mail.too_long`.
    pub fn new(app: &App, letter: Letter) -> Result<Queued> {
        let id: LetterId = app.id();
        let reply_to = letter.reply_to.map(|a| a.as_str().to_owned());
        let content = Content { to: letter.to.as_str().to_owned(), words: letter.words, reply_to };
        let plain = serde_json::to_vec(&content).map_err(|e| Error::internal("a letter").cause(e))?;
        if plain.len() > BODY_MAX {
            return Err(Error::new(&codes::MAIL_TOO_LONG));
        }
        let key = app.secrets().derive("addresses of mail");
        let hash = *blake3::keyed_hash(&key, letter.to.as_str().to_lowercase().as_bytes()).as_bytes();
        Ok(Queued {
            id,
            job: app.id(),
            tenant: letter.tenant,
            kind: letter.kind,
            subject: letter.subject,
            hint: letter.to.hint(),
            hash,
            sealed: app.secrets().seal_text(app.rng(), &place(id), &plain)?,
            now: app.now(),
        })
    }

    /// Its id.
    pub fn id(&self) -> LetterId {
        self.id
    }
}

/// Writes a letter in its owner's transaction; it goes out after the commit. A letter to an address that has had its share
/// of the hour is laid aside at once.
pub async fn queue(tx: &mut Tx, q: &Queued) -> Result<()> {
    let sql = sql!("SELECT COUNT(*) FROM letter WHERE to_hash = $1 AND created_at > $2 AND tenant_id = $3");
    let had = tx.one(sql, args![q.hash, q.now - HOUR_MS, q.tenant], |r| r.int(0)).await?.unwrap_or(0);
    let full = had >= PER_ADDRESS_MAX;
    let status = if full { Status::Failed } else { Status::Pending };
    let fault = full.then_some(codes::MAIL_TOO_MANY.code);
    tx.exec(
        sql!(
            "INSERT INTO letter(id, tenant_id, kind, subject, to_hint, to_hash, content, status, next_at, fault, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9)"
        ),
        args![q.id, q.tenant, q.kind, q.subject, q.hint, q.hash, q.sealed, status.word(), q.now, fault],
    )
    .await?;
    if full { Ok(()) } else { tx.enqueue(&job(q.job, q.tenant, q.id, q.now)).await }
}

/// How many letters of a kind were written about a thing since then.
pub async fn written_since(
    tx: &mut Tx,
    tenant: TenantId,
    (kind, subject): (&str, i64),
    since: Millis,
) -> Result<i64> {
    let sql = sql!(
        "SELECT COUNT(*) FROM letter WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND created_at > $4"
    );
    Ok(tx.one(sql, args![tenant, kind, subject, since], |r| r.int(0)).await?.unwrap_or(0))
}

/// The job of a letter's next try; writing it again moves it.
pub(super) fn job(id: JobId, tenant: TenantId, letter: LetterId, due_at: Millis) -> NewJob {
    NewJob {
        id,
        tenant,
        kind: super::SEND,
        subject: letter.0,
        payload: serde_json::Value::Null,
        due_at,
        unique_key: Some(place(letter)),
    }
}

/// Is there a server through which this client's letters would go? To be asked in the system's scope.
pub async fn is_set_up(tx: &mut Tx, tenant: TenantId) -> Result<bool> {
    for place in [tenant, TenantId(0)] {
        if mail::row(tx, place).await?.is_some_and(|s| s.enabled) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A letter as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterRow {
    /// Its id.
    pub id: LetterId,
    /// The client, 0 for the provider's own.
    pub tenant: TenantId,
    /// What it is for.
    pub kind: String,
    /// Enough of the address to recognise it by.
    pub to_hint: String,
    /// Where it stands.
    pub status: Status,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_at: Option<Millis>,
    /// The last try.
    pub tried_at: Option<Millis>,
    /// What went wrong: an error code.
    pub fault: Option<String>,
    /// What the server said.
    pub answer: Option<String>,
    /// When it was written.
    pub created_at: Millis,
    /// Its sealed words; none once it is delivered.
    pub(super) content: Option<String>,
}

impl LetterRow {
    /// To whom, and what it says; `None` where that is gone.
    pub(super) fn open(&self, secrets: &Secrets) -> Result<Option<Opened>> {
        let Some(sealed) = &self.content else { return Ok(None) };
        let plain = secrets.open_text(&place(self.id), sealed)?;
        let c: Content = serde_json::from_slice(&plain).map_err(|e| Error::internal("a letter").cause(e))?;
        let reply_to = c.reply_to.as_deref().and_then(Address::parse);
        Ok(Address::parse(&c.to).map(|to| Opened { to, words: c.words, reply_to }))
    }
}

fn read(r: &Row<'_>) -> Result<LetterRow> {
    Ok(LetterRow {
        id: r.id(0)?,
        tenant: r.id(1)?,
        kind: r.text(2)?,
        to_hint: r.text(3)?,
        status: Status::from_word(&r.text(4)?)?,
        attempts: r.int(5)?,
        next_at: r.opt_int(6)?,
        tried_at: r.opt_int(7)?,
        fault: r.opt_text(8)?,
        answer: r.opt_text(9)?,
        created_at: r.int(10)?,
        content: r.opt_text(11)?,
    })
}

/// One letter of these clients.
pub async fn letter(tx: &mut Tx, tenants: &[TenantId], id: LetterId) -> Result<Option<LetterRow>> {
    let tenants = Tx::ids(tenants.iter().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, kind, to_hint, status, attempts, next_at, tried_at, fault, answer, created_at, content
             FROM letter WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read,
    )
    .await
}

/// A page of these clients' letters, newest first, older than `before`; of one state where one is asked for.
pub async fn list(
    tx: &mut Tx,
    tenants: &[TenantId],
    status: Option<Status>,
    before: i64,
    limit: i64,
) -> Result<Vec<LetterRow>> {
    let (tenants, status) = (Tx::ids(tenants.iter().map(|t| t.0)), status.map(Status::word));
    tx.all(
        sql!(
            "SELECT id, tenant_id, kind, to_hint, status, attempts, next_at, tried_at, fault, answer, created_at, content
             FROM letter WHERE tenant_id IN_IDS($1) AND id < $2 AND (CAST($3 AS TEXT) IS NULL OR status = $3)
             ORDER BY id DESC LIMIT $4"
        ),
        args![tenants, before, status, limit],
        read,
    )
    .await
}

/// Sends a letter once more from the beginning. Error: `mail.gone` where it was delivered or its words are gone.
pub async fn replay(tx: &mut Tx, l: &LetterRow, job_id: JobId, now: Millis) -> Result<()> {
    if l.content.is_none() {
        return Err(Error::new(&codes::MAIL_GONE));
    }
    tx.exec(
        sql!(
            "UPDATE letter SET status = 'pending', attempts = 0, next_at = $3, fault = NULL, answer = NULL
             WHERE id = $1 AND tenant_id = $2"
        ),
        args![l.id, l.tenant, now],
    )
    .await?;
    tx.enqueue(&job(job_id, l.tenant, l.id, now)).await
}

/// Letters that went through this client's server since then.
pub(super) async fn sent_since(tx: &mut Tx, via: TenantId, since: Millis) -> Result<i64> {
    // every tenant: a server's share of the minute is counted over all who send through it
    let sql = sql!("SELECT COUNT(*) FROM letter WHERE via = $1 AND tried_at > $2");
    Ok(tx.one(sql, args![via, since], |r| r.int(0)).await?.unwrap_or(0))
}

/// Notes that a try begins, so that it counts before its outcome is known.
pub(super) async fn begin_try(tx: &mut Tx, l: &LetterRow, via: TenantId, now: Millis) -> Result<()> {
    tx.exec(
        sql!("UPDATE letter SET via = $3, tried_at = $4 WHERE id = $1 AND tenant_id = $2"),
        args![l.id, l.tenant, via, now],
    )
    .await
    .map(|_| ())
}

/// Writes back what a try came to. The words of a delivered letter go.
pub(super) async fn settle(tx: &mut Tx, l: &LetterRow) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE letter SET status = $3, attempts = $4, next_at = $5, fault = $6, answer = $7, content = $8
             WHERE id = $1 AND tenant_id = $2 AND status = 'pending'"
        ),
        args![l.id, l.tenant, l.status.word(), l.attempts, l.next_at, l.fault, l.answer, l.content],
    )
    .await
    .map(|_| ())
}

/// Removes a step's worth of letters that are old and done with; answers how many.
pub(super) async fn prune(tx: &mut Tx, before: Millis, limit: i64) -> Result<u64> {
    // every tenant: what is old goes for all alike
    tx.exec(
        sql!(
            "DELETE FROM letter WHERE id IN (SELECT id FROM letter WHERE created_at < $1 AND status <> 'pending'
             ORDER BY created_at, id LIMIT $2)"
        ),
        args![before, limit],
    )
    .await
}
