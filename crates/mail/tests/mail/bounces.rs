//! Bounce mails of many servers, with who was not reached and whether for good.

use mail::bounce::Failure;
use mail::{Options, read};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn set<'a>(list: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    list.map(str::to_ascii_lowercase).collect()
}

/// Recipients are right in 98 % of the mails, hard or soft in 95 % of those with recipients.
#[test]
fn recipients_of_real_bounces() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/flufl.bounce");
    let expected = std::fs::read_to_string(folder.join("expected.tsv")).expect("a table");
    let (mut mails, mut right, mut hardness, mut kinds, mut named) = (0, 0, 0, 0, 0);
    for row in expected.lines() {
        let mut columns = row.split('\t');
        let file = columns.next().expect("a file");
        let hard = set(columns.next().expect("a column").split_whitespace());
        let soft = set(columns.next().expect("a column").split_whitespace());
        let raw = std::fs::read(folder.join(file)).expect("a mail");
        let reading = read(&raw, Options::default());
        let found: Vec<Failure> = reading.bounce.as_ref().map(|b| b.recipients.clone()).unwrap_or_default();
        let got_hard = set(found.iter().filter(|f| f.hard).map(|f| f.address.as_str()));
        let got_soft = set(found.iter().filter(|f| !f.hard).map(|f| f.address.as_str()));
        mails += 1;
        let all: BTreeSet<String> = hard.union(&soft).cloned().collect();
        let got: BTreeSet<String> = got_hard.union(&got_soft).cloned().collect();
        if all == got {
            right += 1;
        } else {
            println!("{file}: expected {all:?}, read {got:?}, kind {:?}", reading.kind);
        }
        if !all.is_empty() {
            named += 1;
            kinds += usize::from(reading.kind == mail::kind::Kind::Bounce);
            if hard.is_empty() == got_hard.is_empty() && soft.is_empty() == got_soft.is_empty() {
                hardness += 1;
            } else {
                println!("{file}: hard {hard:?} soft {soft:?}, read hard {got_hard:?} soft {got_soft:?}");
            }
        }
    }
    println!(
        "recipients right in {right} of {mails}, hard or soft in {hardness} of {named}, seen as a bounce {kinds} of {named}"
    );
    assert!(mails >= 117 && right * 100 >= mails * 98, "{right} of {mails}");
    assert!(hardness * 100 >= named * 95, "{hardness} of {named}");
    assert!(kinds * 100 >= named * 98, "{kinds} of {named}");
}
