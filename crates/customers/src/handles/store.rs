//! The SQL of handles.

use super::model::{Handle, HandleKind, Norm, Standing};
use super::phone::{DEFAULT_COUNTRY, is_country};
use kernel::{ContactId, Error, HandleId, Millis, Result, TenantId, args, sql};
use platform::store::{Row, Tx};

/// Addresses by which one message can name its sender.
pub(crate) const FIND_MAX: usize = 4;

/// What is stored where an address is looked for.
pub(crate) struct Known {
    pub kind: HandleKind,
    pub norm: String,
    pub contact: ContactId,
    pub standing: i64,
    pub last_seen_at: Millis,
    pub named: bool,
}

/// The stored rows of up to [`FIND_MAX`] addresses of one client.
pub(crate) async fn known(tx: &mut Tx, tenant: TenantId, norms: &[Norm]) -> Result<Vec<Known>> {
    let at = |i: usize| norms.get(i).map_or((-1, ""), |n| (n.kind.code(), n.value.as_str()));
    let [a, b, c, d]: [(i64, &str); FIND_MAX] = [at(0), at(1), at(2), at(3)];
    // The client stands in each alternative: outside of them SQLite walks all handles of the client instead.
    tx.all(
        sql!(
            "SELECT h.kind, h.norm, h.contact_id, h.standing, c.last_seen_at, c.named
             FROM contact_handle h JOIN contact c ON c.tenant_id = h.tenant_id AND c.id = h.contact_id
             WHERE (h.tenant_id = $1 AND h.kind = $2 AND h.norm = $3) OR (h.tenant_id = $1 AND h.kind = $4 AND h.norm = $5)
               OR (h.tenant_id = $1 AND h.kind = $6 AND h.norm = $7) OR (h.tenant_id = $1 AND h.kind = $8 AND h.norm = $9)"
        ),
        args![tenant, a.0, a.1, b.0, b.1, c.0, c.1, d.0, d.1],
        |r| {
            Ok(Known {
                kind: HandleKind::from_code(r.int(0)?)?,
                norm: r.text(1)?,
                contact: r.id(2)?,
                standing: r.int(3)?,
                last_seen_at: r.int(4)?,
                named: r.bool(5)?,
            })
        },
    )
    .await
}

/// An address to be stored.
pub(crate) struct Put<'a> {
    pub id: HandleId,
    pub tenant: TenantId,
    pub contact: ContactId,
    pub norm: &'a Norm,
    pub value: &'a str,
    pub standing: Standing,
    pub now: Millis,
}

/// Stores an address; true if it is now this contact's. One that somebody else merely claims gives way to a better
/// standing; the contact's own rises.
pub(crate) async fn put(tx: &mut Tx, p: &Put<'_>) -> Result<bool> {
    let standing = p.standing as i64;
    let changed = tx
        .exec(
            sql!(
                "INSERT INTO contact_handle(id, tenant_id, contact_id, kind, value, norm, standing, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (tenant_id, kind, norm)
                 DO UPDATE SET contact_id = excluded.contact_id, standing = excluded.standing
                 WHERE excluded.standing > contact_handle.standing
                   AND (contact_handle.standing = 0 OR contact_handle.contact_id = excluded.contact_id)"
            ),
            args![p.id, p.tenant, p.contact, p.norm.kind.code(), p.value, p.norm.value, standing, p.now],
        )
        .await?;
    Ok(changed > 0)
}

/// Whose address it is, if it was entered or proved.
pub(crate) async fn owner(tx: &mut Tx, tenant: TenantId, norm: &Norm) -> Result<Option<ContactId>> {
    tx.one(
        sql!(
            "SELECT contact_id FROM contact_handle
             WHERE tenant_id = $1 AND kind = $2 AND norm = $3 ORDER BY standing DESC"
        ),
        args![tenant, norm.kind.code(), norm.value],
        |r| r.id(0),
    )
    .await
}

