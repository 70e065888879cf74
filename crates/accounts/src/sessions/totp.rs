//! The second factor: RFC 6238, six digits, thirty seconds, one step of tolerance; and recovery codes.

use super::access::{Hash, hash_of};
use totp_rs::{Builder, Secret};

/// Bytes of a seed: those of SHA-1, as RFC 4226 §4 advises.
pub const SEED: usize = 20;
/// Recovery codes given at once.
pub const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code: no 0/O, 1/I/L, so 31 kinds; ten of them are 49 bits, used once and throttled.
const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// The time step whose code this is, among the present one and its neighbours.
pub fn step_of(seed: [u8; SEED], code: &str, now_ms: i64) -> Option<i64> {
    let totp = Builder::new()
        .with_secret(Secret::new_stack(seed))
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .build_noncompliant();
    totp.check(code, (now_ms / 1000).max(0) as u64).map(|step| step as i64)
}

/// RFC 4648 base32 without padding, as authenticators read it.
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for b in bytes {
        held = (held << 8) | u32::from(*b);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(held << (5 - bits)) as usize & 31]));
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// The `otpauth://` address that authenticators read from a picture.
pub fn uri(seed: &[u8], issuer: &str, login: &str) -> String {
    let (issuer, login) = (escaped(issuer), escaped(login));
    format!(
        "otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
        base32(seed)
    )
}

/// Recovery codes from random bytes, written `XXXXX-XXXXX`.
pub fn recovery_codes(fill: impl Fn(&mut [u8])) -> Vec<String> {
    let letter = || loop {
        let mut b = [0];
        fill(&mut b);
        // The largest multiple of 31 below 256, so that no letter is likelier.
        if b[0] < 248 {
            return char::from(LETTERS[usize::from(b[0]) % LETTERS.len()]);
        }
    };
    let code = |_| {
        let text: String = (0..10).map(|_| letter()).collect();
        format!("{}-{}", &text[..5], &text[5..])
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// The hash under which a recovery code is kept; case, spaces and dashes do not matter.
pub fn recovery_hash(code: &str) -> Hash {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    hash_of(&plain)
}

/// A QR code as the path of a picture, one unit a module, with its side in units and four units of margin.
pub(super) fn qr(text: &str) -> Option<(String, i32)> {
    const MARGIN: i32 = 4;
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium).ok()?;
    let side = code.size();
    let mut path = String::new();
    for y in 0..side {
        for x in (0..side).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + MARGIN, y + MARGIN));
        }
    }
    Some((path, side + 2 * MARGIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn codes_fit_as_in_the_rfc() {
        // RFC 6238 appendix B, SHA-1, cut to six digits.
        let seed = *b"12345678901234567890";
        assert_eq!(step_of(seed, "287082", 59_000), Some(1));
        assert_eq!(step_of(seed, "081804", 1_111_111_109_000), Some(37_037_036));
        assert_eq!(step_of(seed, "287082", 59_000 + 30_000), Some(1), "one step late is still good");
        assert_eq!(step_of(seed, "287082", 59_000 + 61_000), None);
        assert_eq!(step_of(seed, "28708", 59_000), None);
        assert_eq!(step_of(seed, "+87082", 59_000), None);
    }

    #[test]
    fn base32_as_in_the_rfc() {
        for (plain, coded) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(plain.as_bytes()), coded);
        }
        assert!(
            uri(b"f", "Hark 客服", "mia@x")
                .starts_with("otpauth://totp/Hark%20%E5%AE%A2%E6%9C%8D:mia%40x?secret=MY&")
        );
    }

    #[test]
    fn recovery_codes_differ_and_are_read_kindly() {
        let n = Cell::new(0_u8);
        let codes = recovery_codes(|b| {
            n.set(n.get().wrapping_add(37));
            b[0] = n.get();
        });
        assert_eq!(codes.len(), RECOVERY_CODES);
        assert!(codes.iter().all(|c| c.len() == 11));
        assert_eq!(recovery_hash("ab2cd-ef3gh"), recovery_hash("AB2CD EF3GH"));
    }
}
