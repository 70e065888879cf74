//! Senders that go on whatever happens: each has ids of its own, sends one message after the other, and asks again with
//! the same id until it is answered.

use super::book::{Sheet, Threads, check_contacts, check_search, words};
use super::rig::{Rig, text};
use super::until;
use super::ways::{Came, Way, visitor};
use benches::Connection;
use futures_util::FutureExt;
use kernel::Rng;
use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::{Duration, Instant};
use testkit::SeededRng;

/// Between two attempts at the same message.
const AGAIN_AFTER: Duration = Duration::from_millis(15);
/// A visitor who wrote too fast waits so long.
const THROTTLED_AFTER: Duration = Duration::from_millis(300);
/// A message must get through within this once the program runs again.
const THROUGH_WITHIN: Duration = Duration::from_secs(60);
/// One message in so many is sent again although it was acknowledged.
const REPEAT_ONE_IN: u64 = 8;

/// How many of each way.
#[derive(Clone, Copy)]
pub struct Size {
    pub agents: usize,
    pub sources: usize,
    pub visitors: usize,
    pub visitor_sockets: usize,
    pub office: usize,
}

/// What most tests use.
pub const CREW: Size = Size { agents: 4, sources: 6, visitors: 4, visitor_sockets: 5, office: 1 };

/// The senders.
pub struct Crew {
    rig: Rc<Rig>,
    tenant: String,
    paused: Cell<bool>,
    failed: Cell<bool>,
    last_error: Cell<Instant>,
    resting: Cell<usize>,
    sheets: Vec<RefCell<Sheet>>,
    /// Codes with which a message may be refused for now.
    bearable: &'static [&'static str],
    rng: Rc<SeededRng>,
    threads: RefCell<Threads>,
    made_contacts: Vec<bool>,
}