/// Whose address this is, as it is written. `None` where nobody has it.
pub async fn owner_of(
    tx: &mut Tx,
    tenant: TenantId,
    kind: HandleKind,
    value: &str,
) -> Result<Option<ContactId>> {
    let country = country_of(tx, tenant).await?;
    match super::normalise(kind, value, &country) {
        Some(norm) => owner(tx, tenant, &norm).await,
        None => Ok(None),
    }
}

/// The addresses of these contacts, in the order they came.
pub(crate) async fn of_contacts(tx: &mut Tx, tenants: &str, contacts: &str) -> Result<Vec<Handle>> {
    tx.all(
        sql!(
            "SELECT id, contact_id, kind, value, norm, standing FROM contact_handle
             WHERE tenant_id IN_IDS($1) AND contact_id IN_IDS($2) ORDER BY contact_id, kind, id"
        ),
        args![tenants, contacts],
        read_handle,
    )
    .await
}

/// The mail address of a contact that was proved last; `None` where none was.
pub async fn proved_mail(tx: &mut Tx, tenant: TenantId, contact: ContactId) -> Result<Option<String>> {
    tx.one(
        sql!(
            "SELECT value FROM contact_handle WHERE tenant_id = $1 AND contact_id = $2 AND kind = $3 AND standing = $4
             ORDER BY id DESC LIMIT 1"
        ),
        args![tenant, contact, HandleKind::Email.code(), Standing::Proved as i64],
        |r| r.text(0),
    )
    .await
}

/// The mail addresses of a contact, the surest first; of each whether it was proved, or entered by staff, and not only said by
/// the contact.
pub async fn mails_of(tx: &mut Tx, tenant: TenantId, contact: ContactId) -> Result<Vec<(String, bool)>> {
    tx.all(
        sql!(
            "SELECT value, standing FROM contact_handle WHERE tenant_id = $1 AND contact_id = $2 AND kind = $3
             ORDER BY standing DESC, id DESC LIMIT 20"
        ),
        args![tenant, contact, HandleKind::Email.code()],
        |r| Ok((r.text(0)?, r.int(1)? >= Standing::Entered as i64)),
    )
    .await
}

/// Removes one address of a contact and answers it.
pub(crate) async fn remove(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    id: HandleId,
) -> Result<Option<Handle>> {
    tx.one(
        sql!(
            "DELETE FROM contact_handle WHERE tenant_id = $1 AND contact_id = $2 AND id = $3
             RETURNING id, contact_id, kind, value, norm, standing"
        ),
        args![tenant, contact, id],
        read_handle,
    )
    .await
}

fn read_handle(r: &Row<'_>) -> Result<Handle> {
    Ok(Handle {
        id: r.id(0)?,
        contact: r.id(1)?,
        kind: HandleKind::from_code(r.int(2)?)?,
        value: r.text(3)?,
        norm: r.text(4)?,
        verified: r.int(5)? == Standing::Proved as i64,
    })
}

/// The calling code meant where a number of this client names none.
pub async fn country_of(tx: &mut Tx, tenant: TenantId) -> Result<String> {
    let found = tx
        .one(sql!("SELECT country FROM phone_country WHERE tenant_id = $1"), args![tenant], |r| r.text(0))
        .await?;
    Ok(found.unwrap_or_else(|| DEFAULT_COUNTRY.to_owned()))
}

/// Sets that calling code, such as `86`. Numbers already stored keep the spelling they have.
/// Errors: `invalid` where it is no calling code.
pub async fn set_country(tx: &mut Tx, tenant: TenantId, country: &str) -> Result<()> {
    if !is_country(country) {
        return Err(Error::invalid("/country", "unfit"));
    }
    tx.exec(
        sql!(
            "INSERT INTO phone_country(tenant_id, country) VALUES ($1, $2)
             ON CONFLICT (tenant_id) DO UPDATE SET country = excluded.country"
        ),
        args![tenant, country],
    )
    .await
    .map(|_| ())
}
