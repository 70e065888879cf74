//! The test button: signs in, sends a real mail to the mailbox's own address, and waits until it is there. Each step says in
//! words what is wrong.
//!
//! The mail bears a [mark](super::mark), so that it becomes no conversation whoever brings it in; where it is found in the
//! folder it is removed there, and nothing else is.

use super::mark::{self, Awaited};
use super::model::Mailbox;
use super::service::Deed;
use super::view::{MailboxTestView, Part, TestStepView};
use super::{sending, store};
use crate::codes;
use crate::email::fetch::{
    Abilities, Fault, Step, Steps, Taken, Wire, command, cut, look, message, open, way_to,
};
use accounts::Caller;
use async_imap::Session;
use conversations::inboxes;
use conversations::permissions::INBOXES;
use kernel::{AggregateKey, Code, Error, InboxId, Language, Result};
use platform::App;
use platform::mail::{self, Words};
use platform::store::Tx;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Tests at once, of all mailboxes together.
const AT_ONCE_MAX: usize = 8;
/// Signing in to one of the servers must be done within this.
const PART_TIME: Duration = Duration::from_secs(60);
/// The mail must come within this.
const ARRIVAL_TIME: Duration = Duration::from_secs(60);
/// The folder is looked at this often for it.
const LOOK_EVERY: Duration = Duration::from_millis(700);
/// What one such look may bring, in bytes.
const LOOK_BYTES: usize = 8 << 20;

/// Room for tests. Provided as a port.
pub struct Tests(Semaphore);

impl Default for Tests {
    fn default() -> Tests {
        Tests(Semaphore::new(AT_ONCE_MAX))
    }
}

/// One test under way.
struct Trial {
    app: App,
    m: Mailbox,
    mark: String,
    language: Language,
    shown: Vec<TestStepView>,
}

/// What is open at the server for fetching: the connection, what it can do, and the next mail's number.
type Fetching = (Session<Wire>, Abilities, u32);

/// Tests a mailbox with its saved settings. Errors: `mailbox.not_set_up`, `mailbox.busy`.
pub(super) async fn test(app: &App, caller: &Caller, id: InboxId) -> Result<MailboxTestView> {
    let (scope, deed) = (caller.authorize_any(INBOXES), Deed::by(app, caller));
    let begin = async move |tx: &mut Tx| {
        let inbox = inboxes::by_id(tx, &tx.scope().clone(), id).await?;
        let m = store::by_inbox(tx, inbox.tenant, id).await?;
        let m = m.ok_or_else(|| Error::new(&codes::MAILBOX_NOT_SET_UP))?;
        deed.record(tx, &inbox, "mailbox.tested", None, None).await?;
        Ok(m)
    };
    let m = app.db().write(&scope, AggregateKey::new("mailbox", id.0), begin).await?;
    let tests = app.port::<Arc<Tests>>().clone();
    let _turn = tests.0.try_acquire().map_err(|_| Error::new(&codes::MAILBOX_BUSY))?;
    let mark = mark::make(app, id, app.now());
    let mut t = Trial { app: app.clone(), m, mark, language: caller.language, shown: vec![] };
    let awaited = app.port::<Arc<Awaited>>().expect(&t.mark);
    let fetching = if t.m.config.imap.is_some() { Some(t.fetching().await?) } else { None };
    let sent = t.sending().await?;
    let authserv_id = match fetching {
        Some(Some(f)) if sent => t.round_trip(f).await,
        None if sent => t.through_the_door(awaited).await,
        _ => None,
    };
    Ok(MailboxTestView { ok: t.shown.iter().all(|s| s.ok), steps: t.shown, authserv_id })
}

impl Trial {
    fn went_well(&mut self, part: Part, taken: Vec<Taken>) {
        self.shown.extend(taken.into_iter().map(|t| TestStepView::well(part, t.step, t.took_ms, t.answer)));
    }

