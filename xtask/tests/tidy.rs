//! The project keeps its own rules.

#[test]
fn the_project_keeps_its_rules() {
    let faults = xtask::tidy::check(&xtask::source::root()).expect("the sources can be read");
    let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), list.join("\n"));
}

#[test]
fn statements_are_found() {
    let found = xtask::statements(&xtask::source::root()).expect("the sources can be read");
    assert!(found.iter().any(|s| s.file.ends_with("jobs/runner.rs")));
    assert!(found.len() >= 10, "only {} statements", found.len());
}
