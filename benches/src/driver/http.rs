//! HTTP/1.1 over one kept connection: writes prepared bytes, reads a status and a body.

use crate::fault::{Fault, Outcome};
use std::fmt::Write;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer's head and body at the most, in bytes.
const ANSWER_MAX: usize = 16 * 1024 * 1024;

/// A request to be turned into bytes.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: String,
    body: String,
}

impl Request {
    /// Without headers and body.
    pub fn new(method: &'static str, path: impl Into<String>) -> Request {
        Request { method, path: path.into(), headers: String::new(), body: String::new() }
    }
    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Request {
        // Writing to a string cannot fail.
        let _ = write!(self.headers, "{name}: {value}\r\n");
        self
    }
    /// With a bearer token.
    pub fn bearer(self, token: &str) -> Request {
        self.header("authorization", &format!("Bearer {token}"))
    }
    /// With a JSON body.
    pub fn json(mut self, body: impl Into<String>) -> Request {
        self.body = body.into();
        self.header("content-type", "application/json")
    }
    /// As it goes over the wire.
    pub fn bytes(&self, host: SocketAddr) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.headers.len() + self.body.len() + 128);
        self.write(host, &mut out);
        out
    }
    /// The same, behind what is there.
    pub fn write(&self, host: SocketAddr, out: &mut Vec<u8>) {
        let (method, path, headers, n) = (self.method, &self.path, &self.headers, self.body.len());
        let length = if method == "GET" { String::new() } else { format!("content-length: {n}\r\n") };
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{length}{headers}\r\n");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(self.body.as_bytes());
    }
}

/// What came back; the body lives in the connection's buffer until the next call.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

/// A connection that is kept.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

struct Head {
    status: u16,
    length: usize,
    body: Option<usize>,
}

fn value_of<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").skip(1).find_map(|line| {
        let (n, v) = line.split_once(':')?;
        n.eq_ignore_ascii_case(name).then(|| v.trim())
    })
}

/// Reads the head, if it is whole; `body` is `None` for a body in chunks.
fn head_of(bytes: &[u8]) -> Outcome<Option<Head>> {
    let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..end])?;
    let status = text.get(9..12).and_then(|s| s.parse().ok());
    let status = status.ok_or_else(|| Fault::new("an answer without a status"))?;
    let length = match value_of(text, "content-length") {
        Some(n) => Some(n.parse::<usize>()?),
        None if status == 204 || status == 304 || status < 200 => Some(0),
        None => None,
    };
    Ok(Some(Head { status, length: end + 4, body: length }))
}

/// The body in chunks that begins at `from`: the joined chunks, and where it ends; `None` until it is whole.
fn chunks(bytes: &[u8], mut from: usize) -> Outcome<Option<Vec<u8>>> {
    let mut body = vec![];
    loop {
        let Some(line) = bytes[from..].windows(2).position(|w| w == b"\r\n") else { return Ok(None) };
        let size = std::str::from_utf8(&bytes[from..from + line])?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or("").trim(), 16)?;
        let start = from + line + 2;
        if bytes.len() < start + size + 2 {
            return Ok(None);
        }
        if size == 0 {
            return Ok(Some(body));
        }
        body.extend_from_slice(&bytes[start..start + size]);
        from = start + size + 2;
    }
}

impl Connection {
    /// Connects.
    pub async fn open(to: SocketAddr) -> Outcome<Connection> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::new() })
    }

    /// Sends a prepared request and reads its answer.
    pub async fn call(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let mut head = None;
        loop {
            if head.is_none() {
                head = head_of(&self.buffer)?;
            }
            match &head {
                Some(Head { status, length, body: Some(n) }) if self.buffer.len() >= length + n => {
                    return Ok(Answer { status: *status, body: &self.buffer[*length..length + n] });
                }
                Some(Head { status, length, body: None }) => {
                    if let Some(body) = chunks(&self.buffer, *length)? {
                        self.buffer = body;
                        return Ok(Answer { status: *status, body: &self.buffer });
                    }
                }
                _ => {}
            }
            if self.buffer.len() > ANSWER_MAX {
                return Err(Fault::new("an answer beyond all measure"));
            }
            self.buffer.reserve(2_048);
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(Fault::new("the server closed a connection before it answered"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_chunks_are_read_whole_or_not_at_all() {
        let all = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
        assert!(head_of(&all[..30]).expect("no fault").is_none());
        let head = head_of(all).expect("no fault").expect("whole");
        assert_eq!((head.status, head.body, &all[head.length..]), (201, Some(2), &b"{}"[..]));
        let chunked = b"3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n";
        assert_eq!(chunks(chunked, 0).expect("no fault"), Some(b"abcd".to_vec()));
        assert_eq!(chunks(&chunked[..10], 0).expect("no fault"), None);
    }

    #[test]
    fn a_request_says_how_long_it_is() {
        let r = Request::new("POST", "/m").bearer("t").json("{}");
        let text = String::from_utf8(r.bytes("127.0.0.1:1".parse().expect("an address"))).expect("text");
        assert!(text.starts_with("POST /m HTTP/1.1\r\nhost: 127.0.0.1:1\r\ncontent-length: 2\r\n"));
        assert!(text.ends_with("authorization: Bearer t\r\ncontent-type: application/json\r\n\r\n{}"));
    }
}
