//! Sizes of files and functions, heads of modules, and names that say nothing.

use super::Fault;
use crate::source::Source;
use syn::visit::Visit;

/// Lines of a file at the most, its tests apart.
const FILE_MAX: usize = 800;
/// Lines of a function at the most.
const FUNCTION_MAX: usize = 100;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["common", "utils", "util", "helpers", "helper", "manager", "misc"];
/// Files in which people write; generated ones are left out.
const WRITTEN: &[&str] = &[".rs", ".ts", ".tsx", ".css", ".mjs"];
/// Made by `cargo xtask codegen`.
const GENERATED: &[&str] = &["web/packages/api/src/schema.ts", "web/packages/api/src/schema.d.ts"];

/// Lists files and functions that are too long, modules without a head, and empty names.
pub fn check(sources: &[Source], faults: &mut Vec<Fault>) {
    for source in sources {
        names(source, faults);
        let written = WRITTEN.iter().any(|e| source.path.ends_with(e));
        if !written || GENERATED.contains(&source.path.as_str()) {
            continue;
        }
        if !source.is_test() {
            let lines = source.without_tests().lines().count();
            if lines > FILE_MAX {
                faults.push(Fault::new(source, 0, format!("has {lines} lines, {FILE_MAX} is the most")));
            }
        }
        if source.is_rust() {
            rust(source, faults);
        }
    }
}

fn names(source: &Source, faults: &mut Vec<Fault>) {
    for part in source.path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        if EMPTY_NAMES.contains(&stem) {
            faults.push(Fault::new(source, 0, format!("`{stem}` says nothing about what is inside")));
        }
    }
}

fn rust(source: &Source, faults: &mut Vec<Fault>) {
    if !source.text.starts_with("//!") {
        faults.push(Fault::new(source, 1, "a module opens with `//!`: what it is and why it is so"));
    }
    match syn::parse_file(&source.text) {
        Ok(file) => Functions { source, faults }.visit_file(&file),
        Err(e) => faults.push(Fault::new(source, e.span().start().line, format!("cannot be read: {e}"))),
    }
}

struct Functions<'a> {
    source: &'a Source,
    faults: &'a mut Vec<Fault>,
}

impl Functions<'_> {
    fn measure(&mut self, name: &syn::Ident, block: &syn::Block) {
        let brace = block.brace_token.span;
        if EMPTY_NAMES.contains(&name.to_string().as_str()) {
            let line = name.span().start().line;
            self.faults.push(Fault::new(
                self.source,
                line,
                format!("`{name}` says nothing about what it does"),
            ));
        }
        let (open, close) = (brace.open().start().line, brace.close().end().line);
        let lines = close.saturating_sub(open) + 1;
        if lines > FUNCTION_MAX {
            let what = format!("`{name}` has {lines} lines, {FUNCTION_MAX} is the most");
            self.faults.push(Fault::new(self.source, open, what));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, f: &'ast syn::ItemFn) {
        self.measure(&f.sig.ident, &f.block);
        syn::visit::visit_item_fn(self, f);
    }
    fn visit_impl_item_fn(&mut self, f: &'ast syn::ImplItemFn) {
        self.measure(&f.sig.ident, &f.block);
        syn::visit::visit_impl_item_fn(self, f);
    }
    fn visit_trait_item_fn(&mut self, f: &'ast syn::TraitItemFn) {
        if let Some(block) = &f.default {
            self.measure(&f.sig.ident, block);
        }
        syn::visit::visit_trait_item_fn(self, f);
    }
    fn visit_item_mod(&mut self, m: &'ast syn::ItemMod) {
        if EMPTY_NAMES.contains(&m.ident.to_string().as_str()) {
            let line = m.ident.span().start().line;
            self.faults.push(Fault::new(self.source, line, format!("module `{}` says nothing", m.ident)));
        }
        syn::visit::visit_item_mod(self, m);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: String) -> Vec<Fault> {
        let mut out = vec![];
        check(&[Source { path: path.into(), text }], &mut out);
        out
    }

    #[test]
    fn long_functions_and_files_are_found() {
        let long = format!("//! Head.\nfn f() {{\n{}}}\n", "    g();\n".repeat(FUNCTION_MAX));
        assert!(faults("crates/a/src/x.rs", long)[0].what.contains("`f` has 102 lines"));
        let file = format!("//! Head.\n{}", "// a\n".repeat(FILE_MAX));
        assert_eq!(faults("crates/a/src/x.rs", file.clone()).len(), 1);
        assert!(faults("crates/a/tests/x.rs", file).is_empty(), "tests are apart");
    }

    #[test]
    fn empty_names_and_missing_heads_are_found() {
        assert_eq!(faults("crates/a/src/utils.rs", "//! Head.\n".into()).len(), 1);
        assert_eq!(faults("crates/a/src/x.rs", "fn f() {}\n".into()).len(), 1);
    }
}
