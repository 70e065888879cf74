//! Reads the whole picture in one snapshot of the store.

use super::model::*;
use crate::authorize::RoleSet;
use crate::calendars;
use kernel::{Language, Result, RoleId, TeamId, UserId, args, sql};
use platform::store::{Row, Tx};
use std::collections::HashMap;
use std::sync::Arc;

/// Everything, as of one position.
pub(crate) async fn load(tx: &mut Tx) -> Result<Snapshot> {
    let mut s = Snapshot { pos: tx.position().await?, ..Snapshot::default() };
    let provider = tx
        .one(sql!("SELECT name, watermark FROM provider WHERE id = 1"), &[], |r| Ok((r.text(0)?, r.bool(1)?)))
        .await?;
    (s.provider_name, s.watermark) = provider.unwrap_or_default();
    let tenants = tx
        .all(sql!("SELECT id, name, mark_color, archived, created_at FROM tenant ORDER BY id"), &[], |r| {
            let name = r.text(1)?;
            let initial = initial_of(&name);
            let (id, mark_color, archived) = (r.id(0)?, r.text(2)?, r.bool(3)?);
            Ok(Arc::new(TenantName { id, name, mark_color, initial, archived, created_at: r.int(4)? }))
        })
        .await?;
    s.tenants = tenants.into_iter().map(|t| (t.id, t)).collect();
    let lines = tx
        .all(
            sql!(
                "SELECT id, tenant_id, name, calendar_id, disposition_required, created_at, signature
                 FROM service_line ORDER BY id"
            ),
            &[],
            |r| {
                Ok(Arc::new(LineName {
                    id: r.id(0)?,
                    tenant: r.id(1)?,
                    name: r.text(2)?,
                    calendar: r.opt_id(3)?,
                    disposition_required: r.bool(4)?,
                    created_at: r.int(5)?,
                    signature: r.opt_text(6)?.unwrap_or_default(),
                }))
            },
        )
        .await?;
    s.lines = lines.into_iter().map(|l| (l.id, l)).collect();
    s.calendars = calendars::load(tx).await?;
    roles(tx, &mut s).await?;
    users(tx, &mut s).await?;
    Ok(s.settle())
}

async fn roles(tx: &mut Tx, s: &mut Snapshot) -> Result<()> {
    let roles = tx
        .all(
            sql!("SELECT id, key, name_en, name_zh, permissions, created_at FROM role ORDER BY id"),
            &[],
            |r| {
                let keys: Vec<String> = serde_json::from_value(r.json(4)?).unwrap_or_default();
                Ok(Arc::new(RoleRow {
                    id: r.id(0)?,
                    key: r.opt_text(1)?,
                    name_en: r.text(2)?,
                    name_zh: r.text(3)?,
                    set: Arc::new(RoleSet::of(keys)),
                    created_at: r.int(5)?,
                }))
            },
        )
        .await?;
    s.roles = roles.into_iter().map(|r| (r.id, r)).collect();
    let skills = tx
        .all(sql!("SELECT id, name, created_at FROM skill ORDER BY id"), &[], |r| {
            Ok(Arc::new(NamedSkill { id: r.id(0)?, name: r.text(1)?, created_at: r.int(2)? }))
        })
        .await?;
    s.skills = skills.into_iter().map(|k| (k.id, k)).collect();
    Ok(())
}

async fn users(tx: &mut Tx, s: &mut Snapshot) -> Result<()> {
    let (teams, mut in_teams) = teams(tx).await?;
    s.teams = teams;
    let mut grants: HashMap<UserId, Vec<GrantRow>> = HashMap::new();
    let rows = tx
        .all(
            sql!("SELECT user_id, id, role_id, tenant_id, line_id, created_at FROM role_grant ORDER BY id"),
            &[],
            |r| {
                let (id, role) = (r.id(1)?, r.id::<RoleId>(2)?);
                let row = GrantRow { id, role, tenant: r.id(3)?, line: r.id(4)?, created_at: r.int(5)? };
                Ok((r.id::<UserId>(0)?, row))
            },
        )
        .await?;
    rows.into_iter().for_each(|(u, g)| grants.entry(u).or_default().push(g));
    let mut skills: HashMap<UserId, Vec<SkillRow>> = HashMap::new();
    let rows = tx
        .all(
            sql!(
                "SELECT user_id, skill_id, level, source, valid_until FROM skill_grant ORDER BY user_id, skill_id"
            ),
            &[],
            |r| {
                let (skill, level, source) = (r.id(1)?, r.int(2)?, r.text(3)?);
                Ok((r.id::<UserId>(0)?, SkillRow { skill, level, source, valid_until: r.opt_int(4)? }))
            },
        )
        .await?;
    rows.into_iter().for_each(|(u, k)| skills.entry(u).or_default().push(k));
    let users = tx
        .all(
            sql!(
                "SELECT id, login, name, alias, number, language, settings, totp, disabled_at, created_at,
                 email FROM app_user ORDER BY id"
            ),
            &[],
            read_user,
        )
        .await?;
    s.users = users
        .into_iter()
        .map(|mut u| {
            let id = u.name.id;
            u.teams = in_teams.remove(&id).unwrap_or_default();
            u.grants = grants.remove(&id).unwrap_or_default();
            u.skills = skills.remove(&id).unwrap_or_default();
            (id, Arc::new(u))
        })
        .collect();
    Ok(())
}

type Teams = std::collections::BTreeMap<TeamId, Arc<TeamRow>>;

async fn teams(tx: &mut Tx) -> Result<(Teams, HashMap<UserId, Vec<TeamId>>)> {
    let mut members: HashMap<TeamId, Vec<UserId>> = HashMap::new();
    let mut in_teams: HashMap<UserId, Vec<TeamId>> = HashMap::new();
    let rows = tx
        .all(sql!("SELECT team_id, user_id FROM team_member ORDER BY team_id, user_id"), args![], |r| {
            Ok((r.id::<TeamId>(0)?, r.id::<UserId>(1)?))
        })
        .await?;
    for (team, user) in rows {
        members.entry(team).or_default().push(user);
        in_teams.entry(user).or_default().push(team);
    }
    let teams = tx
        .all(sql!("SELECT id, name, created_at FROM team ORDER BY id"), &[], |r| {
            Ok(TeamRow { id: r.id(0)?, name: r.text(1)?, members: vec![], created_at: r.int(2)? })
        })
        .await?;
    let teams = teams.into_iter().map(|mut t| {
        t.members = members.remove(&t.id).unwrap_or_default();
        (t.id, Arc::new(t))
    });
    Ok((teams.collect(), in_teams))
}

fn read_user(r: &Row<'_>) -> Result<UserRow> {
    let alias = r.text(3)?;
    let id = r.id::<UserId>(0)?;
    let name = UserName {
        id,
        initial: initial_of(&alias),
        alias,
        name: r.text(2)?,
        number: r.text(4)?,
        color: color_of(id.0),
        language: r.text(5)?.parse().unwrap_or(Language::Zh),
        disabled: r.opt_int(8)?.is_some(),
    };
    Ok(UserRow {
        name: Arc::new(name),
        login: r.text(1)?,
        settings: r.json(6)?,
        totp: r.bool(7)?,
        created_at: r.int(9)?,
        email: r.opt_text(10)?,
        teams: vec![],
        skills: vec![],
        grants: vec![],
    })
}
