//! What a bench finds when it begins: a store with clients, lines, staff and inboxes, and for some benches a great many
//! conversations. All of it follows from the seed.
//!
//! Tables are made by the server itself, which is started on an empty folder and ended; then rows are written straight
//! into the store, the server builds its search index, and the whole is kept in `$HOME/.cache/hark-bench`, named by store,
//! seed, size and a fingerprint of the tables. Each run works on a copy.

mod folder;
mod postgres;
mod rows;
mod sink;

pub use folder::RunFolder;
pub use rows::{AGENTS, Seats, WATCHERS};

use crate::args::{Options, Store};
use crate::driver::Api;
use crate::fault::{Fault, Outcome, While};
use crate::launcher::{Launcher, Server};
use crate::report::Progress;
use crate::texts::Texts;
use postgres::Cluster;
use sink::Sink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The store's file in a data folder.
const STORE_FILE: &str = "hark.db";
/// The search index in a data folder. The one that was made with the tables says that nothing is missing, so it goes.
const INDEX: &str = "search";
/// The index of a large store must be built within this.
const INDEX_WITHIN: Duration = Duration::from_secs(3_600);
/// Between two looks at the index that is being built.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Founds a store on an empty folder and, where given, an empty database: the tables, clients, inboxes and staff of a
/// seed, and nothing else.
pub async fn found(
    launcher: &dyn Launcher,
    data: &Path,
    database: Option<&str>,
    seed: u64,
) -> Outcome<Seats> {
    Server::start(launcher, data, database).await?.stop()?;
    let seats = Seats::new(seed);
    let mut sink = match database {
        Some(url) => Sink::postgres(url).await?,
        None => Sink::sqlite(&data.join(STORE_FILE))?,
    };
    rows::staff(&mut sink, &seats).await?;
    sink.finish().await?;
    Ok(seats)
}

/// A prepared store.
pub struct World {
    /// Who is there.
    pub seats: Seats,
    /// The data folder, for this run only.
    pub data: PathBuf,
    /// The database, for this run only.
    pub database: Option<String>,
    /// The index of the search floor, once asked for.
    pub floor_index: PathBuf,
    /// How long filling took, in seconds; little when it came from the cache.
    pub fill_s: f64,
    /// Everything of this run lies here and goes with it.
    _folder: RunFolder,
    cluster: Option<Cluster>,
}

impl World {
    /// Prepares a store of `size` conversations (0: only the staff).
    pub async fn prepare(
        o: &Options,
        launcher: &dyn Launcher,
        size: u64,
        progress: &Progress,
    ) -> Outcome<World> {
        let began = Instant::now();
        let folder = RunFolder::make(o.folder.as_deref())?;
        let data = folder.path().join("data");
        let cluster = cluster_of(o)?;
        let seats = Seats::new(o.seed);
        let mut world = World {
            seats,
            data,
            database: None,
            floor_index: folder.path().join("floor-index"),
            fill_s: 0.0,
            _folder: folder,
            cluster,
        };
        progress.say("making the tables");
        world.make_tables(launcher).await?;
        if size == 0 {
            let mut sink = world.sink().await?;
            rows::staff(&mut sink, &world.seats).await?;
            sink.finish().await?;
        } else {
            world.fill(o, launcher, size, progress).await?;
        }
        world.fill_s = began.elapsed().as_secs_f64();
        Ok(world)
    }

    /// Starts a server on it.
    pub async fn serve(&self, launcher: &dyn Launcher) -> Outcome<Server> {
        Server::start(launcher, &self.data, self.database.as_deref()).await
    }

    /// The file of the store, where it is SQLite.
    pub fn store_file(&self) -> PathBuf {
        self.data.join(STORE_FILE)
    }

    async fn make_tables(&mut self, launcher: &dyn Launcher) -> Outcome<()> {
        if let Some(c) = &mut self.cluster {
            self.database = Some(c.fresh().await?);
        }
        self.serve(launcher).await?.stop()
    }

