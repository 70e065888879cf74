//! The SQL of teams.

use kernel::{Millis, Result, TeamId, UserId, args, sql};
use platform::store::Tx;

/// Writes a new team; false when its name is taken.
pub(super) async fn add(tx: &mut Tx, id: TeamId, name: &str, key: &str, now: Millis) -> Result<bool> {
    let sql = sql!(
        "INSERT INTO team(id, name, name_key, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name_key) DO NOTHING"
    );
    Ok(tx.exec(sql, args![id, name, key, now]).await? > 0)
}

pub(super) async fn name_of(tx: &mut Tx, id: TeamId) -> Result<String> {
    tx.get(sql!("SELECT name FROM team WHERE id = $1"), args![id], |r| r.text(0)).await
}

/// Renames a team; false when the name is another's.
pub(super) async fn rename(tx: &mut Tx, id: TeamId, name: &str, key: &str) -> Result<bool> {
    let sql = sql!(
        "UPDATE team SET name = $2, name_key = $3
         WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM team o WHERE o.name_key = $3 AND o.id <> $1)"
    );
    Ok(tx.exec(sql, args![id, name, key]).await? > 0)
}

/// Removes a team with its memberships.
pub(super) async fn remove(tx: &mut Tx, id: TeamId) -> Result<bool> {
    tx.exec(sql!("DELETE FROM team_member WHERE team_id = $1"), args![id]).await?;
    Ok(tx.exec(sql!("DELETE FROM team WHERE id = $1"), args![id]).await? > 0)
}

/// The members, in the order of their ids.
pub(super) async fn members(tx: &mut Tx, id: TeamId) -> Result<Vec<UserId>> {
    let sql = sql!("SELECT user_id FROM team_member WHERE team_id = $1 ORDER BY user_id");
    tx.all(sql, args![id], |r| r.id(0)).await
}

/// Replaces the members.
pub(super) async fn set_members(tx: &mut Tx, id: TeamId, members: &[UserId]) -> Result<()> {
    tx.exec(sql!("DELETE FROM team_member WHERE team_id = $1"), args![id]).await?;
    for user in members {
        tx.exec(sql!("INSERT INTO team_member(team_id, user_id) VALUES ($1, $2)"), args![id, *user]).await?;
    }
    Ok(())
}
