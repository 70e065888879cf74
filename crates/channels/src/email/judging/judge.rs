//! One mail judged: what SPF, DKIM and ARC find, whether that is about the domain in `From`, and what that domain asks for.

use super::dns::{Dns, Missing};
use super::model::{Found, Judgement};
use bytes::Bytes;
use mail::authentication::{self, Outcome, Verdict};
use mail::dmarc::{self, Evidence, Policy, Record, Walk};
use mail_auth::common::crypto::Algorithm;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{AuthenticatedMessage, DkimOutput, DkimResult, Error as Fault, SpfResult};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;
use tokio::runtime::Handle;

/// A judgement ends within this.
pub const WITHIN: Duration = Duration::from_secs(4);
/// Signatures of one mail that are looked at; more are passed over.
pub const SIGNATURES_MAX: usize = 10;
/// Seals of one mail; a longer chain is not followed.
const SEALS_MAX: usize = 10;

/// From where a mail came into the house.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The address of the host that sent it.
    pub ip: IpAddr,
    /// How it greeted.
    pub helo: String,
    /// Who it said sends it (`MAIL FROM`); empty for a bounce.
    pub from: String,
}

/// Judges a mail that speaks for a domain (empty where it speaks for none). Always answers.
pub async fn judge(
    dns: &Dns,
    sealers: &[String],
    raw: Bytes,
    origin: Option<Origin>,
    from_domain: &str,
) -> Judgement {
    if dns.is_resting() {
        return unavailable();
    }
    let from = idna::domain_to_ascii(from_domain).unwrap_or_else(|_| from_domain.to_lowercase());
    // The hashes of a large mail take their time, and a fault in them must harm no other mail: a thread of its own.
    let (inner, sealers, handle) = (dns.clone(), sealers.to_vec(), Handle::current());
    let work = tokio::task::spawn_blocking(move || {
        handle.block_on(async move {
            let legs = looked_at(&inner, &sealers, mail::within(&raw), origin, &from);
            tokio::time::timeout(WITHIN, legs).await
        })
    });
    let j = match work.await {
        Ok(Ok(judgement)) => judgement,
        Ok(Err(_)) => unavailable(),
        Err(e) => {
            tracing::warn!(error = %e, "a mail could not be judged");
            let broken = Found::new("dkim", Outcome::Permerror, "", "broken");
            Judgement { verdict: Verdict::Unknown, found: vec![broken], is_undecided: false }
        }
    };
    match j.found.iter().any(|f| f.outcome == Outcome::Temperror) {
        true => dns.look().await,
        false => dns.answers(),
    }
    j
}

fn unavailable() -> Judgement {
    let found = Found::new("dmarc", Outcome::Temperror, "", "unavailable");
    Judgement { verdict: Verdict::Unknown, found: vec![found], is_undecided: true }
}

/// What one method found about a domain.
struct Leg {
    found: Found,
    is_dkim: bool,
}

async fn looked_at(
    dns: &Dns,
    sealers: &[String],
    raw: &[u8],
    origin: Option<Origin>,
    from: &str,
) -> Judgement {
    let Some(mut message) = AuthenticatedMessage::parse(raw) else {
        let found = vec![Found::new("dkim", Outcome::Permerror, "", "broken")];
        return Judgement { verdict: Verdict::Unknown, found, is_undecided: false };
    };
    message.dkim_headers.truncate(SIGNATURES_MAX);
    // What is signed and what is shown must be the same field.
    let authors =
        message.headers.iter().filter(|(n, _)| n.trim_ascii().eq_ignore_ascii_case(b"from")).count();
    let same = |a: &String| {
        let host = a.rsplit('@').next().unwrap_or("");
        idna::domain_to_ascii(host).is_ok_and(|h| h == from)
    };
    let speaks =
        !from.is_empty() && authors == 1 && message.from.iter().all(same) && !message.from.is_empty();
    let spf = match &origin {
        Some(o) => Some(spf(dns, o).await),
        None => None,
    };
    let mut legs: Vec<Leg> = spf.into_iter().map(|found| Leg { found, is_dkim: false }).collect();
    let signed = dns.auth.verify_dkim(&message).await;
    legs.extend(signed.iter().map(|s| Leg { found: dkim(s), is_dkim: true }));
    let (arc, is_vouched) = arc(dns, &message, sealers, from).await;
    let mut found: Vec<Found>;
    let evidence = if speaks {
        let (e, dmarc) = aligned(dns, from, &mut legs, origin.is_some()).await;
        found = legs.into_iter().map(|l| l.found).chain([dmarc]).collect();
        Evidence { is_vouched, ..e }
    } else {
        found = legs.into_iter().map(|l| l.found).collect();
        found.push(Found::new("dmarc", Outcome::Permerror, from, "no_author"));
        Evidence::default()
    };
    found.extend(arc);
    Judgement {
        verdict: dmarc::conclude(&evidence),
        found,
        is_undecided: evidence.is_undecided && !evidence.is_proved && !is_vouched,
    }
}

