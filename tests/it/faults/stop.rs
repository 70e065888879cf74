//! An orderly end (SIGTERM) under load.

use super::crew::{CREW, Crew};
use super::rig::Rig;
use super::run;
use std::rc::Rc;
use std::time::Duration;
use testkit::{Engine, SeededRng};

/// How often it is asked to end.
const ROUNDS: usize = 3;

async fn ended(engine: Engine) {
    let rng = Rc::new(SeededRng::from_env());
    let rig = Rc::new(Rig::on(engine).await);
    let crew = Crew::hire(&rig, CREW, &["store.closed"], &rng).await;
    let mut slowest = Duration::ZERO;
    for _ in 0..ROUNDS {
        crew.everybody_sends(2).await;
        tokio::time::sleep(Duration::from_micros(rng.below(200_000))).await;
        let (status, took) = rig.stop().await;
        assert_eq!(status.code(), Some(0), "{status}: {}", rig.log());
        slowest = slowest.max(took);
        rig.start().await;
        crew.pause().await;
        crew.check().await;
        crew.go_on();
    }
    println!("{engine:?}: ended {ROUNDS} times, slowest {slowest:?}; {}", crew.told());
}

#[test]
fn asked_to_end_under_load_it_keeps_what_it_acknowledged_sqlite() {
    run(ended(Engine::Sqlite));
}

#[test]
fn asked_to_end_under_load_it_keeps_what_it_acknowledged_postgres() {
    run(ended(Engine::Postgres));
}
