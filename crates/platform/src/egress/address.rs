//! Which addresses may be called.

use kernel::{Error, Result};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an administrator opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allow {
    /// Addresses of a network, such as `10.1.0.0/16`.
    Network(IpAddr, u8),
    /// One host and port, such as `mail.internal:8443`.
    HostPort(String, u16),
}

impl std::str::FromStr for Allow {
    type Err = Error;
    /// From `ADDRESS/BITS`, `ADDRESS` or `HOST:PORT`.
    fn from_str(s: &str) -> Result<Allow> {
        let unfit = || {
            Error::invalid("egress_allow", "unfit").detail(format!("«{s}» is no network and no host:port"))
        };
        if let Some((ip, bits)) = s.split_once('/') {
            let ip: IpAddr = ip.parse().map_err(|_| unfit())?;
            let bits: u8 = bits.parse().map_err(|_| unfit())?;
            let max = if ip.is_ipv4() { 32 } else { 128 };
            return if bits <= max { Ok(Allow::Network(ip, bits)) } else { Err(unfit()) };
        }
        if let Ok(ip) = s.parse::<IpAddr>() {
            return Ok(Allow::Network(ip, if ip.is_ipv4() { 32 } else { 128 }));
        }
        let (host, port) = s.rsplit_once(':').ok_or_else(unfit)?;
        let port = port.parse().map_err(|_| unfit())?;
        let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        if host.is_empty() { Err(unfit()) } else { Ok(Allow::HostPort(host, port)) }
    }
}

impl Allow {
    /// Is the address of this network?
    pub fn holds(&self, ip: IpAddr) -> bool {
        match (self, ip) {
            (Allow::Network(IpAddr::V4(net), bits), IpAddr::V4(ip)) => in_v4(ip, *net, *bits),
            (Allow::Network(IpAddr::V6(net), bits), IpAddr::V6(ip)) => in_v6(ip, *net, *bits),
            _ => false,
        }
    }
    /// Is it this host and port?
    pub fn names(&self, host: &str, port: u16) -> bool {
        matches!(self, Allow::HostPort(h, p) if *p == port && *h == host.trim_end_matches('.'))
    }
}

fn in_v4(ip: Ipv4Addr, net: Ipv4Addr, bits: u8) -> bool {
    let shift = 32 - u32::from(bits);
    bits == 0 || (u32::from(ip) >> shift) == (u32::from(net) >> shift)
}

fn in_v6(ip: Ipv6Addr, net: Ipv6Addr, bits: u8) -> bool {
    let shift = 128 - u32::from(bits);
    bits == 0 || (u128::from(ip) >> shift) == (u128::from(net) >> shift)
}

/// Special IPv4 networks (IANA special-purpose registry, multicast and reserved space).
const CLOSED_V4: &[([u8; 4], u8)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([192, 175, 48, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// Is this an address of the public internet? IPv6 is open only inside 2000::/3, and there not where it documents,
/// tunnels or embeds: NAT64, 6to4 and Teredo are closed whole, since what they embed may be private.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !CLOSED_V4.iter().any(|(net, bits)| in_v4(v4, Ipv4Addr::from(*net), *bits)),
        IpAddr::V6(v6) => {
            let s = v6.segments();
            let global = s[0] & 0xe000 == 0x2000;
            // 2001::/23 (Teredo, ORCHID, benchmarking), 2001:db8::/32, 2002::/16 (6to4), 3fff::/20 (documentation),
            // 2620:4f:8000::/48 (AS112). Mapped, compatible and NAT64 forms lie outside 2000::/3.
            let closed = (s[0] == 0x2001 && (s[1] < 0x0200 || s[1] == 0x0db8))
                || s[0] == 0x2002
                || (s[0] == 0x3fff && s[1] < 0x1000)
                || (s[0] == 0x2620 && s[1] == 0x004f && s[2] == 0x8000);
            global && !closed
        }
    }
}
