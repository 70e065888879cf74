//! The little that differs between the engines, rewritten when a statement is first prepared.
//!
//! | written | SQLite | PostgreSQL |
//! |---|---|---|
//! | `$3` | `?3`, which binds by number (SQLite counts `$3` by first appearance) | `$3` |
//! | `IN_IDS($3)` | `IN (SELECT value FROM json_each(?3))` with `[1,2]` | `= ANY(string_to_array($3, ',')::bigint[])` with `1,2` |
//! | `AMONG(c, $3)` | `(c = ` the first `OR c IN (…))`, so that a list of one makes no table | `c = ANY(…)` as above |
//! | `ROWS_OF($3)` | `json_each(?3) AS r` with a JSON list of lists; a field is `r.value ->> 0` | `jsonb_array_elements(…) AS r(value)` |
//! | `{ID}` (tables only) | `INTEGER PRIMARY KEY` | `BIGINT PRIMARY KEY` |
//! | `{KEY}` (tables only) | `TEXT` | `TEXT COLLATE "C"` |
//! | `{BLOB}` (tables only) | `BLOB` | `BYTEA` |

/// A statement as SQLite takes it.
pub fn sqlite(sql: &str) -> String {
    let among = |args: &str| {
        let (column, list) = args.split_once(", ").unwrap_or((args, "''"));
        format!("({column} = NULLIF(CAST({list} AS INTEGER), 0) OR {column} IN_IDS({list}))")
    };
    let sql = replace_call(sql, "AMONG(", among);
    let sql = replace_call(&sql, "ROWS_OF(", |list| format!("json_each({list}) AS r"));
    replace_call(&sql, "IN_IDS(", |arg| format!("IN (SELECT value FROM json_each('[' || {arg} || ']'))"))
        .replace('$', "?")
}

/// A statement as PostgreSQL takes it.
pub fn postgres(sql: &str) -> String {
    let sql = replace_call(sql, "AMONG(", |args| {
        let (column, list) = args.split_once(", ").unwrap_or((args, "''"));
        format!("{column} IN_IDS({list})")
    });
    let sql = replace_call(&sql, "ROWS_OF(", |list| {
        format!("jsonb_array_elements({list}::text::jsonb) AS r(value)")
    });
    replace_call(&sql, "IN_IDS(", |arg| format!("= ANY(string_to_array({arg}::text, ',')::bigint[])"))
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

/// Replaces every `NAME(arguments)`; `name` ends with the bracket.
fn replace_call(sql: &str, name: &str, with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    while let Some(at) = rest.find(name) {
        out.push_str(&rest[..at]);
        let arg = &rest[at + name.len()..];
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

    #[test]
    fn a_list_of_rows_is_a_table() {
        let s = "SELECT CAST(r.value ->> 0 AS BIGINT) FROM ROWS_OF($2)";
        assert_eq!(sqlite(s), "SELECT CAST(r.value ->> 0 AS BIGINT) FROM json_each(?2) AS r");
        assert_eq!(
            postgres(s),
            "SELECT CAST(r.value ->> 0 AS BIGINT) FROM jsonb_array_elements($2::text::jsonb) AS r(value)"
        );
    }

    #[test]
    fn a_list_of_one_is_compared_before_any_table_is_made() {
        let s = "SELECT a FROM t WHERE b = $1 AND AMONG(c, $2)";
        assert_eq!(
            sqlite(s),
            "SELECT a FROM t WHERE b = ?1 AND (c = NULLIF(CAST(?2 AS INTEGER), 0) OR c IN (SELECT value FROM json_each('[' || ?2 || ']')))"
        );
        assert_eq!(
            postgres(s),
            "SELECT a FROM t WHERE b = $1 AND c = ANY(string_to_array($2::text, ',')::bigint[])"
        );
    }
}
