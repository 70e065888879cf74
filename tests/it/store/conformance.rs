//! What holds while nothing breaks.

use super::both;

both! {
    acknowledged_is_stored,
    a_failing_member_leaves_nothing_and_fails_nobody,
    a_panicking_closure_fails_alone,
    events_are_gap_free_and_in_commit_order,
    a_write_outlives_its_caller,
    a_read_is_one_snapshot_and_cannot_write,
    a_flood_of_one_client_is_refused_and_others_pass,
    values_come_back_as_they_went,
    arguments_bind_by_number,
    jobs_with_one_key_are_one_job,
    the_same_key_commits_once,
    a_refused_request_leaves_its_key_free,
    old_events_and_answers_go,
}

mod cases {
    use crate::store::{add_row, key, rows, write_row};
    use futures_util::future::join_all;
    use kernel::{Actor, Error, Event, JobId, Result, TenantId, TenantScope, args, sql};
    use parking_lot::Mutex;
    use platform::jobs::NewJob;
    use platform::log::Log;
    use platform::store::{Mark, Options, Tx, marked};
    use std::sync::Arc;
    use testkit::{Engine, TestStore};

    fn one() -> TenantScope {
        TenantScope::tenant(TenantId(1))
    }

    pub async fn acknowledged_is_stored(engine: Engine) {
        let store = TestStore::open(engine);
        for n in 0..20 {
            write_row(&store.db, 1, n).await.expect("writes");
        }
        store.db.close();
        assert_eq!(write_row(&store.db, 1, 99).await.expect_err("is closed").code.code, "store.closed");
        assert_eq!(rows(&store.reopen(), 1).await, (0..20).collect::<Vec<_>>());
    }

    pub async fn a_failing_member_leaves_nothing_and_fails_nobody(engine: Engine) {
        let store = TestStore::open(engine);
        let writes = (0..300).map(|n| {
            let (db, scope) = (store.db.clone(), one());
            async move {
                let write = async move |tx: &mut Tx| {
                    add_row(tx, 1, n).await?;
                    tx.emit(Event::new(TenantId(1), "thing.made", n, Actor::SYSTEM, 0));
                    match n % 5 {
                        0 => Err(Error::invalid("n", "unfit")),
                        // The engine refuses: the row is there already.
                        1 => add_row(tx, 1, n).await,
                        _ => Ok(()),
                    }
                };
                (n, db.write(&scope, key(n % 7), write).await)
            }
        });
        for (n, outcome) in join_all(writes).await {
            match n % 5 {
                0 => assert_eq!(outcome.expect_err("refused").code, &kernel::INVALID),
                1 => assert_eq!(outcome.expect_err("refused").code.code, "store.constraint"),
                _ => outcome.expect("writes"),
            }
        }
        let kept: Vec<i64> = (0..300).filter(|n| n % 5 > 1).collect();
        assert_eq!(rows(&store.db, 1).await, kept);
        assert_eq!(store.db.tail().head(), kept.len() as i64);
    }

    pub async fn a_panicking_closure_fails_alone(engine: Engine) {
        let store = TestStore::open(engine);
        let write = async |tx: &mut Tx| -> Result<()> {
            add_row(tx, 1, 1).await?;
            panic!("on purpose");
        };
        assert_eq!(store.db.write(&one(), key(1), write).await.expect_err("panics").code, &kernel::INTERNAL);
        write_row(&store.db, 1, 2).await.expect("the lane lives on");
        assert_eq!(rows(&store.db, 1).await, [2]);
    }

