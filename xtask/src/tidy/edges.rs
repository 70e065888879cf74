//! Which crate may use which. `kernel ← engines`; `kernel ← platform ← accounts ← customers ← conversations ← ring ← server`.

use super::Fault;
use crate::source::Source;

const SPINE: &[&str] = &["kernel", "engines", "platform", "accounts", "customers", "conversations"];

/// (crate, what it may use). A crate that is not here, or an edge that is not here, is a fault.
const ALLOWED: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("engines", &["kernel"]),
    ("platform", &["kernel"]),
    ("accounts", &["kernel", "engines", "platform"]),
    ("customers", &["kernel", "engines", "platform", "accounts"]),
    ("conversations", &["kernel", "engines", "platform", "accounts", "customers"]),
    ("mail", &["kernel"]),
    ("channels", &["kernel", "engines", "platform", "accounts", "customers", "conversations", "mail"]),
    ("routing", SPINE),
    ("automation", SPINE),
    ("workforce", SPINE),
    ("insight", SPINE),
    ("quality", SPINE),
    ("webui", &[]),
    ("benches", &["kernel"]),
    (
        "server",
        &[
            "kernel",
            "engines",
            "platform",
            "accounts",
            "customers",
            "conversations",
            "mail",
            "channels",
            "routing",
            "automation",
            "workforce",
            "insight",
            "quality",
            "webui",
            "benches",
        ],
    ),
    ("testkit", &["kernel", "platform"]),
    ("xtask", &[]),
    ("tests", &[]),
];

/// What may stand in `[dev-dependencies]` besides: tests may use the kit, and the integration tests everything.
const DEV_EVERYWHERE: &[&str] = &["testkit", "kernel", "engines", "platform"];

/// Lists edges that are not allowed.
pub fn check(sources: &[Source], faults: &mut Vec<Fault>) {
    for source in sources.iter().filter(|s| s.path.ends_with("/Cargo.toml")) {
        let Some(name) = source.crate_name() else { continue };
        let Ok(manifest) = source.text.parse::<toml::Table>() else {
            faults.push(Fault::new(source, 0, "is not a readable manifest"));
            continue;
        };
        let Some((_, allowed)) = ALLOWED.iter().find(|(c, _)| *c == name) else {
            faults.push(Fault::new(
                source,
                0,
                format!("crate `{name}` has no row in xtask/src/tidy/edges.rs"),
            ));
            continue;
        };
        for used in ours(&manifest, "dependencies") {
            if !allowed.contains(&used.as_str()) {
                faults.push(Fault::new(source, 0, format!("`{name}` may not use `{used}`")));
            }
        }
        for used in ours(&manifest, "dev-dependencies") {
            let fits = name == "tests"
                || allowed.contains(&used.as_str())
                || DEV_EVERYWHERE.contains(&used.as_str());
            if !fits {
                faults.push(Fault::new(source, 0, format!("tests of `{name}` may not use `{used}`")));
            }
        }
    }
}

fn ours(manifest: &toml::Table, section: &str) -> Vec<String> {
    let Some(toml::Value::Table(deps)) = manifest.get(section) else { return vec![] };
    deps.keys().filter(|k| ALLOWED.iter().any(|(c, _)| c == k)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(name: &str, manifest: &str) -> Vec<String> {
        let source = Source { path: format!("crates/{name}/Cargo.toml"), text: manifest.into() };
        let mut out = vec![];
        check(&[source], &mut out);
        out.into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn a_crate_of_the_ring_may_not_use_another() {
        let manifest = "[dependencies]\nkernel.workspace = true\nrouting.workspace = true\n";
        assert_eq!(faults("channels", manifest), ["`channels` may not use `routing`"]);
        assert!(faults("server", manifest).is_empty());
    }

    #[test]
    fn the_kit_is_for_tests_alone() {
        assert_eq!(faults("routing", "[dependencies]\ntestkit.workspace = true\n").len(), 1);
        assert!(faults("routing", "[dev-dependencies]\ntestkit.workspace = true\n").is_empty());
    }
}
