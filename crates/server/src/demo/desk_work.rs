//! What makes the demonstration's agents fast: phrases, macros and shared views of each client.

use super::house::Made;
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `desk_work.json`, by client; each entry is what the desk would send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskWork {
    phrases: Vec<Value>,
    macros: Vec<Value>,
    views: Vec<Value>,
}

/// Adds them, as an administrator would.
pub(super) async fn fill(made: &Made) -> Result<()> {
    let all: BTreeMap<String, DeskWork> = serde_json::from_str(include_str!("../../demo/desk_work.json"))
        .map_err(|e| Error::internal("demo/desk_work.json").cause(e))?;
    for (client, work) in all {
        let audience = json!({"tenant": made.id(&format!("tenant:{client}"))?});
        for (place, mut phrase) in work.phrases.into_iter().enumerate() {
            phrase["place"] = json!(place);
            made.admin.post("/api/v1/phrases", json!({"audience": audience, "phrase": phrase})).await?;
        }
        for stored in work.macros {
            made.admin.post("/api/v1/macros", json!({"audience": audience, "macro": stored})).await?;
        }
        for view in work.views {
            made.admin.post("/api/v1/views", json!({"audience": audience, "view": view})).await?;
        }
    }
    Ok(())
}
