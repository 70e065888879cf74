//! What was acknowledged, and what the program shows of it.

use super::rig::{Rig, text};
use benches::Api;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Rows of one page.
const PAGE: usize = 100;
/// Pages of one list at the most; the tests stay far below.
const PAGES_MAX: usize = 10_000;

/// What one sender was told.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// How it reaches the program.
    pub way: &'static str,
    /// The ids that were acknowledged, in the order of sending.
    pub ids: Vec<String>,
    /// Attempts in all.
    pub attempts: u64,
    /// Refusals by code.
    pub refused: BTreeMap<String, u64>,
    /// Attempts of which nothing was heard.
    pub broken: u64,
    /// Why the last of them was.
    pub last_broken: String,
    /// Messages sent again after they had been acknowledged.
    pub repeats: u64,
}

/// The text of message `k` of a sender: one word that no other message has, and some that many have.
pub fn words(sender: usize, k: usize) -> String {
    format!("{} 请问订单什么时候发货 please", mark(sender, k))
}

/// The word that only this message has.
pub fn mark(sender: usize, k: usize) -> String {
    format!("fs{sender}k{k}z")
}

/// What the program shows: every message of a client, by text.
#[derive(Default)]
pub struct Threads {
    last: HashMap<String, i64>,
    found: HashMap<String, Vec<(String, i64, String)>>,
    ids: HashSet<String>,
}

impl Threads {
    /// Reads what has come since the last time, of every conversation.
    pub async fn read_on(&mut self, api: &Api) {
        for row in all(api, "/api/v1/conversations?view=all").await {
            let (id, seq) = (text(&row, "id").to_owned(), row["seq"].as_i64().expect("a number"));
            while self.last.get(&id).copied().unwrap_or(0) < seq {
                self.page(api, &id).await;
            }
        }
    }

    async fn page(&mut self, api: &Api, id: &str) {
        let last = self.last.entry(id.to_owned()).or_default();
        let path = format!("/api/v1/conversations/{id}/messages?after={last}&limit={PAGE}");
        let page = api.get(&path).await.expect("a thread is read");
        let items = page["items"].as_array().expect("a list");
        assert!(!items.is_empty(), "conversation {id} ends before its last number");
        for m in items {
            let seq = m["seq"].as_i64().expect("a number");
            assert_eq!(seq, *last + 1, "conversation {id} has a gap");
            *last = seq;
            assert!(self.ids.insert(text(m, "id").to_owned()), "one id twice: {m}");
            if m["kind"] == "text" {
                let place = (id.to_owned(), seq, text(m, "id").to_owned());
                self.found.entry(text(m, "body").to_owned()).or_default().push(place);
            }
        }
    }

    /// How many messages people wrote.
    pub fn written(&self) -> usize {
        self.found.values().map(Vec::len).sum()
    }

    /// Conversations.
    pub fn conversations(&self) -> usize {
        self.last.len()
    }

    /// Everything a sender was told is there once, under the id it was told, in one conversation and in its order.
    pub fn check(&self, sender: usize, sheet: &Sheet) {
        let mut before: Option<&(String, i64, String)> = None;
        for (k, id) in sheet.ids.iter().enumerate() {
            let who = format!("{} {sender}, message {k}, acknowledged as {id}", sheet.way);
            let places = self.found.get(&words(sender, k)).map(Vec::as_slice).unwrap_or_default();
            let [place] = places else { panic!("{who}: is there {} times: {places:?}", places.len()) };
            assert_eq!(place.2, *id, "{who}: stands under another id");
            if let Some(b) = before {
                assert_eq!(b.0, place.0, "{who}: stands in another conversation");
                assert!(b.1 < place.1, "{who}: stands before the one sent before it");
            }
            before = Some(place);
        }
    }
}

/// Every row of a list.
pub async fn all(api: &Api, path: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (vec![], String::new());
    let sign = if path.contains('?') { '&' } else { '?' };
    for _ in 0..PAGES_MAX {
        let page = api.get(&format!("{path}{sign}limit={PAGE}{cursor}")).await.expect("a list is read");
        rows.extend(page["items"].as_array().expect("a list").clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
    panic!("{path} does not end")
}

/// The contacts that the office was told of are there once, under the id it was told.
pub async fn check_contacts(rig: &Rig, tenant: &str, sender: usize, sheet: &Sheet) {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for contact in all(&rig.admin(), &format!("/api/v1/contacts?tenant={tenant}")).await {
        if let Some(name) = contact["name"].as_str() {
            found.entry(name.to_owned()).or_default().push(text(&contact, "id").to_owned());
        }
    }
    for (k, id) in sheet.ids.iter().enumerate() {
        let there = found.remove(&words(sender, k)).unwrap_or_default();
        assert_eq!(there.as_slice(), std::slice::from_ref(id), "contact {k} of the office");
    }
}

/// The newest message of a sender is found by the word that only it has.
pub async fn check_search(rig: &Rig, sender: usize, sheet: &Sheet) {
    let Some(last) = sheet.ids.len().checked_sub(1) else { return };
    let path = format!("/api/v1/search?kind=messages&q={}", mark(sender, last));
    let found = rig.admin().get(&path).await.expect("search answers");
    let found = found["messages"].as_array().expect("a list");
    let ids: Vec<&str> = found.iter().map(|m| text(&m["message"], "id")).collect();
    assert_eq!(ids, [sheet.ids[last].as_str()], "{} {sender}: search for message {last}", sheet.way);
}