    pub async fn events_are_gap_free_and_in_commit_order(engine: Engine) {
        let store = TestStore::open(engine);
        let writes = (0..400).map(|n: i64| {
            let (db, scope) = (store.db.clone(), TenantScope::tenant(TenantId(n % 3 + 1)));
            async move {
                let write = async move |tx: &mut Tx| {
                    for part in 0..n % 4 {
                        let data = serde_json::json!({"n": n, "part": part});
                        tx.emit(
                            Event::new(TenantId(n % 3 + 1), "thing.made", n, Actor::SYSTEM, n).data(data),
                        );
                    }
                    if n % 11 == 0 { Err(Error::not_found()) } else { Ok(()) }
                };
                let _ = db.write(&scope, key(n), write).await;
            }
        });
        join_all(writes).await;
        let expected: i64 = (0..400).filter(|n| n % 11 != 0).map(|n| n % 4).sum();
        let log = Log::new(store.db.clone());
        assert_eq!(log.head(), expected);
        let live = log.after(0, 10_000).await.expect("reads");
        assert_eq!(live.iter().map(|e| e.pos).collect::<Vec<_>>(), (1..=expected).collect::<Vec<_>>());
        for pair in live.windows(2).filter(|p| p[0].subject == p[1].subject) {
            assert_eq!(pair[0].data["part"].as_i64().map(|p| p + 1), pair[1].data["part"].as_i64());
        }
        // What a process that comes later reads is the same.
        store.db.close();
        let later = Log::new(store.reopen());
        let mut stored = vec![];
        while (stored.len() as i64) < expected {
            let pos = stored.len() as i64;
            stored.extend(later.after(pos, 100).await.expect("reads"));
        }
        let plain = |e: &Arc<Event>| (e.pos, e.tenant, e.subject, e.data.clone(), e.at);
        assert_eq!(stored.iter().map(plain).collect::<Vec<_>>(), live.iter().map(plain).collect::<Vec<_>>());
    }

    /// Holds a lane until it is opened.
    fn gate() -> (std::sync::mpsc::Sender<()>, impl Fn() + Send + Clone) {
        let (open, wait) = std::sync::mpsc::channel::<()>();
        let wait = Arc::new(Mutex::new(wait));
        // An error means that the test is over.
        (open, move || {
            let _ = wait.lock().recv();
        })
    }

    pub async fn a_write_outlives_its_caller(engine: Engine) {
        let store = TestStore::with(engine, &Options { lanes: 1, ..Options::default() });
        let (open, wait) = gate();
        let db = store.db.clone();
        let (began, begun) = tokio::sync::oneshot::channel();
        let began = Mutex::new(Some(began));
        let held = tokio::spawn(async move {
            let write = async move |_: &mut Tx| {
                if let Some(b) = began.lock().take() {
                    b.send(()).expect("the test waits");
                }
                wait();
                Ok(())
            };
            db.write(&one(), key(1), write).await
        });
        begun.await.expect("begins");
        let db = store.db.clone();
        let gone = tokio::spawn(async move { write_row(&db, 1, 7).await });
        while store.db.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        gone.abort();
        assert!(gone.await.expect_err("was aborted").is_cancelled());
        open.send(()).expect("the lane waits");
        held.await.expect("runs").expect("writes");
        write_row(&store.db, 1, 8).await.expect("comes after it");
        assert_eq!(rows(&store.db, 1).await, [7, 8]);
    }

    pub async fn a_read_is_one_snapshot_and_cannot_write(engine: Engine) {
        let store = TestStore::open(engine);
        write_row(&store.db, 1, 1).await.expect("writes");
        let (open, wait) = gate();
        let db = store.db.clone();
        let (began, begun) = tokio::sync::oneshot::channel();
        let began = Mutex::new(Some(began));
        let reader = tokio::spawn(async move {
            let read = async move |tx: &mut Tx| {
                let count = sql!("SELECT COUNT(*) FROM blob WHERE tenant_id = 1");
                let before = tx.get(count, &[], |r| r.int(0)).await?;
                if let Some(b) = began.lock().take() {
                    b.send(()).expect("the test waits");
                }
                wait();
                Ok((before, tx.get(count, &[], |r| r.int(0)).await?))
            };
            db.read(&one(), read).await
        });
        begun.await.expect("begins");
        write_row(&store.db, 1, 2).await.expect("writes");
        open.send(()).expect("the reader waits");
        assert_eq!(reader.await.expect("runs").expect("reads"), (1, 1));
        let refused = store.db.read(&one(), async |tx: &mut Tx| add_row(tx, 1, 3).await).await;
        assert_eq!(refused.expect_err("reads only").code, &kernel::INTERNAL);
        assert_eq!(rows(&store.db, 1).await, [1, 2]);
    }

