//! The mark of a mail that the test button sends: whoever brings it in knows it and makes no conversation of it. Nobody else
//! can make one, since it is signed; a mail that merely claims it is a mail like any other.

use hmac::{Hmac, KeyInit, Mac};
use kernel::{InboxId, Millis};
use parking_lot::Mutex;
use platform::App;
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::oneshot;

/// The header that holds it.
pub const HEADER: &str = "X-Hark-Test";
/// A mark is good for this long.
const GOOD_MS: Millis = 3_600_000;
/// Of a mail's head this much is looked through, in bytes.
const HEAD_MAX: usize = 256 * 1024;

fn signature(app: &App, said: &str) -> Hmac<Sha256> {
    let key = app.secrets().derive("mailbox test mails");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("invariant: any length is a key");
    mac.update(said.as_bytes());
    mac
}

/// A new mark for a mail to this inbox.
pub fn make(app: &App, inbox: InboxId, now: Millis) -> String {
    let said = format!("{inbox}.{}.{:016x}", now + GOOD_MS, app.rng().u64());
    let proof = hex::encode(signature(app, &said).finalize().into_bytes());
    format!("{said}.{proof}")
}

/// The value of the first header of this name in a mail's head, unfolded lines only.
pub fn header<'a>(raw: &'a [u8], name: &str) -> Option<&'a str> {
    let head = &raw[..raw.len().min(HEAD_MAX)];
    for line in head.split(|b| *b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return None;
        }
        let (field, value) = line.split_at(line.iter().position(|b| *b == b':').unwrap_or(line.len()));
        if field.eq_ignore_ascii_case(name.as_bytes()) {
            return std::str::from_utf8(value.get(1..)?).ok().map(str::trim);
        }
    }
    None
}

/// The mark of a mail to this inbox, if it has one that is good.
pub fn of<'a>(app: &App, inbox: InboxId, raw: &'a [u8], now: Millis) -> Option<&'a str> {
    let mark = header(raw, HEADER)?;
    let (said, proof) = mark.rsplit_once('.')?;
    let mut parts = said.split('.');
    let (whose, until) = (parts.next()?, parts.next()?.parse::<Millis>().ok()?);
    let good = whose == inbox.to_string() && now < until && until <= now + GOOD_MS;
    let proof = hex::decode(proof).ok().filter(|_| good)?;
    signature(app, said).verify_slice(&proof).ok().map(|()| mark)
}

/// Test mails that somebody waits for in this program. Provided as a port.
#[derive(Default)]
pub struct Awaited {
    all: Mutex<HashMap<String, oneshot::Sender<Vec<u8>>>>,
}

/// One such mail.
pub struct Expected {
    from: Arc<Awaited>,
    mark: String,
    came: Option<oneshot::Receiver<Vec<u8>>>,
}

impl Awaited {
    /// Waits from now on for the mail with this mark.
    pub fn expect(self: &Arc<Awaited>, mark: &str) -> Expected {
        let (tell, came) = oneshot::channel();
        self.all.lock().insert(mark.to_owned(), tell);
        Expected { from: self.clone(), mark: mark.to_owned(), came: Some(came) }
    }

    /// A mail with this mark came.
    pub fn came(&self, mark: &str, raw: &[u8]) {
        if let Some(tell) = self.all.lock().remove(mark) {
            // Who waited may have given up.
            let _ = tell.send(raw[..raw.len().min(HEAD_MAX)].to_vec());
        }
    }
}

impl Expected {
    /// The head of the mail, once it came.
    pub async fn came(mut self) -> Vec<u8> {
        match self.came.take() {
            Some(came) => match came.await {
                Ok(head) => head,
                Err(_) => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        self.from.all.lock().remove(&self.mark);
    }
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn a_header_is_found_in_the_head_alone() {
        let mail = b"From: a@b\r\nx-hark-test: 1.2 \r\n\r\nX-Other: body\r\n";
        assert_eq!(header(mail, "X-Hark-Test"), Some("1.2"));
        assert_eq!(header(mail, "X-Other"), None);
    }
}
