//! Reading a proof of identity. Pure: keys and time are given.
//!
//! The algorithm is chosen by the kind of key, never by the proof: `HS256` is tried against secrets alone, `EdDSA` against
//! public keys alone, and nothing else is read. So a public key can never be used as a secret, and `none` is nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::Millis;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A token at the most, in bytes.
const TOKEN_MAX: usize = 4_096;
/// A token is good for this long at the most.
pub const LIFE_MAX_S: i64 = 3_600;
/// Clocks may differ by this much.
const SKEW_S: i64 = 60;
/// A person's name in the client's system, in characters.
const SUBJECT_MAX: usize = 120;
/// A nonce, in bytes.
const NONCE: std::ops::RangeInclusive<usize> = 8..=200;
/// Attributes in one token.
pub const ATTRIBUTES_MAX: usize = 20;

/// Why a proof is not taken; for developers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is no token, or one of its parts is not what it should be.
    Malformed,
    /// Its algorithm is not HS256 or EdDSA, or there is no key for it.
    Algorithm,
    /// No key of this inbox made it.
    Signature,
    /// It is meant for another inbox.
    Audience,
    /// Its time is over, or has not come.
    Expired,
    /// It would be good for more than an hour.
    TooLong,
    /// `sub`, `jti`, `iat` or `exp` is missing or unfit.
    Claims,
    /// It was used on another device before.
    Replayed,
    /// This inbox takes no such proof.
    NotTaken,
}

impl Fault {
    /// The word in the problem's detail.
    pub fn word(self) -> &'static str {
        match self {
            Fault::Malformed => "malformed",
            Fault::Algorithm => "algorithm",
            Fault::Signature => "signature",
            Fault::Audience => "audience",
            Fault::Expired => "expired",
            Fault::TooLong => "too_long",
            Fault::Claims => "claims",
            Fault::Replayed => "replayed",
            Fault::NotTaken => "not_taken",
        }
    }
}

/// The keys of an inbox that are good now.
#[derive(Debug, Default)]
pub struct Keys {
    /// Secrets, for HS256 and for hashes.
    pub secrets: Vec<Vec<u8>>,
    /// Ed25519 public keys in base64url, for EdDSA.
    pub public: Vec<String>,
}

/// How somebody was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A signed token.
    Token,
    /// An identifier with its HMAC.
    Hash,
}

impl By {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            By::Token => "token",
            By::Hash => "hash",
        }
    }
}

/// A nonce, and until when it must be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce {
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// When its token is over.
    pub expires: Millis,
}

/// Somebody whose client vouches for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// Their id in the client's system.
    pub subject: String,
    /// Their name there.
    pub name: Option<String>,
    /// Their mail address, and whether the client has seen that it is theirs.
    pub email: Option<(String, bool)>,
    /// Their telephone number, and whether the client has seen that it is theirs.
    pub phone: Option<(String, bool)>,
    /// What else the client says.
    pub attributes: BTreeMap<String, String>,
    /// What makes the proof good once.
    pub nonce: Option<Nonce>,
    /// How.
    pub by: By,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    jti: String,
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    phone_number: Option<String>,
    #[serde(default)]
    phone_number_verified: bool,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

/// Reads a JSON Web Token made for the inbox with the public name `audience`.
pub fn token(text: &str, keys: &Keys, audience: &str, now: Millis) -> Result<Proved, Fault> {
    if text.len() > TOKEN_MAX {
        return Err(Fault::Malformed);
    }
    let mut parts = text.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Fault::Malformed);
    };
    let header: Header = decoded(head)?;
    if header.crit.is_some() {
        return Err(Fault::Malformed);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Fault::Malformed)?;
    let signed = &text[..head.len() + 1 + body.len()];
    let good = match header.alg.as_str() {
        "HS256" if !keys.secrets.is_empty() => {
            keys.secrets.iter().any(|k| is_hmac(k, signed.as_bytes(), &signature))
        }
        "EdDSA" if !keys.public.is_empty() => {
            keys.public.iter().any(|k| is_ed25519(k, signed.as_bytes(), &signature))
        }
        _ => return Err(Fault::Algorithm),
    };
    // Nothing of the body is read before the signature has been found good.
    if good { claims(decoded(body)?, audience, now) } else { Err(Fault::Signature) }
}

fn decoded<T: DeserializeOwned>(part: &str) -> Result<T, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Fault::Malformed)
}

