//! Mails that we build say what was meant, whatever stands in their fields, and bring no header of anybody's own.

use mail::compose::{Author, Draft, File, build};
use mail::{Options, Person, Reading, read};
use proptest::prelude::*;

const ALLOWED: &[&str] = &[
    "message-id",
    "date",
    "from",
    "to",
    "cc",
    "subject",
    "reply-to",
    "in-reply-to",
    "references",
    "auto-submitted",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

fn head(raw: &[u8]) -> Vec<Vec<u8>> {
    let end = raw.windows(4).position(|w| w == b"\r\n\r\n").expect("a head and a body");
    raw[..end].split(|b| *b == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l).to_vec()).collect()
}

fn names(raw: &[u8]) -> Vec<String> {
    let own = head(raw).into_iter().filter(|l| !l.starts_with(b" ") && !l.starts_with(b"\t"));
    own.map(|l| String::from_utf8_lossy(l.split(|b| *b == b':').next().unwrap_or(b"")).to_ascii_lowercase())
        .collect()
}

/// What a field is meant to say after what nobody means is gone: one line without controls and signs of direction.
fn meant(text: &str, bytes_max: usize) -> String {
    let deceptive = |c: char| {
        matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{FEFF}'
            | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
    };
    let kept: String =
        text.chars().filter(|c| !deceptive(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut line = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    while line.len() > bytes_max {
        line.pop();
    }
    line.trim_end().to_owned()
}

fn draft(name: &str, subject: &str, text: &str) -> Draft {
    Draft {
        from: Person { name: name.into(), address: "support@example.org".into() },
        to: vec![Person { name: name.into(), address: "mia@example.com".into() }],
        cc: vec![Person { name: String::new(), address: "leo+x@example.net".into() }],
        reply_to: Some(Person { name: name.into(), address: "support+habc@example.org".into() }),
        subject: subject.into(),
        message_id: "habc.1@example.org".into(),
        in_reply_to: Some("q.1@example.com".into()),
        references: vec!["first@example.com".into(), "q.1@example.com".into()],
        at: 1_790_000_000_000,
        author: Author::Replied,
        text: text.into(),
        html: None,
        files: vec![],
    }
}

fn holds(raw: &[u8], draft: &Draft, reading: &Reading) -> Result<(), TestCaseError> {
    let mut seen = names(raw);
    for name in &seen {
        prop_assert!(ALLOWED.contains(&name.as_str()), "a header of its own: {name}");
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    prop_assert_eq!(seen.len(), count, "no header twice");
    for line in raw.split(|b| *b == b'\n') {
        prop_assert!(line.len() <= 999, "a line of {} bytes", line.len());
    }
    let bare = raw.iter().enumerate().any(|(i, b)| *b == b'\n' && (i == 0 || raw[i - 1] != b'\r') || *b == 0);
    prop_assert!(!bare, "a bare line feed or NUL");
    prop_assert_eq!(&reading.subject, &meant(&draft.subject, mail::limits::SUBJECT_BYTES_MAX));
    let p = &reading.participants;
    let name = meant(&draft.from.name, mail::limits::NAME_BYTES_MAX).replace("=?", "= ?");
    let name = meant(&name, mail::limits::NAME_BYTES_MAX);
    for (people, address) in [
        (&p.from, "support@example.org"),
        (&p.to, "mia@example.com"),
        (&p.reply_to, "support+habc@example.org"),
    ] {
        prop_assert_eq!(people.len(), 1, "{:?}", people);
        prop_assert_eq!(&people[0].address, address);
        prop_assert_eq!(&people[0].name, &name);
    }
    prop_assert_eq!(&p.cc, &draft.cc);
    prop_assert_eq!(reading.threading.message_id.as_deref(), Some("habc.1@example.org"));
    prop_assert_eq!(&reading.threading.in_reply_to, &vec!["q.1@example.com".to_owned()]);
    prop_assert_eq!(&reading.threading.references, &draft.references);
    prop_assert_eq!(reading.date.map(|d| d.at_ms), Some(draft.at));
    prop_assert_eq!(reading.kind, mail::kind::Kind::AutoReply);
    prop_assert!(reading.refused.is_none() && reading.attachments.is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 400 } else { 4_000 }))]
    #[test]
    fn what_was_meant_parses_back(
        name in "(?s).{0,60}", subject in "(?s).{0,120}",
        breaks in prop::sample::select(vec!["", "\r\n", "\n", "\r", "\r\n ", "\0\r\n", "\u{2028}", "\u{85}", "\u{202e}", "=?utf-8?Q?=0D=0A?=", ",", ";", "<", "\"", "\\", "(", "@"]),
        tail in prop::sample::select(vec!["", "Bcc: victim@example.net", "\r\nBcc: victim@example.net\r\n\r\nx", "<a@b.c>", "订单", "🎁"]),
    ) {
        let evil = |t: &str| format!("{t}{breaks}{tail}{breaks}{t}");
        let draft = draft(&evil(&name), &evil(&subject), &evil("text"));
        let raw = build(&draft).expect("builds");
        holds(&raw, &draft, &read(&raw, Options::default()))?;
    }

    #[test]
    fn files_go_as_they_are_whatever_they_are_called(
        name in "(?s).{0,80}", mime in "(?s).{0,20}", bytes in prop::collection::vec(any::<u8>(), 1..2_000),
        breaks in prop::sample::select(vec!["", "\r\n", "\n", "\r", "\0", "\"", "\\", "/", "\u{202e}", ";", "=?utf-8?Q?=0D=0A?="]),
    ) {
        let name = format!("{name}{breaks}\r\nBcc: victim@example.net{breaks}{name}");
        let html = Some("<p>text</p>".to_owned());
        let file = File { name, mime, bytes };
        let draft = Draft { html, files: vec![file.clone(), file.clone()], ..draft("Mia", "x", "text") };
        let raw = build(&draft).expect("builds");
        let reading = read(&raw, Options::default());
        prop_assert_eq!(reading.attachments.len(), 2, "{:?}", reading.attachments);
        prop_assert_eq!(mail::attachment(&raw, 1), Some(file.bytes));
        prop_assert!(!reading.attachments[0].name.contains(['\r', '\n', '/', '"']));
        prop_assert_eq!(reading.text_shown.trim(), "text");
        let head = names(&raw);
        prop_assert!(head.iter().all(|n| ALLOWED.contains(&n.as_str())), "{:?}", head);
        prop_assert!(!String::from_utf8_lossy(&raw).contains("\nBcc:"), "a header of its own");
    }
}

