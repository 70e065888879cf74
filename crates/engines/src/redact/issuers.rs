//! Which numbers are cards: issuer ranges with the lengths they are issued in, and the check digit (ISO/IEC 7812).

/// How well a number fits a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// A length in which the issuer's cards come.
    Usual,
    /// A length the range allows and hardly any card has.
    Rare,
}

/// Does the number belong to an issuer, in a length of theirs, with a good check digit?
pub(super) fn fit(digits: &[u8]) -> Option<Fit> {
    let found = issuer_fit(digits)?;
    luhn(digits).then_some(found)
}

fn issuer_fit(d: &[u8]) -> Option<Fit> {
    let head = d[..6].iter().fold(0u32, |n, d| n * 10 + u32::from(*d));
    let len = d.len();
    let one_of = |usual: &[usize], rare: std::ops::RangeInclusive<usize>| {
        if usual.contains(&len) {
            Some(Fit::Usual)
        } else if rare.contains(&len) {
            Some(Fit::Rare)
        } else {
            None
        }
    };
    match head {
        // Old cards of Chinese banks from before the common range; always 19 digits.
        436_742 | 456_351 | 601_382 | 955_880..=955_889 if len == 19 => Some(Fit::Usual),
        // Visa: 13 digits have not been issued for decades, 19 hardly ever.
        400_000..=499_999 => one_of(&[16], 13..=13).or_else(|| one_of(&[], 18..=19)),
        // Mastercard.
        222_100..=272_099 | 510_000..=559_999 => one_of(&[16], 16..=16),
        // American Express.
        340_000..=349_999 | 370_000..=379_999 => one_of(&[15], 15..=15),
        // JCB.
        352_800..=358_999 => one_of(&[16], 17..=19),
        // Diners Club.
        300_000..=305_999 | 309_500..=309_599 | 360_000..=369_999 | 380_000..=399_999 => {
            one_of(&[14], 16..=19)
        }
        // UnionPay, the part shared with Discover included.
        620_000..=629_999 | 810_000..=817_199 => one_of(&[16, 17, 18, 19], 16..=19),
        // Discover.
        601_100..=601_199 | 644_000..=659_999 => one_of(&[16], 17..=19),
        // Maestro.
        501_800..=501_899
        | 502_000..=502_099
        | 503_800..=503_899
        | 561_200..=561_299
        | 589_300..=589_399
        | 630_400..=630_499
        | 639_000..=639_099
        | 675_900..=675_999
        | 676_100..=676_399 => one_of(&[16], 13..=19),
        _ => None,
    }
}

/// The check digit of ISO/IEC 7812.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(*d);
            if i % 2 == 0 { d } else { d * 2 % 10 + d / 5 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Is it a resident's identity number (GB 11643): a date of birth in its place and a good check digit?
pub(super) fn is_resident_id(d: &[u8]) -> bool {
    if d.len() != 18 {
        return false;
    }
    let number = |r: std::ops::Range<usize>| d[r].iter().fold(0u32, |n, d| n * 10 + u32::from(*d));
    let dated = (1900..=2099).contains(&number(6..10))
        && (1..=12).contains(&number(10..12))
        && (1..=31).contains(&number(12..14));
    // ISO 7064 MOD 11-2: the weights are powers of two modulo 11.
    let sum: u32 = d.iter().rev().enumerate().map(|(i, d)| (1 << i) % 11 * u32::from(*d)).sum();
    dated && sum % 11 == 1
}

/// Is it an order number made of year, day of the year, three zeros and eight digits, as a large Chinese shop makes them?
pub(super) fn is_dated_order(d: &[u8]) -> bool {
    let day = |r: &[u8]| r.iter().fold(0u32, |n, d| n * 10 + u32::from(*d));
    d.len() == 16 && d[0] == 2 && (1..=366).contains(&day(&d[2..5])) && d[5..8] == [0, 0, 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(s: &str) -> Vec<u8> {
        s.bytes().map(|b| b - b'0').collect()
    }

    #[test]
    fn published_test_numbers_fit() {
        for (number, want) in [
            ("4111111111111111", Some(Fit::Usual)),
            ("5555555555554444", Some(Fit::Usual)),
            ("2223003122003222", Some(Fit::Usual)),
            ("378282246310005", Some(Fit::Usual)),
            ("6011111111111117", Some(Fit::Usual)),
            ("3530111333300000", Some(Fit::Usual)),
            ("30569309025904", Some(Fit::Usual)),
            ("6200000000000005", Some(Fit::Usual)),
            ("6304000000000000", Some(Fit::Usual)),
            ("4222222222222", Some(Fit::Rare)),
            ("4111111111111112", None),
            ("1234567812345670", None),
        ] {
            assert_eq!(fit(&digits(number)), want, "{number}");
        }
    }

    #[test]
    fn a_residents_number_is_known_by_date_and_check_digit() {
        assert!(is_resident_id(&digits("620102199001011233")));
        assert!(is_resident_id(&digits("620102199001011241")));
        assert!(!is_resident_id(&digits("620102199001011234")));
        assert!(!is_resident_id(&digits("620102199013011234")));
    }
}
