//! Import and export: from a file of any origin to contacts and back.

use crate::desk::{Desk, on_both, text};
use axum::http::StatusCode;
use customers::sheets::{Charset, Format, Writer, look};
use serde_json::{Value, json};

async fn load(desk: &Desk, name: &str, bytes: Vec<u8>) -> Value {
    let (status, up) = desk.upload(&format!("/imports?tenant={}&name={name}", desk.tenant), bytes).await;
    assert_eq!(status, StatusCode::CREATED, "{up}");
    up
}

async fn checked(desk: &Desk, path: &str) -> Value {
    desk.post(&format!("{path}/check"), Value::Null).await;
    desk.until(path, |i| i["state"] == "checked" || i["state"] == "failed").await
}

async fn started(desk: &Desk, path: &str) -> Value {
    desk.post(&format!("{path}/start"), Value::Null).await;
    desk.until(path, |i| i["state"] == "done" || i["state"] == "failed").await
}

fn counts(i: &Value) -> (i64, i64, i64, i64) {
    let n = |k: &str| i[k].as_i64().unwrap_or(-1);
    (n("made"), n("changed"), n("skipped"), n("failed"))
}

#[test]
fn a_table_in_gb18030_becomes_contacts_and_its_faults_come_back_to_be_corrected() {
    on_both(async |desk: Desk| {
        let attribute = json!({ "tenant": desk.tenant, "key": "birthday", "label_en": "Birthday", "label_zh": "生日",
            "kind": "date" });
        desk.post("/attributes", attribute).await;
        desk.contact(json!({ "name": "老王", "handles": [{ "kind": "phone", "value": "13800000001" }] }))
            .await;
        let table = "姓名,手机号,标签,生日,公司,无关\n\
            王小明,13800000001,老客户、vip,1990/3/4,大同公司,x\n\
            李雷,13800000002;021-55556666,,1991年12月1日,大同公司,\n\
            韩梅,不是号码,,,,\n\
            张三,13800000004,,2023-02-30,,\n\
            ,,,1990-01-01,,\n\
            李雷的同事,13800000002,新客户,,,\n";
        let up = load(&desk, "a.csv", Charset::Gb18030.encode(table)).await;
        let plan = &up["import"]["plan"];
        assert_eq!(plan["reading"]["charset"], "gb18030");
        assert_eq!(
            plan["columns"],
            json!(["name", "phone", "tags", "attribute:birthday", "organisation", "ignore"])
        );
        assert_eq!((&up["head"]["rows"], &up["head"]["sample"][0][0]), (&json!(6), &json!("王小明")));
        let path = format!("/imports/{}", text(&up["import"]["id"]));
        let (status, problem) = desk.call(&desk.admin, "POST", &format!("{path}/start"), Value::Null).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::CONFLICT, &json!("import.state")),
            "a check comes first"
        );
        let tried = checked(&desk, &path).await;
        assert_eq!(counts(&tried), (1, 2, 0, 3), "{tried}");
        let all = format!("/contacts?tenant={}", desk.tenant);
        assert_eq!(desk.get(&all).await["items"].as_array().map(Vec::len), Some(1), "a check writes nothing");

        let done = started(&desk, &path).await;
        assert_eq!((counts(&done), &done["state"]), ((1, 2, 0, 3), &json!("done")));
        let people = desk.get(&all).await;
        let of = |name: &str| {
            let all = people["items"].as_array().expect("items");
            all.iter().find(|c| c["name"] == name).unwrap_or_else(|| panic!("no {name} in {people}")).clone()
        };
        assert_eq!(people["items"].as_array().map(Vec::len), Some(2));
        // What was known stays; what was not is filled.
        assert_eq!(of("老王")["tags"], json!(["vip", "老客户"]));
        assert_eq!(of("老王")["attributes"]["birthday"], "1990-03-04");
        let li = of("李雷");
        assert_eq!(
            (&li["organisation"]["name"], &li["attributes"]["birthday"]),
            (&json!("大同公司"), &json!("1991-12-01"))
        );
        assert_eq!((li["handles"].as_array().map(Vec::len), &li["tags"]), (Some(2), &json!(["新客户"])));

        let faults = desk.get(&format!("{path}/faults")).await;
        let told: Vec<(i64, String)> = faults["items"]
            .as_array()
            .expect("faults")
            .iter()
            .map(|f| (f["number"].as_i64().unwrap_or(0), text(&f["fault"])))
            .collect();
        assert_eq!(told, [(3, "phone".to_owned()), (4, "date".to_owned()), (5, "nobody".to_owned())]);
        let file = desk.bytes(&format!("{path}/faults/file")).await;
        let (how, head) = look(&file).expect("is a table");
        assert_eq!(
            (how.charset, head.rows, head.columns.last().map(String::as_str)),
            (Charset::Gb18030, 3, Some("原因"))
        );
        assert_eq!(head.sample[0], ["韩梅", "不是号码", "", "", "", "", "手机号：不是有效的电话号码"]);

        // Corrected and loaded again.
        let fixed = Charset::Gb18030
            .decode(&file)
            .replace("不是号码", "13800000003")
            .replace("2023-02-30", "2023-02-28");
        let up = load(&desk, "b.csv", Charset::Gb18030.encode(&fixed)).await;
        let path = format!("/imports/{}", text(&up["import"]["id"]));
        checked(&desk, &path).await;
        assert_eq!(counts(&started(&desk, &path).await), (2, 0, 0, 1));
    });
}

