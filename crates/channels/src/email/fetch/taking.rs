//! Taking what is new in a folder: sizes first, then bodies in bounded batches, each with the cursor in one transaction.

use super::Step;
use super::cursor::{Cursor, came_at};
use super::fault::Fault;
use super::fetching::{End, Fetcher};
use super::session::{command, uid_of};
use super::store;
use super::wire::Wire;
use crate::codes;
use crate::email::arrivals::{self, Arriving, Envelope, Via};
use crate::email::mailbox::{Mailbox, mark};
use async_imap::Session;
use async_imap::imap_proto::{AttributeValue, Response};
use bytes::Bytes;
use kernel::{Code, Millis};
use mail::limits::RAW_BYTES_MAX;
use platform::store::Tx;
use std::collections::HashMap;

/// Numbers asked about at once; where they name nothing, twice as many are asked about next.
const WINDOW: u32 = 500;
/// What the answer about sizes may have, in bytes.
const SIZES_BYTES: usize = 32 << 20;
/// Mails fetched by one command at the most, and their bytes together; a larger one goes alone.
const BATCH_MAX: usize = 50;
const BATCH_BYTES: usize = 8 << 20;
/// Servers may be wrong about sizes by this much.
const SIZE_SLACK: usize = 4 << 20;
/// A mail's head at the most, in bytes.
const HEAD_MAX: usize = 1 << 20;
/// Tries at one mail that break the connection; then it is laid aside.
const TRIES_MAX: u32 = 4;

/// What earlier tries left behind.
#[derive(Default)]
pub(super) struct Taking {
    /// At which mail the connection broke, and how often in a row.
    stuck: Option<(u32, u32)>,
}

impl Taking {
    fn broke_at(&mut self, uid: u32) {
        let before = self.stuck.filter(|(at, _)| *at == uid).map_or(0, |(_, n)| n);
        self.stuck = Some((uid, before + 1));
    }
    fn tries_at(&self, uid: u32) -> u32 {
        self.stuck.filter(|(at, _)| *at == uid).map_or(0, |(_, n)| n)
    }
}

/// A mail that lies in the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Listed {
    uid: u32,
    size: usize,
    came_at: Option<Millis>,
}

fn listed(r: &Response<'_>) -> Option<Listed> {
    let Response::Fetch(_, all) = r else { return None };
    let mut found = Listed { uid: uid_of(r)?, size: 0, came_at: None };
    for a in all {
        match a {
            AttributeValue::Rfc822Size(n) => found.size = *n as usize,
            AttributeValue::InternalDate(d) => found.came_at = came_at(d),
            _ => {}
        }
    }
    Some(found)
}

/// The number of a mail and what of it was asked for.
pub fn message(r: &Response<'_>) -> Option<(u32, Vec<u8>)> {
    let Response::Fetch(_, all) = r else { return None };
    let data = all.iter().find_map(|a| match a {
        AttributeValue::BodySection { data: Some(data), .. } => Some(data.to_vec()),
        _ => None,
    })?;
    Some((uid_of(r)?, data))
}

/// Mails that are fetched by one command. Pure.
fn batches(all: Vec<Listed>, alone: impl Fn(&Listed) -> bool) -> Vec<Vec<Listed>> {
    let mut out: Vec<Vec<Listed>> = vec![];
    let (mut bytes, mut closed) = (0, true);
    for l in all {
        let single = alone(&l) || l.size > BATCH_BYTES;
        let full = out.last().is_none_or(|b| b.len() >= BATCH_MAX) || bytes + l.size > BATCH_BYTES;
        if closed || single || full {
            out.push(vec![]);
            bytes = 0;
        }
        bytes += l.size;
        closed = single;
        out.last_mut().expect("invariant: one was pushed at the first").push(l);
    }
    out
}

impl Fetcher {
    /// Takes every mail from the cursor up to the number that the next one gets.
    pub(super) async fn take_new(
        &mut self,
        session: &mut Session<Wire>,
        m: &Mailbox,
        mut cursor: Cursor,
        next: u32,
    ) -> Result<(), End> {
        let mut window = WINDOW;
        while cursor.next < next {
            let last = cursor.next.saturating_add(window - 1).min(next - 1);
            let mut all = vec![];
            let ask = format!("UID FETCH {}:{last} (UID RFC822.SIZE INTERNALDATE)", cursor.next);
            command(session, Step::Folder, &ask, SIZES_BYTES, |r| all.extend(listed(r))).await?;
            all.retain(|l| l.uid <= last && cursor.takes(l.uid, l.came_at));
            all.sort_by_key(|l| l.uid);
            all.dedup_by_key(|l| l.uid);
            window = if all.is_empty() { window.saturating_mul(2) } else { WINDOW };
            let stuck = self.taking.stuck.map(|(uid, _)| uid);
            for batch in batches(all, |l| Some(l.uid) == stuck) {
                cursor = self.take_batch(session, m, cursor, &batch).await?;
            }
            if cursor.next <= last {
                cursor = cursor.past(last);
                self.advance(cursor).await?;
            }
        }
        Ok(())
    }

    async fn advance(&self, cursor: Cursor) -> Result<(), End> {
        let lease = self.lease;
        Ok(self.write(async move |tx: &mut Tx| store::advance(tx, lease, cursor).await).await?)
    }