async fn spf(dns: &Dns, o: &Origin) -> Found {
    let domain = o.from.rsplit_once('@').map(|(_, d)| d.to_lowercase());
    let name = domain.clone().unwrap_or_else(|| o.helo.to_lowercase());
    let asked = match domain.is_some() {
        true => SpfParameters::verify_mail_from(o.ip, &o.helo, "hark", &o.from),
        false => SpfParameters::verify_ehlo(o.ip, &o.helo, "hark"),
    };
    let said = dns.auth.verify_spf(asked).await;
    let (outcome, note) = match said.result() {
        SpfResult::Pass => (Outcome::Pass, ""),
        SpfResult::Fail => (Outcome::Fail, ""),
        SpfResult::SoftFail => (Outcome::Softfail, ""),
        SpfResult::Neutral => (Outcome::Neutral, ""),
        SpfResult::None => (Outcome::None, ""),
        SpfResult::TempError => (Outcome::Temperror, "unavailable"),
        SpfResult::PermError => (Outcome::Permerror, "broken"),
    };
    Found::new("spf", outcome, &name, note)
}

fn dkim(s: &DkimOutput<'_>) -> Found {
    let signature = s.signature();
    let domain = signature.map_or(String::new(), |g| g.d.to_lowercase());
    let (outcome, note) = match (s.result(), signature) {
        (DkimResult::Pass, Some(g)) if g.a == Algorithm::RsaSha1 => (Outcome::Policy, "weak"),
        (DkimResult::Pass, Some(g)) if !g.h.iter().any(|h| h.eq_ignore_ascii_case("from")) => {
            (Outcome::Policy, "from_unsigned")
        }
        (DkimResult::Pass, _) => (Outcome::Pass, ""),
        (DkimResult::None, _) => (Outcome::None, ""),
        (DkimResult::TempError(_), _) => (Outcome::Temperror, "unavailable"),
        (DkimResult::Neutral(e) | DkimResult::Fail(e) | DkimResult::PermError(e), _) => fault(e),
    };
    Found::new("dkim", outcome, &domain, note)
}

fn fault(e: &Fault) -> (Outcome, &'static str) {
    match e {
        Fault::FailedBodyHashMatch | Fault::FailedVerification | Fault::FailedAuidMatch => {
            (Outcome::Fail, "altered")
        }
        Fault::CryptoError(_) => (Outcome::Fail, "altered"),
        Fault::SignatureExpired => (Outcome::Fail, "expired"),
        Fault::SignatureLength => (Outcome::Policy, "length"),
        Fault::DnsRecordNotFound(_) | Fault::InvalidRecordType | Fault::RevokedPublicKey => {
            (Outcome::Permerror, "no_key")
        }
        Fault::DnsError(_) => (Outcome::Temperror, "unavailable"),
        _ => (Outcome::Permerror, "broken"),
    }
}

/// What stands on the way up from a domain. Errors: it could not be looked up now.
async fn walk(
    dns: &Dns,
    domain: &str,
    known: &mut BTreeMap<String, Option<Record>>,
) -> Result<Walk, Missing> {
    let mut walk = Walk::from(domain);
    for name in dmarc::steps(domain) {
        let record = match known.get(name) {
            Some(record) => record.clone(),
            None => {
                let record = match dns.texts(&format!("_dmarc.{name}")).await {
                    Ok(texts) => Record::read(&texts),
                    Err(Missing::Later) => return Err(Missing::Later),
                    Err(_) => None,
                };
                known.insert(name.to_owned(), record.clone());
                record
            }
        };
        if record.is_some_and(|r| walk.add(name, r)) {
            break;
        }
    }
    Ok(walk)
}

