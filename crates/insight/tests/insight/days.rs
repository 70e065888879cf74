//! Days counted by hand: transfers, midnight, zones, re-queues, short abandons, drills, and the files made of them.

use crate::house::{HOUR, House, MIDNIGHT};
use kernel::{LineId, TenantId, UserId};
use serde_json::{Value, json};
use testkit::Engine;

const S: i64 = 1_000;
const MIN: i64 = 60 * S;

/// The day that the tests below know by heart. Ten o'clock is `t`.
async fn day(h: &mut House, anna: UserId, ben: UserId) {
    let t = MIDNIGHT + 10 * HOUR;
    let nobody = (TenantId(0), LineId(0));
    // 1: waits 20 s, Anna answers after 30 s more, hands it to a queue after 5 min, Ben takes it after 40 s, resolves after 2 min.
    let c = h.conversation(h.line, false).await;
    h.waited(c, h.queue, t, Some(t + 20 * S), "assigned", anna.0).await;
    h.turn(c, true, t, Some(t + 50 * S), "replied", anna.0).await;
    h.served(c, anna, t + 20 * S, Some(t + 320 * S), "transferred").await;
    h.waited(c, h.second, t + 320 * S, Some(t + 360 * S), "assigned", ben.0).await;
    h.turn(c, false, t + 100 * S, Some(t + 380 * S), "replied", ben.0).await;
    h.served(c, ben, t + 360 * S, Some(t + 480 * S), "resolved").await;
    h.recorded(c, ben, "solved", t + 480 * S).await;
    // 2: leaves after 3 s: a short abandon. 3: leaves after 90 s.
    let c = h.conversation(h.line, false).await;
    h.waited(c, h.queue, t + HOUR, Some(t + HOUR + 3 * S), "abandoned", 0).await;
    h.turn(c, true, t + HOUR, Some(t + HOUR + 3 * S), "unanswered", 0).await;
    let c = h.conversation(h.line, false).await;
    h.waited(c, h.queue, t + HOUR, Some(t + HOUR + 90 * S), "abandoned", 0).await;
    h.turn(c, true, t + HOUR, Some(t + HOUR + 90 * S), "unanswered", 0).await;
    // 4: waits two minutes, is answered five minutes after it came, put back when Anna vanishes, closed by nobody's hand.
    let c = h.conversation(h.line, false).await;
    h.waited(c, h.queue, t + 2 * HOUR, Some(t + 2 * HOUR + 120 * S), "assigned", anna.0).await;
    h.turn(c, true, t + 2 * HOUR, Some(t + 2 * HOUR + 300 * S), "replied", anna.0).await;
    h.served(c, anna, t + 2 * HOUR + 120 * S, Some(t + 2 * HOUR + 420 * S), "requeued").await;
    h.waited(c, h.queue, t + 2 * HOUR + 420 * S, Some(t + 2 * HOUR + 480 * S), "resolved", 0).await;
    // 5: moved to another queue by hand before anybody took it; reopened the next day, which is the next day's.
    let c = h.conversation(h.line, false).await;
    h.waited(c, h.queue, t + 3 * HOUR, Some(t + 3 * HOUR + 10 * S), "moved", 0).await;
    h.waited(c, h.second, t + 3 * HOUR + 10 * S, Some(t + 3 * HOUR + 40 * S), "assigned", ben.0).await;
    h.turn(c, true, t + 3 * HOUR, Some(t + 3 * HOUR + 170 * S), "replied", ben.0).await;
    h.served(c, ben, t + 3 * HOUR + 40 * S, Some(t + 3 * HOUR + 340 * S), "resolved").await;
    h.recorded(c, ben, "unsolved", t + 3 * HOUR + 350 * S).await;
    h.turn(c, true, MIDNIGHT + 25 * HOUR, Some(MIDNIGHT + 25 * HOUR + S), "replied", ben.0).await;
    // 6: came the evening before, was taken after midnight: yesterday's. 7: comes at 23:59:50, taken after midnight: today's.
    let c = h.conversation(h.line, false).await;
    h.waited(c, h.queue, MIDNIGHT - 10 * S, Some(MIDNIGHT + 10 * S), "assigned", anna.0).await;
    let c = h.conversation(h.line, false).await;
    h.waited(
        c,
        h.queue,
        MIDNIGHT + 24 * HOUR - 10 * S,
        Some(MIDNIGHT + 24 * HOUR + 10 * S),
        "assigned",
        anna.0,
    )
    .await;
    // A drill, and another client's work, are no part of it.
    let c = h.conversation(h.line, true).await;
    h.waited(c, h.queue, t, Some(t + S), "assigned", anna.0).await;
    h.turn(c, true, t, Some(t + S), "replied", anna.0).await;
    let c = h.conversation(h.other, false).await;
    h.served(c, anna, t + 5 * HOUR, Some(t + 5 * HOUR + 10 * MIN), "resolved").await;
    // Anna: ready from nine to twelve, a break of ten minutes, a wrap-up of a minute for the line, ready until one.
    h.stayed(anna, "ready", nobody, MIDNIGHT + 9 * HOUR, Some(MIDNIGHT + 12 * HOUR)).await;
    h.stayed(anna, "break", nobody, MIDNIGHT + 12 * HOUR, Some(MIDNIGHT + 12 * HOUR + 10 * MIN)).await;
    h.stayed(
        anna,
        "wrap_up",
        (h.tenant, h.line),
        MIDNIGHT + 12 * HOUR + 10 * MIN,
        Some(MIDNIGHT + 12 * HOUR + 11 * MIN),
    )
    .await;
    h.stayed(anna, "ready", nobody, MIDNIGHT + 12 * HOUR + 11 * MIN, Some(MIDNIGHT + 13 * HOUR)).await;
}

