//! Finds the statements: every literal inside `sql!(…)` of the crates, with the place where it stands.

use crate::source::Source;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::path::Path;

/// One SQL statement of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The file, relative to the root.
    pub file: String,
    /// The line of the literal.
    pub line: usize,
    /// The SQL, as the program hands it to the store.
    pub sql: String,
}

/// All statements of the crates, tests left out, in order of file and line.
pub fn statements(root: &Path) -> std::io::Result<Vec<Statement>> {
    let all = crate::source::read_all(&root.join("crates"))?;
    Ok(all
        .iter()
        .map(|s| Source { path: format!("crates/{}", s.path), text: s.text.clone() })
        .filter(|s| s.is_rust() && !s.is_test())
        .flat_map(|s| of_file(&s))
        .collect())
}

/// The statements of one file, its unit tests left out.
pub fn of_file(source: &Source) -> Vec<Statement> {
    let Ok(tokens) = source.without_tests().parse::<TokenStream>() else { return vec![] };
    let mut out = vec![];
    collect(&source.path, tokens, &mut out);
    out
}

fn collect(file: &str, tokens: TokenStream, out: &mut Vec<Statement>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (i, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        if is_sql_call(&tokens[..i])
            && group.delimiter() == Delimiter::Parenthesis
            && let Ok(literal) = syn::parse2::<syn::LitStr>(group.stream())
        {
            out.push(Statement {
                file: file.to_owned(),
                line: literal.span().start().line,
                sql: literal.value(),
            });
        } else {
            collect(file, group.stream(), out);
        }
    }
}

fn is_sql_call(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(name), TokenTree::Punct(bang)] if name == "sql" && bang.as_char() == '!')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_found_wherever_they_stand() {
        let text = r##"
            const A: &str = kernel::sql!("SELECT 1");
            fn f() { select! { x = tx.one(sql!("SELECT \
                2"), &[]) => {} } }
            fn g() { h(sql!(r#"SELECT "three""#)) }
        "##;
        let source = Source { path: "a.rs".into(), text: text.into() };
        let found: Vec<String> = of_file(&source).into_iter().map(|s| s.sql).collect();
        assert_eq!(found, ["SELECT 1", "SELECT 2", "SELECT \"three\""]);
    }
}