    pub async fn a_flood_of_one_client_is_refused_and_others_pass(engine: Engine) {
        let store = TestStore::with(engine, &Options { lanes: 1, queue_max: 64, ..Options::default() });
        write_row(&store.db, 2, 0).await.expect("the other client is active");
        let (open, wait) = gate();
        let (db, w) = (store.db.clone(), wait);
        let (began, begun) = tokio::sync::oneshot::channel();
        let began = Mutex::new(Some(began));
        let held = tokio::spawn(async move {
            let write = async move |_: &mut Tx| {
                if let Some(b) = began.lock().take() {
                    b.send(()).expect("the test waits");
                }
                w();
                Ok(())
            };
            db.write(&TenantScope::system(), key(0), write).await
        });
        begun.await.expect("begins");
        let flood: Vec<_> = (0..200)
            .map(|n| {
                let db = store.db.clone();
                tokio::spawn(async move { write_row(&db, 1, n).await })
            })
            .collect();
        while flood.iter().filter(|f| f.is_finished()).count() < 100 {
            tokio::task::yield_now().await;
        }
        let db = store.db.clone();
        let other = tokio::spawn(async move { write_row(&db, 2, 1).await });
        open.send(()).expect("the lane waits");
        held.await.expect("runs").expect("writes");
        other.await.expect("runs").expect("another client passes");
        let (mut taken, mut refused) = (0, 0);
        for outcome in join_all(flood).await {
            match outcome.expect("runs") {
                Ok(()) => taken += 1,
                Err(e) => {
                    assert_eq!((e.code.code, e.retry_after_s), ("store.tenant_busy", Some(1)));
                    refused += 1;
                }
            }
        }
        assert!(refused >= 100 && taken >= 16, "{taken} taken, {refused} refused");
        assert_eq!(rows(&store.db, 1).await.len(), taken);
    }

    pub async fn values_come_back_as_they_went(engine: Engine) {
        let store = TestStore::open(engine);
        let write = async |tx: &mut Tx| {
            let nothing: Option<i64> = None;
            let sql = sql!(
                "INSERT INTO job(id, tenant_id, kind, subject, payload, due_at, dead_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"
            );
            tx.exec(
                sql,
                args![i64::MAX, TenantId(1), "退款 'x' \"y\"", i64::MIN, "{\"a\":[1,null]}", 0_i64, nothing],
            )
            .await?;
            tx.get(
                sql!("SELECT id, tenant_id, kind, subject, payload, dead_at, id > 3, error FROM job"),
                &[],
                |r| {
                    let ids = (r.int(0)?, r.id::<TenantId>(1)?, r.int(3)?);
                    Ok((ids, r.text(2)?, r.json(4)?, r.opt_int(5)?, r.bool(6)?, r.opt_text(7)?))
                },
            )
            .await
        };
        let (ids, kind, payload, dead, greater, error) =
            store.db.write(&TenantScope::system(), key(1), write).await.expect("writes");
        assert_eq!(ids, (i64::MAX, TenantId(1), i64::MIN));
        assert_eq!(kind, "退款 'x' \"y\"");
        assert_eq!(payload, serde_json::json!({"a": [1, null]}));
        assert_eq!((dead, greater, error), (None, true, None));
    }

