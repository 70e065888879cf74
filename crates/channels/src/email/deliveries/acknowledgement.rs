//! The answer that goes by itself to whoever begins a conversation: set words alone, to one address once a day, and no more
//! than [`PER_HOUR_MAX`] an hour for a client, so that nobody has us write to a stranger at length.

use super::store;
use crate::email::mailbox::MailboxConfig;
use conversations::messages::{self, MailHead, MailKind, MailPerson, NewMessage};
use conversations::threads;
use kernel::{Actor, ConversationId, InboxId, Language, MessageId, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;

/// One address is answered once in this time.
const ONCE_MS: Millis = 24 * 3_600_000;
/// Answers of a client in an hour.
const PER_HOUR_MAX: i64 = 1_000;
const HOUR_MS: Millis = 3_600_000;

/// The texts of an inbox, and in which language the mail is that they answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    zh: String,
    en: String,
    any: String,
    of_mail: Option<Language>,
}

impl Texts {
    /// Of a mailbox, for a mail that says this.
    pub fn of(config: &MailboxConfig, written: &str) -> Texts {
        let own = |text: &String| text.trim().to_owned();
        Texts {
            zh: own(&config.acknowledgement_zh),
            en: own(&config.acknowledgement_en),
            any: own(&config.acknowledgement),
            of_mail: language_of(written),
        }
    }

    /// Is there nothing to say?
    pub fn are_empty(&self) -> bool {
        [&self.zh, &self.en, &self.any].iter().all(|t| t.is_empty())
    }

    /// The text for a contact: in their language, else in the mail's, else in whichever there is. Pure.
    fn pick(&self, contact: Option<Language>) -> Option<&str> {
        let wanted = contact.or(self.of_mail).unwrap_or(Language::Zh);
        let (own, other) = match wanted {
            Language::En => (&self.en, &self.zh),
            Language::Zh => (&self.zh, &self.en),
        };
        [own, &self.any, other].into_iter().find(|text| !text.is_empty()).map(String::as_str)
    }
}

/// The language a text is mostly written in: Chinese where more of its letters are Han than not. `None` without letters.
pub(super) fn language_of(text: &str) -> Option<Language> {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    // A word of Latin letters says as much as one character or two.
    let (mut han, mut words, mut within) = (0_usize, 0_usize, false);
    for c in text.chars().take(4_000) {
        match is_han(c) {
            true => {
                han += 1;
                within = false;
            }
            false => {
                let letter = c.is_alphabetic();
                words += usize::from(letter && !within);
                within = letter;
            }
        }
    }
    match (han, words) {
        (0, 0) => None,
        _ if han > words => Some(Language::Zh),
        _ => Some(Language::En),
    }
}

/// An answer ready to be written; everything made before the transaction.
#[derive(Debug, Clone)]
pub struct Acknowledgement {
    texts: Texts,
    to: MailPerson,
    hash: [u8; 32],
    ids: (MessageId, MessageId),
}

impl Acknowledgement {
    /// To this person, whose name is not repeated.
    pub fn new(app: &App, texts: Texts, to: MailPerson) -> Acknowledgement {
        let key = app.secrets().derive("addresses of mail");
        let hash = *blake3::keyed_hash(&key, to.address.to_lowercase().as_bytes()).as_bytes();
        Acknowledgement { texts, to, hash, ids: (app.id(), app.id()) }
    }

    /// Writes it into the conversation, unless the address or the client has had its share.
    pub async fn post(
        &self,
        tx: &mut Tx,
        (tenant, inbox): (TenantId, InboxId),
        conversation: ConversationId,
        now: Millis,
    ) -> Result<()> {
        if store::answered_since(tx, tenant, now - HOUR_MS).await? >= PER_HOUR_MAX
            || !store::answered(tx, (tenant, inbox), &self.hash, now - ONCE_MS, now).await?
        {
            return Ok(());
        }
        let row = threads::by_id(tx, conversation).await?;
        let scope = tx.scope().clone();
        let contact = customers::brief(tx, &scope, &[row.contact]).await?.pop();
        let Some(text) = self.texts.pick(contact.and_then(|c| c.language)) else { return Ok(()) };
        let head = MailHead { to: vec![self.to.clone()], kind: MailKind::AutoReply, ..MailHead::default() };
        let message = NewMessage {
            id: self.ids.0,
            event_id: self.ids.1,
            conversation,
            author: Actor::SYSTEM,
            note: false,
            body: text.to_owned(),
            attachments: vec![],
            mentions: vec![],
            client_key: None,
            mail: Some(Arc::new(head)),
            chat: false,
            automatic: true,
            seen_seq: None,
            now,
        };
        messages::append(tx, &scope, &message).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_of_a_mail_is_that_of_most_of_it() {
        for (text, language) in [
            ("转账失败了，订单 PAY-2026 还没到", Some(Language::Zh)),
            ("Where is my order 张三?", Some(Language::En)),
            ("Dear Sir or Madam", Some(Language::En)),
            ("12345 !!", None),
            ("", None),
        ] {
            assert_eq!(language_of(text), language, "{text}");
        }
    }

    #[test]
    fn the_contacts_language_goes_before_the_mails_and_some_text_before_none() {
        let config = |zh: &str, en: &str, any: &str| MailboxConfig {
            acknowledgement_zh: zh.into(),
            acknowledgement_en: en.into(),
            acknowledgement: any.into(),
            ..MailboxConfig::default()
        };
        let of = |c: &MailboxConfig, mail: &str, contact| Texts::of(c, mail).pick(contact).map(str::to_owned);
        let both = config("收到", "Received", "");
        assert_eq!(of(&both, "hello there", None).as_deref(), Some("Received"));
        assert_eq!(of(&both, "hello there", Some(Language::Zh)).as_deref(), Some("收到"));
        assert_eq!(of(&both, "123", None).as_deref(), Some("收到"));
        assert_eq!(of(&config("收到", "", ""), "hello there", None).as_deref(), Some("收到"));
        assert_eq!(of(&config("", "", "x"), "hello there", None).as_deref(), Some("x"));
        assert!(Texts::of(&config("", " ", ""), "x").are_empty());
    }
}
