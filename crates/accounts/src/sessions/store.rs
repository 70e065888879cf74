//! The SQL of sign-in: sessions, tokens' proof, passwords, second factors, one-time links, set-up.

use super::access::{Grip, Hash};
use crate::authorize::{Narrow, RoleSet, Via};
use kernel::{Language, Millis, Result, SessionId, TokenId, UserId, args, sql};
use platform::store::Tx;
use std::sync::Arc;

/// A live session by its hash.
pub(super) async fn session(tx: &mut Tx, hash: Hash) -> Result<Option<Grip>> {
    tx.one(sql!("SELECT id, user_id, expires_at, seen_at FROM session WHERE hash = $1"), args![hash], |r| {
        Ok(Grip::new(Via::Session(r.id(0)?), r.id(1)?, r.int(2)?, r.int(3)?, None))
    })
    .await
}

/// A token that was not revoked, by its hash.
pub(super) async fn token(tx: &mut Tx, hash: Hash) -> Result<Option<Grip>> {
    let sql = sql!(
        "SELECT id, user_id, expires_at, used_at, permissions, tenant_id, line_id
         FROM api_token WHERE hash = $1 AND revoked_at IS NULL"
    );
    tx.one(sql, args![hash], |r| {
        let keys: Vec<String> = serde_json::from_value(r.json(4)?).unwrap_or_default();
        let narrow = Narrow { permissions: RoleSet::of(keys), tenant: r.id(5)?, line: r.id(6)? };
        let (expires, used) = (r.opt_int(2)?.unwrap_or(i64::MAX), r.opt_int(3)?.unwrap_or(0));
        Ok(Grip::new(Via::Token(r.id(0)?), r.id(1)?, expires, used, Some(Arc::new(narrow))))
    })
    .await
}

pub(super) async fn seen(tx: &mut Tx, id: SessionId, at: Millis) -> Result<u64> {
    tx.exec(sql!("UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2"), args![id, at]).await
}

pub(super) async fn used(tx: &mut Tx, id: TokenId, at: Millis) -> Result<u64> {
    // every tenant: the token has proved itself by its hash
    tx.exec(sql!("UPDATE api_token SET used_at = $2 WHERE id = $1"), args![id, at]).await
}

/// What signing in needs to know of somebody.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub user: UserId,
    pub password: Option<String>,
    pub totp: bool,
    pub totp_step: i64,
    pub disabled: bool,
}

pub(super) async fn credentials(tx: &mut Tx, login: &str) -> Result<Option<Credentials>> {
    let sql = sql!("SELECT id, password, totp, totp_step, disabled_at FROM app_user WHERE login = $1");
    tx.one(sql, args![login], |r| {
        Ok(Credentials {
            user: r.id(0)?,
            password: r.opt_text(1)?,
            totp: r.bool(2)?,
            totp_step: r.int(3)?,
            disabled: r.opt_int(4)?.is_some(),
        })
    })
    .await
}

/// A session to be written.
#[derive(Debug, Clone)]
pub(super) struct NewSession {
    pub id: SessionId,
    pub user: UserId,
    pub hash: Hash,
    pub now: Millis,
    pub expires_at: Millis,
    pub ip: String,
    pub agent: String,
}

pub(super) async fn add_session(tx: &mut Tx, s: &NewSession) -> Result<u64> {
    tx.exec(
        sql!(
            "INSERT INTO session(id, user_id, hash, created_at, seen_at, expires_at, ip, agent)
             VALUES ($1, $2, $3, $4, $4, $5, $6, $7)"
        ),
        args![s.id, s.user, s.hash, s.now, s.expires_at, s.ip, s.agent],
    )
    .await
}

/// Removes a session of this user; false when there is none.
pub(super) async fn remove_session(tx: &mut Tx, user: UserId, id: SessionId) -> Result<bool> {
    let sql = sql!("DELETE FROM session WHERE id = $1 AND user_id = $2");
    Ok(tx.exec(sql, args![id, user]).await? > 0)
}