    pub async fn arguments_bind_by_number(engine: Engine) {
        let store = TestStore::open(engine);
        for n in 1..=5 {
            write_row(&store.db, 1, n).await.expect("writes");
        }
        let read = async |tx: &mut Tx| {
            let ids = Tx::ids([2_i64, 4, 9]);
            let sql = sql!(
                "SELECT size FROM blob WHERE size < $3 AND tenant_id = $1 AND size IN_IDS($2) AND size < $3 ORDER BY size"
            );
            let some = tx.all(sql, args![1_i64, ids, 5_i64], |r| r.int(0)).await?;
            let none = tx.all(sql, args![1_i64, Tx::ids::<i64>([]), 5_i64], |r| r.int(0)).await?;
            Ok((some, none))
        };
        let (some, none) = store.db.read(&one(), read).await.expect("reads");
        assert_eq!(some, [2, 4]);
        assert!(none.is_empty());
    }

    fn job(id: i64, due_at: i64) -> NewJob {
        NewJob {
            id: JobId(id),
            tenant: TenantId(1),
            kind: "test",
            subject: 5,
            payload: serde_json::json!({"due": due_at}),
            due_at,
            unique_key: Some("test:5".into()),
        }
    }

    pub async fn jobs_with_one_key_are_one_job(engine: Engine) {
        let store = TestStore::open(engine);
        let write = async |tx: &mut Tx| {
            tx.enqueue(&job(1, 100)).await?;
            tx.enqueue(&job(2, 50)).await
        };
        store.db.write(&TenantScope::system(), key(1), write).await.expect("writes");
        let cancel = async |tx: &mut Tx| {
            let found =
                tx.all(sql!("SELECT id, due_at FROM job"), &[], |r| Ok((r.int(0)?, r.int(1)?))).await?;
            tx.cancel_job("test:5").await?;
            Ok((found, tx.get(sql!("SELECT COUNT(*) FROM job"), &[], |r| r.int(0)).await?))
        };
        let (found, left) = store.db.write(&TenantScope::system(), key(1), cancel).await.expect("writes");
        assert_eq!((found, left), (vec![(1, 50)], 0));
    }

    pub async fn the_same_key_commits_once(engine: Engine) {
        let store = TestStore::open(engine);
        let mark = |body: &'static [u8]| Mark::new("user:1".into(), "POST /x".into(), "k".into(), body, 0);
        let send = |n: i64| {
            let (db, mark) = (store.db.clone(), Arc::new(mark(b"a")));
            // Two commits of one request leave one mark.
            marked(mark.clone(), async move {
                db.write(&one(), key(1), async move |tx: &mut Tx| add_row(tx, 1, n).await).await?;
                db.write(&one(), key(2), async move |tx: &mut Tx| add_row(tx, 1, n + 100).await).await?;
                Ok::<_, Error>(mark.is_left())
            })
        };
        let all = join_all([send(1), send(2), send(3)]).await;
        let done: Vec<bool> = all.iter().filter_map(|r| r.as_ref().ok().copied()).collect();
        assert_eq!(done, [true], "{all:?}");
        assert!(
            all.iter().filter_map(|r| r.as_ref().err()).all(|e| e.code.code == "idempotency.under_way"),
            "{all:?}"
        );
        assert_eq!(rows(&store.db, 1).await.len(), 2);
        let again = async move |tx: &mut Tx| {
            tx.one(
                sql!("SELECT COUNT(*) FROM idempotency WHERE scope = 'user:1' AND route = 'POST /x' AND key = 'k'"),
                &[],
                |r| r.int(0),
            )
            .await
        };
        assert_eq!(store.db.read(&TenantScope::system(), again).await.expect("reads"), Some(1));
    }

    pub async fn a_refused_request_leaves_its_key_free(engine: Engine) {
        let store = TestStore::open(engine);
        let send = |fails: bool| {
            let mark = Mark::new("user:1".into(), "POST /x".into(), "k".into(), b"a", 0);
            let db = store.db.clone();
            marked(Arc::new(mark), async move {
                let write = async move |tx: &mut Tx| {
                    add_row(tx, 1, 7).await?;
                    if fails { Err(Error::not_found()) } else { Ok(()) }
                };
                db.write(&one(), key(1), write).await
            })
        };
        assert!(send(true).await.is_err());
        send(false).await.expect("the key was free");
        assert_eq!(rows(&store.db, 1).await, [7]);
        assert_eq!(send(false).await.expect_err("known").code.code, "idempotency.under_way");
    }

