//! Lines and mails as they come over a connection: CRLF ends a line and nothing else does.

use bytes::BytesMut;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// A line at the most, in bytes with its end. The standards ask for 1,000; more is taken, to be kind.
pub const LINE_MAX: usize = 4_096;
/// Of a line that is too long this much is read away; then the connection ends.
const SKIPPED_MAX: usize = 1 << 20;
/// A line must be whole within this, however slowly it comes.
const LINE_TIME: Duration = Duration::from_secs(60);
/// An answer must be taken within this.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// Room for a mail is taken in steps of this many KiB.
const STEP_KIB: u32 = 64;

/// A connection, guarded or not.
pub trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// A command's line.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Without its end.
    Whole(Vec<u8>),
    /// It was too long; its end was found.
    TooLong,
    /// It ended with a bare LF.
    BareLf,
}

/// What came after DATA.
#[derive(Debug)]
pub enum Data {
    /// A mail, unstuffed, and the room that it takes.
    Mail(Vec<u8>, Room),
    /// It was larger than allowed; its end was found.
    TooLarge,
    /// One of its lines was too long; its end was found.
    LineTooLong,
    /// There is no room for it just now; its end was found.
    NoRoom,
    /// A bare LF stood in it: from here on nobody knows what is mail and what is command.
    BareLf,
}

/// Room that mails under way take together.
#[derive(Debug, Default)]
pub struct Room(Option<OwnedSemaphorePermit>);

impl Room {
    /// Takes room up to so many bytes; false where there is none.
    fn reach(&mut self, all: &Arc<Semaphore>, bytes: usize) -> bool {
        let held = self.0.as_ref().map_or(0, |p| p.num_permits() * 1024);
        if bytes <= held {
            return true;
        }
        let steps = (bytes - held).div_ceil(STEP_KIB as usize * 1024) as u32;
        match all.clone().try_acquire_many_owned(steps * STEP_KIB) {
            Ok(more) => {
                match &mut self.0 {
                    Some(p) => p.merge(more),
                    none => *none = Some(more),
                }
                true
            }
            Err(_) => false,
        }
    }
}

/// A connection by lines.
pub struct Lines {
    io: Box<dyn Io>,
    buf: BytesMut,
}

fn gone() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

impl Lines {
    /// Over a connection.
    pub fn over(io: Box<dyn Io>) -> Lines {
        Lines { io, buf: BytesMut::with_capacity(LINE_MAX) }
    }

    /// The connection, where nothing was sent ahead; else nothing: it must not be read as if it came later.
    pub fn into_io(self) -> Option<Box<dyn Io>> {
        self.buf.is_empty().then_some(self.io)
    }

    /// Is there more to be read at once?
    pub fn has_more(&self) -> bool {
        self.buf.contains(&b'\n')
    }

