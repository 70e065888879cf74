//! The program without its server: an `App` on a test's store, with its background tasks.

use crate::{Engine, SeededRng, TestClock, TestStore};
use kernel::IdMaker;
use platform::secrets::{MasterKey, Secrets};
use platform::{App, Parts, Registry, Settings};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Settings for a test: three origins on names that are never resolved.
pub fn settings(data: &Path) -> Settings {
    Settings {
        data: data.to_owned(),
        desk_url: "http://desk.test".into(),
        public_url: "http://public.test".into(),
        files_url: "http://files.test".into(),
        trusted_proxies: vec![],
        egress_allow: vec![],
        metrics_token: None,
    }
}

/// The routers of the three origins.
pub struct Origins {
    /// The desk and `/api/v1`.
    pub desk: axum::Router,
    /// The widget and the API inbox.
    pub public: axum::Router,
    /// Attachments.
    pub files: axum::Router,
}

/// A program on a store of its own.
pub struct TestProgram {
    /// The program.
    pub app: App,
    /// Its clock.
    pub clock: TestClock,
    /// Its store.
    pub store: TestStore,
    /// The routes that were registered: desk, public, files.
    pub registry: Registry,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl TestProgram {
    /// On this engine, with what these registrations bring beside the platform's own. Nothing runs until
    /// [`TestProgram::start`].
    pub fn new(engine: Engine, register: impl FnOnce(&mut Registry)) -> TestProgram {
        TestProgram::on(TestStore::open(engine), register)
    }

    /// On this store.
    pub fn on(store: TestStore, register: impl FnOnce(&mut Registry)) -> TestProgram {
        let settings = settings(store.folder());
        TestProgram::with(store, settings, register)
    }

    /// On this store, with these settings.
    pub fn with(store: TestStore, settings: Settings, register: impl FnOnce(&mut Registry)) -> TestProgram {
        let mut registry = Registry::default();
        platform::register(&mut registry);
        register(&mut registry);
        let clock = TestClock::default();
        let rng = Arc::new(SeededRng::from_env());
        let key = MasterKey::from_file(store.folder(), &*rng).expect("a master key");
        let parts = Parts {
            db: store.db.clone(),
            clock: clock.shared(),
            rng,
            ids: IdMaker::new(clock.shared(), 0),
            secrets: Secrets::new(key),
            settings,
        };
        let app = App::new(parts, std::mem::take(&mut registry.ports));
        TestProgram { app, clock, store, registry, stop: watch::Sender::new(false), tasks: vec![] }
    }

    /// The three origins as they are served: described, with what every answer carries.
    pub fn routes(&mut self) -> Origins {
        let dressed = |routes: axum::Router<App>| {
            let layer = axum::middleware::from_fn_with_state(self.app.clone(), platform::web::describe);
            routes.layer(layer).with_state(self.app.clone())
        };
        let r = &mut self.registry;
        let inner = r.desk_layers.clone();
        let (desk, public, files) =
            (std::mem::take(&mut r.desk), std::mem::take(&mut r.public), std::mem::take(&mut r.files));
        let desk = inner.iter().fold(desk.into(), |routes, layer| layer(routes, &self.app));
        Origins { desk: dressed(desk), public: dressed(public.into()), files: dressed(files.into()) }
    }

    /// The same data once more, as after a restart. Stop this one first.
    pub fn again(&mut self, register: impl FnOnce(&mut Registry)) -> TestProgram {
        self.app.db().close();
        TestProgram::on(self.store.again(), register)
    }

    /// Does what is done before the first request, and starts jobs, background tasks and live screens.
    pub async fn start(&mut self) {
        for (name, f) in std::mem::take(&mut self.registry.on_start) {
            f(self.app.clone()).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        let stop = || self.stop.subscribe();
        let jobs = std::mem::take(&mut self.registry.jobs);
        self.tasks.push(tokio::spawn(platform::jobs::run_jobs(self.app.clone(), jobs, stop())));
        let presenters = Arc::new(self.registry.presenters.clone());
        self.tasks.push(tokio::spawn(platform::live::run_delivery(self.app.clone(), presenters, stop())));
        for (_, task) in std::mem::take(&mut self.registry.tasks) {
            self.tasks.push(tokio::spawn(task(self.app.clone(), stop())));
        }
    }

    /// Waits until every reader of the log has come to its end.
    pub async fn settle(&self) {
        while self.app.readers().slowest().is_some_and(|p| p < self.app.log().head()) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Ends the background tasks.
    pub async fn stop(&mut self) {
        self.stop.send_replace(true);
        for task in self.tasks.drain(..) {
            // A task that panicked fails the test.
            task.await.expect("the task ends well");
        }
    }
}