#[track_caller]
fn same(figures: &Value, expected: &[(&str, Option<f64>)], of: &str) {
    for (metric, value) in expected {
        let found = House::value(figures, metric);
        let equal = match (found, value) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            (a, b) => a == *b,
        };
        assert!(equal, "{metric} of {of}: {found:?}, by hand {value:?}");
    }
}

async fn by_hand(engine: Engine) {
    let mut h = House::on(engine).await;
    let anna = h.person("anna", "agent", h.tenant, h.line).await.1;
    let ben = h.person("ben", "agent", h.tenant, h.line).await.1;
    day(&mut h, anna, ben).await;
    h.at(MIDNIGHT + 30 * HOUR).await;
    let path = format!("/api/v1/reports/day?line={}&date=2026-03-02", h.line);
    let report = h.get(&path).await.ok();
    assert_eq!((report["zone"].as_str(), report["from"].as_i64()), (Some("Asia/Shanghai"), Some(MIDNIGHT)));
    // Waitings: 1 (twice), 2, 3, 4 (twice), 5 (twice), 7. Taken: 1, 1, 4, 5, 7. Within a minute: all but 4.
    let line = [
        ("arrivals", Some(5.0)),
        ("offered", Some(9.0)),
        ("answered", Some(5.0)),
        ("flowed_out", Some(2.0)),
        ("connect_rate", Some(5.0 / 7.0)),
        ("abandoned", Some(2.0)),
        ("short_abandoned", Some(1.0)),
        ("abandon_rate", Some(1.0 / 8.0)),
        ("service_level", Some(4.0 / 6.0)),
        ("answer_speed", Some((20.0 + 40.0 + 120.0 + 30.0 + 20.0) / 5.0 * 1e3)),
        ("queue_time", Some((20.0 + 40.0 + 3.0 + 90.0 + 120.0 + 60.0 + 10.0 + 30.0 + 20.0) / 9.0 * 1e3)),
        ("first_reply", Some((50.0 + 300.0 + 170.0) / 3.0 * 1e3)),
        ("first_30s", Some(0.0)),
        ("first_60s", Some(1.0)),
        ("first_180s", Some(1.0)),
        ("first_300s", Some(1.0)),
        ("first_later", Some(0.0)),
        ("reply_time", Some((50.0 + 280.0 + 300.0 + 170.0) / 4.0 * 1e3)),
        ("within_3min", Some(2.0 / 4.0)),
        ("unanswered", Some(0.0)),
        ("handled", Some(4.0)),
        ("handle_time", Some((300.0 + 120.0 + 300.0 + 300.0) / 4.0 * 1e3)),
        ("wrap_up", Some(60.0 / 4.0 * 1e3)),
        ("handling", Some((300.0 + 120.0 + 300.0 + 300.0 + 60.0) / 4.0 * 1e3)),
        ("transfer_rate", Some(1.0 / 4.0)),
        ("resolved", Some(2.0)),
        ("recorded", Some(2.0)),
        ("solved_rate", Some(1.0 / 2.0)),
    ];
    same(&report["total"]["figures"], &line, &format!("the line on {engine:?}"));
    let second = report["queues"].as_array().and_then(|q| q.iter().find(|q| q["name"] == "Second")).cloned();
    let second = second.expect("the second queue");
    same(
        &second["figures"],
        &[("offered", Some(2.0)), ("answered", Some(2.0)), ("abandoned", Some(0.0))],
        "second",
    );
    same(&second["figures"], &[("abandon_rate", Some(0.0)), ("first_reply", None)], "second");
    let agent = |name: &str| {
        let all = report["agents"].as_array().into_iter().flatten();
        all.clone().find(|a| a["name"].as_str().is_some_and(|n| n.contains(name))).cloned().expect("an agent")
    };
    // Ready 9:00–12:00 and 12:11–13:00; with a contact 5 min of it. Her second contact, 12:02–12:07, fell into her break,
    // another client's at 15:00 came when she was not signed in. The wrap-up is a minute.
    let busy_ms = (300 * S + MIN) as f64;
    let idle_ms = (180 * MIN + 49 * MIN - 300 * S) as f64;
    let own = [
        ("answered", Some(3.0)),
        ("handled", Some(2.0)),
        ("first_reply", Some((50.0 + 300.0) / 2.0 * 1e3)),
        ("signed_in", Some(240.0 * 60e3)),
        ("breaks", Some(1.0)),
        ("break_time", Some(600e3)),
        ("occupancy", Some(busy_ms / (busy_ms + idle_ms))),
    ];
    same(&agent("anna")["figures"], &own, "Anna");
    same(
        &agent("ben")["figures"],
        &[("resolved", Some(2.0)), ("recorded", Some(2.0)), ("occupancy", None)],
        "Ben",
    );
    let hours = report["hours"].as_array().expect("hours");
    assert_eq!(hours.len(), 24);
    same(&hours[11]["figures"], &[("arrivals", Some(2.0)), ("abandoned", Some(2.0))], "eleven o'clock");
    same(&hours[23]["figures"], &[("offered", Some(1.0)), ("answered", Some(1.0))], "eleven at night");
    // The evening before and the day after hold what arrived in them.
    let before = h.get(&path.replace("03-02", "03-01")).await.ok();
    same(&before["total"]["figures"], &[("offered", Some(1.0)), ("answered", Some(1.0))], "the day before");
    let after = h.get(&path.replace("03-02", "03-03")).await.ok();
    same(
        &after["total"]["figures"],
        &[("arrivals", Some(1.0)), ("offered", Some(0.0)), ("connect_rate", None)],
        "after",
    );
}