impl Crew {
    /// Hires senders and lets them begin. `bearable`: codes that mean "later".
    pub async fn hire(
        rig: &Rc<Rig>,
        size: Size,
        bearable: &'static [&'static str],
        rng: &Rc<SeededRng>,
    ) -> Rc<Crew> {
        let ways = ways(rig, size).await;
        let crew = Rc::new(Crew {
            rig: rig.clone(),
            tenant: rig.seats.first_line().0,
            paused: Cell::new(false),
            failed: Cell::new(false),
            last_error: Cell::new(Instant::now()),
            resting: Cell::new(0),
            sheets: ways.iter().map(|w| RefCell::new(Sheet { way: w.name(), ..Sheet::default() })).collect(),
            bearable,
            rng: rng.clone(),
            threads: RefCell::default(),
            made_contacts: ways.iter().map(Way::makes_contacts).collect(),
        });
        for (n, way) in ways.into_iter().enumerate() {
            let crew = crew.clone();
            tokio::task::spawn_local(async move {
                let sending = AssertUnwindSafe(send(crew.clone(), n, way)).catch_unwind();
                crew.failed.set(sending.await.is_err());
            });
        }
        crew
    }

    /// Messages acknowledged.
    pub fn acknowledged(&self) -> usize {
        assert!(!self.failed.get(), "a sender has failed; what it said stands above");
        self.sheets.iter().map(|s| s.borrow().ids.len()).sum()
    }

    /// Messages acknowledged to each sender.
    pub fn each(&self) -> Vec<usize> {
        assert!(!self.failed.get(), "a sender has failed; what it said stands above");
        self.sheets.iter().map(|s| s.borrow().ids.len()).collect()
    }

    /// Attempts that were refused, by code.
    pub fn refusals(&self) -> std::collections::BTreeMap<String, u64> {
        let mut all = std::collections::BTreeMap::new();
        for sheet in &self.sheets {
            for (code, n) in &sheet.borrow().refused {
                *all.entry(code.clone()).or_default() += n;
            }
        }
        all
    }

    /// Writes an attempt down: the id of what was made, or after how long to try again.
    fn note(&self, n: usize, k: usize, came: Came) -> Result<String, Duration> {
        let mut sheet = self.sheets[n].borrow_mut();
        sheet.attempts += 1;
        match came {
            Came::Done(id, _) => return Ok(id),
            Came::Refused(status, code) => {
                let throttled = code == "visitor.throttled";
                let bearable = throttled || self.bearable.contains(&code.as_str());
                assert!(bearable, "{} {n}: message {k} was refused: {status} {code}", sheet.way);
                *sheet.refused.entry(format!("{status} {code}")).or_default() += 1;
                if throttled {
                    return Err(THROTTLED_AFTER);
                }
            }
            Came::Broken(why) => {
                sheet.broken += 1;
                sheet.last_broken = why;
            }
        }
        self.last_error.set(Instant::now());
        Err(AGAIN_AFTER)
    }

    /// When an attempt last failed.
    pub fn last_error(&self) -> Instant {
        self.last_error.get()
    }

    /// Has every sender been refused with this code?
    pub fn everybody_was_refused(&self, code: &str) -> bool {
        assert!(!self.failed.get(), "a sender has failed; what it said stands above");
        self.sheets.iter().all(|s| s.borrow().refused.keys().any(|c| c.ends_with(code)))
    }

    /// Begins to count refusals anew.
    pub fn forget_refusals(&self) {
        self.sheets.iter().for_each(|s| s.borrow_mut().refused.clear());
    }

    /// Waits until every sender has so many more messages through.
    pub async fn everybody_sends(&self, more: usize) {
        let before = self.each();
        let all = || self.each().iter().zip(&before).all(|(now, b)| *now >= b + more);
        until(&format!("every sender gets {more} messages through; {}", self.told()), THROUGH_WITHIN, all)
            .await;
    }

    /// Lets every sender finish what it has begun, then rest.
    pub async fn pause(&self) {
        self.paused.set(true);
        let began = std::time::Instant::now();
        while self.resting.get() < self.sheets.len() {
            assert!(!self.failed.get(), "a sender has failed; what it said stands above");
            assert!(
                began.elapsed() < THROUGH_WITHIN,
                "messages do not get through: {}\n{}",
                self.told(),
                self.rig.log()
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Lets them go on.
    pub fn go_on(&self) {
        self.paused.set(false);
    }

    /// While everybody rests: everything acknowledged is there once, in order, nothing else is; search finds the newest;
    /// store, log, readers and record are whole.
    pub async fn check(&self) {
        assert!(self.paused.get(), "what is compared must not change");
        let mut threads = self.threads.take();
        threads.read_on(&self.rig.admin()).await;
        let mut messages = 0;
        for (n, sheet) in self.sheets.iter().enumerate() {
            let sheet = sheet.borrow().clone();
            if self.made_contacts[n] {
                check_contacts(&self.rig, &self.tenant, n, &sheet).await;
            } else {
                threads.check(n, &sheet);
                messages += sheet.ids.len();
            }
        }
        assert_eq!(threads.written(), messages + self.sources(), "messages that nobody was told of");
        assert_eq!(threads.conversations(), self.customers(), "one conversation for each customer");
        self.threads.replace(threads);
        self.rig.is_whole().await;
        for (n, sheet) in self.sheets.iter().enumerate().filter(|(n, _)| !self.made_contacts[*n]) {
            let sheet = sheet.borrow().clone();
            check_search(&self.rig, n, &sheet).await;
        }
    }

    /// The same once more, of everything from the first message on.
    pub async fn check_from_the_beginning(&self) {
        *self.threads.borrow_mut() = Threads::default();
        self.check().await;
    }

    fn ways_named(&self, names: &[&str]) -> usize {
        self.sheets.iter().filter(|s| names.contains(&s.borrow().way)).count()
    }

    fn sources(&self) -> usize {
        self.ways_named(&["signed"])
    }

    fn customers(&self) -> usize {
        self.ways_named(&["signed", "visitor", "visitor socket"])
    }

    /// How it went, in one line.
    pub fn told(&self) -> String {
        let sum = |f: fn(&Sheet) -> u64| self.sheets.iter().map(|s| f(&s.borrow())).sum::<u64>();
        format!(
            "{} acknowledged to {} senders in {} attempts, {} without an answer (such as {:?}), {} sent again, refused {:?}",
            self.acknowledged(),
            self.sheets.len(),
            sum(|s| s.attempts),
            sum(|s| s.broken),
            self.sheets
                .iter()
                .map(|s| s.borrow().last_broken.clone())
                .find(|w| !w.is_empty())
                .unwrap_or_default(),
            sum(|s| s.repeats),
            self.refusals(),
        )
    }
}

async fn ways(rig: &Rig, size: Size) -> Vec<Way> {
    let (inbox, web) = rig.inboxes().await;
    let mut ways = vec![];
    let mut conversations = vec![];
    for n in 0..size.sources {
        let way = Way::Source { inbox: inbox.clone(), contact: format!("person{n}") };
        // The first message of each, so that there are conversations for agents to write in.
        let (to, bytes) = way.request(rig.place(), 1_000_000_000, &format!("hello {n}"));
        let mut connection = Connection::open(to).await.expect("connects");
        let answer = connection.call(&bytes).await.expect("answers");
        let answer: serde_json::Value = serde_json::from_slice(answer.body).expect("JSON");
        conversations.push(text(&answer, "conversation").to_owned());
        ways.push(way);
    }
    for n in 0..size.agents {
        let conversation = conversations[n % conversations.len()].clone();
        ways.push(Way::Agent { token: rig.seats.watcher_token(n as u64), conversation });
    }
    for n in 0..size.visitors + size.visitor_sockets {
        let token = visitor(rig.place(), &web).await;
        ways.push(if n < size.visitors {
            Way::Visitor { token }
        } else {
            Way::VisitorSocket { token, socket: None }
        });
    }
    for _ in 0..size.office {
        ways.push(Way::Office { token: rig.seats.admin_token(), tenant: rig.seats.first_line().0 });
    }
    ways
}

async fn send(crew: Rc<Crew>, n: usize, mut way: Way) {
    let mut kept = None;
    let is_visitor = way.name().starts_with("visitor");
    for k in 0.. {
        crew.resting.set(crew.resting.get() + 1);
        while crew.paused.get() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        crew.resting.set(crew.resting.get() - 1);
        let id = through(&crew, n, &mut way, &mut kept, k).await;
        crew.sheets[n].borrow_mut().ids.push(id);
        if crew.rng.below(REPEAT_ONE_IN) == 0 {
            let old = crew.rng.below(k as u64 + 1) as usize;
            let again = through(&crew, n, &mut way, &mut kept, old).await;
            let mut sheet = crew.sheets[n].borrow_mut();
            assert_eq!(again, sheet.ids[old], "{} {n}: message {old} sent again", sheet.way);
            sheet.repeats += 1;
        }
        // A visitor may write only so fast, and a person does not write faster either.
        let most = if is_visitor { 150 } else { 6 };
        tokio::time::sleep(Duration::from_millis(crew.rng.below(most))).await;
    }
}

/// Sends until it is answered; the id of what was made.
async fn through(crew: &Crew, n: usize, way: &mut Way, kept: &mut Option<Connection>, k: usize) -> String {
    loop {
        let came = way.attempt(crew.rig.place(), kept, k, &words(n, k)).await;
        match crew.note(n, k, came) {
            Ok(id) => return id,
            Err(again) => {
                tokio::time::sleep(again + Duration::from_millis(crew.rng.u64() % 10)).await;
            }
        }
    }
}
