//! Who really sent a mail: keys made here, records of a name server of our own, and every way to get past them we know.

use bytes::Bytes;
use channels::email::judging::{Dns, Judgement, Origin, Resolving, WITHIN, judge};
use mail::authentication::{Outcome, Verdict};
use mail_auth::arc::ArcSealer;
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use mail_auth::{AuthenticatedMessage, AuthenticationResults};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Instant;
use testkit::Names;

/// An RSA key of 2048 bits: PKCS #8, and its public half for a record.
static RSA: LazyLock<(Vec<u8>, String)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let (key, public) = (folder.path().join("k.der"), folder.path().join("p.der"));
    let run = |args: &[&str]| {
        let done = Command::new("openssl").args(args).output().expect("openssl runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let (k, p) = (key.to_string_lossy().into_owned(), public.to_string_lossy().into_owned());
    let pem = folder.path().join("k.pem").to_string_lossy().into_owned();
    run(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &pem]);
    run(&["pkcs8", "-topk8", "-nocrypt", "-in", &pem, "-outform", "DER", "-out", &k]);
    run(&["pkey", "-in", &pem, "-pubout", "-outform", "DER", "-out", &p]);
    (std::fs::read(key).expect("a key"), base64(&std::fs::read(public).expect("its public half")))
});

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn rsa() -> RsaKey<Sha256> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(RSA.0.as_slice()));
    RsaKey::from_key_der(key).expect("a key")
}

/// A bank whose mail is signed, with what it asks for.
fn bank(policy: &str) -> Names {
    let names = Names::start();
    names.text("s1._domainkey.bank.test", &format!("v=DKIM1; k=rsa; p={}", RSA.1));
    names.text("_dmarc.bank.test", &format!("v=DMARC1; {policy}"));
    names.text("bank.test", "v=spf1 ip4:192.0.2.10 -all");
    names
}

const HEADS: [&str; 4] = ["From", "To", "Subject", "Date"];

fn written(from: &str, body: &str) -> String {
    format!(
        "From: {from}\r\nTo: help@pay.test\r\nSubject: Your account\r\nDate: Mon, 30 Nov 2026 10:00:00 +0800\r\n\
         Message-ID: <1@bank.test>\r\nContent-Type: text/plain\r\n\r\n{body}\r\n"
    )
}

fn signed_as(domain: &str, mail: &str) -> String {
    let signer = DkimSigner::from_key(rsa()).domain(domain).selector("s1").headers(HEADS);
    format!("{}{mail}", signer.sign(mail.as_bytes()).expect("is signed").to_header())
}

fn from_ip(ip: [u8; 4], sender: &str) -> Option<Origin> {
    Some(Origin { ip: ip.into(), helo: "out.bank.test".into(), from: sender.into() })
}

/// The bank's own server, and somebody else's.
const OURS: [u8; 4] = [192, 0, 2, 10];
const THEIRS: [u8; 4] = [198, 51, 100, 7];

struct Court {
    dns: Dns,
    sealers: Vec<String>,
}

impl Court {
    fn at(names: &Names) -> Court {
        let dns = Dns::open(Resolving::At(names.address)).expect("opens").expect("is on");
        Court { dns, sealers: vec!["relay.test".into()] }
    }
    async fn says(&self, mail: &str, origin: Option<Origin>) -> Judgement {
        let r = mail::read(mail.as_bytes(), mail::Options::default());
        let raw = Bytes::from(mail.to_owned().into_bytes());
        judge(&self.dns, &self.sealers, raw, origin, &r.authentication.from_domain).await
    }
}

/// What a method found, with why.
fn found(j: &Judgement, method: &str) -> (Outcome, String) {
    let f = j.found.iter().find(|f| f.method == method);
    let f = f.unwrap_or_else(|| panic!("nothing of {method}: {j:?}"));
    (f.outcome, f.note.clone())
}

