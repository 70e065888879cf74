//! Who may come in, and how many at once.

use super::session::{self, Shared};
use super::{Door, Speech};
use parking_lot::Mutex;
use platform::App;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// Connections at once.
const CONNECTIONS_MAX: usize = 200;
/// Connections of one peer at once. A postfix that has much to bring opens 20 by itself, and leaves for minutes what is turned
/// away.
const PER_PEER_MAX: usize = 25;
/// A connection must be done within this.
const SESSION_TIME: Duration = Duration::from_secs(300);
/// A refusal must be said within this.
const REFUSAL_TIME: Duration = Duration::from_secs(2);
/// What is under way at the end has this long.
const END_TIME: Duration = Duration::from_secs(10);
/// After a failed accept, such as for want of file handles.
const PAUSE: Duration = Duration::from_millis(100);

/// Connections by peer.
#[derive(Default)]
struct Peers(Mutex<HashMap<IpAddr, usize>>);

/// A place that a connection takes; given back when it goes.
struct Place {
    peers: Arc<Peers>,
    ip: IpAddr,
    _of_all: OwnedSemaphorePermit,
}

impl Peers {
    fn enter(self: &Arc<Peers>, ip: IpAddr, of_all: OwnedSemaphorePermit) -> Option<Place> {
        let mut all = self.0.lock();
        let n = all.entry(ip).or_default();
        if *n >= PER_PEER_MAX {
            return None;
        }
        *n += 1;
        Some(Place { peers: self.clone(), ip, _of_all: of_all })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.peers.0.lock();
        if let Some(n) = all.get_mut(&self.ip) {
            *n -= 1;
            if *n == 0 {
                all.remove(&self.ip);
            }
        }
    }
}

/// Listens until `stop` turns true; then those under way are told.
pub(super) async fn run(app: App, stop: watch::Receiver<bool>) {
    let Some(door) = app.try_port::<Arc<Door>>().cloned() else { return };
    let bound = std::mem::take(&mut *door.bound.lock());
    let (places, peers) = (Arc::new(Semaphore::new(CONNECTIONS_MAX)), Arc::new(Peers::default()));
    let shared = Shared::new(app, &door);
    let mut all = JoinSet::new();
    for (speech, listener) in bound {
        let hall = Hall {
            door: door.clone(),
            shared: shared.clone(),
            places: places.clone(),
            peers: peers.clone(),
            speech,
        };
        all.spawn(hall.listen(listener, stop.clone()));
    }
    while all.join_next().await.is_some() {}
}

struct Hall {
    door: Arc<Door>,
    shared: Shared,
    places: Arc<Semaphore>,
    peers: Arc<Peers>,
    speech: Speech,
}

impl Hall {
    async fn listen(self, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let mut sessions = JoinSet::new();
        let told = stop.clone();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.take_in(stream, peer.ip().to_canonical(), &told, &mut sessions),
                    Err(e) => {
                        tracing::debug!(error = %e, "a connection could not be taken");
                        tokio::time::sleep(PAUSE).await;
                    }
                },
                Some(_) = sessions.join_next() => {}
                () = platform::web::stopped(&mut stop) => break,
            }
        }
        drop(listener);
        let end = async { while sessions.join_next().await.is_some() {} };
        // What is not done by then was not acknowledged; it comes again.
        let _ = tokio::time::timeout(END_TIME, end).await;
    }

    fn take_in(
        &self,
        stream: TcpStream,
        ip: IpAddr,
        stop: &watch::Receiver<bool>,
        sessions: &mut JoinSet<()>,
    ) {
        if !self.door.trusts(ip) {
            tracing::info!(peer = %ip, "a peer that is not trusted wanted to bring mail");
            refuse(stream, "554 5.7.1 This host may not bring mail here\r\n");
            return;
        }
        let place = self.places.clone().try_acquire_owned().ok().and_then(|p| self.peers.enter(ip, p));
        let Some(place) = place else {
            refuse(stream, "421 4.7.0 Too many connections, come again later\r\n");
            return;
        };
        let (shared, speech, stop) = (self.shared.clone(), self.speech, stop.clone());
        sessions.spawn(async move {
            let session = session::run(shared, speech, stream, ip, stop);
            if tokio::time::timeout(SESSION_TIME, session).await.is_err() {
                tracing::debug!(peer = %ip, "a connection took too long");
            }
            drop(place);
        });
    }
}

/// Says a refusal and closes. Refusals need no place of their own: each lives for a moment.
fn refuse(mut stream: TcpStream, said: &'static str) {
    tokio::spawn(async move {
        // Whether the refusal arrives changes nothing.
        let _ = tokio::time::timeout(REFUSAL_TIME, stream.write_all(said.as_bytes())).await;
    });
}