    /// Sends answers.
    pub async fn say(&mut self, text: &str) -> io::Result<()> {
        let until = Instant::now() + ANSWER_TIME;
        let sent = async {
            self.io.write_all(text.as_bytes()).await?;
            self.io.flush().await
        };
        timeout_at(until, sent).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    async fn more(&mut self, until: Instant) -> io::Result<()> {
        self.buf.reserve(LINE_MAX);
        let n = timeout_at(until, self.io.read_buf(&mut self.buf))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        if n == 0 { Err(gone()) } else { Ok(()) }
    }

    /// The next line with its end. `None`: it was too long, and was read away.
    async fn next(&mut self) -> io::Result<Option<BytesMut>> {
        let (until, mut seen, mut skipped) = (Instant::now() + LINE_TIME, 0, 0);
        loop {
            if let Some(at) = self.buf[seen..].iter().position(|b| *b == b'\n') {
                let line = self.buf.split_to(seen + at + 1);
                return Ok((skipped == 0 && line.len() <= LINE_MAX).then_some(line));
            }
            seen = self.buf.len();
            if seen > LINE_MAX {
                skipped += seen;
                self.buf.clear();
                seen = 0;
                if skipped > SKIPPED_MAX {
                    return Err(io::Error::other("a line without end"));
                }
            }
            self.more(until).await?;
        }
    }

    /// The next command.
    pub async fn line(&mut self) -> io::Result<Line> {
        Ok(match self.next().await? {
            None => Line::TooLong,
            Some(mut line) if line.ends_with(b"\r\n") => {
                line.truncate(line.len() - 2);
                Line::Whole(line.to_vec())
            }
            Some(_) => Line::BareLf,
        })
    }

    /// A mail up to its end (`CRLF . CRLF`), of at most `max` bytes.
    pub async fn data(&mut self, max: usize, all: &Arc<Semaphore>) -> io::Result<Data> {
        let (mut mail, mut room, mut fault, mut read) = (vec![], Room::default(), None, 0);
        loop {
            let Some(line) = self.next().await? else {
                fault.get_or_insert(Data::LineTooLong);
                continue;
            };
            if !line.ends_with(b"\r\n") {
                return Ok(Data::BareLf);
            }
            if line[..] == *b".\r\n" {
                return Ok(fault.unwrap_or_else(|| Data::Mail(mail, room)));
            }
            read += line.len();
            if read > max * 2 {
                return Err(io::Error::other("a mail without end"));
            }
            let line = line.strip_prefix(b".").unwrap_or(&line);
            if fault.is_none() && mail.len() + line.len() > max {
                fault = Some(Data::TooLarge);
            }
            if fault.is_none() && !room.reach(all, mail.len() + line.len()) {
                fault = Some(Data::NoRoom);
            }
            if fault.is_some() {
                (mail, room) = (vec![], Room::default());
                continue;
            }
            mail.extend_from_slice(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn data_of(sent: &[u8], max: usize, kib: usize) -> (Data, Vec<u8>) {
        let (mut far, near) = tokio::io::duplex(1 << 20);
        far.write_all(sent).await.expect("sent");
        drop(far);
        let mut lines = Lines::over(Box::new(near));
        let found = lines.data(max, &Arc::new(Semaphore::new(kib))).await.expect("an end");
        (found, lines.buf.to_vec())
    }

    #[tokio::test]
    async fn dots_are_unstuffed_and_what_follows_is_left() {
        let (found, rest) = data_of(b"a\r\n..b\r\n.c\r\n\r\n.\r\nQUIT\r\n", 1_000, 1_000).await;
        assert!(matches!(&found, Data::Mail(m, _) if m == b"a\r\n.b\r\nc\r\n\r\n"), "{found:?}");
        assert_eq!(rest, b"QUIT\r\n");
        let (found, _) = data_of(b".\r\n", 1_000, 1_000).await;
        assert!(matches!(found, Data::Mail(m, _) if m.is_empty()));
    }

    #[tokio::test]
    async fn no_other_end_of_a_mail_is_known() {
        for smuggled in
            [&b"a\n.\nMAIL\r\n"[..], b"a\r\n.\nMAIL\r\n.\r\n", b"a\n.\r\nMAIL\r\n.\r\n", b"\n.\r\n"]
        {
            assert!(matches!(data_of(smuggled, 1_000, 1_000).await.0, Data::BareLf), "{smuggled:?}");
        }
        // A bare CR is a byte like any other.
        for kept in [&b"a\r.\rMAIL\r\n.\r\n"[..], b"a\r\r\n.\r\r\n.\r\n"] {
            let (found, rest) = data_of(kept, 1_000, 1_000).await;
            assert!(matches!(found, Data::Mail(..)) && rest.is_empty(), "{kept:?} {found:?}");
        }
    }

    #[tokio::test]
    async fn what_is_too_much_is_read_to_its_end_and_refused() {
        let body = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n".repeat(100) + ".\r\n";
        assert!(matches!(data_of(body.as_bytes(), 6_399, 1_000).await.0, Data::TooLarge));
        assert!(matches!(data_of(body.as_bytes(), 6_400, 1_000).await.0, Data::Mail(..)));
        assert!(matches!(data_of(body.as_bytes(), 6_400, 63).await.0, Data::NoRoom));
        let long = format!("{}\r\nb\r\n.\r\n", "a".repeat(LINE_MAX));
        assert!(matches!(data_of(long.as_bytes(), 10_000, 1_000).await.0, Data::LineTooLong));
        let fits = format!("{}\r\n.\r\n", "a".repeat(LINE_MAX - 2));
        assert!(matches!(data_of(fits.as_bytes(), 10_000, 1_000).await.0, Data::Mail(..)));
    }
}