#[test]
fn what_becomes_of_those_who_are_there_is_chosen() {
    on_both(async |desk: Desk| {
        let handles =
            json!([{ "kind": "external", "value": "M-1" }, { "kind": "phone", "value": "13800000001" }]);
        let id = desk.contact(json!({ "name": "旧名", "tier": "银卡", "handles": handles })).await;
        for (on_match, want, name, tier) in [
            ("skip", (0, 0, 1, 0), "旧名", "银卡"),
            ("refuse", (0, 0, 0, 1), "旧名", "银卡"),
            ("fill", (0, 1, 0, 0), "旧名", "银卡"),
            ("update", (0, 1, 0, 0), "新名", "金卡"),
        ] {
            let up = load(&desk, "c.csv", "会员号,姓名,等级,备注\nM-1,新名,金卡,第一次\n".into()).await;
            let path = format!("/imports/{}", text(&up["import"]["id"]));
            let mut plan = up["import"]["plan"].clone();
            assert_eq!(plan["match_by"], "external");
            plan["on_match"] = json!(on_match);
            let (status, answer) =
                desk.call(&desk.admin, "PUT", &format!("{path}/plan"), json!({ "plan": plan })).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            assert_eq!(counts(&checked(&desk, &path).await), want, "{on_match}");
            assert_eq!(counts(&started(&desk, &path).await), want, "{on_match}");
            let c = desk.get(&format!("/contacts/{id}")).await;
            assert_eq!((&c["name"], &c["tier"]), (&json!(name), &json!(tier)), "{on_match}");
        }
        assert_eq!(desk.get(&format!("/contacts/{id}")).await["note"], "第一次");
        // An address of somebody else takes nothing from them.
        let up = load(&desk, "d.csv", "姓名,会员号,手机\n冒名,M-2,13800000001\n".into()).await;
        let path = format!("/imports/{}", text(&up["import"]["id"]));
        assert_eq!(counts(&checked(&desk, &path).await), (0, 0, 0, 1));
        assert_eq!(desk.get(&format!("{path}/faults")).await["items"][0]["fault"], "taken");
    });
}

#[test]
fn an_import_that_was_killed_goes_on_and_does_nothing_twice() {
    on_both(async |mut desk: Desk| {
        let mut table = String::from("姓名,手机号,标签\n");
        for i in 0..4_000 {
            table.push_str(&format!("客户{i},{},批量\n", 13_900_000_000_i64 + i));
        }
        let up = load(&desk, "big.csv", table.into_bytes()).await;
        let path = format!("/imports/{}", text(&up["import"]["id"]));
        assert_eq!(counts(&checked(&desk, &path).await), (4_000, 0, 0, 0));
        desk.post(&format!("{path}/start"), Value::Null).await;
        desk.until(&path, |i| i["done"].as_i64().unwrap_or(0) >= 500).await;
        desk = desk.killed().await;
        // The lease of the job ends.
        desk.program.clock.advance(130_000);
        let done = desk.until(&path, |i| i["state"] == "done").await;
        assert_eq!(counts(&done), (4_000, 0, 0, 0));
        let tagged = json!({ "tenant": desk.tenant, "filter": { "join": "all", "groups": [{ "join": "all",
            "conditions": [{ "field": "tag", "op": "is", "value": "批量" }] }] } });
        assert_eq!(desk.post("/contacts/count", tagged).await["count"], json!(4_000));
        let (status, _) = desk.call(&desk.admin, "POST", &format!("{path}/cancel"), Value::Null).await;
        assert_eq!(status, StatusCode::CONFLICT, "what is done cannot be stopped");
    });
}