fn said(outcome: Outcome, note: &str) -> (Outcome, String) {
    (outcome, note.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_proves_its_domain_and_nothing_else_does() {
    let names = bank("p=reject");
    let court = Court::at(&names);
    let good = signed_as("bank.test", &written("Bank <a@bank.test>", "All is well."));
    let j = court.says(&good, from_ip(THEIRS, "bounce@bulk.test")).await;
    assert_eq!((j.verdict, found(&j, "dkim")), (Verdict::Aligned, said(Outcome::Pass, "")), "{j:?}");
    assert_eq!(found(&j, "dmarc"), said(Outcome::Pass, "p=reject"));
    // Without the way in, as of a mail that was fetched, a signature is enough; without one nobody knows.
    assert_eq!(court.says(&good, None).await.verdict, Verdict::Aligned);
    let bare = written("a@bank.test", "Pay here.");
    let j = court.says(&bare, None).await;
    assert_eq!(
        (j.verdict, found(&j, "dmarc")),
        (Verdict::Unknown, said(Outcome::Neutral, "p=reject")),
        "{j:?}"
    );
    assert_eq!(court.says(&bare, from_ip(THEIRS, "x@bulk.test")).await.verdict, Verdict::Forged);

    for (what, mail, why) in [
        ("another body", good.replace("All is well.", "Pay here."), said(Outcome::Fail, "altered")),
        ("another subject", good.replace("Your account", "Your money"), said(Outcome::Fail, "altered")),
        ("words added at the end", format!("{good}Pay here.\r\n"), said(Outcome::Fail, "altered")),
    ] {
        let j = court.says(&mail, from_ip(THEIRS, "x@bulk.test")).await;
        assert_eq!((j.verdict, found(&j, "dkim")), (Verdict::Forged, why), "{what}: {j:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_covers_too_little_or_is_over_proves_nothing() {
    let names = bank("p=reject");
    let pkcs8 = Ed25519Key::generate_pkcs8().expect("a key");
    let key = || Ed25519Key::from_pkcs8_der(&pkcs8).expect("a key");
    names.text("ed._domainkey.bank.test", &format!("v=DKIM1; k=ed25519; p={}", base64(&key().public_key())));
    let court = Court::at(&names);
    let mail = written("a@bank.test", "All is well.");
    let with = |header: String| format!("{header}{mail}");
    let ed = DkimSigner::from_key(key()).domain("bank.test").selector("ed").headers(HEADS);
    let ed = with(ed.sign(mail.as_bytes()).expect("is signed").to_header());
    assert_eq!(court.says(&ed, None).await.verdict, Verdict::Aligned, "Ed25519");

    let length =
        DkimSigner::from_key(rsa()).domain("bank.test").selector("s1").headers(HEADS).body_length(true);
    let length = with(length.sign(mail.as_bytes()).expect("is signed").to_header());
    let unsigned = DkimSigner::from_key(rsa()).domain("bank.test").selector("s1").headers(["To", "Subject"]);
    let unsigned = with(unsigned.sign(mail.as_bytes()).expect("is signed").to_header());
    let missing = DkimSigner::from_key(rsa()).domain("bank.test").selector("gone").headers(HEADS);
    let missing = with(missing.sign(mail.as_bytes()).expect("is signed").to_header());
    let mut old = DkimSigner::from_key(rsa()).domain("bank.test").selector("s1").headers(HEADS);
    // A moment is over at once.
    old = old.expiration(1);
    let old = with(old.sign(mail.as_bytes()).expect("is signed").to_header());
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    for (what, mail, why) in [
        ("l= with words added", format!("{length}Pay here.\r\n"), said(Outcome::Policy, "length")),
        ("l= as it was", length, said(Outcome::Policy, "length")),
        ("From is not signed", unsigned, said(Outcome::Policy, "from_unsigned")),
        ("no such selector", missing, said(Outcome::Permerror, "no_key")),
        ("expired", old, said(Outcome::Fail, "expired")),
    ] {
        let j = court.says(&mail, from_ip(THEIRS, "x@bulk.test")).await;
        assert_eq!((j.verdict, found(&j, "dkim")), (Verdict::Forged, why), "{what}: {j:?}");
    }
    // A second author above the signed one: what is shown is not what is signed.
    let good = signed_as("bank.test", &mail);
    for second in ["From: Boss <boss@bank.test>", "from : boss@bank.test", "From: x@evil.test"] {
        let two = format!("{second}\r\n{good}");
        let j = court.says(&two, from_ip(OURS, "a@bank.test")).await;
        assert_ne!(j.verdict, Verdict::Aligned, "{second}: {j:?}");
    }
    // Hundreds of signatures cost no hundreds of questions.
    let before = names.asked().len();
    let many: String = (0..300)
        .map(|n| good.replace("s=s1", &format!("s=s{n}x")))
        .map(|m| m[..m.find("From:").expect("a head")].to_owned())
        .collect();
    court.says(&format!("{many}{mail}"), None).await;
    assert!(names.asked().len() - before < 40, "{}", names.asked().len() - before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_domain_asks_for_decides_about_what_is_not_proved() {
    let (ours, theirs) = (|| from_ip(OURS, "a@bank.test"), || from_ip(THEIRS, "a@bank.test"));
    for (policy, verdict) in [
        ("p=reject", Verdict::Forged),
        ("p=quarantine", Verdict::Forged),
        ("p=none", Verdict::Unknown),
        ("p=quarantine; t=y", Verdict::Unknown),
    ] {
        let names = bank(policy);
        let court = Court::at(&names);
        let mail = written("a@bank.test", "x");
        assert_eq!(court.says(&mail, theirs()).await.verdict, verdict, "{policy}");
        assert_eq!(court.says(&mail, ours()).await.verdict, Verdict::Aligned, "{policy}: SPF");
        let other = court.says(&mail, from_ip(OURS, "a@bulk.test")).await;
        assert_eq!(other.verdict, verdict, "{policy}: SPF of another domain {other:?}");
    }
    // Below the organisation's domain: as strict as it says, with the policy for what is below.
    for (policy, signer, from, verdict) in [
        ("p=reject", "bank.test", "a@mail.bank.test", Verdict::Aligned),
        ("p=reject", "mail.bank.test", "a@bank.test", Verdict::Aligned),
        ("p=reject", "mail.bank.test", "a@news.bank.test", Verdict::Aligned),
        ("p=reject; adkim=s", "mail.bank.test", "a@bank.test", Verdict::Forged),
        ("p=reject; adkim=s", "bank.test", "a@bank.test", Verdict::Aligned),
        ("p=reject; sp=none", "bulk.test", "a@mail.bank.test", Verdict::Unknown),
        ("p=none; sp=reject", "bulk.test", "a@mail.bank.test", Verdict::Forged),
        ("p=none; np=reject", "bulk.test", "a@never.bank.test", Verdict::Forged),
        ("p=reject", "evil-bank.test", "a@bank.test", Verdict::Forged),
        ("p=reject", "test", "a@bank.test", Verdict::Forged),
    ] {
        let names = bank(policy);
        for d in ["mail.bank.test", "bulk.test", "evil-bank.test", "test"] {
            names.text(&format!("s1._domainkey.{d}"), &format!("v=DKIM1; k=rsa; p={}", RSA.1));
        }
        names.host("mail.bank.test", OURS).text("mail.bank.test", "x");
        let court = Court::at(&names);
        let mail = signed_as(signer, &written(from, "x"));
        let j = court.says(&mail, from_ip(THEIRS, "x@bulk.test")).await;
        assert_eq!(j.verdict, verdict, "{policy} {signer} {from}: {j:?}");
    }
    // SPF below it likewise.
    for (policy, verdict) in [("p=reject", Verdict::Aligned), ("p=reject; aspf=s", Verdict::Forged)] {
        let names = bank(policy);
        names.text("out.bank.test", "v=spf1 ip4:192.0.2.10 -all");
        let j = Court::at(&names).says(&written("a@bank.test", "x"), from_ip(OURS, "b@out.bank.test")).await;
        assert_eq!(j.verdict, verdict, "{policy}: {j:?}");
    }
    // Two firms below one registry are two firms.
    let names = bank("p=none");
    names.text("_dmarc.co.test", "v=DMARC1; p=reject; psd=y");
    names.text("s1._domainkey.evil.co.test", &format!("v=DKIM1; k=rsa; p={}", RSA.1));
    names.text("s1._domainkey.shop.co.test", &format!("v=DKIM1; k=rsa; p={}", RSA.1));
    let court = Court::at(&names);
    let by = async |d: &str| {
        court
            .says(&signed_as(d, &written("a@pay.shop.co.test", "x")), from_ip(THEIRS, "x@bulk.test"))
            .await
            .verdict
    };
    assert_eq!((by("evil.co.test").await, by("shop.co.test").await), (Verdict::Forged, Verdict::Aligned));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_mail_came_from_is_looked_up_within_bounds() {
    let mail = written("a@bank.test", "x");
    for (record, ip, outcome, verdict) in [
        ("v=spf1 ip4:192.0.2.10 -all", OURS, Outcome::Pass, Verdict::Aligned),
        ("v=spf1 ip4:192.0.2.10 -all", THEIRS, Outcome::Fail, Verdict::Forged),
        ("v=spf1 ip4:192.0.2.10 ~all", THEIRS, Outcome::Softfail, Verdict::Unknown),
        ("v=spf1 ip4:192.0.2.10 ?all", THEIRS, Outcome::Neutral, Verdict::Unknown),
        ("v=spf1 include:spf.bulk.test -all", OURS, Outcome::Pass, Verdict::Aligned),
        ("v=spf1 mx -all", OURS, Outcome::Pass, Verdict::Aligned),
        ("v=spf1 a:out.bank.test -all", OURS, Outcome::Pass, Verdict::Aligned),
        ("v=spf1 include:bank.test -all", OURS, Outcome::Permerror, Verdict::Unknown),
        ("v=spf1 include:loop1.test ip4:192.0.2.10 -all", OURS, Outcome::Permerror, Verdict::Unknown),
        (
            "v=spf1 a:1.test a:2.test a:3.test a:4.test a:5.test a:6.test a:7.test a:8.test a:9.test a:10.test a:11.test ip4:192.0.2.10 -all",
            OURS,
            Outcome::Permerror,
            Verdict::Unknown,
        ),
        ("v=spf1 include:down.test ip4:192.0.2.10 -all", OURS, Outcome::Temperror, Verdict::Unknown),
        ("v=spf1 ip4:not-an-address -all", OURS, Outcome::Permerror, Verdict::Unknown),
    ] {
        let names = Names::start();
        names.text("bank.test", record).exchange("bank.test", "mx.bank.test").host("mx.bank.test", OURS);
        names.host("out.bank.test", OURS).text("spf.bulk.test", "v=spf1 ip4:192.0.2.0/24 -all");
        names
            .text("loop1.test", "v=spf1 include:loop2.test -all")
            .text("loop2.test", "v=spf1 include:loop1.test -all");
        names.faulty("down.test", true);
        let j = Court::at(&names).says(&mail, from_ip(ip, "a@bank.test")).await;
        assert_eq!((found(&j, "spf").0, j.verdict), (outcome, verdict), "{record}: {j:?}");
        assert_eq!(j.is_undecided, outcome == Outcome::Temperror, "{record}");
        assert!(names.asked().len() < 40, "{record}: {:?}", names.asked());
    }
    // A bounce has no sender: its host speaks.
    let names = Names::start();
    names.text("out.bank.test", "v=spf1 ip4:192.0.2.10 -all");
    let j = Court::at(&names).says(&mail, from_ip(OURS, "")).await;
    assert_eq!((found(&j, "spf").0, j.verdict), (Outcome::Pass, Verdict::Aligned));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_looked_up_is_no_proof_and_takes_no_time() {
    let names = bank("p=reject");
    names.faulty("s1._domainkey.bank.test", true);
    let court = Court::at(&names);
    let good = signed_as("bank.test", &written("a@bank.test", "x"));
    let j = court.says(&good, from_ip(THEIRS, "x@bulk.test")).await;
    assert_eq!(
        (j.verdict, j.is_undecided, found(&j, "dkim").0),
        (Verdict::Unknown, true, Outcome::Temperror),
        "{j:?}"
    );
    names.faulty("s1._domainkey.bank.test", false);
    assert_eq!(
        court.says(&good, from_ip(THEIRS, "x@bulk.test")).await.verdict,
        Verdict::Aligned,
        "once it answers"
    );

    // A server that never answers for one sender's names holds up that mail alone.
    names.silent("slow.test").silent("_dmarc.slow.test");
    let began = Instant::now();
    let slow = written("a@slow.test", "x");
    let j = court.says(&slow, from_ip(THEIRS, "a@slow.test")).await;
    assert!(
        j.verdict == Verdict::Unknown && j.is_undecided && began.elapsed() < WITHIN * 2,
        "{:?} {j:?}",
        began.elapsed()
    );
    assert_eq!(court.says(&good, None).await.verdict, Verdict::Aligned, "others go on");

    // Where nobody answers at all, nobody is asked for a while.
    let nowhere = Names::start();
    nowhere.silent("").silent("_dmarc.bank.test").silent("s1._domainkey.bank.test");
    let court = Court::at(&nowhere);
    court.says(&good, None).await;
    let (began, asked) = (Instant::now(), nowhere.asked().len());
    let j = court.says(&good, None).await;
    assert!(j.is_undecided && j.verdict == Verdict::Unknown && nowhere.asked().len() == asked);
    assert!(began.elapsed().as_millis() < 500, "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarder_vouches_only_where_it_is_believed_and_saw_it_proved() {
    let names = bank("p=reject");
    for d in ["relay.test", "other.test"] {
        names.text(&format!("s1._domainkey.{d}"), &format!("v=DKIM1; k=rsa; p={}", RSA.1));
    }
    let court = Court::at(&names);
    // A list signs nothing of the bank's and changes the subject: the signature breaks on the way.
    let passed_on = written("a@bank.test", "x").replace("Your account", "[list] Your account");
    let sealed = async |by: &str, results: AuthenticationResults<'_>| {
        let message = AuthenticatedMessage::parse(passed_on.as_bytes()).expect("a mail");
        let chain = auth(&names).verify_arc(&message).await;
        let sealer = ArcSealer::from_key(rsa()).domain(by).selector("s1").headers(HEADS);
        let set = sealer.seal(&message, &results, &chain).expect("is sealed");
        format!("{}{passed_on}", set.to_header())
    };
    let verdict = async |mail: &str| court.says(mail, from_ip(THEIRS, "list@relay.test")).await;
    let j = verdict(&passed_on).await;
    assert_eq!(j.verdict, Verdict::Forged);
    let j = verdict(&sealed("relay.test", AuthenticationResults::new("relay.test")).await).await;
    assert_eq!((j.verdict, found(&j, "arc")), (Verdict::Forged, said(Outcome::Pass, "unvouched")), "{j:?}");
    // The relay saw a good signature of the bank before it changed the mail.
    let original = signed_as("bank.test", &written("a@bank.test", "x"));
    let before = AuthenticatedMessage::parse(original.as_bytes()).expect("a mail");
    let dkim = auth(&names).verify_dkim(&before).await;
    let told = |by| AuthenticationResults::new(by).with_dkim_results(&dkim, "a@bank.test");
    let j = verdict(&sealed("other.test", told("other.test")).await).await;
    assert_eq!(
        (j.verdict, found(&j, "arc")),
        (Verdict::Forged, said(Outcome::Pass, "unknown_sealer")),
        "{j:?}"
    );
    let vouched = sealed("relay.test", told("relay.test")).await;
    let j = verdict(&vouched).await;
    assert_eq!((j.verdict, found(&j, "arc")), (Verdict::Vouched, said(Outcome::Pass, "")), "{j:?}");
    let j = verdict(&vouched.replace("[list] Your", "Your")).await;
    assert_eq!(
        (j.verdict, found(&j, "arc").0),
        (Verdict::Forged, Outcome::Fail),
        "changed after the seal: {j:?}"
    );
}

fn auth(names: &Names) -> mail_auth::MessageAuthenticator {
    use mail_auth::hickory_resolver::config::{
        ConnectionConfig, NameServerConfig, ProtocolConfig, ResolverConfig, ResolverOpts,
    };
    let mut c = ConnectionConfig::new(ProtocolConfig::Udp);
    c.port = names.address.port();
    let server = NameServerConfig::new(names.address.ip(), true, vec![c]);
    mail_auth::MessageAuthenticator::new(
        ResolverConfig::from_name_servers(vec![server]),
        ResolverOpts::default(),
    )
    .expect("opens")
}