fn is_hmac(key: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("invariant: HMAC takes a key of any length");
    mac.update(signed);
    mac.verify_slice(signature).is_ok()
}

fn is_ed25519(key: &str, signed: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = URL_SAFE_NO_PAD.decode(key) else { return false };
    ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key).verify(signed, signature).is_ok()
}

fn claims(c: Claims, audience: &str, now: Millis) -> Result<Proved, Fault> {
    let now_s = now / 1_000;
    let meant = match &c.aud {
        Audience::One(a) => a == audience,
        Audience::Many(all) => all.iter().any(|a| a == audience),
    };
    if !meant {
        return Err(Fault::Audience);
    }
    if !(0..i64::from(u32::MAX)).contains(&c.iat) || !(0..i64::from(u32::MAX) * 2).contains(&c.exp) {
        return Err(Fault::Claims);
    }
    if c.exp - c.iat > LIFE_MAX_S {
        return Err(Fault::TooLong);
    }
    let early = c.iat > now_s + SKEW_S || c.nbf.is_some_and(|t| t > now_s + SKEW_S);
    if c.exp <= now_s || early {
        return Err(Fault::Expired);
    }
    if !NONCE.contains(&c.jti.len()) || c.attributes.len() > ATTRIBUTES_MAX {
        return Err(Fault::Claims);
    }
    Ok(Proved {
        subject: subject(&c.sub)?,
        name: c.name,
        email: c.email.map(|e| (e, c.email_verified)),
        phone: c.phone_number.map(|p| (p, c.phone_number_verified)),
        attributes: c.attributes,
        nonce: Some(Nonce { hash: hex(&Sha256::digest(c.jti.as_bytes())), expires: c.exp * 1_000 }),
        by: By::Token,
    })
}

fn subject(sub: &str) -> Result<String, Fault> {
    let fits = (1..=SUBJECT_MAX).contains(&sub.chars().count())
        && sub.trim() == sub
        && !sub.contains(char::is_control);
    if fits { Ok(sub.to_owned()) } else { Err(Fault::Claims) }
}

