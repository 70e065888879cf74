//! A table from one end to the other, with its times: a small one in every run, 100,000 rows by hand with
//! `HARK_ROWS=100000 cargo nextest run -p hark-customers --no-capture -E 'test(table_of_many)'`.

use crate::desk::{Desk, on_both, text};
use kernel::{AggregateKey, TenantId, TenantScope, args, sql};
use platform::store::Tx;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Contacts of one transaction, as an import has them.
const BATCH: i64 = 500;
/// How often it is asked how far the work has come.
const POLL: Duration = Duration::from_millis(100);

#[test]
fn a_table_of_many_rows_comes_in_is_counted_and_goes_out() {
    let rows: i64 = std::env::var("HARK_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_500);
    on_both(async move |desk: Desk| {
        let mut table = String::from("会员号,姓名,手机号,邮箱,标签,公司,等级\n");
        for i in 0..rows {
            let phone = 13_000_000_000 + i * 7;
            table.push_str(&format!(
                "M{i},客户{i},{phone},c{i}@example.com,批量、导入,公司{},金卡\n",
                i % 500
            ));
        }
        let (_, up) =
            desk.upload(&format!("/imports?tenant={}&name=m.csv", desk.tenant), table.into_bytes()).await;
        let path = format!("/imports/{}", text(&up["import"]["id"]));
        let begun = Instant::now();
        desk.post(&format!("{path}/check"), Value::Null).await;
        wait(&desk, &path, "checked").await;
        println!("  checked after {:?}", begun.elapsed());
        let begun = Instant::now();
        desk.post(&format!("{path}/start"), Value::Null).await;
        let done = wait(&desk, &path, "done").await;
        let taken = begun.elapsed();
        println!(
            "  taken in after {taken:?}: {} made, {:.0} rows/s",
            done["made"],
            rows as f64 / taken.as_secs_f64()
        );
        let floor = floor(&desk, rows).await;
        println!(
            "  plain inserts of the same take {floor:?}; ratio {:.2}",
            taken.as_secs_f64() / floor.as_secs_f64()
        );
        assert_eq!((&done["made"], &done["failed"]), (&json!(rows), &json!(0)));
        let begun = Instant::now();
        let filter = json!({ "join": "all", "groups": [{ "join": "all", "conditions": [
            { "field": "tier", "op": "is", "value": "金卡" }, { "field": "name", "op": "ends", "value": "7" },
            { "field": "tag", "op": "is", "value": "批量" }] }] });
        let counted = desk.post("/contacts/count", json!({ "tenant": desk.tenant, "filter": filter })).await;
        assert_eq!(counted["count"], json!(rows / 10));
        println!("  counted {} of {rows} after {:?}", counted["count"], begun.elapsed());
        let begun = Instant::now();
        let asked = json!({ "tenant": desk.tenant, "columns": ["name", "phone", "email", "tags"], "format": "xlsx",
            "purpose": "measure" });
        let made = desk.post("/exports", asked).await;
        wait(&desk, &format!("/exports/{}", text(&made["id"])), "done").await;
        println!("  exported after {:?}", begun.elapsed());
        let begun = Instant::now();
        desk.post("/duplicates/scan", json!({ "tenant": desk.tenant })).await;
        let path = format!("/duplicates/scan?tenant={}", desk.tenant);
        while !desk.get(&path).await["ended_at"].is_i64() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        println!("  looked through for duplicates after {:?}", begun.elapsed());
    });
}

/// How long it takes only to insert what such a table comes to, row by row, in transactions of as many contacts.
async fn floor(desk: &Desk, rows: i64) -> Duration {
    let tenant = TenantId(desk.new_tenant("Floor").await.parse().expect("an id"));
    let begun = Instant::now();
    inserted(desk, tenant, rows).await;
    begun.elapsed()
}

/// Contacts of a client with three addresses each, plainly inserted.
async fn inserted(desk: &Desk, tenant: TenantId, rows: i64) {
    let app = &desk.program.app;
    for from in (0..rows).step_by(BATCH as usize) {
        let ids: Vec<[i64; 4]> =
            (from..rows.min(from + BATCH)).map(|_| std::array::from_fn(|_| app.id::<i64>())).collect();
        let write = async move |tx: &mut Tx| {
            for (n, [contact, handles @ ..]) in (from..).zip(&ids) {
                tx.exec(
                    sql!(
                        "INSERT INTO contact(id, tenant_id, name, name_key, named, tier, first_seen_at, last_seen_at)
                         VALUES ($1, $2, $3, $3, 1, '金卡', 1, 1)"
                    ),
                    args![*contact, tenant, format!("客户{n}")],
                )
                .await?;
                for (id, (kind, value)) in handles.iter().zip([(0, "M"), (1, "+86"), (2, "c@")]) {
                    tx.exec(
                        sql!(
                            "INSERT INTO contact_handle(id, tenant_id, contact_id, kind, value, norm, standing, created_at)
                             VALUES ($1, $2, $3, $4, $5, $5, 1, 1)"
                        ),
                        args![*id, tenant, *contact, kind, format!("{value}{n}")],
                    )
                    .await?;
                }
                for tag in ["批量", "导入"] {
                    tx.exec(
                        sql!("INSERT INTO contact_tag(tenant_id, contact_id, tag) VALUES ($1, $2, $3)"),
                        args![tenant, *contact, tag],
                    )
                    .await?;
                }
            }
            Ok(())
        };
        let key = AggregateKey::new("floor", tenant.0);
        app.db().write(&TenantScope::tenant(tenant), key, write).await.expect("inserts");
    }
}

/// Rows of the tables that are compared.
const COMPARED: i64 = 1_000;
/// Contacts that are there before the second.
const THERE: i64 = 20_000;
/// How much more the second may cost; reading all that is there for every batch made it twenty times as much.
const MORE_MAX: f64 = 4.0;

/// What a table costs this process, in seconds of processor time.
async fn cost(desk: &Desk, from: i64) -> f64 {
    let mut table = String::from("会员号,姓名,手机号,邮箱,公司\n");
    for i in from..from + COMPARED {
        table.push_str(&format!("N{i},客户{i},{},n{i}@example.com,公司{i}\n", 13_100_000_000 + i * 7));
    }
    let path = format!("/imports?tenant={}&name=n.csv", desk.tenant);
    let (_, up) = desk.upload(&path, table.into_bytes()).await;
    let path = format!("/imports/{}", text(&up["import"]["id"]));
    let before = processor_s();
    desk.post(&format!("{path}/check"), Value::Null).await;
    wait(desk, &path, "checked").await;
    desk.post(&format!("{path}/start"), Value::Null).await;
    let done = wait(desk, &path, "done").await;
    assert_eq!(done["made"], json!(COMPARED), "{done}");
    processor_s() - before
}

/// Processor time that this process has had, in seconds (`/proc/self/stat`: fields 14 and 15, in hundredths).
fn processor_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().expect("a name");
    let ticks = |n: usize| after_name.split_whitespace().nth(n).and_then(|t| t.parse::<f64>().ok());
    (ticks(11).expect("own") + ticks(12).expect("the system's")) / 100.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_costs_as_much_beside_many_contacts_as_beside_none() {
    let desk = Desk::open(testkit::Engine::Sqlite).await;
    let alone = cost(&desk, 0).await;
    inserted(&desk, TenantId(desk.tenant.parse().expect("an id")), THERE).await;
    let beside = cost(&desk, COMPARED).await;
    println!("  {COMPARED} rows: {alone:.2} s of processor alone, {beside:.2} s beside {THERE} contacts");
    assert!(beside < alone.max(0.2) * MORE_MAX, "{alone:.2} s alone, {beside:.2} s beside {THERE} contacts");
}

async fn wait(desk: &Desk, path: &str, state: &str) -> Value {
    loop {
        let found = desk.get(path).await;
        assert_ne!(found["state"], "failed", "{found}");
        if found["state"] == state {
            return found;
        }
        tokio::time::sleep(POLL).await;
        // A long import makes place for others after a while and goes on a moment later.
        desk.program.clock.advance(POLL.as_millis() as i64);
    }
}
