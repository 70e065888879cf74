//! The little that differs between the engines, rewritten when a statement is first prepared.
//!
//! | written | SQLite | PostgreSQL |
//! |---|---|---|
//! | `$3` | `?3`, which binds by number (SQLite counts `$3` by first appearance) | `$3` |
//! | `IN_IDS($3)` | `IN (SELECT value FROM json_each(?3))` with `[1,2]` | `= ANY(string_to_array($3, ',')::bigint[])` with `1,2` |
//! | `{ID}` (tables only) | `INTEGER PRIMARY KEY` | `BIGINT PRIMARY KEY` |
//! | `{KEY}` (tables only) | `TEXT` | `TEXT COLLATE "C"` |
//! | `{BLOB}` (tables only) | `BLOB` | `BYTEA` |

/// A statement as SQLite takes it.
pub fn sqlite(sql: &str) -> String {
    replace_in_ids(sql, |arg| format!("IN (SELECT value FROM json_each('[' || {arg} || ']'))"))
        .replace('$', "?")
}

/// A statement as PostgreSQL takes it.
pub fn postgres(sql: &str) -> String {
    replace_in_ids(sql, |arg| format!("= ANY(string_to_array({arg}::text, ',')::bigint[])"))
}

/// A table definition as SQLite takes it.
pub fn sqlite_ddl(sql: &str) -> String {
    sql.replace("{ID}", "INTEGER PRIMARY KEY").replace("{KEY}", "TEXT").replace("{BLOB}", "BLOB")
}

/// A table definition as PostgreSQL takes it.
pub fn postgres_ddl(sql: &str) -> String {
    sql.replace("{ID}", "BIGINT PRIMARY KEY")
        .replace("{KEY}", "TEXT COLLATE \"C\"")
        .replace("{BLOB}", "BYTEA")
}

fn replace_in_ids(sql: &str, with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    while let Some(at) = rest.find("IN_IDS(") {
        out.push_str(&rest[..at]);
        let arg = &rest[at + 7..];
        let end = arg.find(')').unwrap_or(arg.len());
        out.push_str(&with(&arg[..end]));
        rest = arg.get(end + 1..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// The ids as the text argument of `IN_IDS`.
pub fn id_list(ids: impl IntoIterator<Item = i64>) -> String {
    let mut out = String::new();
    for id in ids {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(&id.to_string());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_bind_by_number_and_lists_become_the_engines_own() {
        let s = "SELECT a FROM t WHERE b = $2 AND c IN_IDS($1) AND d = $2";
        assert_eq!(
            sqlite(s),
            "SELECT a FROM t WHERE b = ?2 AND c IN (SELECT value FROM json_each('[' || ?1 || ']')) AND d = ?2"
        );
        assert_eq!(
            postgres(s),
            "SELECT a FROM t WHERE b = $2 AND c = ANY(string_to_array($1::text, ',')::bigint[]) AND d = $2"
        );
        assert_eq!(id_list([1, 2]), "1,2");
    }
}