/// Reads an identifier with its HMAC-SHA256 in hexadecimal, as older widgets have it.
pub fn hash(identifier: &str, hash: &str, keys: &Keys) -> Result<Proved, Fault> {
    let given = unhex(hash).ok_or(Fault::Malformed)?;
    if !keys.secrets.iter().any(|k| is_hmac(k, identifier.as_bytes(), &given)) {
        return Err(Fault::Signature);
    }
    Ok(Proved {
        subject: subject(identifier)?,
        name: None,
        email: None,
        phone: None,
        attributes: BTreeMap::new(),
        nonce: None,
        by: By::Hash,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// 64 hexadecimal digits as bytes.
fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..32).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use serde_json::{Value, json};

    const NOW: Millis = 1_900_000_000_000;
    const SECRET: &[u8] = b"hark_identity_secret";

    fn body() -> Value {
        let now = NOW / 1_000;
        json!({ "sub": "u-1", "aud": "box", "iat": now - 10, "exp": now + 600, "jti": "nonce-0001",
            "email": "li@example.com", "email_verified": true })
    }

    fn part(v: &Value) -> String {
        URL_SAFE_NO_PAD.encode(v.to_string())
    }

    fn signed(head: &Value, body: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let text = format!("{}.{}", part(head), part(body));
        let signature = URL_SAFE_NO_PAD.encode(sign(text.as_bytes()));
        format!("{text}.{signature}")
    }

    fn hs(key: &[u8], body: &Value) -> String {
        signed(&json!({"alg": "HS256", "typ": "JWT"}), body, |text| mac(key, text))
    }

    fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key");
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    }

    fn pair() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a pair")
    }

    fn keys() -> Keys {
        let public = URL_SAFE_NO_PAD.encode(pair().public_key().as_ref());
        Keys { secrets: vec![SECRET.to_vec()], public: vec![public] }
    }

    fn read(text: &str) -> Result<Proved, Fault> {
        token(text, &keys(), "box", NOW)
    }

    #[test]
    fn both_algorithms_prove_who_it_is() {
        let p = read(&hs(SECRET, &body())).expect("good");
        assert_eq!((p.subject.as_str(), p.by), ("u-1", By::Token));
        assert_eq!(p.email, Some(("li@example.com".into(), true)));
        let text = signed(&json!({"alg": "EdDSA"}), &body(), |t| pair().sign(t).as_ref().to_vec());
        assert_eq!(read(&text).expect("good").subject, "u-1");
    }

    #[test]
    fn no_algorithm_and_no_signature_prove_nothing() {
        for alg in ["none", "None", "NONE", "HS512", "RS256", "ES256", "hs256", ""] {
            let text = signed(&json!({ "alg": alg }), &body(), |_| vec![]);
            assert_eq!(read(&text), Err(Fault::Algorithm), "{alg}");
        }
        let text = signed(&json!({"alg": "HS256"}), &body(), |_| vec![]);
        assert_eq!(read(&text), Err(Fault::Signature));
    }

    #[test]
    fn a_public_key_is_no_secret() {
        // The classic confusion: the public key, which everybody may know, used as the key of an HMAC.
        let public = keys().public.remove(0);
        let raw = URL_SAFE_NO_PAD.decode(&public).expect("bytes");
        for key in [public.as_bytes(), raw.as_slice()] {
            assert_eq!(read(&hs(key, &body())), Err(Fault::Signature));
        }
        let only_public = Keys { secrets: vec![], ..keys() };
        assert_eq!(token(&hs(SECRET, &body()), &only_public, "box", NOW), Err(Fault::Algorithm));
        let only_secret = Keys { public: vec![], ..keys() };
        let text = signed(&json!({"alg": "EdDSA"}), &body(), |t| pair().sign(t).as_ref().to_vec());
        assert_eq!(token(&text, &only_secret, "box", NOW), Err(Fault::Algorithm));
    }

    #[test]
    fn times_and_audience_are_kept_to() {
        let now = NOW / 1_000;
        let with = |change: Value| {
            let mut b = body();
            for (k, v) in change.as_object().expect("an object") {
                b[k] = v.clone();
            }
            read(&hs(SECRET, &b))
        };
        assert_eq!(with(json!({"aud": "other"})), Err(Fault::Audience));
        assert!(with(json!({"aud": ["other", "box"]})).is_ok());
        assert_eq!(with(json!({"exp": now})), Err(Fault::Expired));
        assert_eq!(with(json!({"iat": now + 120})), Err(Fault::Expired));
        assert_eq!(with(json!({"nbf": now + 120})), Err(Fault::Expired));
        assert_eq!(with(json!({"exp": now + 3_700})), Err(Fault::TooLong));
        assert_eq!(with(json!({"exp": i64::MAX})), Err(Fault::Claims));
        assert_eq!(with(json!({"iat": i64::MIN})), Err(Fault::Claims));
        assert_eq!(with(json!({"jti": "short"})), Err(Fault::Claims));
        for bad in ["", " a", "a\u{0}", &"x".repeat(121)] {
            assert_eq!(with(json!({ "sub": bad })), Err(Fault::Claims), "{bad}");
        }
        for missing in ["sub", "aud", "exp", "iat", "jti"] {
            let mut b = body();
            b.as_object_mut().expect("an object").remove(missing);
            assert_eq!(read(&hs(SECRET, &b)), Err(Fault::Malformed), "{missing}");
        }
    }

    #[test]
    fn every_altered_character_is_seen() {
        let text = hs(SECRET, &body());
        for i in 0..text.len() {
            let mut bad = text.clone().into_bytes();
            bad[i] = if bad[i] == b'A' { b'B' } else { b'A' };
            let bad = String::from_utf8(bad).expect("is text");
            assert!(bad == text || read(&bad).is_err(), "position {i}");
        }
        for bad in ["", ".", "..", "a.b.c", "a.b.c.d", &"a".repeat(5_000)] {
            assert!(read(bad).is_err());
        }
        let crit = signed(&json!({"alg": "HS256", "crit": ["b64"]}), &body(), |t| mac(SECRET, t));
        assert_eq!(read(&crit), Err(Fault::Malformed));
    }

    #[test]
    fn a_hash_fits_one_identifier() {
        let good = hex(&mac(SECRET, b"u-1"));
        assert_eq!(hash("u-1", &good, &keys()).expect("good").by, By::Hash);
        assert_eq!(hash("u-2", &good, &keys()), Err(Fault::Signature));
        assert_eq!(hash("u-1", "zz", &keys()), Err(Fault::Malformed));
        assert_eq!(hash("u-1", &"é".repeat(32), &keys()), Err(Fault::Malformed));
    }
}
