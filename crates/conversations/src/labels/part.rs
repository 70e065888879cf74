//! The categories of a line, as they are copied and taken from a pack.

use super::http::{CATEGORIES_MAX, Category, NewCategory, archive, create_category};
use super::store;
use accounts::Caller;
use accounts::directory::LineName;
use accounts::packs::{Brought, Kept, LinePart, Standing, Texts};
use axum::extract::State;
use futures_util::future::BoxFuture;
use kernel::{CategoryId, Language, Result};
use platform::App;
use platform::store::Tx;
use platform::web::Body;
use serde_json::Value;
use std::collections::HashMap;

/// The categories of a line.
pub(crate) struct Categories;

async fn of_line(app: &App, line: &LineName) -> Result<Vec<Category>> {
    let (tenant, line) = (line.tenant, line.id);
    let read = async move |tx: &mut Tx| store::categories(tx, tenant, line, CATEGORIES_MAX).await;
    app.db().read(&accounts::authorize::job(tenant), read).await
}

/// The categories that a line has by now, by what stands above them and their names.
struct Tree<'a> {
    app: &'a App,
    caller: &'a Caller,
    to: &'a LineName,
    there: HashMap<(Option<CategoryId>, String), CategoryId>,
    brought: Brought,
}

impl<'a> Tree<'a> {
    async fn of(app: &'a App, caller: &'a Caller, to: &'a LineName) -> Result<Tree<'a>> {
        let there = of_line(app, to).await?.into_iter().map(|c| ((c.parent, c.name_zh), c.id)).collect();
        Ok(Tree { app, caller, to, there, brought: Brought::default() })
    }

    /// The category of these names at this place, made if it is not there.
    async fn put(&mut self, parent: Option<CategoryId>, zh: &str, en: &str) -> Result<CategoryId> {
        if let Some(id) = self.there.get(&(parent, zh.to_owned())) {
            self.brought.left += 1;
            return Ok(*id);
        }
        let new = NewCategory { line: self.to.id, parent, name_zh: zh.to_owned(), name_en: en.to_owned() };
        let made = create_category(State(self.app.clone()), self.caller.clone(), Body(new)).await;
        let (_, axum::Json(made)) = made.map_err(|e| e.0)?;
        self.there.insert((parent, zh.to_owned()), made.id);
        self.brought.add(made.id.0, self.caller.language.pick(&made.name_en, &made.name_zh), 0);
        Ok(made.id)
    }
}

async fn copy(app: &App, caller: &Caller, from: &LineName, to: &LineName) -> Result<Brought> {
    let mut tree = Tree::of(app, caller, to).await?;
    let mut placed: HashMap<CategoryId, CategoryId> = HashMap::new();
    let mut left = of_line(app, from).await?;
    // What stands above comes first; what hangs on something that is not there any more stays behind.
    while !left.is_empty() {
        let (now, later): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|c| c.parent.is_none_or(|p| placed.contains_key(&p)));
        if now.is_empty() {
            break;
        }
        for c in now {
            let parent = c.parent.and_then(|p| placed.get(&p).copied());
            let id = tree.put(parent, &c.name_zh, &c.name_en).await?;
            placed.insert(c.id, id);
        }
        left = later;
    }
    Ok(tree.brought)
}

async fn unpack(app: &App, caller: &Caller, section: &Value, to: &LineName) -> Result<Brought> {
    let mut tree = Tree::of(app, caller, to).await?;
    let text = |v: &Value, k: &str| v[k].as_str().unwrap_or("").to_owned();
    for c in section.as_array().into_iter().flatten() {
        let parent = tree.put(None, &text(&c["name"], "zh"), &text(&c["name"], "en")).await?;
        for child in c["children"].as_array().into_iter().flatten() {
            tree.put(Some(parent), &text(child, "zh"), &text(child, "en")).await?;
        }
    }
    Ok(tree.brought)
}

impl LinePart for Categories {
    fn key(&self) -> &'static str {
        "categories"
    }
    fn rank(&self) -> u8 {
        30
    }
    fn title(&self) -> Texts {
        Texts { en: "Categories", zh: "小结分类" }
    }
    fn path(&self) -> &'static str {
        "/settings/records"
    }
    fn standing<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
    ) -> BoxFuture<'a, Result<Standing>> {
        Box::pin(async move {
            let count = of_line(app, line).await?.len() as i64;
            let missing = if count == 0 {
                caller.language.pick("categories for the records", "小结使用的分类")
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
        _: Language,
    ) -> BoxFuture<'a, Result<Brought>> {
        Box::pin(unpack(app, caller, section, to))
    }
    fn take_back<'a>(
        &'a self,
        app: &'a App,
        caller: &'a Caller,
        line: &'a LineName,
        made: &'a [Kept],
    ) -> BoxFuture<'a, Result<i64>> {
        let ids = made.iter().map(|m| CategoryId(m.id)).collect();
        Box::pin(archive(app, caller, line, ids))
    }
}
