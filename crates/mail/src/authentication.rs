//! Whether a sender is who they say: results of SPF, DKIM, DMARC and ARC, and what follows from them.
//!
//! Looking up is the caller's (it needs DNS). Here stand the types, a reader of `Authentication-Results` (RFC 8601) that
//! believes only the receiving server's own id, since anybody may write that field, and the verdict. What follows from a
//! judgement of our own stands in [`dmarc`](crate::dmarc).

use crate::clean;
use crate::head::Head;
use crate::limits::{FINDINGS_MAX, SAYING_BYTES_MAX};
use serde::{Deserialize, Serialize};

/// What a method found (RFC 8601, 2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It does not hold, weakly.
    Softfail,
    /// The domain says nothing either way.
    Neutral,
    /// Nothing was there to look at.
    #[default]
    None,
    /// It could not be looked up now.
    Temperror,
    /// What the domain publishes, or the signature, is broken.
    Permerror,
    /// The receiver's own rules refuse it.
    Policy,
}

impl Outcome {
    /// As RFC 8601 writes it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Softfail => "softfail",
            Outcome::Neutral => "neutral",
            Outcome::None => "none",
            Outcome::Temperror => "temperror",
            Outcome::Permerror => "permerror",
            Outcome::Policy => "policy",
        }
    }

    fn parse(word: &str) -> Option<Outcome> {
        Some(match word.to_ascii_lowercase().as_str() {
            "pass" => Outcome::Pass,
            "fail" | "hardfail" => Outcome::Fail,
            "softfail" => Outcome::Softfail,
            "neutral" => Outcome::Neutral,
            "none" => Outcome::None,
            "temperror" => Outcome::Temperror,
            "permerror" => Outcome::Permerror,
            "policy" => Outcome::Policy,
            _ => return None,
        })
    }
}

/// One method's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `spf`, `dkim`, `dmarc`, `arc`, ….
    pub method: String,
    /// What it found.
    pub outcome: Outcome,
    /// The domain it speaks of (`smtp.mailfrom`, `header.d`, `header.from`), in lower case; may be empty.
    pub domain: String,
}

/// What follows for who the sender is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The domain in `From` stands behind this mail.
    Aligned,
    /// The domain in `From` says that it does not.
    Forged,
    /// A forwarder that is believed vouches for it (ARC).
    Vouched,
    /// Nobody says anything.
    #[default]
    Unknown,
}

/// Results, and what follows from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Authentication {
    /// The domain in `From`, in lower case; empty where there is none, or more than one author's domain.
    pub from_domain: String,
    /// What the receiving server wrote down.
    pub findings: Vec<Finding>,
    /// What follows.
    pub verdict: Verdict,
    /// How many `Authentication-Results` fields of others were passed over.
    pub ignored: usize,
}

fn domain_of(text: &str) -> String {
    let host = text.rsplit('@').next().unwrap_or("").trim_matches(['<', '>', '"', '.', ' ']);
    clean::one_line(&host.to_ascii_lowercase(), 253)
}

/// Is one domain the other, or below it? (The relaxed alignment of DMARC, RFC 9989, without the list of registries: the
/// nearer domain must be a whole ending of the other, so `evil-example.com` is not `example.com`.)
pub fn is_aligned(found: &str, from: &str) -> bool {
    let below = |long: &str, short: &str| {
        long.len() > short.len()
            && long.ends_with(short)
            && long.as_bytes()[long.len() - short.len() - 1] == b'.'
    };
    // A single label (`com`, `localhost`) stands behind nobody but itself.
    !found.is_empty()
        && (found == from
            || (found.contains('.') && from.contains('.') && (below(found, from) || below(from, found))))
}

/// What results mean for the domain in `From`.
///
/// A DMARC result decides. Without one, an aligned DKIM or SPF pass does. ARC counts only where no other does, and only if
/// the caller believes the last sealer (`trust_arc`).
pub fn assess(from_domain: &str, findings: &[Finding], trust_arc: bool) -> Verdict {
    if from_domain.is_empty() {
        return Verdict::Unknown;
    }
    let of = |method: &'static str| findings.iter().filter(move |f| f.method == method);
    let aligned = |f: &Finding| is_aligned(&f.domain, from_domain);
    // The result of DMARC is about the domain in `From`; one about another domain is no result here.
    let dmarc = of("dmarc").filter(|f| f.domain.is_empty() || aligned(f));
    let dmarc: Vec<Outcome> = dmarc.map(|f| f.outcome).collect();
    if dmarc.contains(&Outcome::Fail) {
        let vouched = trust_arc && of("arc").any(|f| f.outcome == Outcome::Pass);
        return if vouched { Verdict::Vouched } else { Verdict::Forged };
    }
    if dmarc.contains(&Outcome::Pass) {
        return Verdict::Aligned;
    }
    let passes = of("dkim").chain(of("spf")).any(|f| f.outcome == Outcome::Pass && aligned(f));
    if passes {
        return Verdict::Aligned;
    }
    if trust_arc && of("arc").any(|f| f.outcome == Outcome::Pass) {
        return Verdict::Vouched;
    }
    let refused = of("spf").any(|f| f.outcome == Outcome::Fail && aligned(f));
    if refused { Verdict::Forged } else { Verdict::Unknown }
}