    fn failed(&mut self, part: Part, f: Fault) {
        self.shown.push(TestStepView::failed(part, f, self.language));
    }

    /// Signs in for fetching; `None` where that fails.
    async fn fetching(&mut self) -> Result<Option<Fetching>> {
        let way = match way_to(&self.app, &self.m).await? {
            Ok(way) => way,
            Err(f) => {
                self.failed(Part::Fetching, f);
                return Ok(None);
            }
        };
        let mut steps = Steps::default();
        let opened = tokio::time::timeout(PART_TIME, async {
            let (mut session, able) = open(self.app.egress(), &way, &mut steps).await?;
            // For changing: the test mail is removed again.
            let found = look(&mut session, &way.folder, "SELECT").await?;
            steps.done(Step::Folder, way.folder.clone());
            Ok((session, able, found.next))
        });
        let opened =
            opened.await.unwrap_or_else(|_| Err(Fault::new(Step::Folder, &codes::MAILBOX_NO_ANSWER, "")));
        self.went_well(Part::Fetching, steps.taken);
        Ok(opened.map_err(|f| self.failed(Part::Fetching, f)).ok())
    }

    fn letter(&self, server: &mail::Server) -> Result<Vec<u8>> {
        let pick = |en: &str, zh: &str| self.language.pick(en, zh).to_owned();
        let words = Words {
            subject: pick("A test of this mailbox", "邮箱测试"),
            paragraphs: vec![pick(
                "Somebody tested the settings of this mailbox. This mail may be deleted.",
                "有人测试了此邮箱的设置，这封邮件可以删除。",
            )],
            link: None,
            foot: self.app.settings().desk_url.clone(),
        };
        let letter = mail::compose((self.app.id(), self.app.now()), server, &self.m.address, None, &words)?;
        Ok([format!("{}: {}\r\n", mark::HEADER, self.mark).as_bytes(), &letter].concat())
    }

    /// Sends the mail; false where that fails.
    async fn sending(&mut self) -> Result<bool> {
        let server = match sending::server(&self.app, &self.m).await? {
            Ok(server) => server,
            Err((word, _)) => {
                let code = known(word);
                self.failed(Part::Sending, Fault::new(Step::SignIn, code, ""));
                return Ok(false);
            }
        };
        let (letter, mut taken) = (self.letter(&server)?, vec![]);
        let sent = mail::deliver(self.app.egress(), &server, &self.m.address, &letter, &mut taken);
        let sent = tokio::time::timeout(PART_TIME, sent).await;
        self.went_well(Part::Sending, taken.into_iter().map(taken_of).collect());
        let fault = match sent {
            Ok(Ok(_)) => return Ok(true),
            Ok(Err(f)) => Fault::new(step_of(f.step), f.code, f.answer),
            Err(_) => Fault::new(Step::Content, &platform::codes::MAIL_NO_ANSWER, ""),
        };
        self.failed(Part::Sending, fault);
        Ok(false)
    }

    /// Waits for the mail in the folder and removes it there; answers under which id its server writes down findings.
    async fn round_trip(&mut self, (mut session, able, mut next): Fetching) -> Option<String> {
        let mut steps = Steps::default();
        let found = tokio::time::timeout(ARRIVAL_TIME, async {
            loop {
                match find(&mut session, &self.mark, &mut next).await? {
                    Some(found) => return Ok(found),
                    None => tokio::time::sleep(LOOK_EVERY).await,
                }
            }
        });
        let never = || Fault::new(Step::Arrival, &codes::MAILBOX_NEVER_CAME, "");
        let (uid, head) = match found.await.unwrap_or_else(|_| Err(never())) {
            Ok(found) => found,
            Err(f) => {
                self.failed(Part::RoundTrip, f);
                return None;
            }
        };
        steps.done(Step::Arrival, format!("UID {uid}"));
        match remove(&mut session, able, uid).await {
            Ok(()) => steps.done(Step::Removal, ""),
            Err(f) => self.failed(Part::RoundTrip, Fault { code: &codes::MAILBOX_NOT_REMOVED, ..f }),
        }
        self.went_well(Part::RoundTrip, steps.taken);
        // The mail is dealt with; whether the good-bye arrives changes nothing.
        let _ = tokio::time::timeout(Duration::from_secs(2), session.logout()).await;
        authserv_id(&head)
    }