    pub async fn old_events_and_answers_go(engine: Engine) {
        let store = TestStore::open(engine);
        let month = platform::log::KEEP_MS;
        let write = async move |tx: &mut Tx| {
            for n in 1..=10 {
                tx.emit(Event::new(TenantId(1), "thing.made", n, Actor::SYSTEM, n));
            }
            tx.exec(sql!("INSERT INTO cursor(name, pos, at) VALUES ('a', 6, 0), ('b', 4, 0)"), &[]).await?;
            tx.exec(
                sql!(
                    "INSERT INTO idempotency(scope, route, key, body_hash, answer, at)
                     VALUES ('s', 'r', 'old', $1, '1', 1), ('s', 'r', 'new', $1, '1', $2)"
                ),
                args![[0_u8; 32], month],
            )
            .await
        };
        store.db.write(&TenantScope::system(), key(1), write).await.expect("writes");
        assert_eq!(platform::log::prune(&store.db, month + 4).await.expect("prunes"), 3);
        assert_eq!(platform::log::prune(&store.db, month + 100).await.expect("prunes"), 1);
        assert_eq!(Log::new(store.db.clone()).oldest().await.expect("reads"), 5);
        let forget = async move |tx: &mut Tx| platform::web::forget_old(tx, month).await;
        assert_eq!(store.db.write(&TenantScope::system(), key(1), forget).await.expect("writes"), 1);
    }
}

/// Only SQLite can tell; on PostgreSQL a closure shares its thread with a runtime.
#[tokio::test]
async fn a_sqlite_closure_that_awaits_something_else_is_rolled_back() {
    let store = testkit::TestStore::open(testkit::Engine::Sqlite);
    let write = async |tx: &mut platform::store::Tx| {
        super::add_row(tx, 1, 1).await?;
        tokio::task::yield_now().await;
        Ok(())
    };
    let scope = kernel::TenantScope::tenant(kernel::TenantId(1));
    let refused = store.db.write(&scope, super::key(1), write).await.expect_err("awaits");
    assert_eq!(refused.code.code, "store.awaited_outside");
    assert!(super::rows(&store.db, 1).await.is_empty());
}

/// The second lock: a statement that forgets its client still sees only those of its scope.
#[tokio::test]
async fn row_level_security_holds_on_postgres() {
    use kernel::{LineSet, TenantId, TenantScope, UserId, sql};
    let store = testkit::TestStore::open(testkit::Engine::Postgres);
    for tenant in 1..=3 {
        super::write_row(&store.db, tenant, tenant).await.expect("writes");
    }
    let count = async |scope: TenantScope| {
        let read = async |tx: &mut platform::store::Tx| {
            tx.all(sql!("SELECT size FROM blob ORDER BY size"), &[], |r| r.int(0)).await
        };
        store.db.read(&scope, read).await.expect("reads")
    };
    assert_eq!(count(TenantScope::tenant(TenantId(2))).await, [2]);
    let two = [(TenantId(1), LineSet::All), (TenantId(3), LineSet::All)];
    assert_eq!(count(TenantScope::granted(UserId(1), two)).await, [1, 3]);
    assert_eq!(count(TenantScope::granted(UserId(1), [])).await, [0_i64; 0]);
    assert_eq!(count(TenantScope::system()).await, [1, 2, 3]);
    // Nor can one write into another client's rows; and a batch keeps each member to its own.
    let foreign = async |tx: &mut platform::store::Tx| super::add_row(tx, 3, 9).await;
    store.db.write(&TenantScope::tenant(TenantId(2)), super::key(1), foreign).await.expect_err("is refused");
    let writes = (10..60).map(|n| super::write_row(&store.db, n % 3 + 1, n));
    assert!(futures_util::future::join_all(writes).await.iter().all(Result::is_ok));
}