#[tokio::test]
async fn a_day_is_what_it_is_by_hand() {
    for engine in Engine::ALL {
        by_hand(engine).await;
    }
}

async fn without_a_contact(engine: Engine) {
    let mut h = House::on(engine).await;
    let anna = h.person("anna", "agent", h.tenant, h.line).await.1;
    let ben = h.person("ben", "agent", h.tenant, h.line).await.1;
    let dora = h.person("dora", "agent", h.tenant, h.line).await.1;
    let away = h.person("away", "agent", h.tenant, h.line).await.1;
    let stranger = h.person("stranger", "agent", h.other_tenant, h.other).await.1;
    day(&mut h, anna, ben).await;
    let nobody = (TenantId(0), LineId(0));
    for who in [dora, stranger] {
        h.stayed(who, "ready", nobody, MIDNIGHT + 9 * HOUR, Some(MIDNIGHT + 10 * HOUR)).await;
        h.stayed(who, "break", nobody, MIDNIGHT + 10 * HOUR, Some(MIDNIGHT + 13 * HOUR)).await;
    }
    h.stayed(away, "ready", nobody, MIDNIGHT - 9 * HOUR, Some(MIDNIGHT - 8 * HOUR)).await;
    h.at(MIDNIGHT + 30 * HOUR).await;
    let path = format!("/api/v1/reports/day?line={}&date=2026-03-02", h.line);
    let report = h.get(&path).await.ok();
    let agents: Vec<&Value> = report["agents"].as_array().into_iter().flatten().collect();
    let of = |user: UserId| agents.iter().find(|a| a["id"] == user.to_string()).map(|a| &a["figures"]);
    let own = [
        ("handled", Some(0.0)),
        ("signed_in", Some(240.0 * 60e3)),
        ("breaks", Some(1.0)),
        ("break_time", Some(180.0 * 60e3)),
        ("occupancy", Some(0.0)),
    ];
    same(of(dora).expect("who had no contact stands in the day"), &own, &format!("Dora on {engine:?}"));
    assert!(of(away).is_none(), "who was not there that day does not");
    assert!(of(stranger).is_none(), "nor who serves another line");
    // Anna was busy for six minutes and idle for 224, Dora idle for an hour.
    same(
        &report["total"]["figures"],
        &[("occupancy", Some(6.0 / (6.0 + 224.0 + 60.0)))],
        "the line counts both",
    );
    let table = h.get(&path.replace("/day?", "/day/csv?").replace("&date", "&table=agents&date")).await;
    let text = String::from_utf8(table.bytes[3..].to_vec()).expect("text");
    let rows: Vec<csv::StringRecord> = csv_reader(&text).records().map(|r| r.expect("readable")).collect();
    let row = rows.iter().find(|r| r[3].contains("dora")).expect("in the file");
    assert_eq!(&row[4], "0", "she serves no other line: {text}");
}