    /// Waits until the mail comes in by the door of our own.
    async fn through_the_door(&mut self, awaited: mark::Expected) -> Option<String> {
        let mut steps = Steps::default();
        match tokio::time::timeout(ARRIVAL_TIME, awaited.came()).await {
            Ok(head) => {
                steps.done(Step::Arrival, "");
                self.went_well(Part::RoundTrip, steps.taken);
                authserv_id(&head)
            }
            Err(_) => {
                self.failed(Part::RoundTrip, Fault::new(Step::Arrival, &codes::MAILBOX_NEVER_CAME, ""));
                None
            }
        }
    }
}

fn known(word: &str) -> &'static Code {
    let mut all = crate::codes::ALL.iter().chain(platform::codes::ALL);
    all.find(|c| c.code == word).copied().unwrap_or(&platform::codes::MAIL_NOT_SET_UP)
}

/// Looks for the mail among those that came since the last look.
async fn find(
    session: &mut Session<Wire>,
    mark: &str,
    next: &mut u32,
) -> Result<Option<(u32, Vec<u8>)>, Fault> {
    command(session, Step::Arrival, "NOOP", LOOK_BYTES, |_| {}).await?;
    let (from, mut found) = (*next, None);
    let ask = format!("UID FETCH {from}:* (UID BODY.PEEK[HEADER])");
    command(session, Step::Arrival, &ask, LOOK_BYTES, |r| {
        let Some((uid, head)) = message(r).filter(|(uid, _)| *uid >= from) else { return };
        *next = (*next).max(uid.saturating_add(1));
        if mark::header(&head, mark::HEADER) == Some(mark) {
            found = Some((uid, head));
        }
    })
    .await?;
    Ok(found)
}

/// Removes one mail. Where the server cannot remove one and no other, it is left with the mark of deleted ones.
async fn remove(session: &mut Session<Wire>, able: Abilities, uid: u32) -> Result<(), Fault> {
    let marked = format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)");
    command(session, Step::Removal, &marked, LOOK_BYTES, |_| {}).await?;
    if able.uidplus {
        command(session, Step::Removal, &format!("UID EXPUNGE {uid}"), LOOK_BYTES, |_| {}).await?;
    }
    Ok(())
}

/// The id under which the last server that took a mail wrote down what it found out (RFC 8601): the topmost one.
fn authserv_id(head: &[u8]) -> Option<String> {
    let value = mark::header(head, "Authentication-Results")?;
    let id = value.split([';', ' ', '\t', '(']).next()?.trim();
    Some(cut(id)).filter(|id| !id.is_empty() && id.len() <= 253)
}

fn step_of(s: mail::Step) -> Step {
    match s {
        mail::Step::Name => Step::Name,
        mail::Step::Connect => Step::Connect,
        mail::Step::Tls => Step::Tls,
        mail::Step::Hello => Step::Hello,
        mail::Step::SignIn => Step::SignIn,
        mail::Step::Sender => Step::Sender,
        mail::Step::Recipient => Step::Recipient,
        mail::Step::Content => Step::Content,
    }
}

fn taken_of(t: mail::Taken) -> Taken {
    Taken { step: step_of(t.step), took_ms: t.took_ms, answer: t.answer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topmost_id_is_the_servers_own() {
        let head = b"Authentication-Results: mx.example.com; spf=pass\r\nAuthentication-Results: thief; dmarc=pass\r\n\r\n";
        assert_eq!(authserv_id(head).as_deref(), Some("mx.example.com"));
        assert_eq!(authserv_id(b"Subject: x\r\n\r\n"), None);
    }
}
