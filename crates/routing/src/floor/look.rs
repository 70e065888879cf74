//! Who is connected. An agent without a socket for a moment is offered nothing more; after the engine's grace they are
//! offline and what they held waits again.

use super::step::Floor;
use crate::presence::{self, State};
use accounts::authorize;
use engines::acd::Event;
use kernel::{AggregateKey, Millis, Result, UserId};
use platform::store::Tx;
use std::collections::HashSet;

/// How often it is looked at.
const EVERY_MS: Millis = 1_000;
/// So long a page may take to load again before its agent counts as gone.
const RELOAD_MS: Millis = 3_000;
/// How often a node says who has sockets on it, where there are several nodes.
const HEARTBEAT_MS: Millis = 5_000;
/// So long a node's word for it counts.
const SEEN_MS: Millis = 15_000;

impl Floor {
    /// Tells the engine who came and who went.
    pub(super) async fn look(&mut self) -> Result<()> {
        let now = self.app.now();
        if now < self.look_at {
            return Ok(());
        }
        self.look_at = now + EVERY_MS;
        let elsewhere = self.elsewhere(now).await?;
        let here: Vec<UserId> =
            self.agents.values().filter(|a| a.state != State::Offline).map(|a| a.user).collect();
        for user in here {
            if self.app.live().is_connected(user) || elsewhere.contains(&user) {
                self.missing.remove(&user);
                if self.vanished.remove(&user) {
                    self.apply(Event::AgentReturned(user));
                }
                continue;
            }
            let since = *self.missing.entry(user).or_insert(now);
            if now - since >= RELOAD_MS && self.vanished.insert(user) {
                self.apply(Event::AgentVanished(user));
            }
        }
        Ok(())
    }

    /// Who has a socket on another node.
    async fn elsewhere(&mut self, now: Millis) -> Result<HashSet<UserId>> {
        if self.app.db().sqlite_path().is_some() {
            return Ok(HashSet::new());
        }
        self.heartbeat().await?;
        let read = async |tx: &mut Tx| presence::agents(tx).await;
        let rows = self.app.db().read(&authorize::reader(), read).await?;
        Ok(rows.into_iter().filter(|a| now - a.seen_at < SEEN_MS).map(|a| a.user).collect())
    }

    /// Says who has a socket here, where there are several nodes.
    pub(super) async fn heartbeat(&mut self) -> Result<()> {
        let now = self.app.now();
        if self.app.db().sqlite_path().is_some() || now < self.heartbeat_at {
            return Ok(());
        }
        self.heartbeat_at = now + HEARTBEAT_MS;
        let users = self.app.live().connected_users();
        if users.is_empty() {
            return Ok(());
        }
        let write = async move |tx: &mut Tx| presence::seen_by_sockets(tx, &users, now).await;
        self.app.db().write(&authorize::reader(), AggregateKey::new("agent_seen", 0), write).await
    }
}
