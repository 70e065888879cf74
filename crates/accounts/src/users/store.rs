//! The SQL of users, grants of roles and grants of skills.

use kernel::{GrantId, Language, LineId, Millis, Result, RoleId, SkillId, TenantId, UserId, args, sql};
use platform::store::Tx;

/// A user to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewUserRow {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub alias: String,
    pub number: String,
    pub language: Language,
    pub email: Option<String>,
    pub password: Option<String>,
    pub now: Millis,
}

/// Writes a new user; false when the login is taken.
pub(crate) async fn add(tx: &mut Tx, u: &NewUserRow) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO app_user(id, login, name, alias, number, language, password, settings, created_at, email)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', $8, $9) ON CONFLICT (login) DO NOTHING"
            ),
            args![u.id, u.login, u.name, u.alias, u.number, u.language.tag(), u.password, u.now, u.email],
        )
        .await?;
    Ok(n > 0)
}

/// What a change may touch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored {
    pub login: String,
    pub name: String,
    pub alias: String,
    pub number: String,
    pub language: Language,
    pub disabled_at: Option<Millis>,
    pub email: Option<String>,
}

pub(super) async fn get(tx: &mut Tx, id: UserId) -> Result<Stored> {
    let sql =
        sql!("SELECT login, name, alias, number, language, disabled_at, email FROM app_user WHERE id = $1");
    tx.get(sql, args![id], |r| {
        Ok(Stored {
            login: r.text(0)?,
            name: r.text(1)?,
            alias: r.text(2)?,
            number: r.text(3)?,
            language: r.text(4)?.parse().unwrap_or_default(),
            disabled_at: r.opt_int(5)?,
            email: r.opt_text(6)?,
        })
    })
    .await
}

/// Changes a user; false when the login is another's.
pub(super) async fn set(tx: &mut Tx, id: UserId, u: &Stored) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE app_user SET login = $2, name = $3, alias = $4, number = $5, language = $6, disabled_at = $7,
                 email_proven_at = CASE WHEN email = $8 THEN email_proven_at ELSE NULL END, email = $8
                 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM app_user o WHERE o.login = $2 AND o.id <> $1)"
            ),
            args![id, u.login, u.name, u.alias, u.number, u.language.tag(), u.disabled_at, u.email],
        )
        .await?;
    Ok(n > 0)
}

/// Users who hold the built-in administrator's role everywhere and may sign in.
pub(super) async fn administrators(tx: &mut Tx) -> Result<i64> {
    let sql = sql!(
        "SELECT COUNT(*) FROM role_grant g JOIN role r ON r.id = g.role_id JOIN app_user u ON u.id = g.user_id
         WHERE r.key = 'administrator' AND g.tenant_id = 0 AND g.line_id = 0 AND u.disabled_at IS NULL"
    );
    tx.get(sql, &[], |r| r.int(0)).await
}

/// A grant of a role.
#[derive(Debug, Clone, Copy)]
pub(super) struct GrantOf {
    pub id: GrantId,
    pub user: UserId,
    pub role: RoleId,
    pub tenant: TenantId,
    pub line: LineId,
}

/// Writes a grant; false when the user has it already.
pub(super) async fn add_grant(tx: &mut Tx, g: &GrantOf, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO role_grant(id, user_id, role_id, tenant_id, line_id, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, role_id, tenant_id, line_id) DO NOTHING"
            ),
            args![g.id, g.user, g.role, g.tenant, g.line, now],
        )
        .await?;
    Ok(n > 0)
}

/// Grants a built-in role everywhere.
pub(crate) async fn grant_built_in(
    tx: &mut Tx,
    id: GrantId,
    user: UserId,
    key: &'static str,
    now: Millis,
) -> Result<u64> {
    tx.exec(
        sql!(
            "INSERT INTO role_grant(id, user_id, role_id, tenant_id, line_id, created_at)
             SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), id, 0, 0, CAST($4 AS BIGINT) FROM role WHERE key = $3"
        ),
        args![id, user, key, now],
    )
    .await
}

/// Removes a grant; false when it is not there.
pub(super) async fn remove_grant(tx: &mut Tx, user: UserId, tenant: TenantId, id: GrantId) -> Result<bool> {
    let sql = sql!("DELETE FROM role_grant WHERE id = $1 AND user_id = $2 AND tenant_id = $3");
    Ok(tx.exec(sql, args![id, user, tenant]).await? > 0)
}

/// A grant of a skill.
#[derive(Debug, Clone)]
pub(super) struct SkillOf {
    pub skill: SkillId,
    pub level: i64,
    pub source: String,
    pub valid_until: Option<Millis>,
}

/// A user's skills.
pub(super) async fn skills(tx: &mut Tx, user: UserId) -> Result<Vec<SkillOf>> {
    let sql = sql!(
        "SELECT skill_id, level, source, valid_until FROM skill_grant WHERE user_id = $1 ORDER BY skill_id"
    );
    tx.all(sql, args![user], |r| {
        Ok(SkillOf { skill: r.id(0)?, level: r.int(1)?, source: r.text(2)?, valid_until: r.opt_int(3)? })
    })
    .await
}

/// Replaces a user's skills.
pub(super) async fn set_skills(tx: &mut Tx, user: UserId, skills: &[SkillOf], now: Millis) -> Result<()> {
    tx.exec(sql!("DELETE FROM skill_grant WHERE user_id = $1"), args![user]).await?;
    for k in skills {
        tx.exec(
            sql!(
                "INSERT INTO skill_grant(user_id, skill_id, level, source, valid_until, granted_at)
                 VALUES ($1, $2, $3, $4, $5, $6)"
            ),
            args![user, k.skill, k.level, k.source, k.valid_until, now],
        )
        .await?;
    }
    Ok(())
}