/// Comments out, quoted strings as they are without their quotes.
fn without_comments(text: &str) -> String {
    let (mut out, mut depth, mut quoted, mut escaped) = (String::new(), 0u32, false, false);
    for c in text.chars() {
        if escaped {
            escaped = false;
            if depth == 0 {
                // Inside a quoted string a semicolon is no end.
                out.push(if c == ';' { ' ' } else { c });
            }
            continue;
        }
        match c {
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            ';' if quoted => out.push(' '),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn finding(piece: &str) -> Option<Finding> {
    let piece = piece.replace(" = ", "=");
    let mut words = piece.split_whitespace();
    let (method, outcome) = words.next()?.split_once('=')?;
    let method = method.split('/').next()?.trim().to_ascii_lowercase();
    let outcome = Outcome::parse(outcome.trim())?;
    let mut domain = String::new();
    let wanted: &[&str] = match method.as_str() {
        "spf" => &["smtp.mailfrom", "smtp.mail", "smtp.helo"],
        "dkim" => &["header.d", "header.i"],
        "dmarc" => &["header.from"],
        _ => &[],
    };
    let properties: Vec<(String, &str)> =
        words.filter_map(|w| w.split_once('=')).map(|(k, v)| (k.to_ascii_lowercase(), v)).collect();
    for key in wanted {
        if let Some((_, value)) = properties.iter().find(|(k, _)| k == key) {
            domain = domain_of(value);
            break;
        }
    }
    Some(Finding { method: clean::one_line(&method, 40), outcome, domain })
}

/// The results in a field that is believed for other reasons, such as a sealed `ARC-Authentication-Results` (RFC 8617, 4.1.1).
pub fn results(value: &str) -> Vec<Finding> {
    let plain = without_comments(value);
    plain.split(';').map(|p| clean::cut(p, SAYING_BYTES_MAX)).filter_map(finding).take(FINDINGS_MAX).collect()
}

/// Reads the `Authentication-Results` that this server id wrote: with none given, none is believed. Only fields above the
/// first of another server's would be safe without it, and no order is relied upon.
pub fn read(head: &Head, from_domain: &str, own_id: Option<&str>) -> Authentication {
    let mut out = Authentication { from_domain: from_domain.to_owned(), ..Authentication::default() };
    for value in head.all("authentication-results") {
        let plain = without_comments(&value);
        let mut pieces = plain.split(';');
        let id = pieces.next().unwrap_or("").split_whitespace().next().unwrap_or("");
        if !own_id.is_some_and(|own| !own.is_empty() && own.eq_ignore_ascii_case(id)) {
            out.ignored += 1;
            continue;
        }
        let room = FINDINGS_MAX.saturating_sub(out.findings.len());
        out.findings.extend(pieces.map(|p| clean::cut(p, SAYING_BYTES_MAX)).filter_map(finding).take(room));
    }
    out.verdict = assess(from_domain, &out.findings, false);
    out
}

/// The domain that `From` speaks for; empty where its addresses disagree.
pub fn from_domain(from: &[crate::reading::Person]) -> String {
    let mut domains: Vec<String> =
        from.iter().filter(|p| p.address.contains('@')).map(|p| domain_of(&p.address)).collect();
    domains.dedup();
    if domains.len() == 1 { domains.remove(0) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_of(text: &str, own: Option<&str>) -> Authentication {
        read(&Head::read(text.as_bytes()), "example.com", own)
    }

    #[test]
    fn only_our_own_server_is_believed() {
        let text = "Authentication-Results: mx.evil.test; dmarc=pass header.from=example.com\r\n\
            Authentication-Results: MX.hark.test 1; spf=fail (not (really) ; x=pass) smtp.mailfrom=a@example.com;\r\n \
            dkim=pass header.d=example.com reason=\"a; dmarc=pass\"; dmarc=fail header.from=example.com\r\n\r\n";
        let read = read_of(text, Some("mx.hark.test"));
        assert_eq!((read.findings.len(), read.ignored, read.verdict), (3, 1, Verdict::Forged));
        let nobody = read_of(text, None);
        assert_eq!((nobody.findings.len(), nobody.ignored, nobody.verdict), (0, 2, Verdict::Unknown));
    }

    #[test]
    fn verdicts() {
        let f = |method: &str, outcome, domain: &str| Finding {
            method: method.into(),
            outcome,
            domain: domain.into(),
        };
        use Outcome::{Fail, None, Pass};
        for (findings, arc, verdict) in [
            (vec![f("dmarc", Pass, "example.com")], false, Verdict::Aligned),
            (vec![f("dmarc", Pass, "other.test")], false, Verdict::Unknown),
            (vec![f("dkim", Pass, "mail.example.com")], false, Verdict::Aligned),
            (vec![f("dkim", Pass, "evil-example.com")], false, Verdict::Unknown),
            (vec![f("dkim", Pass, "com")], false, Verdict::Unknown),
            (vec![f("spf", Pass, "bulk.test"), f("dmarc", Fail, "example.com")], false, Verdict::Forged),
            (vec![f("dmarc", Fail, "example.com"), f("arc", Pass, "")], true, Verdict::Vouched),
            (vec![f("arc", Pass, "")], false, Verdict::Unknown),
            (vec![f("spf", Fail, "example.com"), f("dmarc", None, "")], false, Verdict::Forged),
        ] {
            assert_eq!(assess("example.com", &findings, arc), verdict, "{findings:?}");
        }
    }
}
