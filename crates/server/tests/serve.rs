//! The program as a whole: it starts, answers on three origins, is filled with the demonstration, ends, and starts again.

use hark_server::{Config, Startup, Surroundings, demo, start, start_with};
use serde_json::Value;

fn client() -> reqwest::Client {
    // Another test of this process may have done it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

async fn get(url: &str) -> reqwest::Response {
    client().get(url).send().await.expect("answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_origins_answer_what_is_theirs() {
    let dir = tempfile::tempdir().expect("a folder");
    let running = start(Config::on_free_ports(dir.path().join("data"))).await.expect("starts");
    let s = running.app().settings().clone();
    for base in [&s.desk_url, &s.public_url, &s.files_url] {
        assert_eq!(get(&format!("{base}/healthz")).await.status(), 200, "{base}");
        let missing = get(&format!("{base}/api/v1/nothing")).await;
        assert_eq!(missing.status(), 404);
        assert_eq!(missing.headers()["content-type"], "application/problem+json");
    }
    let page = get(&format!("{}/conversations/17", s.desk_url)).await;
    assert_eq!(page.status(), 200, "the application finds its own way");
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    for part in
        ["default-src 'self'", "script-src 'self';", "'nonce-", "frame-ancestors 'none'", "object-src 'none'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    let again = get(&format!("{}/", s.desk_url)).await;
    assert_ne!(
        again.headers()["content-security-policy"].to_str().expect("text"),
        policy,
        "a nonce is used once"
    );
    assert_eq!(get(&format!("{}/no-such-file.js", s.desk_url)).await.status(), 404);
    assert_eq!(get(&format!("{}/shop/", s.public_url)).await.status(), 404, "no demonstration, no shop");
    assert_eq!(get(&format!("{}/problems/not_found", s.desk_url)).await.status(), 200);
    let put = client().put(format!("{}/api/v1/setup", s.desk_url)).send().await.expect("answers");
    let problem: Value = serde_json::from_slice(&put.bytes().await.expect("a body")).expect("a problem");
    assert_eq!(problem["code"], "request.no_such_method");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_has_one_program() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = Config::on_free_ports(dir.path().join("data"));
    let first = start(config.clone()).await.expect("starts");
    let second = start(config.clone()).await.err().expect("is refused");
    assert_eq!(second.code.code, "data.in_use");
    first.stop().await;
    start(config).await.expect("starts again").stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_is_lived_through_the_public_interfaces() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = Config::on_free_ports(dir.path().join("data"));
    demo::fill(&config, &Startup::silent()).await.expect("is filled");
    assert_eq!(demo::logins(&config).len(), 17);
    let running = start_with(config.clone(), Surroundings::default()).await.expect("starts");
    let s = running.app().settings().clone();
    assert_eq!(get(&format!("{}/shop/", s.public_url)).await.status(), 200);
    let shop = get(&format!("{}/shop/config.json?client=harbor", s.public_url)).await;
    let shop: Value = serde_json::from_slice(&shop.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(shop["name"], "Harbor Goods");

    let login = demo::logins(&config).into_iter().find(|l| l.login == "admin").expect("an administrator");
    let body = serde_json::json!({"login": login.login, "password": login.password});
    let answer = client()
        .post(format!("{}/api/v1/session", s.desk_url))
        .header("origin", &s.desk_url)
        .json(&body)
        .send()
        .await
        .expect("answers");
    assert_eq!(answer.status(), 200);
    let cookie =
        answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let (mut rows, mut next) = (vec![], String::new());
    loop {
        let url = format!("{}/api/v1/conversations?view=all&order=recent&limit=100{next}", s.desk_url);
        let page = client().get(&url).header("cookie", &cookie).send().await.expect("answers");
        let page: Value = serde_json::from_slice(&page.bytes().await.expect("a body")).expect("JSON");
        rows.extend(page["items"].as_array().expect("rows").clone());
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert!(rows.len() >= 100, "{} conversations", rows.len());
    let open = rows.iter().filter(|r| r["status"] == "open").count();
    assert_eq!(open, 21, "seven wait in queues, fourteen are with agents");
    running.stop().await;

    let refused = demo::fill(&config, &Startup::silent()).await.map(|_| ()).expect_err("is refused");
    assert_eq!(refused.code.code, "demo.present");
}

/// Runs the program with these words; true where it says that all is well.
fn hark(words: &[&str]) -> (bool, String) {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_hark")).args(words).output().expect("runs");
    let said = [out.stdout, out.stderr].concat();
    (out.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_without_an_installation_stays_one_and_copies_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a folder");
    let at = |name: &str| dir.path().join(name).display().to_string();
    let copy = at("copy");
    for words in [&["store", "check"][..], &["audit", "verify"], &["search", "rebuild"], &["backup", &copy]] {
        let (well, said) = hark(&[words, &["--data", &at("mistyped")]].concat());
        assert!(!well && said.contains("mistyped"), "{words:?}: {said}");
        assert!(!dir.path().join("mistyped").exists() && !dir.path().join("copy").exists(), "{words:?}");
    }

    let data = dir.path().join("data");
    start(Config::on_free_ports(data.clone())).await.expect("starts").stop().await;
    let (well, said) = hark(&["backup", &copy, "--data", &at("data")]);
    assert!(well, "{said}");
    let mode = |path: &str| std::fs::metadata(path).expect("is there").permissions().mode() & 0o077;
    assert_eq!((mode(&copy), mode(&format!("{copy}/hark.db"))), (0, 0), "nobody else reads a copy");

    // A copy has no key, and does not get another one.
    let (well, said) = hark(&["audit", "verify", "--data", &copy]);
    assert!(!well && said.contains("master.key"), "{said}");
    assert!(!dir.path().join("copy/master.key").exists());
    std::fs::copy(data.join("master.key"), dir.path().join("copy/master.key")).expect("is put back");
    let (well, said) = hark(&["audit", "verify", "--data", &copy]);
    assert!(well, "{said}");
}
