//! Queue rules, hours, seats, overflow, tiers and marks, each through the rows as a person would set them.

use crate::house::{House, OTHER_QUEUE, QUEUE, TENANT, inbox, system};
use conversations::inboxes::Inbox;
use conversations::ports::Work;
use engines::acd::ItemStatus;
use kernel::{Actor, AggregateKey, Event, TenantId, args, sql};
use platform::store::Tx;
use routing::presence::State;
use serde_json::{Value, json};
use testkit::Engine;

/// Sets a queue's rules, as its settings page does.
pub async fn rule(h: &House, queue: kernel::QueueId, rules: Value) {
    let write = async move |tx: &mut Tx| {
        tx.exec(sql!("UPDATE queue SET rules = $2 WHERE id = $1"), args![queue, rules.to_string()]).await?;
        tx.emit(Event::new(TENANT, "queue.set", queue.0, Actor::SYSTEM, 1));
        Ok(())
    };
    h.app.db().write(&system(), AggregateKey::new("queue", 1), write).await.expect("set");
}

/// Sets what the client's contacts are worth.
async fn client(h: &House, rules: Value) {
    let write = async move |tx: &mut Tx| {
        tx.exec(
            sql!(
                "INSERT INTO tenant_routing(tenant_id, rules, changed_at) VALUES ($1, $2, 1)
                 ON CONFLICT (tenant_id) DO UPDATE SET rules = excluded.rules"
            ),
            args![TENANT, rules.to_string()],
        )
        .await?;
        tx.emit(Event::new(TENANT, "routing.client_set", TENANT.0, Actor::SYSTEM, 1));
        Ok(())
    };
    h.app.db().write(&system(), AggregateKey::new("routing", 1), write).await.expect("set");
}

/// A contact with a tier and a tag.
async fn contact(h: &House, id: i64, tier: Option<&str>, tag: Option<&str>) {
    let (tier, tag) = (tier.map(str::to_owned), tag.map(str::to_owned));
    let write = async move |tx: &mut Tx| {
        tx.exec(
            sql!(
                "INSERT INTO contact(id, tenant_id, name, name_key, named, tier, first_seen_at, last_seen_at)
                 VALUES ($1, $2, 'C', 'c', 1, $3, 1, 1) ON CONFLICT (id) DO UPDATE SET tier = excluded.tier"
            ),
            args![id, TENANT, tier],
        )
        .await?;
        if let Some(tag) = &tag {
            tx.exec(
                sql!("INSERT INTO contact_tag(tenant_id, contact_id, tag) VALUES ($1, $2, $3)"),
                args![TENANT, id, tag],
            )
            .await?;
        }
        tx.emit(Event::new(TENANT, "contact.changed", id, Actor::SYSTEM, 1));
        Ok(())
    };
    h.app.db().write(&system(), AggregateKey::new("contact", id), write).await.expect("a contact");
}

/// No waiting item may be left that somebody free may have.
fn nothing_is_missed(h: &House) {
    for row in h.board().snapshot().items.into_iter().filter(|i| i.status == ItemStatus::Waiting) {
        let why = h.board().explain(kernel::ConversationId(row.item.id.0)).expect("known");
        let missed = why.considered.iter().find(|c| c.verdict == engines::acd::Verdict::Eligible);
        assert!(missed.is_none(), "{:?} could have {:?}", missed, row.item.id);
    }
}

fn other_inbox() -> Inbox {
    Inbox { id: kernel::InboxId(32), queue: Some(OTHER_QUEUE), ..inbox() }
}

