//! Sealing, opening and removing, each in the caller's transaction.

use super::MasterKey;
use crate::codes;
use crate::store::Tx;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use kernel::{Error, IdMaker, Millis, Result, Rng, TenantId, args, sql};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A nonce of XChaCha20, in bytes; sealed values begin with it.
const NONCE: usize = 24;
/// A secret at the most, in bytes.
pub const PLAINTEXT_MAX: usize = 64 * 1024;

/// What must be made before the transaction that seals, since its closure may run twice.
#[derive(Debug, Clone, Copy)]
pub struct FreshSecret {
    id: i64,
    nonce: [u8; NONCE],
}

impl FreshSecret {
    /// A new id and a random nonce. Use it for one value only.
    pub fn new(ids: &IdMaker, rng: &dyn Rng) -> FreshSecret {
        let mut nonce = [0; NONCE];
        rng.fill(&mut nonce);
        FreshSecret { id: ids.next(), nonce }
    }
}

/// The sealed values of the store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Secrets {
    key: Arc<MasterKey>,
}

impl Secrets {
    /// With this key ring.
    pub fn new(key: MasterKey) -> Secrets {
        Secrets { key: Arc::new(key) }
    }

    /// The version that seals.
    pub fn version(&self) -> i64 {
        self.key.current()
    }

    /// A key for one purpose (audit chain, blob addresses, visitor tokens); the same for ever for the same domain.
    pub fn derive(&self, domain: &str) -> [u8; 32] {
        self.key.derive(domain)
    }

    /// Seals a value at its place, replacing what was there.
    #[expect(clippy::too_many_arguments, reason = "the place of a secret has three parts")]
    pub async fn seal(
        &self,
        tx: &mut Tx,
        fresh: &FreshSecret,
        tenant: TenantId,
        name: &'static str,
        owner: i64,
        plaintext: &[u8],
        now: Millis,
    ) -> Result<()> {
        let version = self.key.current();
        let sealed =
            self.seal_bytes(fresh.nonce, &place(tenant, name, owner, version), version, plaintext)?;
        tx.exec(
            sql!(
                "INSERT INTO secret(id, tenant_id, name, owner, key_version, sealed, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (tenant_id, name, owner)
                 DO UPDATE SET key_version = excluded.key_version, sealed = excluded.sealed, at = excluded.at"
            ),
            args![fresh.id, tenant, name, owner, version, sealed, now],
        )
        .await?;
        Ok(())
    }

    /// The value at a place, if there is one. Errors: `secrets.unopened` when it was altered, moved, or sealed by a key
    /// that is not in the ring.
    pub async fn open(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        name: &'static str,
        owner: i64,
    ) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let found = tx
            .one(
                sql!(
                    "SELECT key_version, sealed FROM secret WHERE tenant_id = $1 AND name = $2 AND owner = $3"
                ),
                args![tenant, name, owner],
                |r| Ok((r.int(0)?, r.blob(1)?)),
            )
            .await?;
        let Some((version, sealed)) = found else { return Ok(None) };
        self.open_bytes(&place(tenant, name, owner, version), version, &sealed).map(Some)
    }

    /// Removes the value at a place. Answers whether there was one.
    pub async fn remove(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        name: &'static str,
        owner: i64,
    ) -> Result<bool> {
        let sql = sql!("DELETE FROM secret WHERE tenant_id = $1 AND name = $2 AND owner = $3");
        Ok(tx.exec(sql, args![tenant, name, owner]).await? > 0)
    }

    /// Seals a value to a place of its own, as text `version.base64`, for rows that do not live as long as a key.
    pub fn seal_text(&self, rng: &dyn Rng, place: &str, plaintext: &[u8]) -> Result<String> {
        let mut nonce = [0; NONCE];
        rng.fill(&mut nonce);
        let version = self.key.current();
        let sealed = self.seal_bytes(nonce, &format!("{place}:{version}"), version, plaintext)?;
        Ok(format!("{version}.{}", STANDARD.encode(sealed)))
    }

    /// Opens what [`Secrets::seal_text`] sealed to this place. Error: `secrets.unopened`.
    pub fn open_text(&self, place: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>> {
        let unopened = || Error::new(&codes::SECRET_UNOPENED);
        let (version, sealed) = sealed.split_once('.').ok_or_else(unopened)?;
        let version: i64 = version.parse().map_err(|_| unopened())?;
        let sealed = STANDARD.decode(sealed).map_err(|_| unopened())?;
        self.open_bytes(&format!("{place}:{version}"), version, &sealed)
    }

    pub(super) fn seal_bytes(
        &self,
        nonce: [u8; NONCE],
        place: &str,
        version: i64,
        plaintext: &[u8],
    ) -> Result<Vec<u8>> {
        if plaintext.len() > PLAINTEXT_MAX {
            return Err(Error::internal("a secret is larger than 64 KiB"));
        }
        let payload = Payload { msg: plaintext, aad: place.as_bytes() };
        let body = self
            .cipher(version)?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok([&nonce[..], &body].concat())
    }

    pub(super) fn open_bytes(&self, place: &str, version: i64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let unopened = || Error::new(&codes::SECRET_UNOPENED);
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or_else(unopened)?;
        let payload = Payload { msg: body, aad: place.as_bytes() };
        let plain = self.cipher(version)?.decrypt(&XNonce::from(*nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| unopened())
    }

    fn cipher(&self, version: i64) -> Result<XChaCha20Poly1305> {
        let missing = || Error::new(&codes::SECRET_UNOPENED).detail(format!("no key of version {version}"));
        Ok(XChaCha20Poly1305::new(self.key.key(version).ok_or_else(missing)?.into()))
    }
}

/// A row's own place, bound into what is sealed.
pub(super) fn place(tenant: TenantId, name: &str, owner: i64, version: i64) -> String {
    format!("{tenant}:{name}:{owner}:{version}")
}
