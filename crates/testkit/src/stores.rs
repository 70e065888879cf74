//! Stores for tests, on both engines.

use crate::postgres::Cluster;
use platform::store::{Db, Location, Options};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own in the test process's cluster.
    Postgres,
}

impl Engine {
    /// Both.
    pub const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    /// The one that `HARK_TEST_ENGINE` names, `sqlite` or `postgres`; SQLite unless told otherwise. For suites that are
    /// run once for each engine.
    pub fn of_run() -> Engine {
        match std::env::var("HARK_TEST_ENGINE").as_deref() {
            Ok("postgres") => Engine::Postgres,
            Ok("sqlite") | Err(_) => Engine::Sqlite,
            Ok(other) => panic!("HARK_TEST_ENGINE is sqlite or postgres, not {other}"),
        }
    }
}

/// A store that goes with this value.
pub struct TestStore {
    /// The store.
    pub db: Db,
    /// On which engine.
    pub engine: Engine,
    folder: Arc<TempDir>,
}

impl TestStore {
    /// An empty store of the latest version.
    pub fn open(engine: Engine) -> TestStore {
        TestStore::with(engine, &Options::default())
    }

    /// The same with these limits.
    pub fn with(engine: Engine, options: &Options) -> TestStore {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let location = match engine {
            Engine::Sqlite => Location::Sqlite(folder.path().join("hark.db")),
            Engine::Postgres => Location::Postgres(Cluster::shared().database()),
        };
        let db = Db::open(&location, options).unwrap_or_else(|e| panic!("the store on {engine:?}: {e}"));
        TestStore { db, engine, folder }
    }

    /// The same store opened once more, as after a restart. Close this one first.
    pub fn reopen(&self) -> Db {
        Db::open(self.db.location(), &Options::default()).unwrap_or_else(|e| panic!("the store again: {e}"))
    }

    /// The same folder and data as a store of its own. Close this one first.
    pub fn again(&self) -> TestStore {
        TestStore { db: self.reopen(), engine: self.engine, folder: self.folder.clone() }
    }

    /// The temporary data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
