//! Signatures of webhooks, in and out, as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`, as
//! `v1,` and base64, several of them separated by spaces while a secret is being changed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::Millis;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The id of a delivery; the same at every try.
pub const ID_HEADER: &str = "webhook-id";
/// When it was sent, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The signatures.
pub const SIGNATURE_HEADER: &str = "webhook-signature";
/// A timestamp may differ from our clock by this much, in ms.
pub const WINDOW_MS: Millis = 5 * 60_000;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// Signatures looked at in one header.
const SIGNATURES_MAX: usize = 8;

/// A key for signing, as it stands behind `whsec_…`.
#[derive(Clone)]
pub struct SigningKey(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

impl SigningKey {
    /// Reads `whsec_` and base64; `None` for anything else.
    pub fn parse(secret: &str) -> Option<SigningKey> {
        let bytes = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
        (!bytes.is_empty()).then(|| SigningKey(Zeroizing::new(bytes)))
    }

    /// A new secret of 256 random bits, as text to be shown once.
    pub fn fresh(rng: &dyn kernel::Rng) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rng.fill(&mut *bytes);
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(*bytes)))
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("invariant: HMAC takes a key of any length");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }

    /// The signature of a body, as it stands in the header.
    pub fn sign(&self, id: &str, timestamp_s: i64, body: &[u8]) -> String {
        let mac = self.mac(id, &timestamp_s.to_string(), body).finalize().into_bytes();
        format!("v1,{}", STANDARD.encode(mac))
    }
}

/// What is wrong with a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFault {
    /// A header is missing or is not what it should be.
    Malformed,
    /// The timestamp is more than [`WINDOW_MS`] away from our clock.
    Timestamp,
    /// No signature fits any key.
    Mismatch,
}

/// What came in a request's headers.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`.
    pub timestamp: &'a str,
    /// `webhook-signature`.
    pub signatures: &'a str,
}

impl<'a> Signed<'a> {
    /// From the headers of a request.
    pub fn of(headers: &'a http::HeaderMap) -> Result<Signed<'a>, SignatureFault> {
        let text =
            |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).ok_or(SignatureFault::Malformed);
        Ok(Signed {
            id: text(ID_HEADER)?,
            timestamp: text(TIMESTAMP_HEADER)?,
            signatures: text(SIGNATURE_HEADER)?,
        })
    }

    /// Does one of the signatures fit one of the keys, and is the timestamp near? Compared in constant time.
    pub fn verify(&self, keys: &[SigningKey], body: &[u8], now: Millis) -> Result<(), SignatureFault> {
        let seconds: i64 = self.timestamp.parse().map_err(|_| SignatureFault::Malformed)?;
        let at = seconds.checked_mul(1000).ok_or(SignatureFault::Timestamp)?;
        if now.checked_sub(at).is_none_or(|d| d.unsigned_abs() > WINDOW_MS.unsigned_abs()) {
            return Err(SignatureFault::Timestamp);
        }
        for key in keys {
            let expected = key.mac(self.id, self.timestamp, body).finalize().into_bytes();
            for given in self.signatures.split(' ').take(SIGNATURES_MAX).filter_map(|s| s.strip_prefix("v1,"))
            {
                let given = STANDARD.decode(given).map_err(|_| SignatureFault::Mismatch)?;
                if bool::from(given.as_slice().ct_eq(expected.as_slice())) {
                    return Ok(());
                }
            }
        }
        Err(SignatureFault::Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification's reference libraries.
    #[test]
    fn agrees_with_the_reference() {
        let key = SigningKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_was_altered_is_refused() {
        let key = SigningKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let other = SigningKey::parse("whsec_AAAA").expect("a secret");
        let (now, body) = (1_614_265_330_000, b"{}".as_slice());
        let signature =
            format!("v1a,x {} {}", other.sign("a", 1_614_265_330, body), key.sign("a", 1_614_265_330, body));
        let signed = Signed { id: "a", timestamp: "1614265330", signatures: &signature };
        let keys = [key];
        assert_eq!(signed.verify(&keys, body, now), Ok(()));
        assert_eq!(signed.verify(&[], body, now), Err(SignatureFault::Mismatch));
        assert_eq!(signed.verify(&keys, b"{} ", now), Err(SignatureFault::Mismatch));
        assert_eq!(signed.verify(&keys, body, now + WINDOW_MS + 1), Err(SignatureFault::Timestamp));
        assert_eq!(signed.verify(&keys, body, now - WINDOW_MS - 1), Err(SignatureFault::Timestamp));
        assert_eq!(signed.verify(&keys, body, now - WINDOW_MS), Ok(()));
        let moved = Signed { timestamp: "1614265331", ..signed };
        assert_eq!(moved.verify(&keys, body, now), Err(SignatureFault::Mismatch));
        let renamed = Signed { id: "b", ..signed };
        assert_eq!(renamed.verify(&keys, body, now), Err(SignatureFault::Mismatch));
        for timestamp in ["", "x", "9223372036854775807", "-1"] {
            assert!(Signed { timestamp, ..signed }.verify(&keys, body, now).is_err());
        }
    }
}