    async fn take_batch(
        &mut self,
        session: &mut Session<Wire>,
        m: &Mailbox,
        mut cursor: Cursor,
        batch: &[Listed],
    ) -> Result<Cursor, End> {
        let shared = self.shared.clone();
        let bytes: usize = batch.iter().map(|l| l.size).sum();
        let _room = shared.room(bytes.min(RAW_BYTES_MAX + SIZE_SLACK)).await;
        if let [l] = batch
            && (l.size > RAW_BYTES_MAX || self.taking.tries_at(l.uid) >= TRIES_MAX)
        {
            let why =
                if l.size > RAW_BYTES_MAX { &codes::MAILBOX_TOO_LARGE } else { &codes::MAILBOX_UNFETCHED };
            return self.lay_aside(session, m, cursor, *l, why).await;
        }
        let mut bodies = match self.bodies(session, batch, bytes).await {
            Ok(bodies) => bodies,
            Err(f) => {
                // In a batch nobody knows which one it was: the next try goes one by one from here.
                let first = batch.iter().find(|l| l.uid >= cursor.next).unwrap_or(&batch[0]);
                self.taking.broke_at(first.uid);
                return Err(f.into());
            }
        };
        for l in batch {
            match bodies.remove(&l.uid) {
                Some(raw) if raw.len() > RAW_BYTES_MAX => {
                    let l = Listed { size: raw.len(), ..*l };
                    cursor = self.lay_aside(session, m, cursor, l, &codes::MAILBOX_TOO_LARGE).await?;
                }
                Some(raw) => cursor = self.take(m, cursor.past(l.uid), raw.into()).await?,
                None if self.is_there(session, l.uid).await? => {
                    cursor = self.lay_aside(session, m, cursor, *l, &codes::MAILBOX_UNFETCHED).await?;
                }
                // Somebody removed it meanwhile.
                None => cursor = cursor.past(l.uid),
            }
        }
        self.taking.stuck = None;
        Ok(cursor)
    }

    async fn bodies(
        &self,
        session: &mut Session<Wire>,
        batch: &[Listed],
        bytes: usize,
    ) -> Result<HashMap<u32, Vec<u8>>, Fault> {
        let uids: Vec<String> = batch.iter().map(|l| l.uid.to_string()).collect();
        let ask = format!("UID FETCH {} (UID BODY.PEEK[])", uids.join(","));
        let mut found = HashMap::new();
        command(session, Step::Arrival, &ask, bytes + bytes / 2 + SIZE_SLACK, |r| found.extend(message(r)))
            .await?;
        Ok(found)
    }

    async fn is_there(&self, session: &mut Session<Wire>, uid: u32) -> Result<bool, Fault> {
        let mut there = false;
        let ask = format!("UID FETCH {uid} (UID)");
        command(session, Step::Arrival, &ask, SIZE_SLACK, |r| there |= uid_of(r) == Some(uid)).await?;
        Ok(there)
    }

    /// Keeps a mail and moves the cursor, in one transaction.
    async fn take(&self, m: &Mailbox, past: Cursor, raw: Bytes) -> Result<Cursor, End> {
        if mark::of(&self.app, m.inbox, &raw, self.app.now()).is_some() {
            self.advance(past).await?;
            return Ok(past);
        }
        let mail = Arriving { via: Via::Imap, envelope: Envelope::default(), raw };
        let prepared = arrivals::prepare(&self.app, m, mail).await?;
        self.keep(prepared, past).await
    }

    async fn keep(&self, prepared: arrivals::Prepared, past: Cursor) -> Result<Cursor, End> {
        let lease = self.lease;
        let write = async move |tx: &mut Tx| {
            arrivals::write(tx, &prepared).await?;
            store::advance(tx, lease, past).await
        };
        self.write(write).await?;
        Ok(past)
    }

    /// Lays a mail aside whose body is not had: its head is kept, in sight. Where not even that is had, a line that says so.
    async fn lay_aside(
        &mut self,
        session: &mut Session<Wire>,
        m: &Mailbox,
        cursor: Cursor,
        l: Listed,
        why: &'static Code,
    ) -> Result<Cursor, End> {
        let ask = format!("UID FETCH {} (UID BODY.PEEK[HEADER])", l.uid);
        let mut head = None;
        let hopeless = self.taking.tries_at(l.uid) > TRIES_MAX;
        if !hopeless
            && let Err(f) = command(session, Step::Arrival, &ask, HEAD_MAX + SIZE_SLACK, |r| {
                head = message(r).or(head.take())
            })
            .await
        {
            self.taking.broke_at(l.uid);
            return Err(f.into());
        }
        let mut raw = head.map_or_else(Vec::new, |(_, raw)| raw);
        if raw.is_empty() {
            raw = format!("Subject: UID {} of UIDVALIDITY {}\r\n\r\n", l.uid, cursor.validity).into_bytes();
        }
        raw.truncate(HEAD_MAX);
        let mail = Arriving { via: Via::Imap, envelope: Envelope::default(), raw: raw.into() };
        let detail = format!("UID {}, {} bytes", l.uid, l.size);
        let prepared = arrivals::prepare(&self.app, m, mail).await?.laid_aside(why, detail);
        let past = self.keep(prepared, cursor.past(l.uid)).await?;
        self.taking.stuck = None;
        Ok(past)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sizes: &[usize]) -> Vec<Listed> {
        let one = |(i, size): (usize, &usize)| Listed { uid: i as u32 + 1, size: *size, came_at: None };
        sizes.iter().enumerate().map(one).collect()
    }

    #[test]
    fn batches_are_bounded_and_a_large_mail_goes_alone() {
        let cut = |sizes: &[usize]| batches(of(sizes), |_| false).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(cut(&[1; 120]), [50, 50, 20]);
        assert_eq!(cut(&[1, 9 << 20, 1, 1]), [1, 1, 2]);
        assert_eq!(cut(&[5 << 20, 5 << 20, 1]), [1, 2]);
        assert_eq!(cut(&[]), [0; 0]);
        let alone = batches(of(&[1; 5]), |l| l.uid == 3);
        assert_eq!(alone.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 2], "where it broke before");
    }
}
