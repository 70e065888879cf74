//! One try: what is sent where, and what came of it.

use super::cards::{Said, render};
use super::explain::Outcome;
use super::model::{Bot, Platform, mails};
use crate::codes;
use http::header;
use kernel::{Error, Result};
use platform::App;
use platform::egress::Call;
use platform::mail::{self, Address, Letter, Queued, Words};
use platform::store::Tx;
use std::time::Duration;

/// The names under which a bot's address and signing secret are sealed; their owner is the bot.
pub const ADDRESS: &str = "bot.address";
/// The signing secret.
pub const SIGNING: &str = "bot.signing";
/// A platform must answer within this.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A platform's answer at the most, in bytes.
const ANSWER_MAX: usize = 16 * 1024;

/// Sends one card. Errors are those of the store; what the platform or the way there did is in the outcome.
pub async fn attempt(app: &App, bot: &Bot, said: &Said) -> Result<Outcome> {
    let (secrets, tenant, id) = (app.secrets().clone(), bot.tenant, bot.id.0);
    let read = async move |tx: &mut Tx| {
        let mut found = vec![];
        for name in [ADDRESS, SIGNING] {
            let sealed = secrets.open(tx, tenant, name, id).await?;
            let text = sealed.map(|s| String::from_utf8(s.to_vec())).transpose();
            found.push(text.map_err(|_| Error::internal("a secret is text"))?);
        }
        Ok(found)
    };
    let mut found = app.db().read(&accounts::authorize::reader(), read).await?.into_iter();
    let (address, secret) = (found.next().flatten(), found.next().flatten());
    let Some(address) = address else { return Ok(Outcome::bad(&codes::BOT_UNKNOWN)) };
    if bot.platform == Platform::Mail {
        return letters(app, bot, &address, said).await;
    }
    let (url, body) = render(bot.platform, &address, secret.as_deref(), said, app.now());
    let call = Call::post(url, body.to_string())
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .time(ANSWER_WITHIN)
        .answer_max(ANSWER_MAX);
    Ok(match app.egress().send(call).await {
        Ok(reply) => Outcome::of_reply(bot.platform, reply.status, &reply.body),
        Err(e) => Outcome::of_error(&e),
    })
}

/// Hands the notice to outgoing mail, a letter for each address; what becomes of them is seen there.
async fn letters(app: &App, bot: &Bot, addresses: &str, said: &Said) -> Result<Outcome> {
    let foot = bot.language.pick("Sent by itself to the staff of", "本邮件由系统自动发送给工作人员 ·");
    let words = Words {
        subject: said.title.clone(),
        paragraphs: vec![said.text.clone()],
        link: Some((said.label.clone(), said.url.clone())),
        foot: format!("{foot} {}", app.settings().desk_url),
    };
    let all: Result<Vec<Queued>> = mails(addresses)
        .filter_map(Address::parse)
        .map(|to| {
            let (tenant, words) = (bot.tenant, words.clone());
            Queued::new(
                app,
                Letter { tenant, kind: "staff.notice", subject: bot.id.0, to, words, reply_to: None },
            )
        })
        .collect();
    let (all, tenant) = (all?, bot.tenant);
    let write = async move |tx: &mut Tx| {
        if !mail::is_set_up(tx, tenant).await? {
            return Ok(false);
        }
        for q in &all {
            mail::queue(tx, q).await?;
        }
        Ok(true)
    };
    let key = kernel::AggregateKey::new("bot", bot.id.0);
    let written = app.db().write(&accounts::authorize::reader(), key, write).await?;
    Ok(if written { Outcome::good() } else { Outcome::bad(&codes::BOT_MAIL) })
}