#[tokio::test]
async fn a_queue_opens_and_closes_by_its_calendar() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        // Open for an hour that begins in ten minutes, every day.
        let now =
            jiff::Timestamp::from_millisecond(h.app.now()).expect("a time").to_zoned(jiff::tz::TimeZone::UTC);
        let at = |minutes: i64| {
            let t = now.checked_add(jiff::Span::new().minutes(minutes)).expect("a time");
            format!("{:02}:{:02}", t.hour(), t.minute())
        };
        let day = json!([{ "from": at(10), "to": at(70) }]);
        let week: Vec<Value> = (0..7).map(|_| day.clone()).collect();
        let definition =
            json!({ "zone": "UTC", "weekly": week, "exceptions": [], "use_china_holidays": false })
                .to_string();
        let write = async move |tx: &mut Tx| {
            tx.exec(
                sql!("INSERT INTO calendar(id, tenant_id, name, definition, created_at) VALUES (51, $1, 'C', $2, 1)"),
                args![TENANT, definition],
            )
            .await?;
            tx.emit(Event::new(TENANT, "calendar.created", 51, Actor::SYSTEM, 1));
            Ok(())
        };
        h.app.db().write(&system(), AggregateKey::new("calendar", 51), write).await.expect("a calendar");
        rule(&h, QUEUE, json!({ "hours": "calendar", "calendar": "51" })).await;
        let anna = h.agent(101).await;
        h.turn().await;
        let work = h.customer(1).await;
        h.turn().await;
        assert_eq!(h.ringing().await, [], "closed on {engine:?}");
        assert_eq!(h.board().place(work), Some(1), "but it is taken in");
        let why = h.board().explain(work).expect("it waits");
        assert!(why.considered.iter().any(|c| c.verdict == engines::acd::Verdict::QueueClosed));
        assert!(h.floor.sleep_ms() <= 1_000);
        h.clock.advance(10 * 60_000);
        h.turn().await;
        let ring = h.ringing().await.pop().expect("it opened by itself");
        assert_eq!((ring.1, ring.2), (work, anna));
        nothing_is_missed(&h);
        h.clock.advance(61 * 60_000);
        h.turn().await;
        h.customer(2).await;
        h.turn().await;
        assert_eq!(h.ringing().await, [], "closed again");
    }
}

#[tokio::test]
async fn others_help_after_the_time_set_and_not_before() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let teams = json!({ "after_ms": 60_000, "crew": "teams", "teams": ["71"] });
        rule(&h, QUEUE, json!({ "seats": ["101"], "stages": [{ "after_ms": 0, "crew": "seats" }, teams] }))
            .await;
        let ben = h.agent(102).await;
        let write = async |tx: &mut Tx| {
            tx.exec(sql!("INSERT INTO team(id, name, name_key, created_at) VALUES (71, 'S', 's', 1)"), &[])
                .await?;
            tx.exec(sql!("INSERT INTO team_member(team_id, user_id) VALUES (71, 102)"), &[]).await?;
            tx.emit(Event::new(TenantId(0), "team.created", 71, Actor::SYSTEM, 1));
            Ok(())
        };
        h.app.db().write(&system(), AggregateKey::new("team", 71), write).await.expect("a team");
        h.agent(103).await;
        h.turn().await;
        let work = h.customer(1).await;
        h.turn().await;
        h.pass(59_000).await;
        assert_eq!(h.ringing().await, [], "only seats at first, on {engine:?}");
        h.pass(1_000).await;
        let ring = h.ringing().await.pop().expect("the team helps now");
        assert_eq!((ring.1, ring.2), (work, ben), "not who is in no team");
        assert_eq!(h.board().place(work), Some(1), "it kept its place");
        nothing_is_missed(&h);
    }
}

#[tokio::test]
async fn work_overflows_to_who_serve_another_queue() {
    let mut h = House::on(Engine::Sqlite).await;
    let other = json!({ "after_ms": 30_000, "crew": "queue", "queue": OTHER_QUEUE });
    rule(&h, QUEUE, json!({ "seats": ["999"], "stages": [{ "after_ms": 0, "crew": "seats" }, other] })).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    h.pass(29_000).await;
    assert_eq!(h.ringing().await, []);
    h.pass(1_000).await;
    assert_eq!(h.ringing().await.pop().map(|r| (r.1, r.2)), Some((work, anna)));
}

#[tokio::test]
async fn a_dedicated_seat_gets_no_other_work() {
    let mut h = House::on(Engine::Sqlite).await;
    rule(&h, OTHER_QUEUE, json!({ "seats": ["101"] })).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let usual = h.customer(1).await;
    h.turn().await;
    assert_eq!(h.ringing().await, [], "she sits elsewhere");
    let why = h.board().explain(usual).expect("it waits");
    assert!(why.considered.iter().any(|c| c.verdict == engines::acd::Verdict::SeatElsewhere));
    let own = h.customer_at(2, other_inbox()).await;
    h.turn().await;
    assert_eq!(h.ringing().await.pop().map(|r| (r.1, r.2)), Some((own, anna)));
    rule(&h, OTHER_QUEUE, json!({})).await;
    h.turn().await;
    assert_eq!(h.ringing().await.len(), 2, "without the seat she gets both");
}

#[tokio::test]
async fn a_contacts_tier_and_a_mark_go_first_and_a_change_counts_at_once() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        client(&h, json!({ "contact_tiers": [{ "name": "金卡", "tier": 2 }], "straight_tags": ["长者"] }))
            .await;
        contact(&h, 2, Some("金卡"), None).await;
        contact(&h, 3, None, Some("长者")).await;
        h.turn().await;
        let (plain, gold, old) = (h.customer(1).await, h.customer(2).await, h.customer(3).await);
        h.turn().await;
        let places = [plain, gold, old].map(|c| h.board().place(c));
        assert_eq!(places, [Some(3), Some(2), Some(1)], "on {engine:?}");
        let why = h.board().explain(old).expect("it waits").standing;
        assert_eq!((why.straight, why.contact_tier), (300, 0));
        contact(&h, 1, Some("金卡"), Some("长者")).await;
        h.turn().await;
        assert_eq!(h.board().place(plain), Some(1), "the same marks and a tier, now that it is known");
    }
}

