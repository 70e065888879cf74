//! What every use case has at hand: the store, time, chance, ids, the live hub and the ports between areas.

use crate::blobs::Blobs;
use crate::egress::{Allow, Egress};
use crate::live::Hub;
use crate::log::{Log, Standing};
use crate::search::Search;
use crate::secrets::Secrets;
use crate::store::Db;
use crate::telemetry::Metrics;
use kernel::{Clock, IdMaker, Millis, Rng};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Addresses and limits that the running program knows; made by the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the data lies.
    pub data: PathBuf,
    /// Base address of the desk and `/api/v1`, without a slash at the end. Links are made from it, never from a request.
    pub desk_url: String,
    /// Base address of the widget, the API inbox and the help centre.
    pub public_url: String,
    /// Base address of attachments.
    pub files_url: String,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Private networks and hosts that outbound calls may reach all the same.
    pub egress_allow: Vec<Allow>,
    /// What `/metrics` asks for as a bearer token from elsewhere than this machine; without one it answers here only.
    pub metrics_token: Option<String>,
}

impl Settings {
    /// Are the desk's cookies to be sent over TLS only?
    pub fn secure(&self) -> bool {
        self.desk_url.starts_with("https://")
    }
}

/// The running program, as use cases see it. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    log: Log,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    ids: IdMaker,
    live: Hub,
    secrets: Secrets,
    blobs: Blobs,
    egress: Egress,
    search: Search,
    metrics: Metrics,
    readers: Standing,
    settings: Settings,
    ports: HashMap<TypeId, Box<dyn Any + Send + Sync>>,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The store.
    pub db: Db,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub rng: Arc<dyn Rng>,
    /// Ids of this node.
    pub ids: IdMaker,
    /// Sealed values and derived keys.
    pub secrets: Secrets,
    /// Addresses and limits.
    pub settings: Settings,
}

impl App {
    /// Puts the parts together. `ports` come from the registry.
    pub fn new(parts: Parts, ports: HashMap<TypeId, Box<dyn Any + Send + Sync>>) -> App {
        let Parts { db, clock, rng, ids, secrets, settings } = parts;
        let inner = Inner {
            log: Log::new(db.clone()),
            live: Hub::default(),
            blobs: Blobs::new(&settings.data, secrets.clone()),
            egress: Egress::new(&settings.egress_allow),
            search: Search::new(&settings.data),
            metrics: Metrics::default(),
            readers: Standing::default(),
            db,
            clock,
            rng,
            ids,
            secrets,
            settings,
            ports,
        };
        App { inner: Arc::new(inner) }
    }

    /// The store.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }
    /// The log.
    pub fn log(&self) -> &Log {
        &self.inner.log
    }
    /// The sockets.
    pub fn live(&self) -> &Hub {
        &self.inner.live
    }
    /// Sealed values and derived keys.
    pub fn secrets(&self) -> &Secrets {
        &self.inner.secrets
    }
    /// Files.
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }
    /// Outbound calls.
    pub fn egress(&self) -> &Egress {
        &self.inner.egress
    }
    /// The full-text index of this node.
    pub fn search(&self) -> &Search {
        &self.inner.search
    }
    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }
    /// How far each reader of the log has come.
    pub fn readers(&self) -> &Standing {
        &self.inner.readers
    }
    /// Addresses and limits.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }
    /// The clock.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.inner.clock.clone()
    }
    /// Now, in ms since 1970.
    pub fn now(&self) -> Millis {
        self.inner.clock.now()
    }
    /// Random bytes.
    pub fn rng(&self) -> &dyn Rng {
        &*self.inner.rng
    }
    /// The maker of ids.
    pub fn ids(&self) -> &IdMaker {
        &self.inner.ids
    }
    /// A new id.
    pub fn id<T: From<i64>>(&self) -> T {
        self.inner.ids.make()
    }

    /// What the registry holds under this type: a port of the spine implemented by the ring, or an area's own service.
    /// Asking for one that nobody provided is a fault of the wiring and ends the program at its first use.
    pub fn port<T: Any + Send + Sync>(&self) -> &T {
        self.try_port().unwrap_or_else(|| panic!("nobody provides {}", std::any::type_name::<T>()))
    }

    /// As [`App::port`], where the provider may be absent.
    pub fn try_port<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.inner.ports.get(&TypeId::of::<T>()).and_then(|p| p.downcast_ref())
    }
}