#[tokio::test]
async fn who_had_no_contact_stands_in_the_day_with_their_breaks() {
    for engine in Engine::ALL {
        without_a_contact(engine).await;
    }
}

#[tokio::test]
async fn a_day_is_that_of_its_zone() {
    let mut h = House::on(Engine::of_run()).await;
    // 2026-03-02 07:00 in China is 23:00 of the 1st in London.
    let c = h.conversation(h.other, false).await;
    h.waited(c, h.queue, MIDNIGHT + 7 * HOUR, Some(MIDNIGHT + 7 * HOUR + S), "abandoned", 0).await;
    for (date, n) in [("2026-03-01", 1.0), ("2026-03-02", 0.0)] {
        let day = h.get(&format!("/api/v1/reports/day?line={}&date={date}", h.other)).await.ok();
        assert_eq!(House::value(&day["total"]["figures"], "offered"), Some(n), "{date}");
    }
    // A short abandon by the line's own rule.
    let target = json!({ "answer_within_ms": 20_000, "answer_share": 9_000, "short_abandon_ms": 1_001 });
    h.ask("PUT", &format!("/api/v1/lines/{}/target", h.other), Some(target.clone())).await.ok();
    let day = h.get(&format!("/api/v1/reports/day?line={}&date=2026-03-01", h.other)).await.ok();
    assert_eq!(House::value(&day["total"]["figures"], "short_abandoned"), Some(1.0));
    assert_eq!(day["target"], target);
    let wrong = json!({ "answer_within_ms": 0, "answer_share": 9_000, "short_abandon_ms": 0 });
    h.ask("PUT", &format!("/api/v1/lines/{}/target", h.other), Some(wrong)).await.refused(422, "invalid");
}

