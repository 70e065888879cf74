//! Live screens where a socket comes at an awkward moment.

use axum::extract::ws::{Utf8Bytes, WebSocketUpgrade};
use benches::Socket;
use futures_util::future::BoxFuture;
use kernel::{Actor, AggregateKey, Event, LineId, Permission, Result, TenantId, TenantScope, UserId};
use platform::App;
use platform::live::{LiveWiring, Presenter, Rendered, Topic, Viewer, serve_staff};
use platform::store::Tx;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Engine, TestProgram};
use tokio::sync::Semaphore;

const WITHIN: Duration = Duration::from_secs(20);

/// Sees everything.
struct Everybody;

impl Viewer for Everybody {
    fn may_see(&self, _: &Event) -> bool {
        true
    }
    fn may_join(&self, _: Topic) -> bool {
        true
    }
    fn holds(&self, _: Permission, _: TenantId, _: LineId) -> bool {
        true
    }
    fn user(&self) -> UserId {
        UserId(1)
    }
}

/// `thing.first` goes to queue 1 at once; `thing.second` goes to queue 2 when it is let.
struct Slow {
    begun: Semaphore,
    may_go_on: Semaphore,
}

impl Presenter for Slow {
    fn kinds(&self) -> &'static [&'static str] {
        &["thing.first", "thing.second"]
    }
    fn topics(&self, event: &Event, out: &mut Vec<Topic>) {
        out.push(Topic::Queue(if event.kind == "thing.first" { 1 } else { 2 }));
    }
    fn render<'a>(&'a self, _: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        Box::pin(async move {
            if events[0].kind == "thing.second" {
                self.begun.add_permits(1);
                self.may_go_on.acquire().await.expect("is open").forget();
            }
            let frame = |e: &Arc<Event>| Some(Rendered::staff_frame(e, &serde_json::json!({})));
            Ok(events.iter().map(|e| Rendered { staff: frame(e), visitor: None::<Utf8Bytes> }).collect())
        })
    }
}

async fn serve(app: App, wiring: LiveWiring) -> SocketAddr {
    let open = move |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(move |socket| serve_staff(app, wiring, socket, Arc::new(Everybody)))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let at = listener.local_addr().expect("has an address");
    let router = axum::Router::new().route("/live", axum::routing::get(open));
    tokio::spawn(async move { axum::serve(listener, router).await });
    at
}

/// A socket in a queue's room that knows of nothing.
async fn socket(at: SocketAddr, queue: i64) -> Socket {
    let mut socket = Socket::open(at, "/live", None, None, 0).await.expect("opens");
    socket.send(&format!(r#"{{"op":"subscribe","topics":["queue:{queue}"]}}"#)).await.expect("sends");
    socket.send(r#"{"op":"hello","since":0}"#).await.expect("sends");
    socket
}

async fn joined_in_the_midst() {
    let slow = Arc::new(Slow { begun: Semaphore::new(0), may_go_on: Semaphore::new(0) });
    let presenter = slow.clone();
    let mut program = TestProgram::new(Engine::Sqlite, move |reg| {
        for kind in presenter.kinds() {
            reg.presenters.insert(kind, presenter.clone());
        }
    });
    let wiring = LiveWiring {
        ops: Arc::new(HashMap::new()),
        presenters: Arc::new(program.registry.presenters.clone()),
        on_leave: Arc::new(|_, _, _, _| {}),
    };
    program.start().await;
    let at = serve(program.app.clone(), wiring).await;
    let mut second = socket(at, 2).await;
    let ready = |t: &str| t.contains(r#""op":"ready""#).then_some(());
    second.wait(WITHIN, ready).await.expect("is ready");
    let write = async |tx: &mut Tx| {
        for kind in ["thing.first", "thing.second"] {
            tx.emit(Event::new(TenantId(1), kind, 1, Actor::SYSTEM, 0));
        }
        Ok(())
    };
    let scope = TenantScope::tenant(TenantId(1));
    program.app.db().write(&scope, AggregateKey::new("thing", 1), write).await.expect("writes");
    // Nobody was in queue 1, and the rooms are still being served: whoever comes now has not heard the first event.
    slow.begun.acquire().await.expect("is open").forget();
    let mut first = socket(at, 1).await;
    let mut heard = 0;
    let until_ready = first.wait(WITHIN, |t| {
        heard += usize::from(t.contains("thing.first"));
        ready(t)
    });
    until_ready.await.expect("is ready");
    slow.may_go_on.add_permits(1);
    second.wait(WITHIN, |t| t.contains("thing.second").then_some(())).await.expect("comes");
    first.send(r#"{"op":"ping"}"#).await.expect("sends");
    let until_pong = first.wait(WITHIN, |t| {
        heard += usize::from(t.contains("thing.first"));
        t.contains("pong").then_some(())
    });
    until_pong.await.expect("answers");
    assert_eq!(heard, 1, "who comes while rooms are served hears what was served before they came");
    program.stop().await;
}

async fn told_to_reload() {
    let mut program = TestProgram::new(Engine::Sqlite, |_| {});
    let wiring = LiveWiring {
        ops: Arc::new(HashMap::new()),
        presenters: Arc::new(program.registry.presenters.clone()),
        on_leave: Arc::new(|_, _, _, _| {}),
    };
    program.start().await;
    let at = serve(program.app.clone(), wiring).await;
    let write = async |tx: &mut Tx| {
        tx.emit(Event::new(TenantId(1), "thing.first", 1, Actor::SYSTEM, 0));
        Ok(())
    };
    let scope = TenantScope::tenant(TenantId(1));
    program.app.db().write(&scope, AggregateKey::new("thing", 1), write).await.expect("writes");
    // A place from which the log can no longer be read.
    let mut socket = Socket::open(at, "/live", None, None, 0).await.expect("opens");
    socket.send(r#"{"op":"hello","since":-7}"#).await.expect("sends");
    let mut heard = vec![];
    let ready = socket.wait(WITHIN, |t| {
        heard.extend(["resync", "ready"].into_iter().filter(|op| t.contains(&format!(r#""op":"{op}""#))));
        t.contains(r#""op":"ready""#).then_some(())
    });
    ready.await.expect("whoever reloads is connected too");
    assert_eq!(heard, ["resync", "ready"]);
    program.stop().await;
}

#[test]
fn who_must_reload_is_told_so_and_is_ready() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, told_to_reload());
}

#[test]
fn a_socket_that_comes_while_rooms_are_served_misses_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, joined_in_the_midst());
}
