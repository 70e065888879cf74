//! A letter as it goes over the wire (RFC 5322). Pure.

use super::Address;
use super::server::Server;
use super::words::{Words, one_line};
use kernel::{Error, LetterId, Millis, Result};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use std::time::{Duration, UNIX_EPOCH};

/// A name shown with an address at the most, in characters.
const NAME_MAX: usize = 80;

/// Says that a program wrote this, so that no other program answers it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn mailbox(name: &str, address: &Address) -> Result<Mailbox> {
    let plain = address.as_str().parse().map_err(|e| Error::internal("a checked address").cause(e))?;
    let name = one_line(name, NAME_MAX);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), plain))
}

/// The bytes of a letter, the same at every try. `reply_to` goes before the server's own address for answers.
pub fn compose(
    (id, at): (LetterId, Millis),
    server: &Server,
    to: &Address,
    reply_to: Option<&Address>,
    words: &Words,
) -> Result<Vec<u8>> {
    let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(at).unwrap_or(0));
    let mut builder = lettre::Message::builder()
        .message_id(Some(format!("<letter.{id}@{}>", server.from.host())))
        .date(date)
        .from(mailbox(&server.from_name, &server.from)?)
        .to(mailbox("", to)?)
        .subject(words.subject())
        .header(AutoSubmitted);
    if let Some(reply_to) = reply_to.or(server.reply_to.as_ref()) {
        builder = builder.reply_to(mailbox("", reply_to)?);
    }
    let parts = MultiPart::alternative()
        .boundary(format!("=_letter_{id}"))
        .singlepart(SinglePart::plain(words.text()))
        .singlepart(SinglePart::html(words.html()));
    let message = builder.multipart(parts).map_err(|e| Error::internal("a letter").cause(e))?;
    Ok(message.formatted())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Security;
    use proptest::prelude::*;

    fn server(name: &str) -> Server {
        Server {
            tenant: kernel::TenantId(0),
            host: "mail.example.com".into(),
            port: 465,
            security: Security::Tls,
            login: None,
            password: None,
            from_name: name.into(),
            from: Address::parse("hark@example.com").expect("an address"),
            reply_to: Address::parse("answers@example.com"),
            ca: None,
            per_minute: 60,
            bearer: false,
        }
    }

    /// The names of the headers of a letter, folded lines left out.
    fn headers(bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let head = text.split("\r\n\r\n").next().unwrap_or("").to_owned();
        let own = head.split("\r\n").filter(|l| !l.starts_with([' ', '\t']));
        own.map(|l| l.split(':').next().unwrap_or("").to_ascii_lowercase()).collect()
    }

    #[test]
    fn a_letter_is_the_same_at_every_try() {
        let words = Words { subject: "你好".into(), paragraphs: vec!["一".into()], ..Words::default() };
        let to = Address::parse("mia@example.com").expect("an address");
        let make = || {
            compose((LetterId(7), 1_790_000_000_000), &server("倾听"), &to, None, &words).expect("composes")
        };
        let id = String::from_utf8_lossy(&make()).into_owned();
        assert!(
            id.contains("Message-ID: <letter.7@example.com>")
                && id.contains("Auto-Submitted: auto-generated")
        );
    }

    proptest! {
        #[test]
        fn no_field_brings_a_header_of_its_own(
            name in "(?s).*", subject in "(?s).*", text in "(?s).{0,200}", label in "(?s).*", foot in "(?s).*",
            breaks in prop::sample::select(vec!["\r\n", "\n", "\r", "\r\n ", "\0\r\n", "\u{2028}", "\u{85}"]),
        ) {
            let evil = |t: &str| format!("{t}{breaks}Bcc: victim@example.org{breaks}{breaks}X: y{t}");
            let words = Words {
                subject: evil(&subject),
                paragraphs: vec![evil(&text)],
                link: Some((evil(&label), "https://example.com/".into())),
                foot: evil(&foot),
            };
            let to = Address::parse("mia@example.com").expect("an address");
            let bytes = compose((LetterId(1), 0), &server(&evil(&name)), &to, None, &words).expect("composes");
            let allowed = ["message-id", "date", "from", "to", "subject", "auto-submitted", "reply-to", "mime-version",
                "content-type"];
            for h in headers(&bytes) {
                prop_assert!(allowed.contains(&h.as_str()), "{h}");
            }
            let bare = bytes.windows(2).any(|w| (w[1] == b'\n') != (w[0] == b'\r' && w[1] == b'\n') && w[1] == b'\n');
            prop_assert!(!bare, "a bare line feed");
        }
    }
}
