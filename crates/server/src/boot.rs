//! The start and the end of the program.
//!
//! The end: listeners take no further connection and finish what is under way; sockets are told `bye restart`; readers
//! save their cursors, running jobs are given their time; then the store closes.

use crate::chance::{SystemChance, SystemClock};
use crate::config::Config;
use crate::folder::{control_socket_in, database_in};
use crate::origins::{BuiltIn, Origins};
use crate::startup::Startup;
use crate::{areas, control, demo, origins};
use channels::email::judging::{Dns, Judge};
use kernel::{Clock, Error, IdMaker, Result, Rng};
use platform::jobs::run_jobs;
use platform::live::{LiveWiring, run_delivery};
use platform::nodes::{FolderLock, NodeLease, hold, keep};
use platform::registry::Registry;
use platform::secrets::{MasterKey, Secrets};
use platform::store::{Db, Location, Options};
use platform::web::{Assets, Limits, serve};
use platform::{App, Parts, Settings};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// After this long, what still runs is left behind: it is idempotent, or comes again.
const END_WITHIN: Duration = Duration::from_secs(15);
/// How often a node on PostgreSQL looks for what others wrote, where nothing woke it.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);

/// What a test replaces.
#[derive(Clone)]
pub struct Surroundings {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub rng: Arc<dyn Rng>,
    /// Whom to tell how the start goes on.
    pub startup: Startup,
}

impl Default for Surroundings {
    fn default() -> Surroundings {
        let clock = Arc::new(SystemClock::default());
        Surroundings { clock, rng: Arc::new(SystemChance), startup: Startup::silent() }
    }
}

/// The running program.
pub struct Running {
    /// Where the desk listens.
    pub desk: SocketAddr,
    /// Where the public origin listens.
    pub public: SocketAddr,
    /// Where the files' origin listens.
    pub files: SocketAddr,
    app: App,
    origins: Origins,
    listeners: watch::Sender<bool>,
    tasks: watch::Sender<bool>,
    serving: JoinSet<()>,
    working: JoinSet<()>,
    _lock: FolderLock,
}

/// Starts with the machine's clock and dice.
pub async fn start(config: Config) -> Result<Running> {
    start_with(config, Surroundings::default()).await
}

/// Starts. Errors: a taken folder or port, a store that cannot be opened, an area that cannot begin.
pub async fn start_with(config: Config, around: Surroundings) -> Result<Running> {
    // Another start in the same process may have done it: the one there is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let startup = around.startup.clone();
    startup.step("data folder", "数据目录");
    let lock = FolderLock::take(&config.data)?;
    startup.step("ports", "监听端口");
    let ports = Ports::bind(&config).await?;
    let settings = settings_of(&config, &ports)?;
    startup.step("database", "数据库");
    let db = open(&config).await?;
    let lease = hold(&db, &*around.rng, around.clock.now()).await?;
    startup.step("areas", "业务模块");
    let (app, registry) = assemble(&around, &config, settings, db.clone(), &lease)?;
    let running = run(app, registry, config, ports, lock, lease).await?;
    startup.finish();
    Ok(running)
}

/// The three listeners.
struct Ports {
    desk: TcpListener,
    public: TcpListener,
    files: TcpListener,
}

impl Ports {
    async fn bind(config: &Config) -> Result<Ports> {
        let bind = async |at: SocketAddr| {
            let taken = |e: std::io::Error| {
                Error::new(&crate::commands::codes::PORT_TAKEN).detail(format!("{at}: {e}"))
            };
            TcpListener::bind(at).await.map_err(taken)
        };
        Ok(Ports {
            desk: bind(config.desk).await?,
            public: bind(config.public).await?,
            files: bind(config.files).await?,
        })
    }
}

fn address(listener: &TcpListener) -> Result<SocketAddr> {
    listener.local_addr().map_err(|e| Error::internal("a listener without an address").cause(e))
}

fn settings_of(config: &Config, ports: &Ports) -> Result<Settings> {
    let url = |given: &Option<String>, listener: &TcpListener| -> Result<String> {
        let at = address(listener)?;
        let host =
            if at.ip().is_loopback() || at.ip().is_unspecified() { "localhost".into() } else { host_of(at) };
        Ok(given.clone().unwrap_or_else(|| format!("http://{host}:{}", at.port())))
    };
    Ok(Settings {
        data: config.data.clone(),
        desk_url: url(&config.desk_url, &ports.desk)?,
        public_url: url(&config.public_url, &ports.public)?,
        files_url: url(&config.files_url, &ports.files)?,
        trusted_proxies: config.trusted_proxies.clone(),
        egress_allow: config.egress_allow.clone(),
        metrics_token: config.metrics_token.clone(),
    })
}

fn host_of(at: SocketAddr) -> String {
    if at.is_ipv6() { format!("[{}]", at.ip()) } else { at.ip().to_string() }
}

