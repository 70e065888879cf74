//! A name server of the tests' own: answers over UDP on loopback what it was told to, counts what it is asked, and can be
//! silent or at fault for a name.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Types of records (RFC 1035, 3.2.2).
const A: u16 = 1;
const MX: u16 = 15;
const TXT: u16 = 16;
/// Codes of answers (RFC 1035, 4.1.1).
const FINE: u8 = 0;
const FAULT: u8 = 2;
const NOBODY: u8 = 3;
/// Between two looks whether to end.
const LOOK: Duration = Duration::from_millis(50);

#[derive(Debug, Clone, Default)]
struct Entry {
    texts: Vec<String>,
    addresses: Vec<Ipv4Addr>,
    exchanges: Vec<String>,
    is_faulty: bool,
    is_silent: bool,
}

#[derive(Default)]
struct Shared {
    entries: Mutex<HashMap<String, Entry>>,
    asked: Mutex<Vec<String>>,
    ends: AtomicBool,
}

/// A running name server.
pub struct Names {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

impl Names {
    /// Starts one that knows no name.
    pub fn start() -> Names {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        socket.set_read_timeout(Some(LOOK)).expect("a timeout");
        let (address, shared) = (socket.local_addr().expect("an address"), Arc::new(Shared::default()));
        let inner = shared.clone();
        std::thread::spawn(move || {
            let mut packet = [0; 2_048];
            while !inner.ends.load(Relaxed) {
                let Ok((n, from)) = socket.recv_from(&mut packet) else { continue };
                if let Some(answer) = answer(&inner, &packet[..n]) {
                    let _ = socket.send_to(&answer, from);
                }
            }
        });
        Names { address, shared }
    }

    fn at(&self, name: &str, change: impl FnOnce(&mut Entry)) -> &Names {
        change(self.shared.entries.lock().expect("entries").entry(name.to_lowercase()).or_default());
        self
    }

    /// A name has this text, besides others.
    pub fn text(&self, name: &str, text: &str) -> &Names {
        self.at(name, |e| e.texts.push(text.to_owned()))
    }

    /// A name has this address.
    pub fn host(&self, name: &str, address: [u8; 4]) -> &Names {
        self.at(name, |e| e.addresses.push(address.into()))
    }

    /// Mail for a name goes there.
    pub fn exchange(&self, name: &str, host: &str) -> &Names {
        self.at(name, |e| e.exchanges.push(host.to_owned()))
    }

    /// Asking for a name fails, until it is mended.
    pub fn faulty(&self, name: &str, is_faulty: bool) -> &Names {
        self.at(name, |e| e.is_faulty = is_faulty)
    }

    /// Asking for a name is not answered at all.
    pub fn silent(&self, name: &str) -> &Names {
        self.at(name, |e| e.is_silent = true)
    }

    /// Forgets a name.
    pub fn forget(&self, name: &str) -> &Names {
        self.shared.entries.lock().expect("entries").remove(&name.to_lowercase());
        self
    }

    /// Every name that was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().expect("asked").clone()
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.shared.ends.store(true, Relaxed);
    }
}

/// The name that a question begins with, and where its type stands.
fn name(packet: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut at) = (vec![], 12);
    loop {
        let len = usize::from(*packet.get(at)?);
        at += 1;
        if len == 0 {
            return Some((labels.join("."), at));
        }
        labels.push(String::from_utf8_lossy(packet.get(at..at + len)?).to_lowercase());
        at += len;
    }
}

fn encoded(name: &str) -> Vec<u8> {
    let mut out = vec![];
    for label in name.split('.').filter(|l| !l.is_empty()) {
        out.push(label.len() as u8);
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
    out
}

fn answer(shared: &Shared, packet: &[u8]) -> Option<Vec<u8>> {
    let (name, at) = name(packet)?;
    let kind = u16::from_be_bytes([*packet.get(at)?, *packet.get(at + 1)?]);
    shared.asked.lock().expect("asked").push(name.clone());
    let known = shared.entries.lock().expect("entries").get(&name).cloned();
    if known.as_ref().is_some_and(|e| e.is_silent) {
        return None;
    }
    let e = known.clone().unwrap_or_default();
    let records: Vec<Vec<u8>> = match kind {
        TXT => {
            let pieces = |t: &String| {
                t.as_bytes().chunks(255).flat_map(|c| [&[c.len() as u8][..], c].concat()).collect()
            };
            e.texts.iter().map(pieces).collect()
        }
        A => e.addresses.iter().map(|a| a.octets().to_vec()).collect(),
        MX => e.exchanges.iter().map(|x| [vec![0, 10], encoded(x)].concat()).collect(),
        _ => vec![],
    };
    let code = match (&known, e.is_faulty) {
        (_, true) => FAULT,
        (None, _) if !name.is_empty() => NOBODY,
        _ => FINE,
    };
    let records = if code == FINE { records } else { vec![] };
    // The question again, then each record with a pointer to its name, for a second.
    let mut out = [&packet[..2], &[0x85, 0x80 | code, 0, 1, 0, records.len() as u8, 0, 0, 0, 0]].concat();
    out.extend_from_slice(packet.get(12..at + 4)?);
    for r in records {
        out.extend_from_slice(&[0xc0, 12]);
        out.extend_from_slice(&kind.to_be_bytes());
        out.extend_from_slice(&[0, 1, 0, 0, 0, 1]);
        out.extend_from_slice(&(r.len() as u16).to_be_bytes());
        out.extend_from_slice(&r);
    }
    Some(out)
}
