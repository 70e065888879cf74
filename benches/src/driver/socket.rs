//! A WebSocket client (RFC 6455) that reads many frames at a time and masks with zeros, which leaves the text as it is.

use super::Request;
use crate::fault::{Fault, Outcome};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Read at once by a busy socket; an idle one holds nothing.
const READ_AT_ONCE: usize = 64 * 1024;
/// A frame at the most.
const FRAME_MAX: usize = 4 * 1024 * 1024;
/// How often a socket says that somebody is there.
const PING_EVERY: Duration = Duration::from_secs(25);
/// The answer to the upgrade at the most.
const HEAD_MAX: usize = 16 * 1024;

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// Text.
    Text(&'a str),
    /// The other side ends.
    Close,
}

/// A socket.
#[derive(Debug)]
pub struct Socket {
    stream: Rc<TcpStream>,
    buffer: Vec<u8>,
    from: usize,
}

/// The other half of a socket: sends while somebody else reads.
#[derive(Debug, Clone)]
pub struct Voice(Rc<TcpStream>);

impl Voice {
    /// Sends text.
    pub async fn send(&self, text: &str) -> Outcome<()> {
        write(&self.0, &frame(1, text.as_bytes())).await
    }
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> Outcome<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(e) if e.kind() == ErrorKind::WouldBlock => stream.writable().await?,
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

struct Header {
    opcode: u8,
    start: usize,
    end: usize,
}

fn header(bytes: &[u8]) -> Option<Header> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)? & 0x7f);
    let (length, start) = match second {
        126 => (u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?) as usize, 4),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize, 10),
        n => (n as usize, 2),
    };
    Some(Header { opcode: first & 0x0f, start, end: start.saturating_add(length) })
}

fn frame(opcode: u8, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 14);
    out.push(0x80 | opcode);
    match body.len() {
        n @ 0..126 => out.push(0x80 | n as u8),
        n @ 126..65_536 => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(n as u16).to_be_bytes());
        }
        n => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(n as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(body);
    out
}

impl Socket {
    /// Connects from one of the loopback's addresses (by `k`, since one address has only some 28,000 ports), and upgrades.
    pub async fn open(
        to: SocketAddr,
        path: &str,
        protocol: Option<&str>,
        token: Option<&str>,
        k: usize,
    ) -> Outcome<Socket> {
        let socket = TcpSocket::new_v4()?;
        if to.ip().is_loopback() {
            socket.bind(SocketAddr::from(([127, 0, 0, 1 + (k / 10_000) as u8], 0)))?;
        }
        let mut stream = socket.connect(to).await?;
        stream.set_nodelay(true)?;
        let mut upgrade = Request::new("GET", path)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        if let Some(p) = protocol {
            upgrade = upgrade.header("sec-websocket-protocol", p);
        }
        if let Some(t) = token {
            upgrade = upgrade.bearer(t);
        }
        stream.write_all(&upgrade.bytes(to)).await?;
        let mut head: Vec<u8> = Vec::with_capacity(512);
        let end = loop {
            if let Some(end) = head.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            if head.len() > HEAD_MAX || stream.read_buf(&mut head).await? == 0 {
                return Err(Fault::new("the upgrade to a socket was not answered"));
            }
        };
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(Fault::new(format!("no socket: {}", String::from_utf8_lossy(&head))));
        }
        head.drain(..end);
        Ok(Socket { stream: Rc::new(stream), buffer: head, from: 0 })
    }

    /// Sends text.
    pub async fn send(&mut self, text: &str) -> Outcome<()> {
        write(&self.stream, &frame(1, text.as_bytes())).await
    }

    /// A handle that sends while this one reads.
    pub fn voice(&self) -> Voice {
        Voice(self.stream.clone())
    }

    /// Says from time to time that somebody is there, until the socket is dropped: the server lets silent ones go. For
    /// sockets that otherwise only listen.
    pub fn keep_alive(&self) {
        let stream = Rc::downgrade(&self.stream);
        tokio::task::spawn_local(async move {
            loop {
                tokio::time::sleep(PING_EVERY).await;
                let Some(stream) = stream.upgrade() else { return };
                if write(&stream, &frame(1, br#"{"op":"ping"}"#)).await.is_err() {
                    return;
                }
            }
        });
    }

    /// The next text or the end; answers pings.
    pub async fn next(&mut self) -> Outcome<Frame<'_>> {
        loop {
            match header(&self.buffer[self.from..]) {
                Some(h) if h.end > FRAME_MAX => return Err(Fault::new("a frame beyond all measure")),
                Some(h) if self.buffer.len() - self.from >= h.end => {
                    let (start, end) = (self.from + h.start, self.from + h.end);
                    self.from = end;
                    match h.opcode {
                        1 => return Ok(Frame::Text(std::str::from_utf8(&self.buffer[start..end])?)),
                        8 => return Ok(Frame::Close),
                        9 => {
                            let pong = frame(10, &self.buffer[start..end]);
                            write(&self.stream, &pong).await?;
                        }
                        _ => {}
                    }
                }
                _ => self.read().await?,
            }
        }
    }

    /// The next text for which `pick` has an answer.
    pub async fn wait<T>(&mut self, within: Duration, mut pick: impl FnMut(&str) -> Option<T>) -> Outcome<T> {
        let search = async {
            loop {
                match self.next().await? {
                    Frame::Text(t) => {
                        if let Some(found) = pick(t) {
                            return Ok(found);
                        }
                    }
                    Frame::Close => return Err(Fault::new("the server closed a socket")),
                }
            }
        };
        let found = tokio::time::timeout(within, search).await;
        found.map_err(|_| Fault::new(format!("what was waited for did not come within {within:?}")))?
    }

    /// Gives its buffer back; for a socket that will be idle.
    pub fn rest(&mut self) {
        self.buffer.drain(..self.from);
        self.from = 0;
        self.buffer.shrink_to_fit();
    }

    async fn read(&mut self) -> Outcome<()> {
        self.buffer.drain(..self.from);
        self.from = 0;
        if self.buffer.capacity() == 0 {
            // An idle socket waits here; it takes its buffer only once there is something to read.
            self.stream.readable().await?;
        }
        self.buffer.reserve(READ_AT_ONCE);
        loop {
            match self.stream.try_read_buf(&mut self.buffer) {
                Ok(0) => return Err(Fault::new("the server dropped a socket")),
                Ok(_) => return Ok(()),
                Err(e) if e.kind() == ErrorKind::WouldBlock => self.stream.readable().await?,
                Err(e) => return Err(e.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_length_are_written_and_read() {
        for n in [0_usize, 125, 126, 65_535, 65_536] {
            let bytes = frame(1, &vec![b'x'; n]);
            let h = header(&bytes).expect("whole");
            // The four bytes of the mask stand between header and text.
            assert_eq!((h.opcode, h.end + 4), (1, bytes.len()), "{n}");
        }
        assert!(header(&[0x81]).is_none());
    }
}