#[test]
fn a_segment_goes_out_masked_for_a_purpose_and_its_file_ends() {
    on_both(async |mut desk: Desk| {
        desk.contact(json!({ "name": "=HYPERLINK(\"http://evil\")", "tags": ["出"],
            "handles": [{ "kind": "phone", "value": "13800136207" }] }))
            .await;
        desk.contact(json!({ "name": "不出" })).await;
        let filter = json!({ "join": "all", "groups": [{ "join": "all",
            "conditions": [{ "field": "tag", "op": "is", "value": "出" }] }] });
        for (format, clear) in [("csv", false), ("xlsx", false), ("csv", true)] {
            let asked = json!({ "tenant": desk.tenant, "filter": filter, "columns": ["name", "phone", "tags"],
                "format": format, "clear": clear, "purpose": "双十一回访名单" });
            let made = desk.post("/exports", asked).await;
            let path = format!("/exports/{}", text(&made["id"]));
            let done = desk.until(&path, |e| e["state"] == "done").await;
            assert_eq!(done["rows"], json!(1));
            let bytes = desk.file(&text(&done["url"])).await;
            let (_, head) = look(&bytes).expect("is a table");
            let phone = if clear { "13800136207" } else { "138 **** 6207" };
            assert_eq!(head.columns, ["姓名", "手机号", "标签"]);
            assert_eq!(head.sample, [["=HYPERLINK(\"http://evil\")", phone, "出"]]);
            if format == "csv" {
                assert!(Charset::Utf8.decode(&bytes).contains("'=HYPERLINK"), "no cell begins a formula");
            }
        }
        let (status, _) = desk
            .call(
                &desk.admin,
                "POST",
                "/exports",
                json!({ "tenant": desk.tenant, "columns": ["name"], "format": "csv",
                "purpose": " " }),
            )
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a purpose is asked for");
        let masked = desk.token(&desk.tenant, &["contacts.read", "contacts.export"]).await;
        let asked = json!({ "tenant": desk.tenant, "columns": ["phone"], "format": "csv", "clear": true, "purpose": "x" });
        let (status, _) = desk.call(&masked, "POST", "/exports", asked).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "addresses in full are a right of their own");
        let list = desk.get(&format!("/exports?tenant={}", desk.tenant)).await;
        let path = format!("/exports/{}", text(&list["items"][0]["id"]));
        desk.program.clock.advance(86_400_001);
        desk.admin = desk.sign_in().await;
        let ended = desk.until(&path, |e| e["state"] == "expired").await;
        assert!(ended["url"].is_null());
    });
}

/// Exports every column as this person and reads the one row of the file.
async fn row_for(desk: &Desk, who: &str, format: &str, clear: bool) -> Vec<String> {
    let asked = json!({ "tenant": desk.tenant, "format": format, "clear": clear, "purpose": "回访名单",
        "columns": ["name", "phone", "email", "note", "tags", "attribute:backup"] });
    let (status, made) = desk.call(who, "POST", "/exports", asked).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{made}");
    let path = format!("/exports/{}", text(&made["id"]));
    desk.until(&path, |e| e["state"] == "done").await;
    let (_, own) = desk.call(who, "GET", &path, Value::Null).await;
    let (_, head) = look(&desk.file(&text(&own["url"])).await).expect("is a table");
    assert_eq!(head.rows, 1);
    head.sample[0].clone()
}

#[test]
fn a_file_holds_of_addresses_and_texts_what_its_reader_may_see_and_not_more() {
    on_both(async |desk: Desk| {
        let attribute = json!({ "tenant": desk.tenant, "key": "backup", "label_en": "Backup", "label_zh": "备用",
            "kind": "text" });
        desk.post("/attributes", attribute).await;
        desk.contact(json!({ "name": "李雷 13700137000", "tags": ["老客户", "13600136000"],
            "note": "备用手机 13800136208，邮箱 li.lei@example.com", "attributes": { "backup": "13900139000" },
            "handles": [{ "kind": "phone", "value": "13800136207" }, { "kind": "email", "value": "unique@example.com" }] }))
            .await;
        let secret = |row: &[String]| {
            let (row, mut found) = (row.join(" "), vec![]);
            for (what, words) in [
                ("addresses", &["13800136207", "unique@example.com"][..]),
                (
                    "texts",
                    &["13700137000", "13600136000", "13800136208", "li.lei@example.com", "13900139000"],
                ),
            ] {
                match words.iter().filter(|w| row.contains(**w)).count() {
                    0 => {}
                    n if n == words.len() => found.push(what),
                    n => panic!("{n} of {what} in {row}"),
                }
            }
            found
        };
        let base = ["contacts.read", "contacts.export"];
        for (login, more, clear, want) in [
            ("masked", &[][..], false, &[][..]),
            ("unmasks", &["contacts.unmask"], false, &[]),
            ("opens", &["contacts.unmask"], true, &["addresses"]),
            ("reads", &["contacts.personal"], false, &["texts"]),
            ("both", &["contacts.unmask", "contacts.personal"], true, &["addresses", "texts"]),
        ] {
            let permissions: Vec<&str> = base.iter().chain(more).copied().collect();
            let (_, who) = desk.person_with(login, &permissions).await;
            for format in ["csv", "xlsx"] {
                let row = row_for(&desk, &who, format, clear).await;
                assert_eq!(secret(&row), want, "{login}, {format}: {row:?}");
            }
            // What a program with a token may see is what its token says, whoever made it.
            let token = desk.token(&desk.tenant, &permissions).await;
            assert_eq!(secret(&row_for(&desk, &token, "csv", clear).await), want, "{login} by token");
        }
        let (status, _) = {
            let asked = json!({ "tenant": desk.tenant, "columns": ["phone"], "format": "csv", "clear": true, "purpose": "x" });
            let (_, who) =
                desk.person_with("asks", &["contacts.read", "contacts.export", "contacts.personal"]).await;
            desk.call(&who, "POST", "/exports", asked).await
        };
        assert_eq!(status, StatusCode::FORBIDDEN, "addresses in full are a right of their own");
        let record = desk.get("/audit?action=export.created").await;
        let facts = &record["items"][0]["after"];
        assert_eq!(
            (&facts["purpose"], &facts["clear"], &facts["personal"]),
            (&json!("回访名单"), &json!(true), &json!(true))
        );
    });
}

