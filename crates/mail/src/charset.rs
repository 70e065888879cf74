//! Bytes to text where the sender said nothing about the charset, or something wrong.
//!
//! A declared charset is believed when the bytes fit it. Bytes that do not fit, that have no charset, or that are
//! declared as ASCII or Latin-1 although they are plainly UTF-8 or an East Asian charset, are guessed (chardetng, which
//! knows GB18030, Big5, ISO-2022-JP, Shift_JIS, EUC-KR, KOI8 and the Windows pages; the labels are WHATWG's).

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, WINDOWS_1252,
};
use mail_parser::decoders::charsets::map::charset_decoder;

/// How a text was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// As declared, or plain ASCII or UTF-8.
    Declared,
    /// Nothing was declared.
    Guessed,
    /// What was declared did not fit the bytes.
    Wrong,
}

/// A text and how it was decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text; what could not be decoded at all stands as U+FFFD.
    pub text: String,
    /// The name of the charset used, in WHATWG's spelling.
    pub charset: &'static str,
    /// Whether it was declared.
    pub how: How,
}

/// High bytes that a guess against a declared Latin-1 needs: fewer may well be umlauts.
const HIGH_BYTES_MIN: usize = 6;
/// Bytes that are looked at for a guess.
const GUESS_BYTES_MAX: usize = 64 << 10;

fn exact(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|t| t.into_owned())
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(GUESS_BYTES_MAX)], bytes.len() <= GUESS_BYTES_MAX);
    let found = detector.guess(None, Utf8Detection::Allow);
    // GB18030 holds GBK whole.
    if found == GBK { GB18030 } else { found }
}

fn is_east_asian(encoding: &'static Encoding) -> bool {
    [GB18030, GBK, BIG5, EUC_JP, EUC_KR, SHIFT_JIS, ISO_2022_JP].contains(&encoding)
}

fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| b.is_ascii() && *b != 0x1b)
}

fn done(text: String, encoding: &'static Encoding, how: How) -> Decoded {
    Decoded { text, charset: encoding.name(), how }
}

/// Decodes bytes whose sender declared this charset, or none.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let label = declared.map(str::trim).filter(|l| !l.is_empty());
    let known = label.and_then(|l| Encoding::for_label_no_replacement(l.as_bytes()));
    // UTF-7 is none of WHATWG's; the parser of mails reads it.
    if let Some(read) =
        label.filter(|l| l.to_ascii_lowercase().contains("utf-7")).and_then(|l| charset_decoder(l.as_bytes()))
    {
        return done(read(bytes), UTF_8, How::Declared);
    }
    if is_plain(bytes) && known.is_none_or(|e| e.is_ascii_compatible()) {
        return done(String::from_utf8_lossy(bytes).into_owned(), UTF_8, How::Declared);
    }
    // WHATWG takes `us-ascii` and `iso-8859-1` for windows-1252, which fits every byte and so proves nothing.
    let proves_nothing = known.is_none() || known == Some(WINDOWS_1252);
    let shifts = bytes.is_ascii()
        && [&b"\x1b$B"[..], b"\x1b$@", b"\x1b(J"].iter().any(|e| bytes.windows(3).any(|w| w == *e));
    if shifts && let Some(text) = exact(bytes, ISO_2022_JP) {
        let how = if known == Some(ISO_2022_JP) {
            How::Declared
        } else if label.is_none() {
            How::Guessed
        } else {
            How::Wrong
        };
        return done(text, ISO_2022_JP, how);
    }
    if let Some(encoding) = known.filter(|_| !proves_nothing) {
        let wide = if encoding == GBK { GB18030 } else { encoding };
        if let Some(text) = exact(bytes, wide) {
            return done(text, encoding, How::Declared);
        }
    }
    let how = if label.is_none() { How::Guessed } else { How::Wrong };
    if let Some(text) = exact(bytes, UTF_8).filter(|_| !bytes.contains(&0x1b)) {
        return done(text, UTF_8, if label.is_none() { How::Declared } else { how });
    }
    let found = guess(bytes);
    let high = bytes.iter().filter(|b| !b.is_ascii()).count();
    let ascii_declared = label.is_some_and(|l| l.to_ascii_lowercase().contains("ascii"));
    if let (Some(known), true) = (known, proves_nothing)
        && !ascii_declared
        && !(is_east_asian(found)
            && (high >= HIGH_BYTES_MIN || found == ISO_2022_JP)
            && exact(bytes, found).is_some())
    {
        return done(known.decode_without_bom_handling(bytes).0.into_owned(), known, How::Declared);
    }
    // A damaged text in a declared charset is better read in it, with marks, than in another.
    if let Some(known) = known.filter(|_| !proves_nothing)
        && (exact(bytes, found).is_none() || !is_east_asian(found))
        && damage(bytes, known) * 20 < bytes.len().max(20)
    {
        return done(known.decode_without_bom_handling(bytes).0.into_owned(), known, How::Declared);
    }
    done(found.decode_without_bom_handling(bytes).0.into_owned(), found, how)
}

/// How many places of these bytes do not fit a charset.
fn damage(bytes: &[u8], encoding: &'static Encoding) -> usize {
    encoding.decode_without_bom_handling(bytes).0.matches('\u{fffd}').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, label: &str) -> Vec<u8> {
        Encoding::for_label(label.as_bytes()).expect("a label").encode(text).0.into_owned()
    }

    #[test]
    fn undeclared_and_wrongly_declared_charsets_are_found() {
        let chinese = "您好，我的订单三天了还没有发货，请帮忙查一下，谢谢。";
        let taiwanese = "您好，我的訂單三天了還沒有出貨，請幫忙查詢一下，謝謝。";
        let japanese = "お世話になっております。注文の商品がまだ届いていません。";
        let russian = "Здравствуйте, мой заказ до сих пор не пришёл, помогите, пожалуйста.";
        for (text, label) in [
            (chinese, "gb18030"),
            (taiwanese, "big5"),
            (japanese, "iso-2022-jp"),
            (russian, "koi8-r"),
            (chinese, "utf-8"),
        ] {
            let raw = bytes(text, label);
            for declared in [None, Some("us-ascii"), Some("x-unknown")] {
                assert_eq!(decode(&raw, declared).text, text, "{label} declared {declared:?}");
            }
            if label != "koi8-r" {
                assert_eq!(decode(&raw, Some("iso-8859-1")).text, text, "{label} declared as Latin-1");
                assert_eq!(decode(&raw, Some("utf-8")).text, text, "{label} declared as UTF-8");
            }
            assert_eq!(decode(&raw, Some(label)).how, How::Declared);
        }
    }

    #[test]
    fn latin_letters_stay_as_declared() {
        let text = "Grüße aus Köln, schöne Tage, für später";
        let read = decode(&bytes(text, "windows-1252"), Some("ISO-8859-1"));
        assert_eq!((read.text.as_str(), read.how), (text, How::Declared));
        // A letter beyond GBK under the old label.
        assert_eq!(decode(&bytes("㐀龥𠀀", "gb18030"), Some("gb2312")).text, "㐀龥𠀀");
    }
}
