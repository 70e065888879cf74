//! Search: found within a second, within the scope, newest first; built anew, erased, and kept through a full disk.

use futures_util::future::BoxFuture;
use kernel::{Actor, AggregateKey, Event, LineId, LineSet, Result, TenantId, TenantScope, UserId};
use parking_lot::Mutex;
use platform::App;
use platform::search::{Doc, DocKind, Documents, Find, Hit};
use platform::store::Tx;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use testkit::{Engine, TestProgram};

/// Stands for an area: its documents by id.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<BTreeMap<i64, Doc>>>);

impl Documents for Shelf {
    fn kinds(&self) -> &'static [&'static str] {
        &["message.created", "message.erased"]
    }
    fn documents<'a>(&'a self, _: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Doc>>> {
        let shelf = self.0.lock();
        let doc = |e: &Arc<Event>| match shelf.get(&e.subject) {
            Some(d) if e.kind == "message.created" => d.clone(),
            _ => Doc { id: e.subject, delete: true, ..doc(0, 1, 0, "") },
        };
        let docs = events.iter().map(doc).collect();
        Box::pin(async move { Ok(docs) })
    }
    fn all<'a>(&'a self, _: &'a App, after: i64, max: usize) -> BoxFuture<'a, Result<Vec<Doc>>> {
        let page = self.0.lock().range(after + 1..).take(max).map(|(_, d)| d.clone()).collect();
        Box::pin(async move { Ok(page) })
    }
}

fn doc(id: i64, tenant: i64, line: i64, text: &str) -> Doc {
    Doc {
        kind: DocKind::Message,
        id,
        tenant: TenantId(tenant),
        line: LineId(line),
        conversation: id * 10,
        at: id,
        text: text.to_owned(),
        fresh: true,
        delete: false,
    }
}

struct World {
    p: TestProgram,
    shelf: Shelf,
}