#[test]
fn addresses_and_ids_that_are_none_are_refused() {
    let fine = draft("Mia", "x", "y");
    assert!(build(&fine).is_ok());
    for bad in [
        "mia@example.com\r\nBcc: v@example.net",
        "mia@example.com, v@example.net",
        "<mia@example.com>",
        "mia",
        "",
        "mia@exa\u{202e}mple.com",
        "a b@example.com",
    ] {
        let mut draft = fine.clone();
        draft.to[0].address = bad.into();
        assert!(build(&draft).is_err(), "{bad:?}");
        let mut draft = fine.clone();
        draft.reply_to = Some(Person { name: String::new(), address: bad.into() });
        assert!(build(&draft).is_err(), "{bad:?}");
    }
    for bad in [
        "a@b\r\nBcc: v@example.net",
        "a@b> <c@d",
        "ab",
        "a b@c",
        "",
        "您@b",
        &format!("{}@b", "x".repeat(1_000)),
    ] {
        let mut draft = fine.clone();
        draft.references.push(bad.into());
        assert!(build(&draft).is_err(), "{bad:?}");
        let mut draft = fine.clone();
        draft.message_id = bad.into();
        assert!(build(&draft).is_err(), "{bad:?}");
    }
    let mut nobody = fine.clone();
    (nobody.to, nobody.cc) = (vec![], vec![]);
    assert!(build(&nobody).is_err());
}

#[test]
fn long_threads_keep_their_first_and_youngest_ids() {
    let mut long = draft("Mia", "x", "y");
    long.references = (0..100).map(|i| format!("{i}.{}@example.com", "x".repeat(200))).collect();
    let raw = build(&long).expect("builds");
    assert!(head(&raw).iter().all(|l| l.len() <= 998));
    let read = read(&raw, Options::default());
    let kept = &read.threading.references;
    assert_eq!(kept.len(), mail::compose::REFERENCES_SENT_MAX);
    assert!(kept[0].starts_with("0.") && kept[kept.len() - 1].starts_with("99."));
    assert_eq!(kept[kept.len() - 1], long.references[99], "not cut");
}

#[test]
fn text_and_html_come_back_the_same_each_time() {
    let text = "您好，\n\n您的包裹已发出。\n.\n.. a line of dots\nFrom here on.";
    let mut both = draft("客服", "订单 1042", text);
    both.html = Some("<p>您的包裹已发出。</p>".into());
    both.author = Author::Person;
    let raw = build(&both).expect("builds");
    assert_eq!(raw, build(&both).expect("builds"));
    let reading = read(&raw, Options::default());
    assert_eq!(reading.text_shown, "您的包裹已发出。");
    assert_eq!(reading.kind, mail::kind::Kind::Human);
    assert!(names(&raw).iter().all(|n| n != "auto-submitted" && !n.starts_with("list-")));
    both.html = None;
    let reading = read(&build(&both).expect("builds"), Options::default());
    assert_eq!(reading.text_shown, text);
}
