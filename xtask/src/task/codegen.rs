//! What is written from the code: the API's description, and the web client's types from it.

use super::{Done, Failed, cargo, needs, root, step, web};
use std::path::Path;

/// The description, relative to the root.
const DESCRIPTION: &str = "web/packages/api/openapi.json";
/// The types, relative to the root.
const TYPES: &str = "web/packages/api/src/schema.ts";

/// Is the description kept in the project, so that it can be out of date?
pub fn is_kept() -> bool {
    root().join(DESCRIPTION).is_file()
}

/// Writes both, or with `check` says which differs. The types need openapi-typescript among the web packages.
pub fn run(check: bool) -> Done {
    cargo::debug()?;
    let out = step::run(
        "describe the API",
        &mut step::command(&cargo::binary(true).to_string_lossy(), &["openapi"]),
    )?;
    let mut description = out.lines.join("\n");
    description.push('\n');
    settle(&root().join(DESCRIPTION), &description, check)?;
    needs::ensure(&[needs::NODE])?;
    web::install()?;
    if !root().join("web/node_modules/.bin/openapi-typescript").exists() {
        return Err(Failed(format!(
            "{DESCRIPTION} is right; for {TYPES}, add openapi-typescript to web/packages/api"
        )));
    }
    let made = std::env::temp_dir().join(format!("hark-schema-{}.ts", std::process::id()));
    let made_text = made.to_string_lossy().into_owned();
    let args = ["exec", "--", "openapi-typescript", "packages/api/openapi.json", "-o", &made_text];
    step::run("write the web client's types", &mut web::npm(&args))?;
    let types = std::fs::read_to_string(&made)?;
    std::fs::remove_file(&made)?;
    settle(&root().join(TYPES), &types, check)
}

fn settle(path: &Path, text: &str, check: bool) -> Done {
    let same = std::fs::read_to_string(path).is_ok_and(|seen| seen == text);
    match (same, check) {
        (true, _) => Ok(()),
        (false, true) => {
            Err(Failed(format!("{} is not what the code says; run cargo xtask codegen", path.display())))
        }
        (false, false) => Ok(std::fs::write(path, text)?),
    }
}
