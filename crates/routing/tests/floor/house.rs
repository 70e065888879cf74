//! One client with one line, one queue, some agents with sockets, and conversations at will.

use conversations::inboxes::{Inbox, InboxConfig};
use conversations::threads::{self, Channel, HandOver, Page, Routed, Start, Target};
use engines::acd;
use kernel::{
    Actor, AggregateKey, ContactId, ConversationId, Event, InboxId, LineId, LineSet, Millis, QueueId,
    ReservationId, Result, TenantId, TenantScope, UserId, args, sql,
};
use platform::App;
use platform::live::{Outgoing, SocketId, Topic, Viewer};
use platform::store::Tx;
use routing::floor::{Board, Floor};
use routing::presence::{self, State, Wish};
use routing::reservations::{self, Taker};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use testkit::{Engine, TestClock, TestProgram};
use tokio::sync::mpsc::Receiver;

pub const TENANT: TenantId = TenantId(1);
pub const LINE: LineId = LineId(11);
pub const QUEUE: QueueId = QueueId(21);
pub const OTHER_QUEUE: QueueId = QueueId(22);
pub const RING_MS: Millis = 20_000;

struct Person(UserId);

impl Viewer for Person {
    fn may_see(&self, _: &Event) -> bool {
        true
    }
    fn may_join(&self, _: Topic) -> bool {
        true
    }
    fn holds(&self, _: kernel::Permission, _: kernel::TenantId, _: kernel::LineId) -> bool {
        true
    }
    fn user(&self) -> UserId {
        self.0
    }
}

type Line = (SocketId, Receiver<Outgoing>, Arc<AtomicBool>);

/// The house with its floor.
pub struct House {
    _program: TestProgram,
    pub app: App,
    pub clock: TestClock,
    pub floor: Floor,
    sockets: Vec<(UserId, Line)>,
    numbers: i64,
}

/// What rings somewhere: (reservation, conversation, agent, state).
pub type Ring = (ReservationId, ConversationId, UserId, String);

pub fn system() -> TenantScope {
    TenantScope::system()
}

impl House {
    pub async fn on(engine: Engine) -> House {
        let program = TestProgram::new(engine, |reg| {
            accounts::register(reg);
            routing::register(reg);
        });
        let (app, clock) = (program.app.clone(), program.clock.clone());
        seed(&app).await.expect("the seed");
        let floor = Floor::new(&app, acd::Settings::default());
        House { _program: program, app, clock, floor, sockets: vec![], numbers: 1 }
    }

    pub async fn turn(&mut self) {
        self.floor.turn().await.expect("a turn");
    }

    /// Turns the clock by steps of a second, with a turn of the floor at each.
    pub async fn pass(&mut self, ms: Millis) {
        for _ in 0..ms / 1_000 {
            self.clock.advance(1_000);
            self.turn().await;
        }
    }

    pub fn board(&self) -> Arc<Board> {
        self.app.port::<Arc<Board>>().clone()
    }

    /// A new agent with a socket, ready, for the whole client.
    pub async fn agent(&mut self, id: i64) -> UserId {
        self.agent_of(id, &[LineId(0)]).await
    }

    /// A new agent with a socket, ready, for these lines.
    pub async fn agent_of(&mut self, id: i64, lines: &[LineId]) -> UserId {
        let (user, lines) = (UserId(id), lines.to_vec());
        let write = async move |tx: &mut Tx| {
            tx.exec(
                sql!(
                    "INSERT INTO app_user(id, login, name, alias, number, language, settings, created_at)
                     VALUES ($1, $2, 'N', 'A', '1', 'en', '{}', 1)"
                ),
                args![user, format!("agent{id}")],
            )
            .await?;
            for line in &lines {
                tx.exec(
                    sql!(
                        "INSERT INTO role_grant(id, user_id, role_id, tenant_id, line_id, created_at)
                         VALUES ($1, $2, 1, $3, $4, 1)"
                    ),
                    args![user.0 * 1_000 + line.0, user, TENANT, *line],
                )
                .await?;
            }
            tx.emit(Event::new(TenantId(0), "grant.added", user.0, Actor::SYSTEM, 1));
            Ok(())
        };
        self.app.db().write(&system(), AggregateKey::new("user", id), write).await.expect("an agent");
        self.connect(user);
        self.be(user, State::Ready).await;
        user
    }

    pub fn connect(&mut self, user: UserId) {
        let line = self.app.live().connect(Arc::new(Person(user)));
        self.app.live().join(line.0, Topic::User(user.0));
        self.sockets.push((user, line));
    }

    pub fn disconnect(&mut self, user: UserId) {
        for (_, (id, _, _)) in self.sockets.extract_if(.., |(u, _)| *u == user) {
            self.app.live().disconnect(id, &[Topic::User(user.0)]);
        }
    }

    pub async fn be(&self, user: UserId, state: State) {
        let wish = Wish { state, kind: None };
        presence::set(&self.app, user, Actor::user(user), wish).await.expect("a state");
    }

    /// A customer writes: a conversation that waits.
    pub async fn customer(&mut self, contact: i64) -> ConversationId {
        self.customer_at(contact, inbox()).await
    }

    /// A customer writes to this inbox: a conversation that waits.
    pub async fn customer_at(&mut self, contact: i64, inbox: Inbox) -> ConversationId {
        self.numbers += 1;
        let start = Start {
            id: self.app.id(),
            number: self.numbers,
            event_id: self.app.id(),
            inbox,
            contact: ContactId(contact),
            thread: String::new(),
            actor: Actor::contact(ContactId(contact)),
            page: Page::default(),
            subject: None,
            now: self.app.now(),
        };
        let scope = TenantScope::tenant(TENANT);
        let (id, of) = (start.id, scope.clone());
        let write = async move |tx: &mut Tx| threads::open_or_find(tx, &of, &start).await;
        let key = AggregateKey::new("conversation", id.0);
        self.app.db().write(&scope, key, write).await.expect("a conversation").0
    }