    async fn sink(&self) -> Outcome<Sink> {
        match &self.database {
            Some(url) => Sink::postgres(url).await,
            None => Sink::sqlite(&self.store_file()),
        }
    }

    async fn fill(
        &mut self,
        o: &Options,
        launcher: &dyn Launcher,
        size: u64,
        progress: &Progress,
    ) -> Outcome<()> {
        let print = self.sink().await?.fingerprint().await?;
        let name = format!("{}-{}-{size}-{}-{print}", o.store.word(), o.seed, AGENTS + WATCHERS);
        let kept = folder::cache()?.join(&name);
        if self.is_kept(&kept, &name).await? {
            progress.say(format!("copying {size} conversations from {}", kept.display()));
            folder::copy(&kept.join("data"), &self.data)?;
            if let Some(c) = &mut self.cluster {
                self.database = Some(c.copy_of(&name).await?);
            }
        } else {
            self.fill_anew(o, launcher, size, progress).await?;
            progress.say(format!("keeping a copy in {}", kept.display()));
            folder::keep(&self.data, &kept)?;
            if let Some(c) = &self.cluster {
                c.keep(&name).await?;
            }
            folder::seal(&kept)?;
        }
        self.floor_index = kept.join("floor-index");
        Ok(())
    }

    async fn is_kept(&self, kept: &Path, name: &str) -> Outcome<bool> {
        let database = match &self.cluster {
            Some(c) => c.has(name).await?,
            None => true,
        };
        Ok(database && folder::is_sealed(kept))
    }

    async fn fill_anew(
        &self,
        o: &Options,
        launcher: &dyn Launcher,
        size: u64,
        progress: &Progress,
    ) -> Outcome<()> {
        let mut sink = self.sink().await?;
        rows::staff(&mut sink, &self.seats).await?;
        rows::conversations(&mut sink, &self.seats, &Texts::new(o.seed), size, progress).await?;
        sink.finish().await?;
        std::fs::remove_dir_all(self.data.join(INDEX)).while_("removing the empty index")?;
        progress.say("the server builds its search index");
        let server = self.serve(launcher).await?;
        let api = server.api(&self.seats.admin_token());
        let began = Instant::now();
        wait_for_index(&api, size, progress, began).await?;
        server.stop()
    }

    /// Builds the index of the search floor, unless it is there.
    pub fn build_floor_index(&self, o: &Options, progress: &Progress) -> Outcome<()> {
        if self.floor_index.join("meta.json").exists() {
            return Ok(());
        }
        progress.say("building the index of the floor");
        std::fs::create_dir_all(&self.floor_index).while_("the floor's index")?;
        crate::floors::build_index(&self.floor_index, &Texts::new(o.seed), o.size)
    }

    /// Gives back what the system does not: the database of this run.
    pub async fn clear(mut self) -> Outcome<()> {
        match &mut self.cluster {
            Some(c) => c.drop_fresh().await,
            None => Ok(()),
        }
    }
}

async fn wait_for_index(api: &Api, size: u64, progress: &Progress, began: Instant) -> Outcome<()> {
    let mut said = Instant::now();
    loop {
        let metrics = api.metrics().await?;
        let documents = metrics.get("hark_search_documents").unwrap_or(0.0);
        let behind = metrics.lags().iter().any(|(_, n)| *n > 0.0);
        if documents >= size as f64 && !behind {
            return Ok(());
        }
        if began.elapsed() > INDEX_WITHIN {
            return Err(Fault::new(format!(
                "the search index holds {documents} of {size} messages after an hour"
            )));
        }
        if said.elapsed() > Duration::from_secs(5) {
            progress.say(format!("  {documents} of {size} messages indexed"));
            said = Instant::now();
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn cluster_of(o: &Options) -> Outcome<Option<Cluster>> {
    match (o.store, &o.database_url) {
        (Store::Sqlite, _) => Ok(None),
        (Store::Postgres, Some(url)) => Ok(Some(Cluster::new(url))),
        (Store::Postgres, None) => Err(Fault::new("--store postgres needs --database-url")),
    }
}
