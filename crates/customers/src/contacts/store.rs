//! The SQL of contacts.

use super::model::{ContactBrief, ContactRow, Preferences, name_key};
use accounts::directory::{color_of, initial_of};
use kernel::{ContactId, Error, Language, Millis, OrganisationId, Result, TenantId, TenantScope, args, sql};
use platform::store::{Row, Tx};

/// A contact to be written.
pub(super) struct NewRow<'a> {
    pub id: ContactId,
    pub tenant: TenantId,
    pub name: &'a str,
    pub named: bool,
    pub salutation: Option<String>,
    pub language: Option<Language>,
    pub tier: Option<String>,
    pub organisation: Option<OrganisationId>,
    pub preferences: Option<String>,
    pub note: Option<String>,
    pub now: Millis,
}

pub(super) async fn insert(tx: &mut Tx, c: &NewRow<'_>) -> Result<()> {
    let language = c.language.map(Language::tag);
    tx.exec(
        sql!(
            "INSERT INTO contact(id, tenant_id, name, name_key, named, salutation, language, tier, organisation_id,
               preferences, note, first_seen_at, last_seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)"
        ),
        args![
            c.id, c.tenant, c.name, name_key(c.name), c.named, c.salutation, language, c.tier, c.organisation,
            c.preferences, c.note, c.now
        ],
    )
    .await
    .map(|_| ())
}

/// Writes every field that staff can change.
pub(super) async fn update(tx: &mut Tx, c: &NewRow<'_>) -> Result<()> {
    let language = c.language.map(Language::tag);
    tx.exec(
        sql!(
            "UPDATE contact SET name = $3, name_key = $4,
               named = CASE WHEN CAST($5 AS BIGINT) = 1 THEN 1 ELSE named END, salutation = $6, language = $7, tier = $8,
               organisation_id = $9, preferences = $10, note = $11
             WHERE tenant_id = $1 AND id = $2"
        ),
        args![
            c.tenant, c.id, c.name, name_key(c.name), c.named, c.salutation, language, c.tier, c.organisation,
            c.preferences, c.note
        ],
    )
    .await
    .map(|_| ())
}

/// A name that was told takes the place of one that was made.
pub(super) async fn set_name(tx: &mut Tx, tenant: TenantId, id: ContactId, name: &str) -> Result<()> {
    tx.exec(
        sql!("UPDATE contact SET name = $3, name_key = $4, named = 1 WHERE tenant_id = $1 AND id = $2 AND named = 0"),
        args![tenant, id, name, name_key(name)],
    )
    .await
    .map(|_| ())
}

pub(super) async fn set_seen(tx: &mut Tx, tenant: TenantId, id: ContactId, now: Millis) -> Result<()> {
    tx.exec(
        sql!("UPDATE contact SET last_seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND last_seen_at < $3"),
        args![tenant, id, now],
    )
    .await
    .map(|_| ())
}

/// The clients of a scope as arguments: (reaches all, ids).
fn reach(scope: &TenantScope) -> (bool, String) {
    (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)))
}

/// What lists show of these contacts, within the scope.
pub(crate) async fn briefs(tx: &mut Tx, scope: &TenantScope, ids: &str) -> Result<Vec<ContactBrief>> {
    let (all, tenants) = reach(scope);
    tx.all(
        sql!(
            "SELECT id, tenant_id, name, salutation, language, tier FROM contact
             WHERE id IN_IDS($1) AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3)) ORDER BY id"
        ),
        args![ids, all, tenants],
        read_brief,
    )
    .await
}

fn read_brief(r: &Row<'_>) -> Result<ContactBrief> {
    let id: ContactId = r.id(0)?;
    let name = r.text(2)?;
    Ok(ContactBrief {
        id,
        tenant: r.id(1)?,
        salutation: r.opt_text(3)?,
        initial: initial_of(&name),
        color: color_of(id.0).to_owned(),
        language: r.opt_text(4)?.and_then(|t| t.parse().ok()),
        tier: r.opt_text(5)?,
        name,
    })
}