/// Which legs are about the domain in `From`, and what that domain asks for.
async fn aligned(dns: &Dns, from: &str, legs: &mut [Leg], knows_origin: bool) -> (Evidence, Found) {
    let mut known = BTreeMap::new();
    let own = walk(dns, from, &mut known).await;
    let record = own.as_ref().ok().and_then(Walk::record);
    let mut e = Evidence { knows_origin, is_undecided: own.is_err(), ..Evidence::default() };
    for leg in legs.iter_mut() {
        let f = &mut leg.found;
        if !matches!(f.outcome, Outcome::Pass | Outcome::Fail | Outcome::Temperror) || f.domain.is_empty() {
            continue;
        }
        let strict = record.is_some_and(|r| if leg.is_dkim { r.strict_dkim } else { r.strict_spf });
        let is_aligned = match (f.domain == from, strict, &own) {
            (true, ..) => true,
            (_, true, _) | (_, _, Err(_)) => false,
            // Without a record nobody says which domain is the organisation's: one must be below the other.
            (_, _, Ok(_)) if record.is_none() => authentication::is_aligned(&f.domain, from),
            (_, _, Ok(own)) => match walk(dns, &f.domain, &mut known).await {
                Ok(theirs) => theirs.organisation() == own.organisation(),
                Err(_) => {
                    e.is_undecided |= f.outcome == Outcome::Pass;
                    false
                }
            },
        };
        match (f.outcome, is_aligned) {
            (Outcome::Pass, true) => e.is_proved = true,
            (Outcome::Pass, false) => f.note = "not_aligned".into(),
            (Outcome::Fail, true) if !leg.is_dkim => e.is_refused = true,
            (Outcome::Temperror, true) => e.is_undecided = true,
            _ => {}
        }
    }
    let exists = match &own {
        Ok(w) if w.asks_for_existence() => dns.texts(from).await != Err(Missing::Name),
        _ => true,
    };
    e.policy = own.as_ref().ok().and_then(|w| w.policy(exists));
    let note = e.policy.map_or(String::new(), |p: Policy| format!("p={}", p.word()));
    let dmarc = match (&own, e.policy) {
        (Err(_), _) => Found::new("dmarc", Outcome::Temperror, from, "unavailable"),
        (_, None) => Found::new("dmarc", Outcome::None, from, ""),
        _ if e.is_proved => Found::new("dmarc", Outcome::Pass, from, &note),
        _ if e.is_undecided => Found::new("dmarc", Outcome::Temperror, from, &note),
        // Where SPF could not be looked at, nothing failed yet.
        _ if !knows_origin => Found::new("dmarc", Outcome::Neutral, from, &note),
        _ => Found::new("dmarc", Outcome::Fail, from, &note),
    };
    (e, dmarc)
}

/// What the chain of forwarders says, and whether the last of them is believed and saw the sender proved (RFC 8617).
async fn arc(
    dns: &Dns,
    message: &AuthenticatedMessage<'_>,
    sealers: &[String],
    from: &str,
) -> (Option<Found>, bool) {
    if message.as_headers.is_empty() {
        return (None, false);
    }
    let last = message.as_headers.last().and_then(|h| h.header.as_ref().ok());
    let sealer = last.map_or(String::new(), |s| s.d.to_lowercase());
    if message.as_headers.len() > SEALS_MAX {
        return (Some(Found::new("arc", Outcome::Permerror, &sealer, "broken")), false);
    }
    let said = dns.auth.verify_arc(message).await;
    let (outcome, note) = match said.result() {
        DkimResult::Pass => (Outcome::Pass, ""),
        DkimResult::None => (Outcome::None, ""),
        DkimResult::TempError(_) => (Outcome::Temperror, "unavailable"),
        DkimResult::Neutral(e) | DkimResult::Fail(e) | DkimResult::PermError(e) => fault(e),
    };
    if outcome != Outcome::Pass {
        return (Some(Found::new("arc", outcome, &sealer, note)), false);
    }
    let believed = |s: &String| sealer == *s || sealer.ends_with(&format!(".{s}"));
    if !sealers.iter().any(believed) {
        return (Some(Found::new("arc", Outcome::Pass, &sealer, "unknown_sealer")), false);
    }
    let told =
        message.aar_headers.last().map_or(String::new(), |h| String::from_utf8_lossy(h.value).into_owned());
    let saw = authentication::assess(from, &authentication::results(&told), false) == Verdict::Aligned;
    (Some(Found::new("arc", Outcome::Pass, &sealer, if saw { "" } else { "unvouched" })), saw)
}
