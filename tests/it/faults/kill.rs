//! kill -9 at random moments, also while it starts.

use super::crew::{CREW, Crew};
use super::rig::Rig;
use super::{asked, run};
use std::rc::Rc;
use std::time::{Duration, Instant};
use testkit::{Engine, SeededRng};

/// Rounds of the short form.
const ROUNDS: usize = 5;
/// Messages that get through in a round, at the least.
const MESSAGES_MIN: usize = 30;
/// A round's load goes on for at most this long, in ms.
const LOAD_MAX_MS: u64 = 900;
/// In one round of so many the next start is cut short too.
const CUT_START_ONE_IN: u64 = 3;
/// A start that is cut short is cut within this, in ms.
const CUT_START_MAX_MS: u64 = 500;
/// A program that is ending, or whose database was just given to the next one, may say this.
const BEARABLE: &[&str] = &["store.closed", "store.away"];

async fn killed(engine: Engine) {
    let rng = Rc::new(SeededRng::from_env());
    let rounds = asked("HARK_TRIALS", ROUNDS);
    let rig = Rc::new(Rig::on(engine).await);
    let crew = Crew::hire(&rig, CREW, BEARABLE, &rng).await;
    crew.everybody_sends(1).await;
    let (began, mut ready_max, mut cut) = (Instant::now(), Duration::ZERO, 0);
    for round in 0..rounds {
        let goal = crew.acknowledged() + MESSAGES_MIN;
        let load = Duration::from_micros(rng.below(LOAD_MAX_MS * 1_000));
        tokio::time::sleep(load).await;
        super::until("the load gets through", Duration::from_secs(60), || crew.acknowledged() >= goal).await;
        rig.kill();
        if rng.below(CUT_START_ONE_IN) == 0 {
            rig.start_and_kill(Duration::from_micros(rng.below(CUT_START_MAX_MS * 1_000))).await;
            cut += 1;
        }
        ready_max = ready_max.max(rig.start().await);
        crew.pause().await;
        crew.check().await;
        crew.go_on();
        if (round + 1) % 10 == 0 {
            println!("{} rounds: {}", round + 1, crew.told());
        }
    }
    crew.pause().await;
    crew.check_from_the_beginning().await;
    println!(
        "{engine:?}: {rounds} times killed and {cut} times while starting, in {:?}; slowest start {ready_max:?}; {}",
        began.elapsed(),
        crew.told()
    );
}

#[test]
fn killed_at_random_nothing_is_lost_or_doubled_sqlite() {
    run(killed(Engine::Sqlite));
}

#[test]
fn killed_at_random_nothing_is_lost_or_doubled_postgres() {
    run(killed(Engine::Postgres));
}
