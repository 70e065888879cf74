//! PostgreSQL restarted under the whole program, now in order, now as by a crash.

use super::crew::{CREW, Crew};
use super::rig::Rig;
use super::{asked, run, until};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::{Cluster, SeededRng};

/// Restarts of the short form.
const RESTARTS: usize = 3;
/// Errors end within this once the database is back; the long form's record says how long it was.
const ERRORS_END_WITHIN: Duration = Duration::from_secs(30);
/// What a sender may be told meanwhile.
const BEARABLE: &[&str] =
    &["store.away", "store.in_doubt", "store.busy", "store.tenant_busy", "store.conflict"];

async fn restarted() {
    let rng = Rc::new(SeededRng::from_env());
    let restarts = asked("HARK_RESTARTS", RESTARTS);
    let cluster = Arc::new(tokio::task::spawn_blocking(Cluster::start).await.expect("starts"));
    let rig = Rc::new(Rig::with(None, Some(cluster.database()), &[]).await);
    let crew = Crew::hire(&rig, CREW, BEARABLE, &rng).await;
    let (mut slowest, mut first) = (Duration::ZERO, Duration::ZERO);
    for round in 0..restarts {
        crew.everybody_sends(1).await;
        tokio::time::sleep(Duration::from_micros(rng.below(300_000))).await;
        let (c, crash) = (cluster.clone(), round % 2 == 0);
        let restart = tokio::task::spawn_blocking(move || {
            if crash {
                c.crash()
            } else {
                c.stop()
            }
            c.up();
        });
        restart.await.expect("restarts");
        let (back, before) = (Instant::now(), crew.acknowledged());
        until("messages go on", ERRORS_END_WITHIN, || crew.acknowledged() > before).await;
        first = first.max(back.elapsed());
        crew.everybody_sends(2).await;
        let errors = crew.last_error().saturating_duration_since(back);
        assert!(errors < ERRORS_END_WITHIN, "errors went on for {errors:?}");
        slowest = slowest.max(errors);
        assert!(rig.lives(), "the program ended: {}", rig.log());
    }
    crew.pause().await;
    crew.check_from_the_beginning().await;
    println!(
        "{restarts} restarts; after each was back, the first message was through within {first:?} and errors ended within {slowest:?}; {}",
        crew.told()
    );
}

#[test]
fn restarts_of_postgres_under_the_program_lose_nothing() {
    run(restarted());
}
