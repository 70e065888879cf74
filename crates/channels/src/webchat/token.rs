//! The visitor's token: who they are, signed with a key of their inbox. Nothing about a visitor who has not written is
//! stored, so the token carries what the first message will need.

use crate::codes;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{ContactId, Error, InboxId, Language, Millis, Result};
use platform::secrets::Secrets;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// A token is good for this long; each session renews it.
pub const TOKEN_MS: Millis = 90 * 86_400_000;
/// A token at the most, in characters.
const TOKEN_MAX: usize = 4096;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorToken {
    /// The inbox; the token opens no other.
    #[serde(rename = "i")]
    pub inbox: InboxId,
    /// The visitor: 128 random bits in hexadecimal.
    #[serde(rename = "v")]
    pub visitor: String,
    /// The contact that the visitor is, or becomes with the first message.
    #[serde(rename = "c")]
    pub contact: ContactId,
    /// When it was made, ms since 1970.
    #[serde(rename = "t")]
    pub issued: Millis,
    /// Until when it is good, ms since 1970.
    #[serde(rename = "x")]
    pub expires: Millis,
    /// The visitor's language.
    #[serde(rename = "l")]
    pub language: Language,
    /// The page of this visit.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
    /// Its title.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub page_title: Option<String>,
    /// Who the client says that the visitor is, once they were proved.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

/// A visitor's proved identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Their id in the client's system.
    #[serde(rename = "s")]
    pub subject: String,
    /// Was it a hash that proved them? Otherwise a signed token.
    #[serde(rename = "h", default)]
    pub by_hash: bool,
}

fn mac(secrets: &Secrets, inbox: InboxId, payload: &str) -> Hmac<Sha256> {
    let key = secrets.derive(&format!("visitor|{inbox}"));
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("invariant: HMAC takes a key of any length");
    mac.update(payload.as_bytes());
    mac
}

impl VisitorToken {
    /// The token as text.
    pub fn sign(&self, secrets: &Secrets) -> String {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        let signature = mac(secrets, self.inbox, &payload).finalize().into_bytes();
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Reads a token. Error: `visitor.unknown` when it was not made here, was altered, or is too old.
    pub fn open(secrets: &Secrets, token: &str, now: Millis) -> Result<VisitorToken> {
        let unknown = || Error::new(&codes::VISITOR_UNKNOWN);
        if token.len() > TOKEN_MAX {
            return Err(unknown());
        }
        let (payload, signature) = token.split_once('.').ok_or_else(unknown)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| unknown())?;
        let said = URL_SAFE_NO_PAD.decode(payload).map_err(|_| unknown())?;
        let said: VisitorToken = serde_json::from_slice(&said).map_err(|_| unknown())?;
        // Compared in constant time; the key is that of the inbox which the token claims.
        mac(secrets, said.inbox, payload).verify_slice(&signature).map_err(|_| unknown())?;
        if said.expires < now { Err(unknown()) } else { Ok(said) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::secrets::MasterKey;

    fn secrets(byte: u8) -> Secrets {
        let key = base64::engine::general_purpose::STANDARD.encode([byte; 32]);
        Secrets::new(MasterKey::parse(&key).expect("a key"))
    }

    fn token() -> VisitorToken {
        VisitorToken {
            inbox: InboxId(7),
            visitor: "00ff".repeat(8),
            contact: ContactId(9),
            issued: 1_000,
            expires: 2_000,
            language: Language::Zh,
            page_url: Some("https://a.example/".into()),
            page_title: None,
            identity: None,
        }
    }

    #[test]
    fn a_token_says_what_was_signed_and_no_longer_than_allowed() {
        let s = secrets(1);
        let text = token().sign(&s);
        assert_eq!(VisitorToken::open(&s, &text, 2_000).expect("good"), token());
        assert!(VisitorToken::open(&s, &text, 2_001).is_err(), "too old");
        assert!(VisitorToken::open(&secrets(2), &text, 1_500).is_err(), "another installation");
    }

    #[test]
    fn an_altered_token_is_refused_at_every_place() {
        let s = secrets(1);
        let text = token().sign(&s);
        for i in 0..text.len() {
            let mut bad = text.clone().into_bytes();
            bad[i] = if bad[i] == b'A' { b'B' } else { b'A' };
            let bad = String::from_utf8(bad).expect("is text");
            // The last character of base64 may carry bits that mean nothing; they are refused too, or change nothing.
            assert!(bad == text || VisitorToken::open(&s, &bad, 1_500).is_err(), "position {i}");
        }
        for bad in ["", ".", "a.b", "..", &"a".repeat(5_000)] {
            assert!(VisitorToken::open(&s, bad, 0).is_err());
        }
    }

    #[test]
    fn a_token_of_one_inbox_cannot_be_said_to_be_of_another() {
        let s = secrets(1);
        let text = token().sign(&s);
        let signature = text.split_once('.').expect("two parts").1;
        let other = VisitorToken { inbox: InboxId(8), ..token() };
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&other).expect("serialises"));
        assert!(VisitorToken::open(&s, &format!("{payload}.{signature}"), 1_500).is_err());
    }
}