/// Removes every session of a user but `kept` (0: none is kept).
pub(crate) async fn remove_sessions(tx: &mut Tx, user: UserId, kept: i64) -> Result<u64> {
    tx.exec(sql!("DELETE FROM session WHERE user_id = $1 AND id <> $2"), args![user, kept]).await
}

/// One session as its owner sees it.
#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub id: SessionId,
    pub created_at: Millis,
    pub seen_at: Millis,
    pub ip: String,
    pub agent: String,
}

/// A user's live sessions, newest first.
pub(crate) async fn sessions_of(
    tx: &mut Tx,
    user: UserId,
    live: (Millis, Millis),
    before: i64,
    rows: i64,
) -> Result<Vec<SessionRow>> {
    tx.all(
        sql!(
            "SELECT id, created_at, seen_at, ip, agent FROM session
             WHERE user_id = $1 AND expires_at > $2 AND seen_at > $3 AND id < $4 ORDER BY id DESC LIMIT $5"
        ),
        args![user, live.0, live.1, before, rows],
        |r| {
            Ok(SessionRow {
                id: r.id(0)?,
                created_at: r.int(1)?,
                seen_at: r.int(2)?,
                ip: r.text(3)?,
                agent: r.text(4)?,
            })
        },
    )
    .await
}

/// Removes what has run out: sessions, links. Answers how many.
pub(super) async fn sweep(tx: &mut Tx, now: Millis, idle_since: Millis) -> Result<u64> {
    let n = tx
        .exec(sql!("DELETE FROM session WHERE expires_at <= $1 OR seen_at <= $2"), args![now, idle_since])
        .await?;
    Ok(n + tx.exec(sql!("DELETE FROM invite WHERE expires_at <= $1"), args![now]).await?)
}

pub(crate) async fn set_password(tx: &mut Tx, user: UserId, hash: &str) -> Result<u64> {
    tx.exec(sql!("UPDATE app_user SET password = $2 WHERE id = $1"), args![user, hash]).await
}

pub(super) async fn password_of(tx: &mut Tx, user: UserId) -> Result<Option<String>> {
    let sql = sql!("SELECT password FROM app_user WHERE id = $1");
    Ok(tx.one(sql, args![user], |r| r.opt_text(0)).await?.flatten())
}

pub(super) async fn set_settings(
    tx: &mut Tx,
    user: UserId,
    language: Option<Language>,
    settings: &str,
) -> Result<u64> {
    let language = language.map(Language::tag);
    tx.exec(
        sql!("UPDATE app_user SET settings = $2, language = COALESCE($3, language) WHERE id = $1"),
        args![user, settings, language],
    )
    .await
}

/// Uses up a time step; false when it or a later one was used before.
pub(super) async fn use_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool> {
    let sql = sql!("UPDATE app_user SET totp_step = $2 WHERE id = $1 AND totp_step < $2");
    Ok(tx.exec(sql, args![user, step]).await? > 0)
}

pub(super) async fn set_totp(tx: &mut Tx, user: UserId, on: bool, step: i64) -> Result<u64> {
    let sql = sql!("UPDATE app_user SET totp = $2, totp_step = $3 WHERE id = $1");
    tx.exec(sql, args![user, on, step]).await
}

/// Replaces the recovery codes.
pub(super) async fn set_recovery(tx: &mut Tx, user: UserId, hashes: &[Hash]) -> Result<()> {
    tx.exec(sql!("DELETE FROM recovery_code WHERE user_id = $1"), args![user]).await?;
    for hash in hashes {
        tx.exec(sql!("INSERT INTO recovery_code(user_id, hash) VALUES ($1, $2)"), args![user, hash]).await?;
    }
    Ok(())
}

/// Uses up a recovery code; false when there is none such.
pub(super) async fn use_recovery(tx: &mut Tx, user: UserId, hash: Hash, now: Millis) -> Result<bool> {
    let sql =
        sql!("UPDATE recovery_code SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL");
    Ok(tx.exec(sql, args![user, hash, now]).await? > 0)
}

/// A one-time link to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewInvite {
    pub id: i64,
    pub user: UserId,
    pub kind: &'static str,
    pub hash: Hash,
    pub now: Millis,
    pub expires_at: Millis,
    pub mailed_to: Option<String>,
}

