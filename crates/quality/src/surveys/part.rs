//! The survey of a line, as it is copied and taken from a pack.

use super::http::{self, SurveyInput};
use super::model::{Definition, Survey};
use super::store;
use accounts::Caller;
use accounts::directory::LineName;
use accounts::packs::{Brought, Kept, LinePart, Standing, Texts, pick};
use futures_util::future::BoxFuture;
use kernel::{Language, Result};
use platform::App;
use platform::store::Tx;
use serde_json::Value;

/// The survey of a line.
pub(crate) struct Surveys;

async fn of_line(app: &App, line: &LineName) -> Result<Option<Survey>> {
    let (tenant, line) = (line.tenant, line.id);
    let read = async move |tx: &mut Tx| store::of_line(tx, tenant, line).await;
    app.db().read(&accounts::authorize::job(tenant), read).await
}

/// Sets it where the line has none.
async fn bring(app: &App, caller: &Caller, to: &LineName, wanted: SurveyInput) -> Result<Brought> {
    if of_line(app, to).await?.is_some() {
        return Ok(Brought::nothing_but_left());
    }
    let d = &wanted.definition;
    let (first, second) = match caller.language {
        Language::Zh => (&d.question_zh, &d.question_en),
        Language::En => (&d.question_en, &d.question_zh),
    };
    let name = if first.is_empty() { second.clone() } else { first.clone() };
    let set = http::set(app, caller, to.id, wanted).await?;
    let mut b = Brought::default();
    b.add(to.id.0, name, set.version);
    Ok(b)
}

impl LinePart for Surveys {
    fn key(&self) -> &'static str {
        "surveys"
    }
    fn rank(&self) -> u8 {
        70
    }
    fn title(&self) -> Texts {
        Texts { en: "Survey", zh: "满意度调查" }
    }
    fn path(&self) -> &'static str {
        "/settings/surveys"
    }
    fn standing<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
    ) -> BoxFuture<'a, Result<Standing>> {
        Box::pin(async move {
            let asks = of_line(app, line).await?.is_some_and(|s| s.enabled);
            let missing = if asks {
                ""
            } else {
                caller.language.pick("what customers are asked", "满意度调查的问题")
            };
            Ok(Standing { count: i64::from(asks), ready: asks, missing: missing.to_owned() })
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
            let Some(s) = of_line(app, from).await? else { return Ok(Brought::default()) };
            let wanted = SurveyInput { enabled: s.enabled, definition: s.definition };
            bring(app, caller, to, wanted).await
        })
    }
    fn unpack<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        section: &'a Value,
        to: &'a LineName,
        _: Language,
    ) -> BoxFuture<'a, Result<Brought>> {
        let definition = Definition {
            question_zh: pick(&section["question"], Language::Zh).to_owned(),
            question_en: pick(&section["question"], Language::En).to_owned(),
            ..Definition::default()
        };
        Box::pin(bring(app, caller, to, SurveyInput { enabled: true, definition }))
    }
    fn take_back<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
        made: &'a [Kept],
    ) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move {
            let Some(made) = made.first() else { return Ok(0) };
            http::remove(app, caller, line.id, made.mark).await.map(i64::from)
        })
    }
}
