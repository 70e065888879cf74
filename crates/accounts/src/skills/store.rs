//! The SQL of skills.

use kernel::{Millis, Result, SkillId, args, sql};
use platform::store::Tx;

/// Writes a new skill; false when its name is taken.
pub(super) async fn add(tx: &mut Tx, id: SkillId, name: &str, key: &str, now: Millis) -> Result<bool> {
    let sql = sql!(
        "INSERT INTO skill(id, name, name_key, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name_key) DO NOTHING"
    );
    Ok(tx.exec(sql, args![id, name, key, now]).await? > 0)
}

pub(super) async fn name_of(tx: &mut Tx, id: SkillId) -> Result<String> {
    tx.get(sql!("SELECT name FROM skill WHERE id = $1"), args![id], |r| r.text(0)).await
}

/// Renames a skill; false when the name is another's.
pub(super) async fn rename(tx: &mut Tx, id: SkillId, name: &str, key: &str) -> Result<bool> {
    let sql = sql!(
        "UPDATE skill SET name = $2, name_key = $3
         WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM skill o WHERE o.name_key = $3 AND o.id <> $1)"
    );
    Ok(tx.exec(sql, args![id, name, key]).await? > 0)
}

/// Removes a skill that nobody has; false when somebody does.
pub(super) async fn remove(tx: &mut Tx, id: SkillId) -> Result<bool> {
    let sql = sql!(
        "DELETE FROM skill WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM skill_grant g WHERE g.skill_id = $1)"
    );
    Ok(tx.exec(sql, args![id]).await? > 0)
}
