//! An address of mail, checked before anything is made of it. Pure.

use kernel::{Error, Result};

/// An address at the most, in bytes (RFC 5321).
const ADDRESS_MAX: usize = 254;
/// The part before `@` at the most, in bytes.
const LOCAL_MAX: usize = 64;

/// An address of mail: letters, digits and the plain signs before `@`, a host name after it, in ASCII and small letters
/// where that makes no difference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(String);

impl Address {
    /// Checks and normalises an address; `None` for what is none. Quoted parts, comments and addresses by number are not
    /// taken: no mailbox of a person has them, and much mischief does.
    pub fn parse(text: &str) -> Option<Address> {
        let (local, host) = text.trim().rsplit_once('@')?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(&b);
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        if local.is_empty() || local.len() > LOCAL_MAX || dots || !local.bytes().all(plain) {
            return None;
        }
        let host = idna::domain_to_ascii(host).ok()?;
        let label = |l: &str| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !host.split('.').all(label) || host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return None;
        }
        let whole = format!("{local}@{host}");
        (whole.len() <= ADDRESS_MAX).then_some(Address(whole))
    }

    /// As [`Address::parse`], naming the field at fault.
    pub fn of_field(field: &'static str, text: &str) -> Result<Address> {
        Address::parse(text).ok_or_else(|| Error::invalid(field, "unfit"))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after `@`.
    pub fn host(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, h)| h)
    }

    /// Enough to recognise it by, and no more: `m***@example.com`.
    pub fn hint(&self) -> String {
        let first = self.0.chars().next().unwrap_or('*');
        format!("{first}***@{}", self.host())
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_addresses_are_taken_and_odd_ones_are_not() {
        for (text, is) in [
            (" mia.lin+a@Example.COM ", Some("mia.lin+a@example.com")),
            ("小林@example.com", None),
            ("mia@例子.测试", Some("mia@xn--fsqu00a.xn--0zwm56d")),
            ("mia@localhost", Some("mia@localhost")),
            ("mia@127.0.0.1", None),
            ("mia@[127.0.0.1]", None),
            ("\"a b\"@example.com", None),
            ("a@b@example.com", None),
            ("mia@example.com\r\nBcc: x@y.z", None),
            ("mia\n@example.com", None),
            ("mia@exa mple.com", None),
            (".mia@example.com", None),
            ("@example.com", None),
            ("mia@", None),
        ] {
            assert_eq!(Address::parse(text).map(|a| a.to_string()).as_deref(), is, "{text:?}");
        }
        assert_eq!(Address::parse("mia@example.com").expect("an address").hint(), "m***@example.com");
    }

    proptest! {
        #[test]
        fn no_address_holds_a_line_break_a_blank_or_a_second_at(text in "\\PC*|.*") {
            if let Some(a) = Address::parse(&format!("a{text}@example.com")) {
                prop_assert!(a.as_str().bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(a.as_str().matches('@').count(), 1);
            }
        }
    }
}
