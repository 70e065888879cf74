//! Where areas say what they bring: routes, jobs, readers, permissions, codes, presenters. Nothing else knows them all.

use crate::App;
use crate::jobs::{Handler, Job};
use crate::live::{LiveOp, Presenter};
use crate::log::{Reader, run_reader};
use crate::notices::{NoticeKind, NoticeKinds};
use crate::search::{Documents, Sources};
use futures_util::future::BoxFuture;
use kernel::{Code, PermissionGroup, Result};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// A background task: gets the program and a flag that turns true at shutdown.
pub type Task = Box<dyn FnOnce(App, tokio::sync::watch::Receiver<bool>) -> BoxFuture<'static, ()> + Send>;

/// Something done once before the first request, such as rebuilding what is kept in memory.
pub type OnStart = Box<dyn FnOnce(App) -> BoxFuture<'static, Result<()>> + Send>;

/// Puts something around routes.
pub type Layer = fn(axum::Router<App>, &App) -> axum::Router<App>;

/// What the areas bring.
#[derive(Default)]
pub struct Registry {
    /// Routes of the desk's origin, described.
    pub desk: OpenApiRouter<App>,
    /// What is put around the desk's routes, the first innermost.
    pub desk_layers: Vec<Layer>,
    /// Routes of the public origin, described: the widget and the API inbox.
    pub public: OpenApiRouter<App>,
    /// Routes of the files' origin.
    pub files: OpenApiRouter<App>,
    /// Permissions for roles.
    pub permissions: Vec<PermissionGroup>,
    /// Error codes for the reference.
    pub codes: Vec<&'static [&'static Code]>,
    /// Handlers of jobs.
    pub jobs: HashMap<&'static str, Handler>,
    /// How events are shown on sockets, by kind.
    pub presenters: HashMap<&'static str, Arc<dyn Presenter>>,
    /// What staff sockets may ask for, by `op`.
    pub live_ops: HashMap<&'static str, LiveOp>,
    /// Background tasks.
    pub tasks: Vec<(&'static str, Task)>,
    /// Done before the first request, in this order.
    pub on_start: Vec<(&'static str, OnStart)>,
    /// Ports and services by type.
    pub ports: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl Registry {
    /// Adds described routes to the desk's origin.
    pub fn desk(&mut self, routes: OpenApiRouter<App>) {
        self.desk = std::mem::take(&mut self.desk).merge(routes);
    }
    /// Adds described routes to the public origin.
    pub fn public(&mut self, routes: OpenApiRouter<App>) {
        self.public = std::mem::take(&mut self.public).merge(routes);
    }
    /// Adds described routes to the files' origin.
    pub fn files(&mut self, routes: OpenApiRouter<App>) {
        self.files = std::mem::take(&mut self.files).merge(routes);
    }
    /// Adds a handler of jobs.
    pub fn job<F, Fut>(&mut self, kind: &'static str, f: F)
    where
        F: Fn(App, Job) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |app, job| Box::pin(f(app, job)));
        assert!(self.jobs.insert(kind, handler).is_none(), "two handlers for jobs of kind {kind}");
    }
    /// Adds a presenter for its kinds.
    pub fn present(&mut self, presenter: impl Presenter) {
        let presenter: Arc<dyn Presenter> = Arc::new(presenter);
        for kind in presenter.kinds() {
            assert!(self.presenters.insert(kind, presenter.clone()).is_none(), "two presenters for {kind}");
        }
    }
    /// Adds something that staff sockets may ask for.
    pub fn live_op(&mut self, op: &'static str, f: LiveOp) {
        assert!(self.live_ops.insert(op, f).is_none(), "two handlers for op {op}");
    }
    /// Adds a background task.
    pub fn task<F, Fut>(&mut self, name: &'static str, f: F)
    where
        F: FnOnce(App, tokio::sync::watch::Receiver<bool>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.tasks.push((name, Box::new(move |app, stop| Box::pin(f(app, stop)))));
    }
    /// Adds a reader of the log, run as a background task; how far it has come shows in `/metrics`.
    pub fn reader<R: Reader>(&mut self, name: &'static str, make: impl FnOnce(&App) -> R + Send + 'static) {
        self.task(name, async move |app: App, stop| {
            let seen = app.readers().entry(name);
            let reader = make(&app);
            run_reader(reader, app.db().clone(), app.clock(), seen, stop).await;
        });
    }
    /// Adds a source of documents for search.
    pub fn documents(&mut self, source: impl Documents) {
        let sources =
            self.ports.entry(TypeId::of::<Sources>()).or_insert_with(|| Box::new(Sources::default()));
        let sources = sources.downcast_mut::<Sources>();
        sources.expect("invariant: under this type stands a value of this type").push(Arc::new(source));
    }
    /// Adds kinds of notices that staff may be told of outside the desk.
    pub fn notice_kinds(&mut self, kinds: &'static [NoticeKind]) {
        let all =
            self.ports.entry(TypeId::of::<NoticeKinds>()).or_insert_with(|| Box::new(NoticeKinds::default()));
        let all = all.downcast_mut::<NoticeKinds>();
        all.expect("invariant: under this type stands a value of this type").add(kinds);
    }
    /// Adds something done before the first request.
    pub fn on_start<F, Fut>(&mut self, name: &'static str, f: F)
    where
        F: FnOnce(App) -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.on_start.push((name, Box::new(move |app| Box::pin(f(app)))));
    }
    /// Provides a port or service under its type, such as `Arc<dyn Work>`.
    pub fn provide<T: Any + Send + Sync>(&mut self, port: T) {
        self.ports.insert(TypeId::of::<T>(), Box::new(port));
    }
}
