//! Use cases of setting up a line.

use super::model::{Brought, Kept, LinePart, LineParts, PACKS};
use super::pick;
use super::view::{BroughtView, LineCopy, LinePack, LinePartView, PackView};
use crate::audit::{self, Deed, Fact};
use crate::directory::LineName;
use crate::permissions::LINES_MANAGE;
use crate::{Accounts, Caller, codes};
use kernel::{AggregateKey, Error, Language, LineId, Result};
use platform::store::Tx;
use platform::{App, Registry};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Parts that may be named at once.
const PARTS_MAX: usize = 50;
/// Names and remarks of one part that an answer holds.
const NAMES_SHOWN: usize = 200;
/// Things that one taking over may have made to be undone as a whole.
const TAKEN_BACK_MAX: usize = 2_000;

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

/// A part and what became of it.
type Outcome = (Arc<dyn LinePart>, Result<Brought>);

fn view(caller: &Caller, (p, outcome): &Outcome) -> BroughtView {
    let title = p.title();
    let mut shown = BroughtView {
        key: p.key().to_owned(),
        title: caller.language.pick(title.en, title.zh).to_owned(),
        made: 0,
        left: 0,
        names: vec![],
        remarks: vec![],
        failure: None,
    };
    match outcome {
        Ok(b) => {
            (shown.made, shown.left) = (b.made.len() as i64, b.left);
            shown.names = b.made.iter().take(NAMES_SHOWN).map(|m| m.name.clone()).collect();
            shown.remarks = b.remarks.iter().take(NAMES_SHOWN).cloned().collect();
        }
        Err(e) => shown.failure = Some(caller.language.pick(e.code.en, e.code.zh).to_owned()),
    }
    shown
}

/// What taking over made, by part, as it is kept on record.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Filled {
    from: String,
    brought: BTreeMap<String, Vec<Kept>>,
}

impl Filled {
    fn of(source: &str, all: &[Outcome]) -> Filled {
        let kept = |b: &Brought| b.made.iter().map(|m| Kept { id: m.id, mark: m.mark }).collect();
        let made = all.iter().filter_map(|(p, o)| Some((p.key().to_owned(), kept(o.as_ref().ok()?))));
        Filled {
            from: source.to_owned(),
            brought: made.filter(|(_, k): &(_, Vec<Kept>)| !k.is_empty()).collect(),
        }
    }
    fn len(&self) -> usize {
        self.brought.values().map(Vec::len).sum()
    }
    /// What it left, as the record shows it.
    fn left(&self) -> Value {
        let made: BTreeMap<&String, usize> = self.brought.iter().map(|(k, v)| (k, v.len())).collect();
        json!({ "from": self.from, "made": made })
    }
}

/// Leaves on record what was taken over, and from where.
async fn record(app: &App, caller: &Caller, to: &LineName, source: &str, all: &[Outcome]) -> Result<()> {
    let scope = caller.authorize(LINES_MANAGE, to.tenant, Some(to.id))?;
    let filled = Filled::of(source, all);
    let mut fact = Fact::of(to.tenant, "line.filled", to.id.0).line(to.id).after(filled.left());
    if (1..=TAKEN_BACK_MAX).contains(&filled.len()) {
        fact = fact.before(json!(filled));
    }
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| deed.record(tx, &fact).await;
    app.db().write(&scope, AggregateKey::new("line", to.id.0), write).await
}

/// Takes back what a recorded taking over made, the last part first. What was changed or is used since stays.
async fn take_back(app: App, caller: Caller, id: LineId, filled: Filled) -> Result<()> {
    let at = line(&app, &caller, id)?;
    let scope = caller.authorize(LINES_MANAGE, at.tenant, Some(id))?;
    let (mut gone, mut stayed) = (BTreeMap::new(), BTreeMap::new());
    for p in parts(&app).into_iter().rev() {
        let Some(made) = filled.brought.get(p.key()).cloned() else { continue };
        let (app, caller, at, key) = (app.clone(), caller.clone(), line(&app, &caller, id)?, p.key());
        let all = made.len() as i64;
        // On its own: what is recorded of single things is no undoing of the whole.
        let work = tokio::spawn(async move { p.take_back(&app, &caller, &at, &made).await });
        let n = work.await.map_err(|e| Error::internal("taking back ended early").cause(e))??;
        gone.insert(key, n);
        stayed.insert(key, all - n);
    }
    if gone.values().sum::<i64>() == 0 {
        return Err(Error::new(&codes::UNDO_NOTHING));
    }
    let fact = Fact::of(at.tenant, "line.emptied", id.0).line(id).before(filled.left());
    let fact = fact.after(json!({ "from": filled.from, "taken_back": gone, "stayed": stayed }));
    let deed = Deed::by(&app, &caller);
    let write = async move |tx: &mut Tx| deed.record(tx, &fact).await;
    app.db().write(&scope, AggregateKey::new("line", id.0), write).await
}

/// Says that taking over can be undone.
pub(crate) fn undoable(reg: &mut Registry) {
    audit::undoable(reg, "line.filled", |app, caller, id, before| {
        Box::pin(async move { take_back(app, caller, LineId(id), audit::as_patch(before)?).await })
    });
}

fn shown(caller: &Caller, all: &[Outcome]) -> Vec<BroughtView> {
    all.iter().map(|o| view(caller, o)).collect()
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
        let outcome = p.copy(app, caller, &from, &to).await;
        out.push((p, outcome));
    }
    record(app, caller, &to, &from.id.to_string(), &out).await?;
    Ok(shown(caller, &out))
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
        let outcome = p.unpack(app, caller, section, &to, language).await;
        out.push((p, outcome));
    }
    record(app, caller, &to, pack.key, &out).await?;
    Ok(shown(caller, &out))
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
