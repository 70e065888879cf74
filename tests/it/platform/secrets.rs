//! Sealed values open at their own place only, and survive the rotation of the master key.

use kernel::{AggregateKey, TenantId, TenantScope, args, sql};
use platform::secrets::{FreshSecret, MasterKey, RESEAL, Secrets, enqueue_reseal, rotate_file};
use platform::store::{Db, Tx};
use platform::{App, Parts};
use std::os::unix::fs::PermissionsExt;
use testkit::{Engine, SeededRng, TestProgram};

const NAME: &str = "mail.password";

async fn seal(app: &App, tenant: i64, owner: i64, value: &'static [u8]) {
    let (secrets, fresh, now) = (app.secrets().clone(), FreshSecret::new(app.ids(), app.rng()), app.now());
    let write =
        async move |tx: &mut Tx| secrets.seal(tx, &fresh, TenantId(tenant), NAME, owner, value, now).await;
    app.db()
        .write(&TenantScope::tenant(TenantId(tenant)), AggregateKey::new("secret", owner), write)
        .await
        .expect("seals");
}

async fn open(db: &Db, secrets: &Secrets, tenant: i64, owner: i64) -> kernel::Result<Option<Vec<u8>>> {
    let secrets = secrets.clone();
    let read = async move |tx: &mut Tx| {
        Ok(secrets.open(tx, TenantId(tenant), NAME, owner).await?.map(|v| v.to_vec()))
    };
    db.read(&TenantScope::tenant(TenantId(tenant)), read).await
}

async fn statement(app: &App, sql: &'static str) {
    let write = async move |tx: &mut Tx| tx.exec(sql, &[]).await;
    app.db().write(&TenantScope::system(), AggregateKey::new("secret", 0), write).await.expect("runs");
}

async fn a_swapped_row_does_not_open(engine: Engine) {
    let p = TestProgram::new(engine, |_| {});
    let app = &p.app;
    seal(app, 1, 10, b"first").await;
    seal(app, 1, 11, b"second").await;
    seal(app, 2, 10, b"third").await;
    seal(app, 1, 11, b"second again").await;
    let secrets = app.secrets();
    assert_eq!(open(app.db(), secrets, 1, 10).await.expect("opens").as_deref(), Some(&b"first"[..]));
    assert_eq!(open(app.db(), secrets, 1, 11).await.expect("opens").as_deref(), Some(&b"second again"[..]));
    assert_eq!(open(app.db(), secrets, 1, 12).await.expect("reads"), None);
    statement(app, "UPDATE secret SET sealed = (SELECT b.sealed FROM secret b WHERE b.tenant_id = 2) WHERE tenant_id = 1 AND owner = 10").await;
    statement(app, "UPDATE secret SET sealed = (SELECT b.sealed FROM secret b WHERE b.tenant_id = 1 AND b.owner = 11) WHERE tenant_id = 2").await;
    for (tenant, owner) in [(1, 10), (2, 10)] {
        let e = open(app.db(), secrets, tenant, owner).await.expect_err("was swapped");
        assert_eq!(e.code.code, "secrets.unopened");
    }
    let stored = async |tx: &mut Tx| tx.all(sql!("SELECT sealed FROM secret"), &[], |r| r.blob(0)).await;
    for sealed in app.db().read(&TenantScope::system(), stored).await.expect("reads") {
        assert!(!sealed.windows(5).any(|w| w == b"secon" || w == b"first"));
    }
}

#[tokio::test]
async fn a_swapped_row_does_not_open_on_sqlite() {
    a_swapped_row_does_not_open(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_swapped_row_does_not_open_on_postgres() {
    a_swapped_row_does_not_open(Engine::Postgres).await;
}

#[tokio::test]
async fn rotation_seals_every_row_anew_and_keeps_derived_keys() {
    let p = TestProgram::new(Engine::Sqlite, |_| {});
    for owner in 0..250 {
        seal(&p.app, owner % 3 + 1, owner, b"value").await;
    }
    let derived = p.app.secrets().derive("audit");
    let rng = SeededRng::new(7);
    assert_eq!(rotate_file(p.store.folder(), &rng).expect("adds a version"), 2);
    let secrets = Secrets::new(MasterKey::from_file(p.store.folder(), &rng).expect("reads"));
    assert_eq!((secrets.version(), secrets.derive("audit")), (2, derived));
    let parts = Parts {
        db: p.store.db.clone(),
        clock: p.app.clock(),
        rng: std::sync::Arc::new(rng),
        ids: p.app.ids().clone(),
        secrets: secrets.clone(),
        settings: p.app.settings().clone(),
    };
    let app = App::new(parts, Default::default());
    // A row of the older version still opens.
    assert!(open(app.db(), &secrets, 1, 0).await.expect("opens").is_some());
    enqueue_reseal(&app).await.expect("is set");
    let job = async |tx: &mut Tx| {
        tx.get(sql!("SELECT COUNT(*) FROM job WHERE kind = $1"), args![RESEAL], |r| r.int(0)).await
    };
    assert_eq!(app.db().read(&TenantScope::system(), job).await.expect("reads"), 1);
    let mut registry = platform::Registry::default();
    platform::register(&mut registry);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let runner = tokio::spawn(platform::jobs::run_jobs(app.clone(), registry.jobs, stopped));
    let left = async |tx: &mut Tx| tx.get(sql!("SELECT COUNT(*) FROM job"), &[], |r| r.int(0)).await;
    while app.db().read(&TenantScope::system(), left).await.expect("reads") > 0 {
        tokio::task::yield_now().await;
    }
    stop.send_replace(true);
    runner.await.expect("ends");
    let old = async |tx: &mut Tx| {
        tx.get(sql!("SELECT COUNT(*) FROM secret WHERE key_version <> 2"), &[], |r| r.int(0)).await
    };
    assert_eq!(app.db().read(&TenantScope::system(), old).await.expect("reads"), 0);
    for owner in 0..250 {
        let value = open(app.db(), &secrets, owner % 3 + 1, owner).await.expect("opens");
        assert_eq!(value.as_deref(), Some(&b"value"[..]));
    }
}

#[test]
fn the_master_key_is_private_and_says_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let rng = SeededRng::new(3);
    let key = MasterKey::from_file(folder.path(), &rng).expect("is made");
    let file = folder.path().join("master.key");
    let text = std::fs::read_to_string(&file).expect("reads");
    assert_eq!(std::fs::metadata(&file).expect("is there").permissions().mode() & 0o777, 0o600);
    let shown = format!("{key:?} {:?}", Secrets::new(MasterKey::parse(&text).expect("reads")));
    let secret = text.split_whitespace().nth(1).expect("version, key");
    assert!(!shown.contains(&secret[..8]), "{shown}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("changes");
    assert_eq!(
        MasterKey::from_file(folder.path(), &rng).expect_err("others may read").code.code,
        "secrets.master_key"
    );
    for bad in [
        "",
        "1 abc",
        "x AAAA",
        "2 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ] {
        assert!(MasterKey::parse(bad).is_err(), "{bad}");
    }
}