/// Writes a link; older ones of the same user and kind stop working. A link that somebody unproven asked for takes nobody's
/// invitation away.
pub(crate) async fn add_invite(tx: &mut Tx, i: &NewInvite) -> Result<()> {
    tx.exec(sql!("DELETE FROM invite WHERE user_id = $1 AND kind = $2"), args![i.user, i.kind]).await?;
    tx.exec(
        sql!(
            "INSERT INTO invite(id, user_id, kind, hash, created_at, expires_at, mailed_to)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![i.id, i.user, i.kind, i.hash, i.now, i.expires_at, i.mailed_to],
    )
    .await?;
    Ok(())
}

/// The user and kind of a link that works.
pub(super) async fn invite(tx: &mut Tx, hash: Hash, now: Millis) -> Result<Option<(UserId, String)>> {
    let sql =
        sql!("SELECT user_id, kind FROM invite WHERE hash = $1 AND expires_at > $2 AND used_at IS NULL");
    tx.one(sql, args![hash, now], |r| Ok((r.id(0)?, r.text(1)?))).await
}

/// Uses up a link; false when it does not work any more.
pub(super) async fn use_invite(tx: &mut Tx, hash: Hash, now: Millis) -> Result<bool> {
    let sql = sql!("UPDATE invite SET used_at = $2 WHERE hash = $1 AND expires_at > $2 AND used_at IS NULL");
    Ok(tx.exec(sql, args![hash, now]).await? > 0)
}

/// Ends every other link of somebody who has just chosen a password, and notes that the address the link was mailed to is
/// theirs.
pub(super) async fn settle_links(tx: &mut Tx, user: UserId, hash: Hash, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE app_user SET email_proven_at = $3 WHERE id = $1 AND email IS NOT NULL
             AND email IN (SELECT mailed_to FROM invite WHERE hash = $2 AND user_id = $1)"
        ),
        args![user, hash, now],
    )
    .await?;
    tx.exec(sql!("DELETE FROM invite WHERE user_id = $1 AND hash <> $2"), args![user, hash]).await.map(|_| ())
}

/// The confirmed address of somebody who works here.
pub(super) async fn proved_mail(tx: &mut Tx, user: UserId) -> Result<Option<String>> {
    let sql = sql!(
        "SELECT email FROM app_user WHERE id = $1 AND disabled_at IS NULL AND email IS NOT NULL AND email_proven_at IS NOT NULL"
    );
    tx.one(sql, args![user], |r| r.text(0)).await
}

/// Who works here under a confirmed address.
pub(super) async fn by_mail(tx: &mut Tx, address: &str) -> Result<Vec<UserId>> {
    let sql = sql!(
        "SELECT id FROM app_user WHERE email = $1 AND disabled_at IS NULL AND email_proven_at IS NOT NULL ORDER BY id LIMIT 5"
    );
    tx.all(sql, args![address], |r| r.id::<UserId>(0)).await
}

/// Who asks for a new password by this login or address, and where a letter reaches them. An address counts where it is
/// exactly one person's.
pub(super) async fn who_forgot(tx: &mut Tx, asked: &str) -> Result<Option<(UserId, String)>> {
    let sql = sql!(
        "SELECT id, email FROM app_user WHERE (login = $1 OR email = $1) AND disabled_at IS NULL AND email IS NOT NULL
         ORDER BY CASE WHEN login = $1 THEN 0 ELSE 1 END, id LIMIT 2"
    );
    let found = tx.all(sql, args![asked], |r| Ok((r.id::<UserId>(0)?, r.text(1)?))).await?;
    let by_login = sql!("SELECT id FROM app_user WHERE login = $1");
    let login = tx.one(by_login, args![asked], |r| r.id::<UserId>(0)).await?;
    Ok(match (login, found.as_slice()) {
        (Some(user), all) => all.iter().find(|(id, _)| *id == user).cloned(),
        (None, [one]) => Some(one.clone()),
        _ => None,
    })
}
