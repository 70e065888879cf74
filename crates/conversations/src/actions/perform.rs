//! Doing it: one conversation, one transaction, every right asked anew.

use super::model::Action;
use crate::codes;
use crate::inboxes::{Cache, queue_within};
use crate::labels;
use crate::messages::{self, NewMessage};
use crate::permissions::REPLY;
use crate::snoozing;
use crate::threads::{self, Assign, Floor, HandOver, Row, Target};
use crate::variables;
use crate::wording::Watch;
use accounts::Directory;
use kernel::{Actor, ConversationId, Error, Language, LineId, Millis, Permission, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;

/// Ids that one action may use; made before the transaction.
pub const IDS_EACH: usize = 3;

/// Asks whether a right is held on a line at this moment.
type May = dyn Fn(Permission, TenantId, LineId) -> bool + Send + Sync;

/// Who acts, and what acting needs.
pub struct Doer {
    /// The person.
    pub user: UserId,
    /// What the log names.
    pub actor: Actor,
    /// In which language texts are sent where there are two.
    pub language: Language,
    /// Now.
    pub now: Millis,
    may: Box<May>,
    directory: Arc<Directory>,
    inboxes: Arc<Cache>,
    floor: Floor,
    watch: Arc<Watch>,
    ids: Vec<i64>,
}

impl Doer {
    /// For this many actions, under these rights.
    pub fn new(
        app: &App,
        user: UserId,
        actor: Actor,
        language: Language,
        actions: usize,
        may: impl Fn(Permission, TenantId, LineId) -> bool + Send + Sync + 'static,
    ) -> Doer {
        Doer {
            user,
            actor,
            language,
            now: app.now(),
            may: Box::new(may),
            directory: app.port::<Arc<Directory>>().clone(),
            inboxes: app.port::<Arc<Cache>>().clone(),
            floor: Floor::of(app),
            watch: app.port::<Arc<Watch>>().clone(),
            ids: (0..actions * IDS_EACH).map(|_| app.id::<i64>()).collect(),
        }
    }

    fn id<T: From<i64>>(&self, step: usize, n: usize) -> Result<T> {
        let id = self.ids.get(step * IDS_EACH + n).copied();
        id.map(T::from).ok_or_else(|| Error::internal("more actions than ids were made for"))
    }

    /// The text to send in this conversation, with the names of variables that have no value.
    pub async fn text(&self, tx: &mut Tx, row: &Row, text: &str) -> Result<variables::Filled> {
        let scope = tx.scope().clone();
        let contacts = customers::brief(tx, &scope, &[row.contact]).await?;
        let brand = self.inboxes.get(row.inbox).map(|i| i.config.brand.name.clone()).unwrap_or_default();
        Ok(variables::fill_for(text, row, contacts.first(), &self.directory, &brand, self.user))
    }

    /// May this person do it here? Errors: `access.missing_permission`.
    pub fn allowed(&self, action: &Action, row: &Row) -> Result<()> {
        match (self.may)(action.need(), row.tenant, row.line) {
            true => Ok(()),
            false => Err(Error::new(&accounts::codes::MISSING_PERMISSION).detail(action.need().0)),
        }
    }
}

/// Does all of it, in order; the conversation after the last. Nothing remains of it where one fails, for the transaction
/// is given up.
pub async fn perform_all(
    tx: &mut Tx,
    who: &Doer,
    id: ConversationId,
    actions: &[Action],
) -> Result<(Row, Vec<Action>)> {
    let mut row = threads::by_id(tx, id).await?;
    let mut back = vec![];
    for (step, action) in actions.iter().enumerate() {
        let inverse = action.inverse(&row);
        row = perform(tx, who, step, id, action).await?;
        back.extend(inverse);
    }
    back.reverse();
    Ok((row, back))
}

/// Does one action. Errors: those of the arrow it takes, `access.missing_permission`, `phrase.variable_missing`.
pub async fn perform(
    tx: &mut Tx,
    who: &Doer,
    step: usize,
    id: ConversationId,
    action: &Action,
) -> Result<Row> {
    let row = threads::by_id(tx, id).await?;
    who.allowed(action, &row)?;
    let h = HandOver { id, event_id: who.id(step, 0)?, actor: who.actor, epoch: None, now: who.now };
    match action {
        Action::Reply { zh, en } => {
            say(tx, who, step, &row, variables::in_language(zh, en, who.language), false).await
        }
        Action::Note { text } => say(tx, who, step, &row, text, true).await,
        Action::Assign { user } => give(tx, who, &h, &row, *user).await,
        Action::Take {} => give(tx, who, &h, &row, who.user).await,
        Action::PutBack {} => {
            let since = row.waiting_since.unwrap_or(who.now);
            threads::requeue(tx, &h, since, "put_back").await
        }
        Action::Queue { queue } => match queue_within(tx, row.tenant, *queue).await? {
            true => threads::hand_over(tx, &h, Target::Queue(*queue), "").await,
            false => Err(Error::invalid("/queue", "unknown")),
        },
        Action::Team { team } => threads::hand_over(tx, &h, who.floor.team(*team, &row)?, "").await,
        Action::Tags { add, remove } => threads::set_tags(tx, &h, add, remove).await,
        Action::Category { category } => threads::set_category(tx, &h, *category).await,
        Action::Priority { priority } => threads::set_priority(tx, &h, *priority).await,
        Action::Snooze { preset } => {
            let calendar = snoozing::calendar(&who.directory, row.line)?;
            let until = snoozing::at(*preset, who.now, &calendar);
            let until = until.ok_or_else(|| Error::invalid("/preset", "too_far"))?;
            threads::snooze_with_timer(tx, &h, who.id(step, 1)?, until).await
        }
        Action::SnoozeUntil { until } => threads::snooze_with_timer(tx, &h, who.id(step, 1)?, *until).await,
        Action::Wake {} if row.snoozed_until.is_some() => threads::wake(tx, &h).await,
        Action::Wake {} => Ok(row),
        Action::Resolve { disposition } => {
            threads::resolve_with(tx, &h, &who.directory, disposition.as_ref(), who.user).await
        }
        Action::Reopen {} => threads::reopen_for_staff(tx, &h).await,
        Action::Follow {} => threads::follow(tx, &h, who.user, true).await,
    }
}

async fn give(tx: &mut Tx, who: &Doer, h: &HandOver, row: &Row, to: UserId) -> Result<Row> {
    threads::must_be_able(&who.directory, to, row)?;
    if row.assignee == Some(to) {
        return Ok(row.clone());
    }
    threads::assign(tx, h, &Assign { to, why: vec!["why.manual".into()] }).await
}

async fn say(tx: &mut Tx, who: &Doer, step: usize, row: &Row, text: &str, note: bool) -> Result<Row> {
    let filled = who.text(tx, row, text).await?;
    if !filled.missing.is_empty() {
        return Err(Error::new(&codes::VARIABLE_MISSING).detail(filled.missing.join(", ")));
    }
    let scope = tx.scope().clone();
    let new = NewMessage {
        id: who.id(step, 1)?,
        event_id: who.id(step, 2)?,
        conversation: row.id,
        author: who.actor,
        note,
        body: messages::clean(&filled.text, false)?,
        attachments: vec![],
        mentions: vec![],
        client_key: None,
        mail: None,
        chat: false,
        automatic: false,
        seen_seq: None,
        now: who.now,
    };
    let posted = messages::append(tx, &scope, &new).await?;
    if !note {
        // What asks for a second look is not sent by a program: nobody looks.
        who.watch.refusal(&posted.row, &new.body, false)?;
    }
    Ok(posted.row)
}

/// Refuses, when actions are stored for a line or a client, what names something that is not theirs.
pub async fn check_against(
    tx: &mut Tx,
    directory: &Directory,
    tenant: TenantId,
    line: Option<LineId>,
    actions: &[Action],
) -> Result<()> {
    let lines = line.map_or_else(|| directory.lines_of(tenant), |l| vec![l]);
    let able = |u: &UserId| lines.iter().any(|l| directory.reaches(*u, REPLY, tenant, *l));
    for (at, action) in actions.iter().enumerate() {
        let unknown = |name: &str| Error::invalid(format!("/actions/{at}/{name}"), "unknown");
        match action {
            Action::Assign { user } if !able(user) => return Err(unknown("user")),
            // A team is of the provider; here it is known by whoever of it serves here.
            Action::Team { team } if !directory.members(*team).iter().any(able) => {
                return Err(unknown("team"));
            }
            Action::Queue { queue } if !queue_within(tx, tenant, *queue).await? => {
                return Err(unknown("queue"));
            }
            Action::Category { category: Some(c) } => within(tx, tenant, &lines, *c, at).await?,
            Action::Resolve { disposition: Some(d) } => {
                if let Some(c) = d.category {
                    within(tx, tenant, &lines, c, at).await?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

async fn within(
    tx: &mut Tx,
    tenant: TenantId,
    lines: &[LineId],
    category: kernel::CategoryId,
    at: usize,
) -> Result<()> {
    for line in lines {
        if tx.scope().contains_line(tenant, *line)
            && labels::category_is_of(tx, tenant, *line, category).await?
        {
            return Ok(());
        }
    }
    Err(Error::invalid(format!("/actions/{at}/category"), "unknown"))
}
