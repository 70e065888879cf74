//! What one socket may see: decided anew for every event, from the rights of that moment.

use crate::Accounts;
use crate::authorize::Grants;
use crate::sessions::access::Grip;
use kernel::{Event, LineId, Permission, TenantId, UserId};
use parking_lot::Mutex;
use platform::App;
use platform::live::{Topic, Viewer};
use std::sync::Arc;

/// The right to see conversations, which the crate of conversations declares under the same key.
const CONVERSATIONS_READ: Permission = Permission("conversations.read");
/// The right to see personal data in full, which the crate of customers declares under the same key.
const PERSONAL: Permission = Permission("contacts.personal");

/// Whose a queue is. Routing provides it as a port, `Arc<dyn Places>`; without it nobody joins a queue's room.
pub trait Places: Send + Sync + 'static {
    /// The client and line of a queue.
    fn queue(&self, queue: kernel::QueueId) -> Option<(TenantId, LineId)>;
}

/// Which conversations are open to a user in full for a reason that was given. Conversations provide it as a port,
/// `Arc<dyn Opened>`.
pub trait Opened: Send + Sync + 'static {
    /// Is this one open to them now?
    fn is_open(&self, user: UserId, conversation: kernel::ConversationId, now: kernel::Millis) -> bool;
}

/// A viewer with the live rights of a user.
pub fn viewer(app: &App, user: UserId) -> Arc<dyn Viewer> {
    Arc::new(StaffViewer {
        accounts: app.port::<Arc<Accounts>>().clone(),
        app: app.clone(),
        user,
        grip: None,
        verdict: Mutex::default(),
    })
}

pub(crate) struct StaffViewer {
    app: App,
    accounts: Arc<Accounts>,
    user: UserId,
    grip: Option<Arc<Grip>>,
    verdict: Mutex<Option<Verdict>>,
}

/// What was decided last, and under which picture of the rights.
#[derive(Clone, Copy)]
struct Verdict {
    turn: u64,
    tenant: TenantId,
    line: LineId,
    reads: bool,
    personal: bool,
}

impl StaffViewer {
    pub fn new(app: &App, grip: Arc<Grip>) -> StaffViewer {
        let accounts = app.port::<Arc<Accounts>>().clone();
        StaffViewer {
            app: app.clone(),
            accounts,
            user: grip.user,
            grip: Some(grip),
            verdict: Mutex::default(),
        }
    }

    /// Is there still somebody behind it: neither signed out, nor disabled, nor run out?
    fn is_live(&self) -> bool {
        self.is_held() && self.is_enabled()
    }

    /// Neither signed out nor run out?
    fn is_held(&self) -> bool {
        self.grip.as_ref().is_none_or(|g| g.is_live(self.app.now()))
    }

    fn is_enabled(&self) -> bool {
        self.accounts.directory.user(self.user).is_some_and(|u| !u.disabled)
    }

    /// May conversations of this line be read now? In a busy room the same is asked at every event, so the answer is
    /// kept until anything in the directory changes.
    fn reads_now(&self, tenant: TenantId, line: LineId) -> bool {
        self.verdict(tenant, line).reads
    }

    fn verdict(&self, tenant: TenantId, line: LineId) -> Verdict {
        let turn = self.accounts.directory.turn();
        let mut last = self.verdict.lock();
        if let Some(v) = last.filter(|v| (v.turn, v.tenant, v.line) == (turn, tenant, line)) {
            return v;
        }
        let reads = self.is_enabled() && self.reads(tenant, line.some());
        let personal = self.grants().may(PERSONAL, tenant, line.some());
        let made = Verdict { turn, tenant, line, reads, personal };
        *last = Some(made);
        made
    }

    fn grants(&self) -> Arc<Grants> {
        let own = self.accounts.directory.snapshot().grants(self.user);
        match self.grip.as_ref().and_then(|g| g.narrow.clone()) {
            None => own,
            Some(narrow) => Arc::new(own.narrowed(narrow)),
        }
    }

    fn reads(&self, tenant: TenantId, line: Option<LineId>) -> bool {
        self.grants().may(CONVERSATIONS_READ, tenant, line)
    }
}

impl Viewer for StaffViewer {
    fn may_see(&self, event: &Event) -> bool {
        if let Some(tenant) = event.tenant.some().filter(|_| event.conversation != 0) {
            return self.is_held() && self.reads_now(tenant, event.line);
        }
        if !self.is_live() {
            return false;
        }
        let concerns_self = || {
            event.actor.kind == kernel::ActorKind::User && event.actor.id == self.user.0
                || event.subject == self.user.0
                || event.data["user"].as_str().and_then(|u| u.parse().ok()) == Some(self.user.0)
        };
        match event.tenant.some() {
            // A colleague is seen by those who share a client with them; a client's own staff sees no other's agents.
            None if event.kind.starts_with("presence.") => {
                self.accounts.directory.snapshot().meet(&self.grants(), UserId(event.subject))
            }
            // That settings changed holds no client's data.
            None => super::presenter::is_settings(event) || concerns_self(),
            Some(tenant) if super::presenter::is_settings(event) => {
                // Whoever has just lost the client is told as well: their names and rights differ now.
                self.grants().inside(tenant, event.line.some()) || concerns_self()
            }
            Some(tenant) => self.reads(tenant, event.line.some()),
        }
    }

    fn may_join(&self, topic: Topic) -> bool {
        if !self.is_live() {
            return false;
        }
        match topic {
            Topic::User(id) => id == self.user.0,
            Topic::Staff => true,
            // Whoever lets a socket watch a conversation has checked the right to it.
            Topic::Conversation(_) => true,
            Topic::Visitor(_) => false,
            Topic::Line(id) => {
                let line = self.accounts.directory.line(LineId(id));
                line.is_some_and(|l| self.reads(l.tenant, Some(l.id)))
            }
            Topic::Queue(id) => {
                let places = self.app.try_port::<Arc<dyn Places>>();
                let place = places.and_then(|p| p.queue(kernel::QueueId(id)));
                place.is_some_and(|(tenant, line)| self.reads(tenant, line.some()))
            }
        }
    }

    fn holds(&self, p: Permission, tenant: TenantId, line: LineId) -> bool {
        self.is_live() && self.grants().may(p, tenant, Some(line))
    }

    fn sees_personal(&self, event: &Event) -> bool {
        let Some(tenant) = event.tenant.some() else { return true };
        let opened = || {
            let conversation = kernel::ConversationId(event.conversation);
            let port = self.app.try_port::<Arc<dyn Opened>>();
            port.is_some_and(|p| p.is_open(self.user, conversation, self.app.now()))
        };
        self.verdict(tenant, event.line).personal || opened()
    }

    fn user(&self) -> UserId {
        self.user
    }
}
