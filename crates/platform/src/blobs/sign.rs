//! Signed addresses of files. Everything the files' origin needs stands in the address itself, so that serving a file
//! asks no database, and an address cannot be altered, guessed or used for another tenant's file.

use super::accept::MIMES_INLINE;
use super::disk::BlobHash;
use crate::secrets::Secrets;
use crate::{App, codes};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Error, Millis, Result, TenantId};

/// Where files are served; the token follows.
pub const LINK_PATH: &str = "/f/v1/";
/// Bytes of the signature: 160 bits.
const MAC: usize = 20;
/// Characters of a token at the most.
const TOKEN_MAX: usize = 2048;

/// What an address says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SignedFile {
    /// Whose file.
    pub tenant: i64,
    /// Which, in hexadecimal.
    pub hash: String,
    /// What to call it when saving.
    pub name: String,
    /// What it is.
    pub mime: String,
    /// Until when the address is good, in ms since 1970.
    pub expires: Millis,
}

impl SignedFile {
    /// May a browser show it in place?
    pub fn inline(&self) -> bool {
        MIMES_INLINE.contains(&self.mime.as_str())
    }
    /// Its address in the blob store.
    pub fn blob(&self) -> Result<BlobHash> {
        hex::decode(&self.hash).map_err(|_| Error::not_found())?.try_into()
    }
}

fn mac(secrets: &Secrets, body: &[u8]) -> [u8; MAC] {
    let key = secrets.derive("file links");
    let mut out = [0; MAC];
    out.copy_from_slice(&blake3::keyed_hash(&key, body).as_bytes()[..MAC]);
    out
}

/// The whole address of a file on the files' origin, good until `expires`. `mime` is that of [`super::Accepted`]; only
/// pictures that were encoded anew are shown in place, all else is saved.
pub fn sign_url(
    app: &App,
    tenant: TenantId,
    hash: BlobHash,
    name: &str,
    mime: &str,
    expires: Millis,
) -> String {
    let token = sign(app.secrets(), tenant, hash, name, mime, expires);
    format!("{}{LINK_PATH}{token}", app.settings().files_url)
}

fn sign(
    secrets: &Secrets,
    tenant: TenantId,
    hash: BlobHash,
    name: &str,
    mime: &str,
    expires: Millis,
) -> String {
    let (tenant, hash) = (tenant.0, hash.to_string());
    let file = SignedFile { tenant, hash, name: name.to_owned(), mime: mime.to_owned(), expires };
    let body = serde_json::to_vec(&(file.tenant, file.hash, file.name, file.mime, file.expires));
    let mut token = body.unwrap_or_default();
    let signature = mac(secrets, &token);
    token.extend_from_slice(&signature);
    URL_SAFE_NO_PAD.encode(token)
}

/// Reads a token. Errors: `not_found` when it was not made here; `files.link_expired`.
pub fn open_url(secrets: &Secrets, token: &str, now: Millis) -> Result<SignedFile> {
    if token.len() > TOKEN_MAX {
        return Err(Error::not_found());
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| Error::not_found())?;
    let (body, signature) = bytes.split_last_chunk::<MAC>().ok_or_else(Error::not_found)?;
    if !bool::from(subtle::ConstantTimeEq::ct_eq(&mac(secrets, body)[..], &signature[..])) {
        return Err(Error::not_found());
    }
    let (tenant, hash, name, mime, expires) = serde_json::from_slice(body).map_err(|_| Error::not_found())?;
    let file = SignedFile { tenant, hash, name, mime, expires };
    if file.expires < now { Err(Error::new(&codes::LINK_EXPIRED)) } else { Ok(file) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::MasterKey;

    #[test]
    fn an_address_cannot_be_altered() {
        let key = format!("1 {}", base64::engine::general_purpose::STANDARD.encode([7; 32]));
        let secrets = Secrets::new(MasterKey::parse(&key).expect("a key"));
        let token = sign(&secrets, TenantId(3), BlobHash([9; 32]), "发票.pdf", "application/pdf", 1_000);
        let file = open_url(&secrets, &token, 999).expect("is good");
        assert_eq!((file.tenant, file.name.as_str(), file.inline()), (3, "发票.pdf", false));
        assert_eq!(file.blob().expect("32 bytes"), BlobHash([9; 32]));
        assert_eq!(open_url(&secrets, &token, 1_001).expect_err("too late").code, &codes::LINK_EXPIRED);
        for i in 0..token.len() {
            let mut bad = token.clone().into_bytes();
            bad[i] = if bad[i] == b'A' { b'B' } else { b'A' };
            let bad = String::from_utf8(bad).expect("is text");
            assert!(bad == token || open_url(&secrets, &bad, 0).is_err(), "position {i}");
        }
    }
}