#[tokio::test]
async fn a_figure_leads_to_its_conversations() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let anna = h.person("anna", "agent", h.tenant, h.line).await.1;
        let ben = h.person("ben", "agent", h.tenant, h.line).await.1;
        day(&mut h, anna, ben).await;
        h.at(MIDNIGHT + 30 * HOUR).await;
        let behind = |metric: &str, more: &str| {
            format!("/api/v1/reports/day/conversations?line={}&date=2026-03-02&metric={metric}{more}", h.line)
        };
        // Of every sum that conversations stand behind, the list is as long as the sum is large.
        let report = h.get(&format!("/api/v1/reports/day?line={}&date=2026-03-02", h.line)).await.ok();
        let catalogue = h.get("/api/v1/metrics").await.ok();
        let mut tried = 0;
        for m in catalogue["items"].as_array().into_iter().flatten() {
            let id = m["id"].as_str().expect("an id");
            let figures = report["total"]["figures"].as_array().into_iter().flatten();
            let Some(f) = figures.clone().find(|f| f["metric"] == id) else { continue };
            if m["ratio"] == true || m["has_conversations"] != true {
                continue;
            }
            let list = h.get(&behind(id, "")).await.ok();
            let n = list["items"].as_array().map_or(0, Vec::len);
            assert_eq!(Some(n as f64), f["value"].as_f64(), "{id} on {engine:?}: {list}");
            tried += 1;
        }
        assert!(tried >= 12, "only {tried} figures lead anywhere");
        // By page, by agent, by queue.
        let first = h.get(&behind("offered", "&limit=4")).await.ok();
        let next = first["next"].as_str().expect("a next page");
        let second = h.get(&behind("offered", &format!("&limit=100&cursor={next}"))).await.ok();
        assert_eq!(
            (first["items"].as_array().map(Vec::len), second["items"].as_array().map(Vec::len)),
            (Some(4), Some(5))
        );
        let of_ben = h.get(&behind("handled", &format!("&user={ben}"))).await.ok();
        assert_eq!(of_ben["items"].as_array().map(Vec::len), Some(2));
        let of_queue = h.get(&behind("offered", &format!("&queue={}", h.second))).await.ok();
        assert_eq!(of_queue["items"].as_array().map(Vec::len), Some(2));
        h.get(&behind("occupancy", "")).await.refused(422, "invalid");
        h.get(&behind("nothing", "")).await.refused(422, "invalid");
    }
}

#[tokio::test]
async fn the_files_hold_the_same_and_run_nothing() {
    let mut h = House::on(Engine::of_run()).await;
    let anna = h.person("anna", "agent", h.tenant, h.line).await.1;
    let ben = h.person("ben", "agent", h.tenant, h.line).await.1;
    day(&mut h, anna, ben).await;
    h.write(async |tx: &mut platform::store::Tx| {
        tx.exec(kernel::sql!("UPDATE queue SET name = '=1+1' WHERE name = 'Second'"), &[]).await
    })
    .await;
    h.at(MIDNIGHT + 30 * HOUR).await;
    let file =
        |kind: &str, more: &str| format!("/api/v1/reports/day/{kind}?line={}&date=2026-03-02{more}", h.line);
    let csv = h.get(&file("csv", "")).await;
    assert!(csv.mime.starts_with("text/csv"), "{}", csv.mime);
    assert!(csv.bytes.starts_with(b"\xef\xbb\xbf"), "Excel is told that it is UTF-8");
    let text = String::from_utf8(csv.bytes[3..].to_vec()).expect("text");
    let mut reader = csv_reader(&text);
    let head: Vec<String> = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    let row: Vec<String> =
        reader.records().next().expect("a row").expect("readable").iter().map(str::to_owned).collect();
    let at = |id: &str| &row[head.iter().position(|c| c.ends_with(&format!("[{id}]"))).expect(id)];
    assert_eq!(
        (at("arrivals"), at("offered"), at("answer_speed")),
        (&"5".into(), &"9".into(), &"46.0".into())
    );
    assert_eq!(at("connect_rate"), "71.43");
    assert_eq!((&head[1], &head[2]), (&"Client".to_owned(), &"Line".to_owned()));
    assert!(!row[1].is_empty() && !row[2].is_empty(), "whose figures they are: {row:?}");
    assert!(text.contains(",'=1+1,") && !text.contains(",=1+1"), "a queue's name is no formula: {text}");
    h.get(&file("csv", "&table=agents")).await;
    let words = h.get(&file("csv", "&table=definitions")).await;
    assert!(String::from_utf8_lossy(&words.bytes).contains("service_level"));
    let book = h.get(&file("xlsx", "")).await;
    assert!(book.status.is_success() && book.bytes.starts_with(b"PK"), "a workbook is a zip");
    // Who took a file is on record.
    let looks = h.get("/api/v1/audit?action=report.exported").await.ok();
    assert_eq!(looks["items"].as_array().map(Vec::len), Some(4), "{looks}");
}

