//! What a domain says about mail in its name (DMARC, RFC 9989, which replaces RFC 7489): reading its record, which domains to
//! ask, which domain is the organisation's, and what follows. Pure: asking is the caller's.
//!
//! The organisation's domain is found by walking up the tree and asking each name (4.10), not by a list of registries: the
//! list is a copy that ages, the tree is what the domains say themselves.

use crate::authentication::Verdict;

/// Names asked of one domain at the most (RFC 9989, 4.10).
pub const STEPS_MAX: usize = 8;

/// What a domain asks of who receives mail in its name that is not proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Nothing.
    None,
    /// To put it aside.
    Quarantine,
    /// To refuse it.
    Reject,
}

impl Policy {
    fn parse(word: &str) -> Option<Policy> {
        match word.to_ascii_lowercase().as_str() {
            "none" => Some(Policy::None),
            "quarantine" => Some(Policy::Quarantine),
            "reject" => Some(Policy::Reject),
            _ => None,
        }
    }

    /// As it stands in a record.
    pub fn word(self) -> &'static str {
        match self {
            Policy::None => "none",
            Policy::Quarantine => "quarantine",
            Policy::Reject => "reject",
        }
    }

    /// What a domain that is only trying things out asks for (`t=y`).
    fn eased(self) -> Policy {
        match self {
            Policy::Reject => Policy::Quarantine,
            _ => Policy::None,
        }
    }
}

/// A domain's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// For the domain itself.
    pub policy: Policy,
    /// For what is below it.
    pub below: Policy,
    /// For names below it that do not exist.
    pub missing: Policy,
    /// DKIM counts for the very domain alone.
    pub strict_dkim: bool,
    /// SPF likewise.
    pub strict_spf: bool,
    /// Is it a registry's (`psd`)? `None` where it does not say.
    pub is_public: Option<bool>,
    /// It only tries things out.
    pub is_trial: bool,
}

impl Record {
    /// Out of the texts found at `_dmarc.NAME`. `None` where there is none, more than one, or one that cannot be used.
    pub fn read(texts: &[String]) -> Option<Record> {
        let mut all = texts.iter().filter(|t| {
            let first = t.split(';').next().unwrap_or("");
            first
                .split_once('=')
                .is_some_and(|(k, v)| k.trim().eq_ignore_ascii_case("v") && v.trim() == "DMARC1")
        });
        let (Some(text), None) = (all.next(), all.next()) else { return None };
        let tags: Vec<(String, &str)> = text
            .split(';')
            .skip(1)
            .filter_map(|t| t.split_once('='))
            .map(|(k, v)| (k.trim().to_ascii_lowercase(), v.trim()))
            .collect();
        let tag = |name: &str| tags.iter().find(|(k, _)| k == name).map(|(_, v)| *v);
        let says = |name: &str, word: &str| tag(name).is_some_and(|v| v.eq_ignore_ascii_case(word));
        let policy = match tag("p").and_then(Policy::parse) {
            Some(policy) => policy,
            // Whoever only wants reports asks for nothing.
            None if tag("rua").is_some() => Policy::None,
            None => return None,
        };
        let below = tag("sp").and_then(Policy::parse).unwrap_or(policy);
        Some(Record {
            policy,
            below,
            missing: tag("np").and_then(Policy::parse).unwrap_or(below),
            strict_dkim: says("adkim", "s"),
            strict_spf: says("aspf", "s"),
            is_public: match () {
                () if says("psd", "y") => Some(true),
                () if says("psd", "n") => Some(false),
                () => None,
            },
            is_trial: says("t", "y"),
        })
    }
}

fn tail(domain: &str, labels: usize) -> &str {
    let mut dots = domain.rmatch_indices('.').map(|(at, _)| at + 1);
    dots.nth(labels - 1).map_or(domain, |at| &domain[at..])
}

/// The names whose `_dmarc` is asked for, in order: the domain, then up the tree, at most [`STEPS_MAX`].
pub fn steps(domain: &str) -> Vec<&str> {
    let labels = domain.split('.').filter(|l| !l.is_empty()).count();
    if labels < 2 {
        return vec![];
    }
    let mut out = vec![domain];
    let rest = (labels - 1).min(STEPS_MAX - 1);
    out.extend((1..=rest).rev().map(|n| tail(domain, n)));
    out
}