#[test]
fn a_right_that_is_taken_away_takes_the_file_along() {
    on_both(async |desk: Desk| {
        desk.contact(json!({ "name": "李雷", "handles": [{ "kind": "phone", "value": "13800136207" }] }))
            .await;
        let all = ["contacts.read", "contacts.export", "contacts.unmask", "contacts.personal"];
        let (role, who) = desk.person_with("leaves", &all).await;
        let mut paths = vec![];
        for clear in [true, false] {
            let asked = json!({ "tenant": desk.tenant, "columns": ["phone", "note"], "format": "csv", "clear": clear,
                "purpose": "x" });
            let (_, made) = desk.call(&who, "POST", "/exports", asked).await;
            let path = format!("/exports/{}", text(&made["id"]));
            desk.until(&path, |e| e["state"] == "done").await;
            paths.push(path);
        }
        let url = async |path: &str| desk.call(&who, "GET", path, Value::Null).await.1["url"].clone();
        assert!(url(&paths[0]).await.is_string() && url(&paths[1]).await.is_string());
        let set = async |permissions: &[&str]| {
            let body = json!({ "permissions": permissions });
            let (status, answer) = desk.call(&desk.admin, "PATCH", &format!("/roles/{role}"), body).await;
            assert!(status.is_success(), "{answer}");
        };
        set(&["contacts.read", "contacts.export", "contacts.personal"]).await;
        assert!(url(&paths[0]).await.is_null(), "addresses in full are not fetched without the right");
        assert!(url(&paths[1]).await.is_string());
        set(&["contacts.read", "contacts.export"]).await;
        assert!(url(&paths[1]).await.is_null(), "nor texts in full");
    });
}

#[test]
fn a_workbook_is_read_as_people_see_it() {
    on_both(async |desk: Desk| {
        let mut w = Writer::new(Format::Xlsx, Charset::Utf8, ',');
        for row in
            [["Name", "Mobile", "E-mail"], ["Ann", "13800000009", "ann@example.com"], ["Bob", "", "bad"]]
        {
            w.row(&row).expect("writes");
        }
        let up = load(&desk, "w.xlsx", w.finish().expect("writes")).await;
        assert_eq!(up["import"]["plan"]["columns"], json!(["name", "phone", "email"]));
        let path = format!("/imports/{}", text(&up["import"]["id"]));
        assert_eq!(counts(&checked(&desk, &path).await), (1, 0, 0, 1));
        started(&desk, &path).await;
        let file = desk.bytes(&format!("{path}/faults/file")).await;
        let (how, head) = look(&file).expect("is a table");
        assert_eq!(
            (how.format, &head.sample[0][..3]),
            (Format::Xlsx, &["Bob".to_owned(), String::new(), "bad".to_owned()][..])
        );
        let template = json!({ "tenant": desk.tenant, "name": "周报", "plan": up["import"]["plan"] });
        let kept = desk.post("/import-templates", template.clone()).await;
        let (status, _) = desk.call(&desk.admin, "POST", "/import-templates", template).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let (status, _) = desk
            .call(&desk.admin, "DELETE", &format!("/import-templates/{}", text(&kept["id"])), Value::Null)
            .await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    });
}