/// Opening reads, migrates and starts threads, so it is done where waiting harms nobody.
async fn open(config: &Config) -> Result<Db> {
    let location = match &config.postgres {
        Some(url) => Location::Postgres(url.clone()),
        None => {
            let file = database_in(&config.data);
            if file.exists() {
                MasterKey::must_be_kept(&config.data)?;
            }
            Location::Sqlite(file)
        }
    };
    let options = Options {
        queue_max: config.queue_max,
        readers: config.readers,
        skip_backup: config.skip_backup,
        ..Options::default()
    };
    let opened = tokio::task::spawn_blocking(move || Db::open(&location, &options)).await;
    opened.map_err(|e| Error::internal("opening the store").cause(e))?
}

/// Every area registered, and the program made of them.
fn assemble(
    around: &Surroundings,
    config: &Config,
    settings: Settings,
    db: Db,
    lease: &NodeLease,
) -> Result<(App, Registry)> {
    let mut registry = Registry::default();
    areas::register(&mut registry);
    let assets: Arc<dyn Assets> = Arc::new(BuiltIn);
    registry.provide(assets);
    registry.provide(demo::Shops::read(&settings.data));
    registry.provide(areas::live_wiring(&registry));
    registry.provide(channels::email::door::Door::new(config.mail_in.clone()));
    registry.provide(Arc::new(config.client_share));
    match Dns::open(config.resolving) {
        Ok(Some(dns)) => registry.provide(Judge::new(dns, config.sealers.clone())),
        Ok(None) => {}
        Err(e) => tracing::warn!(error = %e, "senders of mail cannot be checked: see mail_in.resolver"),
    }
    let key = MasterKey::load(&settings, &*around.rng)?;
    let parts = Parts {
        ids: IdMaker::new(around.clock.clone(), lease.node),
        clock: around.clock.clone(),
        rng: around.rng.clone(),
        secrets: Secrets::new(key),
        db,
        settings,
    };
    let ports = std::mem::take(&mut registry.ports);
    Ok((App::new(parts, ports), registry))
}

async fn run(
    app: App,
    mut registry: Registry,
    config: Config,
    ports: Ports,
    lock: FolderLock,
    lease: NodeLease,
) -> Result<Running> {
    for (name, begin) in std::mem::take(&mut registry.on_start) {
        begin(app.clone()).await.map_err(|e| {
            tracing::error!(area = name, error = %e, "an area could not begin");
            e
        })?;
    }
    let (listeners, stop_listening) = watch::channel(false);
    let (tasks, stop_working) = watch::channel(false);
    let mut working = JoinSet::new();
    for (_, task) in std::mem::take(&mut registry.tasks) {
        working.spawn(task(app.clone(), stop_working.clone()));
    }
    working.spawn(run_jobs(app.clone(), std::mem::take(&mut registry.jobs), stop_working.clone()));
    working.spawn(run_delivery(
        app.clone(),
        app.port::<LiveWiring>().presenters.clone(),
        stop_working.clone(),
    ));
    working.spawn(keep(app.db().clone(), app.clock(), lease, stop_working.clone(), lost));
    if app.db().sqlite_path().is_none() {
        working.spawn(follow(app.clone(), stop_working.clone()));
    }
    working.spawn(control::serve(app.clone(), control_socket_in(&config.data), stop_working));
    let origins = origins::build(&app, &mut registry);
    let (desk, public, files) = (address(&ports.desk)?, address(&ports.public)?, address(&ports.files)?);
    let limits = Limits { connections: config.connections, ..Limits::default() };
    let mut serving = JoinSet::new();
    for (listener, router) in
        [(ports.desk, &origins.desk), (ports.public, &origins.public), (ports.files, &origins.files)]
    {
        serving.spawn(serve(listener, router.clone(), limits, stop_listening.clone()));
    }
    Ok(Running { desk, public, files, app, origins, listeners, tasks, serving, working, _lock: lock })
}

/// Another node holds our number, so that the next id might be its too: going on would be worse than ending.
fn lost() {
    tracing::error!("the node number was lost; the program ends");
    std::process::exit(70);
}

async fn follow(app: App, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = app.log().follow(FOLLOW_EVERY) => {}
        () = platform::web::stopped(&mut stop) => {}
    }
}

impl Running {
    /// The program itself, for tests and commands.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The routers, to be asked without a network.
    pub(crate) fn origins(&self) -> &Origins {
        &self.origins
    }

    /// Ends in order and answers when everything is written.
    pub async fn stop(self) {
        let Running { app, listeners, tasks, mut serving, mut working, .. } = self;
        let end = async {
            listeners.send_replace(true);
            app.live().close_where(|_| true, "restart");
            while serving.join_next().await.is_some() {}
            tasks.send_replace(true);
            while working.join_next().await.is_some() {}
        };
        if tokio::time::timeout(END_WITHIN, end).await.is_err() {
            tracing::warn!("some work did not end in time and is left; it will come again");
        }
        serving.shutdown().await;
        working.shutdown().await;
        app.db().close();
    }
}
