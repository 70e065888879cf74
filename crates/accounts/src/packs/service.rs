//! Use cases of setting up a line.

use super::model::{Brought, LinePart, LineParts, PACKS};
use super::pick;
use super::view::{BroughtView, LineCopy, LinePack, LinePartView, PackView};
use crate::audit::{Deed, Fact};
use crate::directory::LineName;
use crate::permissions::LINES_MANAGE;
use crate::{Accounts, Caller, codes};
use kernel::{AggregateKey, Error, Language, LineId, Result};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// Parts that may be named at once.
const PARTS_MAX: usize = 50;

/// A line that this caller sets up. Errors: `not_found`, `access.missing_permission`.
fn line(app: &App, caller: &Caller, id: LineId) -> Result<Arc<LineName>> {
    let line = app.port::<Arc<Accounts>>().directory.line(id).ok_or_else(Error::not_found)?;
    caller.authorize(LINES_MANAGE, line.tenant, Some(id))?;
    Ok(line)
}

fn parts(app: &App) -> Vec<Arc<dyn LinePart>> {
    app.try_port::<LineParts>().map(|p| p.all().to_vec()).unwrap_or_default()
}

/// The parts that were named, or all. Error: `unknown`.
fn chosen(app: &App, named: &[String]) -> Result<Vec<Arc<dyn LinePart>>> {
    let all = parts(app);
    if named.len() > PARTS_MAX {
        return Err(Error::invalid("/parts", "too_many"));
    }
    if let Some(i) = named.iter().position(|n| all.iter().all(|p| p.key() != n)) {
        return Err(Error::invalid(format!("/parts/{i}"), "unknown"));
    }
    Ok(all.into_iter().filter(|p| named.is_empty() || named.iter().any(|n| n == p.key())).collect())
}

/// How far a line has come with each part.
pub(super) async fn standing(app: &App, caller: &Caller, id: LineId) -> Result<Vec<LinePartView>> {
    let line = line(app, caller, id)?;
    let mut out = vec![];
    for p in parts(app) {
        let s = p.standing(app, caller, &line).await?;
        let title = p.title();
        out.push(LinePartView {
            key: p.key().to_owned(),
            title: caller.language.pick(title.en, title.zh).to_owned(),
            path: p.path().to_owned(),
            count: s.count,
            ready: s.ready,
            missing: s.missing,
        });
    }
    Ok(out)
}

fn brought(p: &dyn LinePart, caller: &Caller, outcome: Result<Brought>) -> BroughtView {
    let title = p.title();
    let title = caller.language.pick(title.en, title.zh).to_owned();
    let (done, failure) = match outcome {
        Ok(b) => (b, None),
        Err(e) => (Brought::default(), Some(caller.language.pick(e.code.en, e.code.zh).to_owned())),
    };
    BroughtView { key: p.key().to_owned(), title, made: done.made, left: done.left, failure }
}

/// Leaves on record what was taken over, and from where.
async fn record(app: &App, caller: &Caller, to: &LineName, source: &str, out: &[BroughtView]) -> Result<()> {
    let scope = caller.authorize(LINES_MANAGE, to.tenant, Some(to.id))?;
    let made: serde_json::Map<String, serde_json::Value> =
        out.iter().map(|b| (b.key.clone(), json!(b.made))).collect();
    let fact = Fact::of(to.tenant, "line.filled", to.id.0).line(to.id);
    let fact = fact.after(json!({ "from": source, "made": made }));
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| deed.record(tx, &fact).await;
    app.db().write(&scope, AggregateKey::new("line", to.id.0), write).await
}

/// Copies parts of another line. A part that fails does not keep the others away.
pub(super) async fn copy(
    app: &App,
    caller: &Caller,
    to: LineId,
    asked: LineCopy,
) -> Result<Vec<BroughtView>> {
    let to = line(app, caller, to)?;
    let from = line(app, caller, asked.from)?;
    if from.id == to.id {
        return Err(Error::invalid("/from", "unfit"));
    }
    let mut out = vec![];
    for p in chosen(app, &asked.parts)? {
        // What an earlier part made is seen by the next.
        let to = line(app, caller, to.id)?;
        out.push(brought(&*p, caller, p.copy(app, caller, &from, &to).await));
    }
    record(app, caller, &to, &from.id.to_string(), &out).await?;
    Ok(out)
}

/// Takes parts from a starting pack. A part that fails does not keep the others away.
pub(super) async fn unpack(
    app: &App,
    caller: &Caller,
    to: LineId,
    asked: LinePack,
) -> Result<Vec<BroughtView>> {
    let line_of = |id| line(app, caller, id);
    let to = line_of(to)?;
    let pack = PACKS.iter().find(|p| p.key == asked.pack);
    let pack = pack.ok_or_else(|| Error::new(&codes::PACK_UNKNOWN).field("/pack", "unknown"))?;
    let (content, language) = (pack.read()?, asked.language.unwrap_or(caller.language));
    let mut out = vec![];
    for p in chosen(app, &asked.parts)? {
        let section = &content[p.key()];
        if section.is_null() {
            continue;
        }
        let to = line_of(to.id)?;
        out.push(brought(&*p, caller, p.unpack(app, caller, section, &to, language).await));
    }
    record(app, caller, &to, pack.key, &out).await?;
    Ok(out)
}

/// The packs there are.
pub(super) fn packs(app: &App, language: Language) -> Result<Vec<PackView>> {
    let known = parts(app);
    let view = |p: &super::Pack| {
        let v = p.read()?;
        let parts = known.iter().map(|p| p.key()).filter(|k| !v[*k].is_null());
        Ok(PackView {
            key: p.key.to_owned(),
            title: pick(&v["title"], language).to_owned(),
            about: pick(&v["about"], language).to_owned(),
            parts: parts.map(str::to_owned).collect(),
        })
    };
    PACKS.iter().map(view).collect()
}
