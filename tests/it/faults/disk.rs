//! A full disk: clear refusals, reading goes on, and all is well again once there is room, without a restart.

use super::crew::{CREW, Crew};
use super::rig::Rig;
use super::{run, until};
use crate::store::SmallDisk;
use std::rc::Rc;
use std::time::Duration;
use testkit::SeededRng;

/// The disk: room for the founding and for a little more.
const DISK: &str = "64m";
/// How often it fills up.
const ROUNDS: usize = 2;
/// What there was room for must be used up within this.
const FULL_WITHIN: Duration = Duration::from_secs(60);

async fn filled() {
    let Some(disk) = SmallDisk::new(DISK) else { return };
    let rng = Rc::new(SeededRng::from_env());
    let rig = Rc::new(Rig::with(Some(disk.path()), None, &[]).await);
    let crew = Crew::hire(&rig, CREW, &["store.full"], &rng).await;
    for _ in 0..ROUNDS {
        crew.everybody_sends(3).await;
        disk.fill();
        let refused = || {
            // What was there of the log's file may be written again until it is used up.
            disk.top_up();
            crew.everybody_was_refused("store.full")
        };
        until("everybody hears that the disk is full", FULL_WITHIN, refused).await;
        reading_goes_on(&rig).await;
        disk.free();
        crew.everybody_sends(2).await;
        crew.forget_refusals();
    }
    assert!(rig.lives(), "the program ended: {}", rig.log());
    crew.pause().await;
    crew.check_from_the_beginning().await;
    println!("{}", crew.told());
}

async fn reading_goes_on(rig: &Rig) {
    let admin = rig.admin();
    let list = admin.get("/api/v1/conversations?view=all&limit=5").await.expect("lists are read");
    let id = list["items"][0]["id"].as_str().expect("a conversation");
    for path in [
        format!("/api/v1/conversations/{id}"),
        format!("/api/v1/conversations/{id}/messages"),
        "/api/v1/contacts".into(),
        "/api/v1/search?q=please".into(),
        "/api/v1/me".into(),
        "/readyz".into(),
    ] {
        let read = admin.status(&path).await.expect("is answered");
        assert_eq!(read, 200, "{path} while the disk is full");
    }
}

#[test]
fn a_full_disk_refuses_clearly_and_goes_on_by_itself() {
    run(filled());
}