impl World {
    async fn new() -> World {
        let shelf = Shelf::default();
        let own = shelf.clone();
        let mut p = TestProgram::new(Engine::Sqlite, |reg| reg.documents(own));
        p.start().await;
        World { p, shelf }
    }
    async fn emit(&self, kind: &'static str, ids: Vec<i64>) {
        let write = async move |tx: &mut Tx| {
            for id in &ids {
                tx.emit(Event::new(TenantId(1), kind, *id, Actor::SYSTEM, 0));
            }
            Ok(())
        };
        let key = AggregateKey::new("message", 1);
        self.p.app.db().write(&TenantScope::system(), key, write).await.expect("writes");
    }
    async fn add(&self, docs: Vec<Doc>) {
        let ids = docs.iter().map(|d| d.id).collect();
        self.shelf.0.lock().extend(docs.into_iter().map(|d| (d.id, d)));
        self.emit("message.created", ids).await;
    }
    /// Waits until the index holds all that was written.
    async fn caught_up(&self) {
        while self.p.app.search().durable() < self.p.app.log().head() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
    async fn hits(&self, scope: &TenantScope, words: &str) -> Vec<Hit> {
        let find = Find { words: words.into(), kind: None, limit: 100 };
        self.p.app.search().find(scope, find, self.p.app.now()).await.expect("finds")
    }
    async fn ids(&self, words: &str) -> Vec<i64> {
        self.hits(&TenantScope::system(), words).await.iter().map(|h| h.id).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_both_languages_are_found_newest_first() {
    let w = World::new().await;
    let began = Instant::now();
    w.add(vec![
        doc(1, 1, 1, "我要退款，订单 A-1029 还没到"),
        doc(2, 1, 1, "How do I get a REFUND for ＡＢＣ１２?"),
        doc(3, 1, 1, "运费险怎么申请"),
        doc(4, 1, 1, "申请了退款，钱怎么还没退"),
        doc(5, 1, 1, "谢谢！Refunds work."),
    ])
    .await;
    w.caught_up().await;
    println!("findable after {:?}", began.elapsed());
    let cases: &[(&str, &[i64])] = &[
        ("退款", &[4, 1]),
        ("退", &[4, 1]),
        ("怎么申请退款", &[4]),
        ("运费险", &[3]),
        ("险怎", &[3]),
        ("refund", &[5, 2]),
        ("REF", &[5, 2]),
        ("ｒｅｆｕｎｄｓ", &[5]),
        ("abc12", &[2]),
        ("1029 退款", &[1]),
        ("谢谢 refund", &[5]),
        ("不存在", &[]),
        ("", &[]),
        ("!?", &[]),
    ];
    for (words, expected) in cases {
        assert_eq!(w.ids(words).await, *expected, "«{words}»");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_beyond_the_scope() {
    let w = World::new().await;
    w.add((1..=60).map(|id| doc(id, id % 3 + 1, id % 4, "common 退款")).collect()).await;
    w.caught_up().await;
    let scope = TenantScope::granted(
        UserId(1),
        [(TenantId(1), LineSet::All), (TenantId(2), LineSet::Only(Arc::new([LineId(2), LineId(3)])))],
    );
    let hits = w.hits(&scope, "退款").await;
    // What belongs to no line (0) belongs to the whole client.
    let expected: Vec<i64> =
        (1..=60).rev().filter(|id| id % 3 == 0 || (id % 3 == 1 && id % 4 != 1)).collect();
    assert_eq!(hits.iter().map(|h| h.id).collect::<Vec<_>>(), expected);
    assert!(hits.iter().all(|h| scope.contains(h.tenant) && h.conversation == h.id * 10));
    assert!(w.hits(&TenantScope::granted(UserId(1), []), "退款").await.is_empty());
    assert!(w.hits(&TenantScope::tenant(TenantId(9)), "common").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_replace_and_erasure_leaves_nothing_on_the_disk() {
    let w = World::new().await;
    w.add((1..=50).map(|id| doc(id, 1, 1, "zebraword 退款")).collect()).await;
    w.caught_up().await;
    w.add(vec![Doc { fresh: false, ..doc(7, 1, 1, "换货") }]).await;
    w.caught_up().await;
    assert_eq!(w.ids("zebraword").await.len(), 49);
    assert_eq!(w.ids("换货").await, [7]);
    w.shelf.0.lock().retain(|id, _| *id == 7);
    w.emit("message.erased", (1..=50).filter(|id| *id != 7).collect()).await;
    w.caught_up().await;
    assert!(w.ids("zebraword").await.is_empty());
    // The commit that erased is followed by a merge, so that the word is gone from the files too.
    let folder = w.p.store.folder().join("search");
    let holds = || {
        std::fs::read_dir(&folder)
            .expect("is there")
            .flatten()
            .any(|e| std::fs::read(e.path()).is_ok_and(|b| b.windows(9).any(|w| w == b"zebraword")))
    };
    while holds() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(w.ids("换货").await, [7]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_is_built_anew_and_survives_a_restart() {
    let mut w = World::new().await;
    w.add((1..=3000).map(|id| doc(id, 1, 1, if id % 2 == 0 { "even 退款" } else { "odd" })).collect()).await;
    w.caught_up().await;
    w.p.app.search().ask_rebuild();
    w.add(vec![doc(3001, 1, 1, "odd")]).await;
    w.caught_up().await;
    assert_eq!(w.p.app.search().documents(), Some(3001));
    w.p.stop().await;
    // The same data folder, as after a restart: what is there is neither lost nor doubled.
    let shelf = w.shelf.clone();
    let mut again = w.p.again(|reg| reg.documents(shelf));
    again.start().await;
    let w = World { p: again, shelf: w.shelf.clone() };
    w.add(vec![doc(3002, 1, 1, "even 退款")]).await;
    w.caught_up().await;
    assert_eq!(w.p.app.search().documents(), Some(3002));
    assert_eq!(w.ids("even").await.len(), 100);
    assert_eq!(w.ids("even").await[0], 3002);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_was_lost_or_spoilt_is_built_anew() {
    let mut w = World::new().await;
    w.add((1..=200).map(|id| doc(id, 1, 1, "退款")).collect()).await;
    w.caught_up().await;
    w.p.stop().await;
    std::fs::write(w.p.store.folder().join("search/meta.json"), b"{spoilt").expect("writes");
    let shelf = w.shelf.clone();
    let mut again = w.p.again(|reg| reg.documents(shelf));
    again.start().await;
    let w = World { p: again, shelf: w.shelf.clone() };
    w.add(vec![doc(201, 1, 1, "退款")]).await;
    w.caught_up().await;
    assert_eq!(w.p.app.search().documents(), Some(201));
}