fn csv_reader(text: &str) -> csv::Reader<&[u8]> {
    csv::Reader::from_reader(text.as_bytes())
}

#[tokio::test]
async fn a_clients_own_staff_sees_its_line_and_nobodys_working_day() {
    let mut h = House::on(Engine::of_run()).await;
    let anna = h.person("anna", "agent", h.tenant, h.line).await.1;
    let ben = h.person("ben", "agent", h.tenant, h.line).await.1;
    day(&mut h, anna, ben).await;
    h.at(MIDNIGHT + 30 * HOUR).await;
    let (staff, _) = h.person("staff", "client_staff", h.tenant, h.line).await;
    let (agent, _) = h.person("carl", "agent", h.tenant, h.line).await;
    let path = |line: LineId| format!("/api/v1/reports/day?line={line}&date=2026-03-02");
    let own = h.by(&staff, "GET", &path(h.line), None).await.ok();
    assert_eq!(House::value(&own["total"]["figures"], "offered"), Some(9.0));
    let text = own.to_string();
    assert!(
        !text.contains("occupancy") && !text.contains("signed_in"),
        "an agent's day may hold others' work"
    );
    h.by(&staff, "GET", &path(h.other), None).await.refused(404, "not_found");
    h.by(&agent, "GET", &path(h.line), None).await.refused(403, "access.missing_permission");
    let live = h.by(&staff, "GET", "/api/v1/monitor", None).await.ok();
    assert_eq!(live["lines"].as_array().map(Vec::len), Some(1));
    h.by(&agent, "GET", "/api/v1/monitor", None).await.refused(403, "access.missing_permission");
    h.by(&staff, "GET", "/api/v1/reports/day?line=1", None).await.refused(404, "not_found");
    h.by(&staff, "GET", &format!("{}&more=1", path(h.line)), None).await.refused(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_ones_own_day_and_needs_no_right_for_it() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        let (anna, anna_id) = h.person("anna", "agent", h.tenant, h.line).await;
        let (ben, ben_id) = h.person("ben", "agent", h.tenant, h.line).await;
        day(&mut h, anna_id, ben_id).await;
        h.at(MIDNIGHT + 14 * HOUR).await;
        let report = format!("/api/v1/reports/day?line={}", h.line);
        h.by(&anna, "GET", &report, None).await.refused(403, "access.missing_permission");
        let own = h.by(&anna, "GET", "/api/v1/me/day", None).await.ok();
        assert_eq!((own["date"].as_str(), own["from"].as_i64()), (Some("2026-03-02"), Some(MIDNIGHT)));
        // Two servings, answered after 50 s and after five minutes; what she did for another client is not of her lines.
        let by_hand = [
            ("handled", Some(2.0)),
            ("first_reply", Some(175.0 * 1e3)),
            ("within_3min", Some(0.5)),
            ("csat", None),
        ];
        same(&own["figures"], &by_hand, "Anna's day");
        let report = h.get(&report).await.ok();
        for (cookie, id) in [(&anna, anna_id), (&ben, ben_id)] {
            let own = h.by(cookie, "GET", "/api/v1/me/day", None).await.ok();
            let agents = report["agents"].as_array().expect("agents");
            let seen = agents.iter().find(|a| a["id"] == id.to_string()).expect("in the report");
            for f in own["figures"].as_array().expect("figures") {
                let metric = f["metric"].as_str().expect("a metric");
                assert_eq!(
                    f["value"].as_f64(),
                    House::value(&seen["figures"], metric),
                    "{metric} on {engine:?}"
                );
            }
        }
    }
}