    pub fn hand(&self, id: ConversationId, actor: Actor) -> HandOver {
        HandOver { id, event_id: self.app.id(), actor, epoch: None, now: self.app.now() }
    }

    pub async fn give(&self, id: ConversationId, to: Target, by: UserId) {
        let h = self.hand(id, Actor::user(by));
        let write = async move |tx: &mut Tx| threads::hand_over(tx, &h, to, "please").await.map(|_| ());
        let key = AggregateKey::new("conversation", id.0);
        self.app.db().write(&TenantScope::tenant(TENANT), key, write).await.expect("handed over");
    }

    pub async fn resolve(&self, id: ConversationId, by: Actor) {
        let h = self.hand(id, by);
        let write = async move |tx: &mut Tx| threads::resolve(tx, &h).await.map(|_| ());
        let key = AggregateKey::new("conversation", id.0);
        self.app.db().write(&TenantScope::tenant(TENANT), key, write).await.expect("resolved");
    }

    pub async fn reopen(&self, id: ConversationId, by: Actor) {
        let h = self.hand(id, by);
        let write = async move |tx: &mut Tx| threads::reopen(tx, &h, true).await.map(|_| ());
        let key = AggregateKey::new("conversation", id.0);
        self.app.db().write(&TenantScope::tenant(TENANT), key, write).await.expect("open again");
    }

    pub async fn sleep(&self, id: ConversationId, by: Actor) {
        let (h, until) = (self.hand(id, by), self.app.now() + 86_400_000);
        let write = async move |tx: &mut Tx| threads::snooze(tx, &h, until).await.map(|_| ());
        let key = AggregateKey::new("conversation", id.0);
        self.app.db().write(&TenantScope::tenant(TENANT), key, write).await.expect("sleeps");
    }

    pub async fn wake(&self, id: ConversationId, by: Actor) {
        let h = self.hand(id, by);
        let write = async move |tx: &mut Tx| threads::wake(tx, &h).await.map(|_| ());
        let key = AggregateKey::new("conversation", id.0);
        self.app.db().write(&TenantScope::tenant(TENANT), key, write).await.expect("woken");
    }

    pub async fn row(&self, id: ConversationId) -> Routed {
        let read = async move |tx: &mut Tx| Ok(threads::routed(tx, &[id]).await?.pop());
        self.app.db().read(&system(), read).await.expect("read").expect("a row")
    }

    /// Every reservation, oldest first.
    pub async fn rings(&self) -> Vec<Ring> {
        let read = async |tx: &mut Tx| {
            tx.all(
                sql!("SELECT id, conversation_id, user_id, state FROM reservation ORDER BY id"),
                &[],
                |r| Ok((r.id(0)?, r.id(1)?, r.id(2)?, r.text(3)?)),
            )
            .await
        };
        self.app.db().read(&system(), read).await.expect("read")
    }

    /// What rings now.
    pub async fn ringing(&self) -> Vec<Ring> {
        self.rings().await.into_iter().filter(|r| r.3 == "active").collect()
    }

    pub async fn accept(&self, user: UserId, id: ReservationId) -> Result<()> {
        reservations::accept(&self.app, &taker(user), id).await
    }

    pub async fn decline(&self, user: UserId, id: ReservationId) -> Result<()> {
        reservations::decline(&self.app, &taker(user), id, "busy").await
    }

    /// A number from the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let read = async move |tx: &mut Tx| tx.one(sql, &[], |r| r.int(0)).await;
        self.app.db().read(&system(), read).await.expect("read").expect("a number")
    }
}

pub fn taker(user: UserId) -> Taker {
    Taker { user, actor: Actor::user(user), reach: TenantScope::granted(user, [(TENANT, LineSet::All)]) }
}

pub fn inbox() -> Inbox {
    Inbox {
        id: InboxId(31),
        tenant: TENANT,
        line: LINE,
        channel: Channel::Webchat,
        name: "Chat".into(),
        queue: Some(QUEUE),
        enabled: true,
        config: InboxConfig::default(),
        key: "k".into(),
        created_at: 1,
    }
}

async fn seed(app: &App) -> Result<()> {
    let write = async |tx: &mut Tx| {
        tx.exec(
            sql!("INSERT INTO tenant(id, name, name_key, mark_color, created_at) VALUES ($1, 'T', 't', '#123456', 1)"),
            args![TENANT],
        )
        .await?;
        tx.exec(
            sql!(
                "INSERT INTO service_line(id, tenant_id, name, name_key, created_at) VALUES ($1, $2, 'L', 'l', 1)"
            ),
            args![LINE, TENANT],
        )
        .await?;
        tx.exec(
            sql!(
                "INSERT INTO role(id, key, name_en, name_zh, permissions, created_at)
                 VALUES (1, 'agent', 'Agent', 'A', '[\"work.take\",\"conversations.reply\"]', 1)"
            ),
            &[],
        )
        .await?;
        for (id, key) in [(QUEUE, "one"), (OTHER_QUEUE, "two")] {
            tx.exec(
                sql!(
                    "INSERT INTO queue(id, tenant_id, line_id, name, name_key, skills, priority, fit, offer_ms,
                     auto_accept, wrap_up_ms, on_absence, created_at)
                     VALUES ($1, $2, $3, $4, $4, '[]', 0, 'best', $5, 0, 0, 'requeue', 1)"
                ),
                args![id, TENANT, LINE, key, RING_MS],
            )
            .await?;
        }
        Ok(())
    };
    app.db().write(&system(), AggregateKey::new("seed", 1), write).await
}