/// What was found on the way up from a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    domain: String,
    found: Vec<(String, Record)>,
}

impl Walk {
    /// From a domain, with nothing found yet.
    pub fn from(domain: &str) -> Walk {
        Walk { domain: domain.to_owned(), found: vec![] }
    }

    /// Adds what was found at a name; answers whether the walk ends there.
    pub fn add(&mut self, name: &str, record: Record) -> bool {
        let ends = record.is_public.is_some();
        self.found.push((name.to_owned(), record));
        ends
    }

    /// The organisation's domain (4.10.2); without any record the domain itself.
    pub fn organisation(&self) -> &str {
        let of = |public: bool| {
            self.found
                .iter()
                .find(|(name, r)| r.is_public == Some(public) && (!public || *name != self.domain))
        };
        if let Some((name, _)) = of(false) {
            return name;
        }
        if let Some((name, _)) = of(true) {
            return tail(&self.domain, name.split('.').count() + 1);
        }
        self.found.last().map_or(&self.domain, |(name, _)| name)
    }

    /// The record that applies (4.10.1): its own, the organisation's, or a registry's.
    pub fn record(&self) -> Option<&Record> {
        let at = |name: &str| self.found.iter().find(|(n, _)| n == name);
        let found = at(&self.domain).or_else(|| at(self.organisation())).or(self.found.last());
        found.map(|(_, r)| r)
    }

    /// What is asked for mail in this domain's name. `exists`: is there such a name at all?
    pub fn policy(&self, exists: bool) -> Option<Policy> {
        let record = self.record()?;
        let own = self.found.first().is_some_and(|(name, _)| *name == self.domain);
        let policy = match (own, exists) {
            (true, _) => record.policy,
            (false, true) => record.below,
            (false, false) => record.missing,
        };
        Some(if record.is_trial { policy.eased() } else { policy })
    }

    /// Does it matter whether the name exists?
    pub fn asks_for_existence(&self) -> bool {
        let own = self.found.first().is_some_and(|(name, _)| *name == self.domain);
        !own && self.record().is_some_and(|r| r.missing != r.below)
    }
}

/// What was found out about the domain in `From`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence {
    /// SPF or DKIM passes for a domain that is aligned with it.
    pub is_proved: bool,
    /// Something that might have proved it, or its policy, could not be looked up now.
    pub is_undecided: bool,
    /// It is known from where the mail came: SPF was looked at.
    pub knows_origin: bool,
    /// SPF says, aligned, that it may not come from there.
    pub is_refused: bool,
    /// A forwarder that is believed saw it proved (ARC).
    pub is_vouched: bool,
    /// What the domain asks for; `None` where it says nothing.
    pub policy: Option<Policy>,
}

