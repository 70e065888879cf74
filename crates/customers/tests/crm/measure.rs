//! A table from one end to the other, with its times: a small one in every run, 100,000 rows by hand with
//! `HARK_ROWS=100000 cargo nextest run -p hark-customers --no-capture -E 'test(table_of_many)'`.

use crate::desk::{Desk, on_both, text};
use serde_json::{Value, json};
use std::time::Instant;

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
        println!("  taken in after {:?}: {} made", begun.elapsed(), done["made"]);
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

async fn wait(desk: &Desk, path: &str, state: &str) -> Value {
    loop {
        let found = desk.get(path).await;
        assert_ne!(found["state"], "failed", "{found}");
        if found["state"] == state {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
