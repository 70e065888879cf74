//! From a message to the bytes of a mail: to whom, about what, in which line of mails, and with what below it.

use super::Delivery;
use super::acknowledgement::language_of;
use crate::codes;
use crate::email::arrivals::{self, Arrival};
use crate::email::mailbox::{self, Mailbox};
use crate::email::{signature, threading, token_key};
use conversations::joins;
use conversations::messages::{self, MailHead, MailKind, MailPerson, MailVerdict, MessageRow};
use conversations::threads::{self, Row};
use customers::ContactBrief;
use kernel::{ActorKind, Error, Result, UserId};
use mail::compose::{Author, Draft, Fault, File};
use platform::App;
use platform::blobs::BlobHash;
use platform::mail::Address;
use platform::store::Tx;
use std::sync::Arc;

/// Text and files of one mail, in bytes.
const FILES_BYTES_MAX: i64 = 20 * 1024 * 1024;
/// Messages looked back at for who wrote last.
const LOOK_BACK: i64 = 50;

/// Everything a mail is made from, read in one transaction.
pub(super) struct Sources {
    pub mailbox: Mailbox,
    pub message: MessageRow,
    pub row: Row,
    last: Option<Arrival>,
    /// The heads of the contact's mails and of ours, the newest first, with the conversation each was sent in.
    heads: Vec<Head>,
    contact: Option<ContactBrief>,
    address: Option<String>,
}

/// The head of an earlier mail: by whom, and as which message of which conversation.
struct Head {
    by: ActorKind,
    head: Arc<MailHead>,
    id: kernel::MessageId,
    conversation: kernel::ConversationId,
}

impl Head {
    fn of(m: &MessageRow) -> Option<Head> {
        let head = m.extras.mail.clone()?;
        Some(Head { by: m.author.kind, head, id: m.id, conversation: m.conversation })
    }

    /// Did somebody write it who waits for an answer?
    fn is_asked(&self) -> bool {
        self.by == ActorKind::Contact && matches!(self.head.kind, MailKind::Human | MailKind::List)
    }
}

/// A mail ready to go.
pub(super) struct Built {
    pub bytes: Vec<u8>,
    pub recipients: Vec<Address>,
    /// Addresses and names, for who takes part.
    pub people: Vec<(String, String)>,
    pub id: String,
}

/// Reads what a delivery is made from; `None` where its message or mailbox is gone.
pub(super) async fn sources(tx: &mut Tx, d: &Delivery) -> Result<Option<Sources>> {
    let scope = tx.scope().clone();
    let Some(mailbox) = mailbox::by_inbox(tx, d.tenant, d.inbox).await? else { return Ok(None) };
    let Some(message) = messages::by_ids(tx, &scope, &[d.message]).await?.pop() else { return Ok(None) };
    let row = threads::by_id(tx, d.conversation).await?;
    let mut before = messages::between(tx, &row, 0, message.seq, LOOK_BACK, true).await?;
    // What was merged into it, or what it began with as a part of another, is answered like its own.
    let behind = joins::behind(tx, &row, LOOK_BACK).await?;
    let joined = !behind.is_empty();
    before.extend(behind.into_iter().filter(|m| (m.at, m.id) < (message.at, message.id)));
    before.sort_by_key(|m| (m.at, m.id));
    let heads: Vec<Head> = before.iter().rev().filter(|m| !m.is_event).filter_map(Head::of).collect();
    let last = match heads.iter().find(|h| h.is_asked()).filter(|_| joined) {
        Some(asked) => arrivals::of_message(tx, d.tenant, asked.id).await?,
        None => arrivals::last_of(tx, d.tenant, d.conversation).await?,
    };
    let contact = customers::brief(tx, &scope, &[row.contact]).await?.pop();
    let address = customers::proved_mail(tx, d.tenant, row.contact).await?;
    Ok(Some(Sources { mailbox, message, row, last, heads, contact, address }))
}