/// What follows. A domain disowns a mail only by asking that mail of its kind be put aside or refused, and only where all
/// that could have proved it was looked at: a mail whose way in is not known may still have had a good SPF.
pub fn conclude(e: &Evidence) -> Verdict {
    if e.is_proved {
        return Verdict::Aligned;
    }
    if e.is_vouched {
        return Verdict::Vouched;
    }
    if e.is_undecided {
        return Verdict::Unknown;
    }
    match e.policy {
        Some(Policy::None) => Verdict::Unknown,
        Some(_) if e.knows_origin => Verdict::Forged,
        None if e.is_refused => Verdict::Forged,
        _ => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Option<Record> {
        Record::read(&[text.to_owned()])
    }

    fn walk(domain: &str, records: &[(&str, &str)]) -> Walk {
        let mut walk = Walk::from(domain);
        for name in steps(domain) {
            let found = records.iter().find(|(n, _)| *n == name).and_then(|(_, text)| record(text));
            if found.is_some_and(|r| walk.add(name, r)) {
                break;
            }
        }
        walk
    }

    #[test]
    fn a_record_is_read_or_there_is_none() {
        let full = record("v=DMARC1; p=Reject ; sp=quarantine; adkim=s; aspf=r; psd=n; t=y; rua=mailto:a@b")
            .expect("one");
        assert_eq!(
            (full.policy, full.below, full.missing),
            (Policy::Reject, Policy::Quarantine, Policy::Quarantine)
        );
        assert!(full.strict_dkim && !full.strict_spf && full.is_trial && full.is_public == Some(false));
        assert_eq!(record("v=DMARC1; rua=mailto:a@b").map(|r| r.policy), Some(Policy::None));
        for none in
            ["", "v=spf1 -all", "v=DMARC1", "v=DMARC2; p=reject", "p=reject; v=DMARC1", "v=DMARC1; p=maybe"]
        {
            assert_eq!(record(none), None, "{none}");
        }
        let two = ["v=DMARC1; p=none".to_owned(), "v=DMARC1; p=reject".to_owned()];
        assert_eq!(Record::read(&two), None, "of two nobody knows which");
    }

    #[test]
    fn the_tree_is_walked_in_eight_steps() {
        assert_eq!(steps("a.example.com"), ["a.example.com", "example.com", "com"]);
        assert_eq!(steps("localhost"), Vec::<&str>::new());
        let long = "a.b.c.d.e.f.g.h.i.j.mail.example.com";
        let steps = steps(long);
        assert_eq!((steps.len(), steps[1], steps[7]), (8, "g.h.i.j.mail.example.com", "com"));
    }

    #[test]
    fn the_organisation_is_what_the_domains_say() {
        for (domain, records, organisation) in [
            ("a.example.com", vec![("example.com", "v=DMARC1;p=none")], "example.com"),
            (
                "a.example.com",
                vec![("a.example.com", "v=DMARC1;p=none"), ("example.com", "v=DMARC1;p=none")],
                "example.com",
            ),
            (
                "a.example.com",
                vec![("a.example.com", "v=DMARC1;p=none;psd=n"), ("example.com", "v=DMARC1;p=none")],
                "a.example.com",
            ),
            ("x.shop.co.uk", vec![("co.uk", "v=DMARC1;p=reject;psd=y")], "shop.co.uk"),
            ("x.shop.co.uk", vec![], "x.shop.co.uk"),
        ] {
            assert_eq!(walk(domain, &records).organisation(), organisation, "{domain} {records:?}");
        }
    }

    #[test]
    fn the_policy_is_the_nearest_that_applies() {
        let of_org = [("example.com", "v=DMARC1;p=reject;sp=none;np=quarantine")];
        assert_eq!(walk("example.com", &of_org).policy(true), Some(Policy::Reject));
        let below = walk("a.example.com", &of_org);
        assert!(below.asks_for_existence());
        assert_eq!((below.policy(true), below.policy(false)), (Some(Policy::None), Some(Policy::Quarantine)));
        assert_eq!(
            walk("example.com", &[("example.com", "v=DMARC1;p=reject;t=y")]).policy(true),
            Some(Policy::Quarantine)
        );
        assert_eq!(walk("example.com", &[]).policy(true), None);
        let registry = [("co.uk", "v=DMARC1;p=reject;sp=quarantine;psd=y")];
        assert_eq!(
            walk("shop.co.uk", &registry).policy(true),
            Some(Policy::Quarantine),
            "the registry's, for want of another"
        );
    }

    #[test]
    fn what_follows() {
        let all = Evidence { knows_origin: true, policy: Some(Policy::Reject), ..Evidence::default() };
        for (e, verdict) in [
            (Evidence { is_proved: true, ..all }, Verdict::Aligned),
            (Evidence { is_proved: true, is_undecided: true, ..all }, Verdict::Aligned),
            (all, Verdict::Forged),
            (Evidence { policy: Some(Policy::Quarantine), ..all }, Verdict::Forged),
            (Evidence { policy: Some(Policy::None), is_refused: true, ..all }, Verdict::Unknown),
            (Evidence { policy: None, ..all }, Verdict::Unknown),
            (Evidence { policy: None, is_refused: true, ..all }, Verdict::Forged),
            (Evidence { is_vouched: true, ..all }, Verdict::Vouched),
            (Evidence { is_undecided: true, is_refused: true, ..all }, Verdict::Unknown),
            (Evidence { knows_origin: false, ..all }, Verdict::Unknown),
        ] {
            assert_eq!(conclude(&e), verdict, "{e:?}");
        }
    }
}