/// The client of a contact within the scope.
pub(super) async fn tenant(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<TenantId> {
    let (all, tenants) = reach(scope);
    tx.get(
        sql!(
            "SELECT tenant_id FROM contact WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        |r| r.id(0),
    )
    .await
}

/// These contacts, in no order.
pub(super) async fn rows(tx: &mut Tx, tenants: &str, ids: &str) -> Result<Vec<ContactRow>> {
    tx.all(
        sql!(
            "SELECT c.id, c.tenant_id, c.name, c.salutation, c.language, c.tier, c.organisation_id, o.name,
               c.preferences, c.note, c.first_seen_at, c.last_seen_at, c.name_key
             FROM contact c LEFT JOIN organisation o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id
             WHERE c.tenant_id IN_IDS($1) AND c.id IN_IDS($2)"
        ),
        args![tenants, ids],
        read_row,
    )
    .await
}

fn read_row(r: &Row<'_>) -> Result<ContactRow> {
    let organisation = r.opt_id(6)?.zip(r.opt_text(7)?);
    let preferences = match r.opt_text(8)? {
        None => Preferences::default(),
        Some(t) => serde_json::from_str(&t).map_err(|e| Error::internal("kept preferences").cause(e))?,
    };
    Ok(ContactRow {
        brief: read_brief(r)?,
        organisation,
        preferences,
        note: r.opt_text(9)?,
        first_seen_at: r.int(10)?,
        last_seen_at: r.int(11)?,
        name_key: r.text(12)?,
    })
}

/// Ids of a page, newest contact first.
pub(super) async fn page_recent(
    tx: &mut Tx,
    tenants: &str,
    tag: Option<&str>,
    before: i64,
    rows: i64,
) -> Result<Vec<ContactId>> {
    tx.all(
        sql!(
            "SELECT c.id FROM contact c
             WHERE c.tenant_id IN_IDS($1) AND c.id < $3
               AND (CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM contact_tag t
                 WHERE t.tenant_id = c.tenant_id AND t.contact_id = c.id AND t.tag = $2))
             ORDER BY c.id DESC LIMIT $4"
        ),
        args![tenants, tag, before, rows],
        |r| r.id(0),
    )
    .await
}

/// Ids of a page of those whose name begins like this, by name.
pub(super) async fn page_named(
    tx: &mut Tx,
    tenants: &str,
    tag: Option<&str>,
    prefix: &str,
    after: &(String, i64),
    rows: i64,
) -> Result<Vec<ContactId>> {
    // The greatest character there is ends the range of the prefix.
    let end = format!("{prefix}\u{10ffff}");
    tx.all(
        sql!(
            "SELECT c.id FROM contact c
             WHERE c.tenant_id IN_IDS($1) AND c.name_key >= $3 AND c.name_key < $4 AND (c.name_key, c.id) > ($5, $6)
               AND (CAST($2 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM contact_tag t
                 WHERE t.tenant_id = c.tenant_id AND t.contact_id = c.id AND t.tag = $2))
             ORDER BY c.name_key, c.id LIMIT $7"
        ),
        args![tenants, tag, prefix, end, after.0, after.1, rows],
        |r| r.id(0),
    )
    .await
}

/// (contact, tag) of these contacts.
pub(super) async fn tags(tx: &mut Tx, tenants: &str, ids: &str) -> Result<Vec<(ContactId, String)>> {
    tx.all(
        sql!(
            "SELECT contact_id, tag FROM contact_tag WHERE tenant_id IN_IDS($1) AND contact_id IN_IDS($2)
             ORDER BY contact_id, tag"
        ),
        args![tenants, ids],
        |r| Ok((r.id(0)?, r.text(1)?)),
    )
    .await
}

pub(super) async fn set_tags(tx: &mut Tx, tenant: TenantId, id: ContactId, tags: &[String]) -> Result<()> {
    tx.exec(sql!("DELETE FROM contact_tag WHERE tenant_id = $1 AND contact_id = $2"), args![tenant, id])
        .await?;
    for tag in tags {
        tx.exec(
            sql!("INSERT INTO contact_tag(tenant_id, contact_id, tag) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
            args![tenant, id, tag],
        )
        .await?;
    }
    Ok(())
}

/// (id, tenant, name, organisation, first seen) of a page of all contacts, for search.
pub(super) async fn all_after(tx: &mut Tx, after: i64, rows: i64) -> Result<Vec<(ContactId, TenantId)>> {
    tx.all(
        sql!("SELECT id, tenant_id FROM contact WHERE id > $1 AND tenant_id > 0 ORDER BY id LIMIT $2"),
        args![after, rows],
        |r| Ok((r.id(0)?, r.id(1)?)),
    )
    .await
}

/// Contacts of an organisation, up to a bound, for search after it was renamed.
pub(super) async fn of_organisation(
    tx: &mut Tx,
    tenant: TenantId,
    organisation: i64,
    rows: i64,
) -> Result<Vec<ContactId>> {
    tx.all(
        sql!(
            "SELECT id FROM contact WHERE tenant_id = $1 AND organisation_id = $2 ORDER BY id DESC LIMIT $3"
        ),
        args![tenant, organisation, rows],
        |r| r.id(0),
    )
    .await
}
