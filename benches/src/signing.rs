//! Signing as Standard Webhooks has it, so that posts to an API inbox are taken.

use crate::fault::{Fault, Outcome};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The key of an API inbox.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// From `whsec_…`.
    pub fn parse(secret: &str) -> Outcome<Key> {
        let text = secret.strip_prefix("whsec_").ok_or_else(|| Fault::new("a secret begins with whsec_"))?;
        let bytes = STANDARD.decode(text)?;
        let mac = Hmac::new_from_slice(&bytes).map_err(|_| Fault::new("a secret that is no key"))?;
        Ok(Key(mac))
    }

    /// The value of `webhook-signature`.
    pub fn sign(&self, id: &str, timestamp_s: u64, body: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("{id}.{timestamp_s}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The SHA-256 under which an API token is stored.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_of_standard_webhooks_verifies() {
        let key = Key::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a key");
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