impl Sources {
    /// To whom, in which fields. Error: `mail.no_recipient`.
    fn people(&self) -> Result<[Vec<MailPerson>; 3]> {
        let own = self.message.extras.mail.clone().unwrap_or_default();
        let ours = self.mailbox.address.as_str().to_lowercase();
        let foreign = |p: &MailPerson| !threading::is_ours(&p.address.to_lowercase(), &ours);
        let mut to: Vec<MailPerson> = own.to.iter().filter(|p| foreign(p)).cloned().collect();
        if to.is_empty() {
            to.extend(self.answered().filter(foreign));
        }
        if to.is_empty() && own.cc.is_empty() && own.bcc.is_empty() {
            return Err(Error::new(&codes::MAIL_NO_RECIPIENT));
        }
        let kept = |list: &[MailPerson]| list.iter().filter(|p| foreign(p)).cloned().collect();
        Ok([to, kept(&own.cc), kept(&own.bcc)])
    }

    /// Whoever wrote last, where they want answers; else whom we wrote to; else the contact's own address.
    fn answered(&self) -> Option<MailPerson> {
        let theirs =
            self.heads.iter().find(|h| h.by == ActorKind::Contact && h.head.kind != MailKind::AutoReply);
        let theirs = theirs.and_then(|h| match h.head.verdict {
            MailVerdict::Forged => h.head.from.clone(),
            _ => h.head.reply_to.clone().or_else(|| h.head.from.clone()),
        });
        let ours = |h: &&Head| h.by != ActorKind::Contact;
        let before = || self.heads.iter().filter(ours).find_map(|h| h.head.to.first());
        let name = || self.contact.as_ref().map(|c| c.name.clone()).unwrap_or_default();
        theirs
            .or_else(|| before().cloned())
            .or_else(|| self.address.clone().map(|address| MailPerson { name: name(), address }))
    }

    /// The addresses it goes to; none where nobody knows.
    pub(super) fn addresses(&self) -> Vec<String> {
        let fields = self.people().unwrap_or_default();
        fields.into_iter().flatten().map(|p| p.address.to_lowercase()).collect()
    }

    /// Did a program write it?
    pub(super) fn is_machine(&self) -> bool {
        self.is_by_itself() || self.message.author.kind != ActorKind::User
    }

    fn subject(&self) -> String {
        let own = self.message.extras.mail.as_ref().map(|h| h.subject.clone()).filter(|s| !s.is_empty());
        if let Some(subject) = own {
            return subject;
        }
        // What a stranger wrote is not sent on by itself.
        if self.is_by_itself() {
            return match language_of(&self.message.body) {
                Some(kernel::Language::En) => format!("We have received your message (#{})", self.row.number),
                _ => format!("我们已收到您的来信（#{}）", self.row.number),
            };
        }
        let last = self.heads.iter().map(|h| h.head.subject.as_str()).find(|s| !s.is_empty());
        let subject = last.or(self.row.subject.as_deref()).unwrap_or_default().trim();
        let lower = subject.to_lowercase();
        let answers =
            ["re:", "re：", "回复:", "回复：", "答复:", "答复："].iter().any(|p| lower.starts_with(p));
        match (subject.is_empty(), answers) {
            (true, _) => format!("#{}", self.row.number),
            (_, true) => subject.to_owned(),
            _ => format!("Re: {subject}"),
        }
    }

    fn is_by_itself(&self) -> bool {
        self.message.extras.mail.as_ref().is_some_and(|h| h.kind == MailKind::AutoReply)
    }

    /// The line of mails this one stands in: what was answered last, and ours before it. `own` makes the id of one of ours.
    fn line(
        &self,
        own: impl Fn(kernel::ConversationId, kernel::MessageId) -> String,
    ) -> (Option<String>, Vec<String>) {
        let mut references: Vec<String> = vec![];
        if let Some(last) = &self.last {
            references.extend(last.ids.references.iter().cloned());
            references.extend(last.ids.id.clone());
        }
        let answered = self.last.as_ref().and_then(|l| l.ids.id.clone());
        let ours = self.heads.iter().find(|h| h.by != ActorKind::Contact).map(|h| own(h.conversation, h.id));
        // A mail that we began has our own before it.
        let answered = answered.or_else(|| ours.clone());
        if references.is_empty() {
            references.extend(ours);
        }
        (answered, references)
    }

