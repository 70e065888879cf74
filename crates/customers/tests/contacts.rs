//! Contacts through the public interface, on both engines: masking, rights, the record of looks, finding by address.

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use customers::{HandleKind, NewContact, NewHandle, brief, find_or_create};
use kernel::{AggregateKey, ContactId, Language, TenantId, TenantScope};
use platform::store::Tx;
use serde_json::{Value, json};
use std::net::SocketAddr;
use testkit::{Engine, TestProgram};
use tower::ServiceExt;

const PASSWORD: &str = "correct horse battery staple";

struct Desk {
    program: TestProgram,
    router: axum::Router,
    /// Of somebody who may do everything.
    admin: String,
    tenant: String,
}

fn register(reg: &mut platform::Registry) {
    accounts::register(reg);
    customers::register(reg);
    let all = accounts::PermissionCatalogue(reg.permissions.clone());
    reg.provide(all);
}

impl Desk {
    async fn open(engine: Engine) -> Desk {
        let mut program = TestProgram::new(engine, register);
        let router = program.routes().desk;
        program.start().await;
        let admin = accounts::setup::NewAdmin {
            name: "陈静".into(),
            alias: None,
            login: "admin".into(),
            password: PASSWORD.into(),
            language: Language::Zh,
        };
        accounts::setup::create_admin(&program.app, admin).await.expect("an administrator");
        let mut desk = Desk { program, router, admin: String::new(), tenant: String::new() };
        desk.admin = desk.sign_in().await;
        desk.tenant = desk.new_tenant("甲").await;
        desk
    }