#[tokio::test]
async fn whoever_is_to_reach_a_person_at_once_waits_for_no_stage_and_no_last_agent() {
    let mut h = House::on(Engine::Sqlite).await;
    client(&h, json!({ "straight_tags": ["长者"] })).await;
    contact(&h, 3, None, Some("长者")).await;
    let all = json!({ "after_ms": 60_000, "crew": "members" });
    rule(&h, QUEUE, json!({ "seats": ["999"], "stages": [{ "after_ms": 0, "crew": "seats" }, all] })).await;
    let anna = h.agent(101).await;
    h.turn().await;
    h.customer(1).await;
    let old = h.customer(3).await;
    h.turn().await;
    assert_eq!(h.ringing().await.iter().map(|r| (r.1, r.2)).collect::<Vec<_>>(), [(old, anna)]);
}

#[tokio::test]
async fn who_comes_again_is_kept_longer_for_who_knows_them() {
    let mut h = House::on(Engine::Sqlite).await;
    rule(&h, QUEUE, json!({ "last_agent_keep_ms": 5_000, "repeat_keep_ms": 60_000 })).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    let ring = h.ringing().await.pop().expect("it rings");
    h.accept(anna, ring.0).await.expect("in time");
    h.resolve(work, Actor::user(anna)).await;
    crate::facts::catch_up(&h).await;
    h.turn().await;
    // A day and a bit later, so that it is a new conversation, within two days; her hands are full just now.
    h.clock.advance(conversations::threads::REOPEN_MS + 1);
    h.turn().await;
    for contact in 11..=14 {
        h.customer(contact).await;
    }
    h.turn().await;
    for ring in h.ringing().await {
        h.accept(anna, ring.0).await.expect("in time");
    }
    h.turn().await;
    h.clock.advance(1_000);
    let ben = h.agent(102).await;
    h.turn().await;
    let again = h.customer(1).await;
    h.turn().await;
    let item = h.board().item(again).expect("it waits").item;
    assert!(item.repeat);
    let until = h.app.now() + 60_000;
    assert_eq!(item.preferred.map(|p| (p.agent, p.until, p.by_name)), Some((anna, until, false)));
    h.pass(59_000).await;
    assert_eq!(h.ringing().await, [], "kept for her");
    h.pass(1_000).await;
    assert_eq!(h.ringing().await.pop().map(|r| r.2), Some(ben), "then for anybody");
    nothing_is_missed(&h);
}

/// A conversation becomes somebody else's, as a merge and its undoing have it.
async fn hand(h: &House, work: kernel::ConversationId, to: i64, survivor: i64) {
    let write = async move |tx: &mut Tx| {
        tx.exec(
            sql!("UPDATE conversation SET contact_id = $2 WHERE id = $1 AND tenant_id = 1"),
            args![work, to],
        )
        .await?;
        let event = Event::new(TENANT, "contact.changed", survivor, Actor::SYSTEM, 1);
        tx.emit(event.data(json!({ "fields": ["merged"] })));
        Ok(())
    };
    let key = AggregateKey::new("contact", survivor);
    h.app.db().write(&system(), key, write).await.expect("handed");
}

#[tokio::test]
async fn coming_again_follows_a_merge_and_its_undoing() {
    let mut h = House::on(Engine::Sqlite).await;
    let anna = h.agent(101).await;
    h.turn().await;
    let work = h.customer(1).await;
    h.turn().await;
    let ring = h.ringing().await.pop().expect("it rings");
    h.accept(anna, ring.0).await.expect("in time");
    h.resolve(work, Actor::user(anna)).await;
    crate::facts::catch_up(&h).await;
    h.be(anna, State::Busy).await;
    h.turn().await;
    let stranger = h.customer(2).await;
    h.turn().await;
    let repeat = |h: &House| h.board().item(stranger).expect("it waits").item.repeat;
    assert!(!repeat(&h));
    hand(&h, work, 2, 2).await;
    h.turn().await;
    assert!(repeat(&h), "what waits is looked at again");
    hand(&h, work, 1, 2).await;
    h.turn().await;
    assert!(!repeat(&h), "parted, they are strangers again");
}