    fn signature(&self, app: &App) -> String {
        if self.is_by_itself() {
            return String::new();
        }
        let by_user = self.message.author.kind == ActorKind::User;
        let user = UserId(if by_user { self.message.author.id } else { 0 });
        signature::text(app, &self.mailbox, &self.row, self.contact.as_ref(), user)
    }

    async fn files(&self, app: &App) -> Result<Vec<File>> {
        let all = &self.message.extras.attachments;
        if all.iter().map(|f| f.size).sum::<i64>() > FILES_BYTES_MAX {
            return Err(Error::new(&codes::MAIL_TOO_LARGE));
        }
        let mut out = vec![];
        for f in all {
            let hash = hex::decode(&f.hash).ok().and_then(|h| BlobHash::try_from(h).ok());
            let hash = hash.ok_or_else(|| Error::internal("an attachment's address"))?;
            let bytes = app.blobs().get(self.row.tenant, hash).await?;
            out.push(File { name: f.name.clone(), mime: f.mime.clone(), bytes: bytes.to_vec() });
        }
        Ok(out)
    }
}

/// Builds the mail. Errors: `mail.no_recipient`, `mail.too_large`, `mail.unfit`.
pub(super) async fn build(app: &App, s: &Sources) -> Result<Built> {
    let [to, cc, bcc] = s.people()?;
    let (tenant, inbox) = (s.mailbox.tenant, s.mailbox.inbox);
    let token = mail::threading::sign(&token_key(app), tenant, inbox, s.row.id);
    let host = s.mailbox.address.host().to_owned();
    // Each was sent with the token of the conversation it stood in.
    let id_of = |c: kernel::ConversationId, m: kernel::MessageId| {
        let token = mail::threading::sign(&token_key(app), tenant, inbox, c);
        format!("{token}.{m}@{host}")
    };
    let id = id_of(s.row.id, s.message.id);
    let (in_reply_to, references) = s.line(id_of);
    let signature = s.signature(app);
    let text = match signature.is_empty() {
        true => s.message.body.clone(),
        false => format!("{}\n\n-- \n{signature}", s.message.body),
    };
    let own = s.mailbox.address.as_str();
    let reply_to = mail::threading::plus_address(own, &token)
        .map(|address| mail::Person { name: s.mailbox.config.from_name.clone(), address });
    let one = |p: &MailPerson| mail::Person { name: p.name.clone(), address: p.address.clone() };
    let draft = Draft {
        from: mail::Person { name: s.mailbox.config.from_name.clone(), address: own.to_owned() },
        // A mail needs somebody in its head, where all others are hidden.
        to: if to.is_empty() && cc.is_empty() {
            vec![mail::Person { name: s.mailbox.config.from_name.clone(), address: own.to_owned() }]
        } else {
            to.iter().map(one).collect()
        },
        cc: cc.iter().map(one).collect(),
        reply_to,
        subject: s.subject(),
        message_id: id.clone(),
        in_reply_to,
        references,
        at: s.message.at,
        author: match s.message.author.kind {
            _ if s.is_by_itself() => Author::Replied,
            ActorKind::User => Author::Person,
            _ => Author::Generated,
        },
        html: Some(mail::html::of_text(&text)),
        text,
        files: s.files(app).await?,
    };
    let unfit = |e: Fault| Error::new(&codes::MAIL_UNFIT).detail(e.to_string());
    let bytes = tokio::task::spawn_blocking(move || mail::compose::build(&draft)).await;
    let bytes = bytes.map_err(|e| Error::internal("building a mail").cause(e))?.map_err(unfit)?;
    let everybody = || to.iter().chain(&cc).chain(&bcc);
    let recipients = everybody().filter_map(|p| Address::parse(&p.address)).collect();
    // Who is hidden takes part without anybody's seeing it, so that their answers are theirs to write.
    let people = everybody().map(|p| (p.address.clone(), p.name.clone())).collect();
    Ok(Built { bytes, recipients, people, id })
}