    async fn sign_in(&self) -> String {
        let request = Request::post("/api/v1/session")
            .header("content-type", "application/json")
            .header("origin", "http://desk.test")
            .body(Body::from(json!({ "login": "admin", "password": PASSWORD }).to_string()))
            .expect("a request");
        let answer = self.send(request).await;
        let cookie = answer.headers().get("set-cookie").expect("a cookie").to_str().expect("text").to_owned();
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    async fn send(&self, mut request: Request<Body>) -> axum::response::Response {
        let peer: SocketAddr = ([192, 0, 2, 7], 40_000).into();
        request.extensions_mut().insert(ConnectInfo(peer));
        self.router.clone().oneshot(request).await.expect("infallible")
    }

    async fn call(&self, who: &str, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        request = match who.strip_prefix("Bearer ") {
            Some(_) => request.header("authorization", who),
            None => request.header("cookie", who).header("origin", "http://desk.test"),
        };
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.header("content-type", "application/json").body(body).expect("a request");
        let answer = self.send(request).await;
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(&self.admin, "GET", path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(&self.admin, "POST", path, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    async fn new_tenant(&self, name: &str) -> String {
        text(&self.post("/tenants", json!({ "name": name })).await["id"])
    }

    /// A token with these permissions in a client.
    async fn token(&self, tenant: &str, permissions: &[&str]) -> String {
        let asked = json!({ "name": "test", "permissions": permissions, "tenant": tenant });
        format!("Bearer {}", text(&self.post("/tokens", asked).await["token"]))
    }

    async fn looks(&self, how: &str) -> Vec<Value> {
        let list = self.get(&format!("/audit?tenant={}&action=contact.{how}", self.tenant)).await;
        list["items"].as_array().cloned().unwrap_or_default()
    }

    async fn find(&self, input: NewContact) -> (ContactId, bool) {
        let scope = TenantScope::tenant(input.tenant);
        let write = async move |tx: &mut Tx| find_or_create(tx, &input).await;
        self.program
            .app
            .db()
            .write(&scope, AggregateKey::new("contact", 0), write)
            .await
            .expect("found or made")
    }

    fn arriving(&self, handles: &[(HandleKind, &str, bool)]) -> NewContact {
        let app = &self.program.app;
        let make = |(kind, value, verified): &(HandleKind, &str, bool)| NewHandle {
            kind: *kind,
            value: (*value).to_owned(),
            verified: *verified,
        };
        NewContact {
            id: app.id(),
            handle_ids: handles.iter().map(|_| app.id()).collect(),
            tenant: TenantId(self.tenant.parse().expect("an id")),
            name: None,
            language: Some(Language::Zh),
            handles: handles.iter().map(make).collect(),
            now: app.now(),
        }
    }
}

fn text(v: &Value) -> String {
    v.as_str().unwrap_or_else(|| panic!("text expected, not {v}")).to_owned()
}

fn on_both<F: AsyncFn(Desk)>(f: F) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    for engine in Engine::ALL {
        runtime.block_on(async {
            let desk = Desk::open(engine).await;
            println!("on {engine:?}");
            f(desk).await;
        });
    }
}

async fn zhou(desk: &Desk) -> Value {
    let handles = json!([
        { "kind": "phone", "value": "１３８ ００１３ ６２０７" },
        { "kind": "email", "value": "Li.Wei@Example.com" },
    ]);
    let asked = json!({ "tenant": desk.tenant, "name": "周敏", "handles": handles, "tags": ["重复扣款", "老客户"],
        "tier": "金卡", "note": "卡号 4111 1111 1111 1111" });
    desk.post("/contacts", asked).await
}

#[test]
fn addresses_are_masked_until_somebody_says_why() {
    on_both(async |desk: Desk| {
        let made = zhou(&desk).await;
        let id = text(&made["id"]);
        let values: Vec<String> =
            made["handles"].as_array().expect("handles").iter().map(|h| text(&h["value"])).collect();
        assert_eq!(values, ["l***@example.com", "138 **** 6207"]);
        assert_eq!(made["note"], "卡号 411111******1111");
        assert_eq!(made["tags"], json!(["老客户", "重复扣款"]));

        let listed = desk.get(&format!("/contacts?tenant={}", desk.tenant)).await;
        assert!(!listed.to_string().contains("13800136207") && !listed.to_string().contains("Li.Wei"));
        assert_eq!(desk.looks("unmasked").await.len(), 0);
        let (status, _) =
            desk.call(&desk.admin, "POST", &format!("/contacts/{id}/unmask"), json!({ "reason": " " })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let clear = desk.post(&format!("/contacts/{id}/unmask"), json!({ "reason": "回拨未接来电" })).await;
        assert_eq!(clear["handles"][0]["value"], "Li.Wei@Example.com");
        let looks = desk.looks("unmasked").await;
        assert_eq!((looks.len(), &looks[0]["reason"]), (1, &json!("回拨未接来电")));

        let asked = json!({ "tenant": desk.tenant, "kind": "phone", "value": "+86-138-0013-6207", "reason": "来电核实" });
        assert_eq!(desk.post("/contacts/lookup", asked).await["contact"]["id"], json!(id));
        let nobody =
            json!({ "tenant": desk.tenant, "kind": "email", "value": "x@y.cn", "reason": "来电核实" });
        assert_eq!(desk.post("/contacts/lookup", nobody).await["contact"], Value::Null);
        let looks = desk.looks("looked_up").await;
        assert_eq!(looks.len(), 2);
        assert!(looks.iter().any(|l| l["reason"] == "来电核实 (138 **** 6207)"), "{looks:?}");
        let record = desk.get(&format!("/audit?tenant={}", desk.tenant)).await.to_string();
        assert!(
            !record.contains("13800136207")
                && !record.to_lowercase().contains("li.wei")
                && !record.contains("周敏")
        );
    });
}

#[test]
fn rights_end_at_the_client_and_at_each_verb() {
    on_both(async |desk: Desk| {
        let id = text(&zhou(&desk).await["id"]);
        let other = desk.new_tenant("乙").await;
        let foreign = desk
            .token(&other, &["contacts.read", "contacts.edit", "contacts.unmask", "contacts.lookup"])
            .await;
        let reader = desk.token(&desk.tenant, &["contacts.read"]).await;
        let path = format!("/contacts/{id}");
        let lookup = json!({ "tenant": desk.tenant, "kind": "phone", "value": "13800136207", "reason": "r" });
        let calls: [(&str, String, Value); 7] = [
            ("GET", path.clone(), Value::Null),
            ("GET", format!("{path}/timeline"), Value::Null),
            ("PATCH", path.clone(), json!({ "name": "x" })),
            ("POST", format!("{path}/unmask"), json!({ "reason": "r" })),
            ("POST", format!("{path}/handles"), json!({ "kind": "email", "value": "a@b.cn" })),
            ("DELETE", format!("{path}/handles/1"), Value::Null),
            ("POST", "/contacts/lookup".into(), lookup),
        ];
        for (i, (method, path, body)) in calls.iter().enumerate() {
            let (status, _) = desk.call(&foreign, method, path, body.clone()).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
            let (status, _) = desk.call(&reader, method, path, body.clone()).await;
            let want = if i < 2 { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, want, "{method} {path}");
        }
        let (_, list) = desk.call(&foreign, "GET", "/contacts", Value::Null).await;
        assert_eq!(list["items"], json!([]));
        let asked = json!({ "tenant": desk.tenant, "name": "x", "owner": "1" });
        let (status, problem) = desk.call(&desk.admin, "POST", "/contacts", asked).await;
        assert_eq!(
            (status, &problem["fields"][0]["fault"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("unknown"))
        );
    });
}

#[test]
fn a_contact_is_changed_field_by_field() {
    on_both(async |desk: Desk| {
        let id = text(&zhou(&desk).await["id"]);
        let path = format!("/contacts/{id}");
        let firm =
            desk.post("/organisations", json!({ "tenant": desk.tenant, "name": "Ｈａｒｋ 科技" })).await;
        let (status, problem) = desk
            .call(
                &desk.admin,
                "POST",
                "/organisations",
                json!({ "tenant": desk.tenant, "name": "hark  科技" }),
            )
            .await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("organisation.name_taken")));
        let definition = json!({ "tenant": desk.tenant, "key": "level", "label_en": "Level", "label_zh": "等级",
            "kind": "choice", "choices": ["A", "B"] });
        desk.post("/attributes", definition.clone()).await;
        let (status, _) = desk.call(&desk.admin, "POST", "/attributes", definition).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let patch = json!({ "salutation": "周女士", "tier": null, "organisation": firm["id"], "tags": ["新"],
            "attributes": { "level": "B" }, "preferences": { "channel": "电话" } });
        let (status, now) = desk.call(&desk.admin, "PATCH", &path, patch).await;
        assert_eq!(status, StatusCode::OK, "{now}");
        assert_eq!(
            (&now["salutation"], &now["tier"], &now["name"]),
            (&json!("周女士"), &Value::Null, &json!("周敏"))
        );
        assert_eq!(now["organisation"]["name"], "Ｈａｒｋ 科技");
        assert_eq!((&now["attributes"], &now["tags"]), (&json!({ "level": "B" }), &json!(["新"])));
        for wrong in [
            json!({ "attributes": { "level": "C" } }),
            json!({ "attributes": { "no": "1" } }),
            json!({ "organisation": "1" }),
            json!({ "name": "" }),
        ] {
            let (status, _) = desk.call(&desk.admin, "PATCH", &path, wrong.clone()).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let (_, cleared) = desk
            .call(
                &desk.admin,
                "PATCH",
                &path,
                json!({ "attributes": { "level": null }, "organisation": null }),
            )
            .await;
        assert_eq!((&cleared["attributes"], &cleared["organisation"]), (&json!({}), &Value::Null));

        let taken = json!({ "tenant": desk.tenant, "name": "别人", "handles": [{ "kind": "phone", "value": "138-0013-6207" }] });
        let (status, problem) = desk.call(&desk.admin, "POST", "/contacts", taken).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("contact.handle_taken")));
        let handle = text(&cleared["handles"][1]["id"]);
        let (status, _) =
            desk.call(&desk.admin, "DELETE", &format!("{path}/handles/{handle}"), Value::Null).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let timeline = desk.get(&format!("{path}/timeline")).await;
        assert_eq!(timeline["items"][0]["kind"], "contact.created");
    });
}

#[test]
fn a_list_pages_by_key_and_finds_names_by_their_beginning() {
    on_both(async |desk: Desk| {
        for i in 0..7 {
            let tags: &[&str] = if i % 2 == 0 { &["VIP"] } else { &[] };
            desk.post("/contacts", json!({ "tenant": desk.tenant, "name": format!("王{i}"), "tags": tags }))
                .await;
        }
        desk.post("/contacts", json!({ "tenant": desk.tenant, "name": "Ｌi Wei" })).await;
        for (filter, want) in [
            ("", 8),
            ("&q=%E7%8E%8B", 7),
            ("&tag=VIP", 4),
            ("&q=%E7%8E%8B&tag=VIP", 4),
            ("&q=LI", 1),
            ("&q=x", 0),
        ] {
            let (mut names, mut cursor) = (vec![], String::new());
            for _ in 0..10 {
                let page =
                    desk.get(&format!("/contacts?tenant={}&limit=3{filter}{cursor}", desk.tenant)).await;
                names.extend(page["items"].as_array().expect("items").iter().map(|c| text(&c["name"])));
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!((names.len(), all), (want, want), "{filter}");
        }
    });
}

#[test]
fn whoever_writes_is_known_again_and_claims_find_nobody() {
    on_both(async |desk: Desk| {
        use HandleKind::{Email, External, Phone, Visitor};
        let (first, made) = desk.find(desk.arriving(&[(Visitor, "v1", true)])).await;
        assert!(made);
        assert_eq!(desk.find(desk.arriving(&[(Visitor, "v1", true)])).await, (first, false));
        // A visitor types somebody's address: they stay themselves, and its owner takes it over by proof.
        let (claimer, _) =
            desk.find(desk.arriving(&[(Visitor, "v2", true), (Email, "boss@x.cn", false)])).await;
        let (boss, made) = desk.find(desk.arriving(&[(Email, "Boss@X.cn", true)])).await;
        assert!(made && boss != claimer);
        assert!(desk.find(desk.arriving(&[(Visitor, "v3", true), (Email, "boss@x.cn", false)])).await.1);
        assert_eq!(desk.find(desk.arriving(&[(Email, "boss@x.cn", true)])).await, (boss, false));
        // The surest known address decides; free ones are added, others' stay theirs.
        let mixed = [(External, "u-9", true), (Email, "boss@x.cn", true), (Phone, "138 0013 6207", true)];
        assert_eq!(desk.find(desk.arriving(&mixed)).await, (boss, false));
        assert_eq!(desk.find(desk.arriving(&[(Phone, "+86 13800136207", true)])).await, (boss, false));
        assert_eq!(desk.find(desk.arriving(&[(External, "u-9", true)])).await, (boss, false));
        // Staff's own entries are found by proof.
        let li = desk.post("/contacts", json!({ "tenant": desk.tenant, "name": "李", "handles": [{ "kind": "email", "value": "li@x.cn" }] })).await;
        let (found, _) = desk.find(desk.arriving(&[(Email, "li@x.cn", true)])).await;
        assert_eq!(found.to_string(), text(&li["id"]));
        // The first told name takes the place of a made one.
        let mut told = desk.arriving(&[(Visitor, "v1", true)]);
        told.name = Some("王小明".into());
        desk.find(told).await;
        let scope = TenantScope::tenant(TenantId(desk.tenant.parse().expect("an id")));
        let inner = scope.clone();
        let read = async move |tx: &mut Tx| brief(tx, &inner, &[first, boss]).await;
        let briefs = desk.program.app.db().read(&scope, read).await.expect("briefs");
        assert_eq!((briefs[0].name.as_str(), briefs[0].initial.as_str()), ("王小明", "王"));
        assert!(briefs[1].name.starts_with("访客 "));
        let nowhere = TenantScope::tenant(TenantId(1));
        let inner = nowhere.clone();
        let read = async move |tx: &mut Tx| brief(tx, &inner, &[first]).await;
        assert!(desk.program.app.db().read(&nowhere, read).await.expect("none").is_empty());
    });
}

#[test]
fn thirty_two_at_once_make_one_contact() {
    on_both(async |desk: Desk| {
        let inputs: Vec<NewContact> =
            (0..32).map(|_| desk.arriving(&[(HandleKind::External, "same", true)])).collect();
        let mut running = vec![];
        for (i, input) in inputs.into_iter().enumerate() {
            let app = desk.program.app.clone();
            running.push(tokio::spawn(async move {
                let write = async move |tx: &mut Tx| find_or_create(tx, &input).await;
                app.db()
                    .write(&TenantScope::system(), AggregateKey::new("conversation", i as i64), write)
                    .await
            }));
        }
        let mut found = vec![];
        for task in running {
            found.push(task.await.expect("it runs").expect("found or made"));
        }
        assert_eq!(found.iter().filter(|(_, made)| *made).count(), 1);
        assert!(found.iter().all(|(id, _)| *id == found[0].0));
    });
}

#[test]
fn the_same_key_makes_one_contact() {
    on_both(async |desk: Desk| {
        let body = json!({ "tenant": desk.tenant, "name": "赵退款", "tags": ["大客户"] }).to_string();
        let mut ids = vec![];
        for _ in 0..2 {
            let request = Request::post("/api/v1/contacts")
                .header("cookie", &desk.admin)
                .header("origin", "http://desk.test")
                .header("content-type", "application/json")
                .header("idempotency-key", "k1")
                .body(Body::from(body.clone()))
                .expect("a request");
            let answer = desk.send(request).await;
            assert_eq!(answer.status(), StatusCode::CREATED);
            let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
            ids.push(serde_json::from_slice::<Value>(&bytes).expect("JSON")["id"].clone());
        }
        assert_eq!(ids[0], ids[1]);
    });
}
