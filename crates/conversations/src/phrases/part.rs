//! The phrases of a line, as they are copied and taken from a pack.

use super::http::{self, NewPhrase};
use super::model::PhraseText;
use super::store::{self, Stored};
use crate::audience::AudienceInput;
use accounts::Caller;
use accounts::directory::LineName;
use accounts::packs::{Brought, Kept, LinePart, Standing, Texts, pick};
use futures_util::future::BoxFuture;
use kernel::{Language, PhraseId, Result, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::Value;

/// The phrases of a line.
pub(crate) struct Phrases;

/// Phrases of one client that are looked at.
const LOOKED_AT: i64 = 5_000;

/// What is stored for this line alone, whoever uses it.
async fn of_line(app: &App, line: &LineName) -> Result<Vec<Stored>> {
    let (tenant, id) = (line.tenant, line.id);
    let read = async move |tx: &mut Tx| {
        store::page(tx, &Tx::ids([tenant.0]), UserId(0), PhraseId(0), LOOKED_AT).await
    };
    let all = app.db().read(&accounts::authorize::job(tenant), read).await?;
    Ok(all.into_iter().filter(|s| s.audience.line == Some(id) && s.audience.team.is_none()).collect())
}

/// Makes those whose titles the line does not have in their folder yet.
async fn bring(app: &App, caller: &Caller, to: &LineName, wanted: Vec<PhraseText>) -> Result<Brought> {
    let there = of_line(app, to).await?;
    let mut b = Brought::default();
    for phrase in wanted {
        if there.iter().any(|s| s.text.folder == phrase.folder && s.text.title == phrase.title) {
            b.left += 1;
            continue;
        }
        let audience = AudienceInput { tenant: to.tenant, line: Some(to.id), team: None, own: false };
        let made = http::make(app, caller, NewPhrase { audience, phrase }).await?;
        b.add(made.id.0, made.text.title, made.changed_at);
    }
    Ok(b)
}

fn packed(section: &Value, language: Language) -> Vec<PhraseText> {
    let mut out = vec![];
    for group in section.as_array().into_iter().flatten() {
        for (place, item) in (0_i64..).zip(group["items"].as_array().into_iter().flatten()) {
            out.push(PhraseText {
                folder: pick(&group["group"], language).to_owned(),
                title: pick(&item["name"], language).to_owned(),
                shortcut: item["shortcut"].as_str().unwrap_or("").to_owned(),
                zh: pick(&item["text"], Language::Zh).to_owned(),
                en: pick(&item["text"], Language::En).to_owned(),
                place,
            });
        }
    }
    out
}

impl LinePart for Phrases {
    fn key(&self) -> &'static str {
        "phrases"
    }
    fn rank(&self) -> u8 {
        50
    }
    fn title(&self) -> Texts {
        Texts { en: "Phrases", zh: "话术" }
    }
    fn path(&self) -> &'static str {
        "/settings/phrases"
    }
    fn standing<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
    ) -> BoxFuture<'a, Result<Standing>> {
        Box::pin(async move {
            let count = of_line(app, line).await?.len() as i64;
            let missing =
                if count == 0 { caller.language.pick("phrases of the line", "项目话术") } else { "" };
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
        Box::pin(async move {
            let wanted = of_line(app, from).await?.into_iter().map(|s| s.text).collect();
            bring(app, caller, to, wanted).await
        })
    }
    fn unpack<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        section: &'a Value,
        to: &'a LineName,
        language: Language,
    ) -> BoxFuture<'a, Result<Brought>> {
        Box::pin(bring(app, caller, to, packed(section, language)))
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
            let as_made = |s: &&Stored| made.iter().any(|m| m.id == s.id.0 && m.mark == s.changed_at);
            let mut n = 0;
            for s in there.iter().filter(as_made) {
                http::take_away(app, caller, s.id).await?;
                n += 1;
            }
            Ok(n)
        })
    }
}
