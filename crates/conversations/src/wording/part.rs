//! The listed words of a line, as they are copied and taken from a pack.

use super::model::{Action, Direction, LISTS_MAX, WordList};
use super::view::NewWordList;
use super::{service, store};
use accounts::Caller;
use accounts::directory::LineName;
use accounts::packs::{Brought, Kept, LinePart, Standing, Texts, pick};
use futures_util::future::BoxFuture;
use kernel::{Error, Language, Result};
use platform::App;
use platform::store::Tx;
use serde_json::Value;

/// The listed words of a line.
pub(crate) struct Words;

/// The client's lists that count on this line: its own, and those of the whole client.
async fn counting(app: &App, line: &LineName) -> Result<Vec<WordList>> {
    let tenant = line.tenant;
    let read = async move |tx: &mut Tx| store::of_tenant(tx, tenant, LISTS_MAX).await;
    let all = app.db().read(&accounts::authorize::job(tenant), read).await?;
    Ok(all.into_iter().filter(|l| l.line.is_none() || l.line == line.id).collect())
}

/// Those that are kept for this line alone.
async fn of_line(app: &App, line: &LineName) -> Result<Vec<WordList>> {
    let mut all = counting(app, line).await?;
    all.retain(|l| l.line == line.id);
    Ok(all)
}

/// Makes those whose names the line does not have yet.
async fn bring(app: &App, caller: &Caller, to: &LineName, wanted: Vec<NewWordList>) -> Result<Brought> {
    let there = of_line(app, to).await?;
    let mut b = Brought::default();
    for new in wanted {
        if there.iter().any(|l| l.name == new.name) {
            b.left += 1;
            continue;
        }
        let new = NewWordList { tenant: to.tenant, line: Some(to.id), ..new };
        let made = service::create(app, caller, new).await?;
        b.add(made.id.0, made.name, made.changed_at);
    }
    Ok(b)
}

fn as_it_is(l: WordList) -> NewWordList {
    let WordList { tenant, name, category, direction, action, words, .. } = l;
    NewWordList { tenant, line: None, name, category, direction, action, words }
}

async fn copy(app: &App, caller: &Caller, from: &LineName, to: &LineName) -> Result<Brought> {
    let (used, unused): (Vec<_>, Vec<_>) = of_line(app, from).await?.into_iter().partition(|l| l.enabled);
    let mut b = bring(app, caller, to, used.into_iter().map(as_it_is).collect()).await?;
    // What is not looked for there is not looked for here.
    b.left += unused.len() as i64;
    Ok(b)
}

/// The lists of a pack, with the words of both languages: customers write in either.
fn packed(section: &Value, to: &LineName, language: Language) -> Result<Vec<NewWordList>> {
    let words = |v: &Value| {
        let all = ["zh_list", "en_list"].into_iter().flat_map(|k| v[k].as_array().into_iter().flatten());
        all.filter_map(|w| w.as_str().map(str::to_owned)).collect()
    };
    let list = |v: &Value| {
        let (direction, action) = match v["kind"].as_str() {
            Some("block") => (Direction::Out, Action::Block),
            Some("warn") => (Direction::Out, Action::Warn),
            Some("alert") => (Direction::In, Action::Alert),
            _ => return Err(Error::internal("a word list of a pack blocks, warns or alerts")),
        };
        Ok(NewWordList {
            tenant: to.tenant,
            line: None,
            name: pick(&v["name"], language).to_owned(),
            category: pick(&v["why"], language).to_owned(),
            direction,
            action,
            words: words(v),
        })
    };
    section.as_array().into_iter().flatten().map(list).collect()
}

impl LinePart for Words {
    fn key(&self) -> &'static str {
        "words"
    }
    fn rank(&self) -> u8 {
        60
    }
    fn title(&self) -> Texts {
        Texts { en: "Banned and sensitive words", zh: "违禁词与敏感词" }
    }
    fn path(&self) -> &'static str {
        "/settings/words"
    }
    fn standing<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
    ) -> BoxFuture<'a, Result<Standing>> {
        Box::pin(async move {
            let count = counting(app, line).await?.iter().filter(|l| l.enabled).count() as i64;
            let missing = if count == 0 {
                caller.language.pick("words to be watched for", "需要监控的词表")
            } else {
                ""
            };
            Ok(Standing { count, ready: count > 0, missing: missing.to_owned() })
        })
    }
    fn copy<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        from: &'a LineName,
        to: &'a LineName,
    ) -> BoxFuture<'a, Result<Brought>> {
        Box::pin(copy(app, caller, from, to))
    }
    fn unpack<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        section: &'a Value,
        to: &'a LineName,
        language: Language,
    ) -> BoxFuture<'a, Result<Brought>> {
        Box::pin(async move { bring(app, caller, to, packed(section, to, language)?).await })
    }
    fn take_back<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
        made: &'a [Kept],
    ) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move {
            let there = of_line(app, line).await?;
            let as_made = |l: &&WordList| made.iter().any(|m| m.id == l.id.0 && m.mark == l.changed_at);
            let mut n = 0;
            for l in there.iter().filter(as_made) {
                service::remove(app, caller, l.id).await?;
                n += 1;
            }
            Ok(n)
        })
    }
}
