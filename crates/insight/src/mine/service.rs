//! Counting one's own day.

use crate::counts::{self, Ask, Sums};
use crate::days::{Day, ZONE};
use crate::permissions::TAKE;
use accounts::{Caller, Directory, authorize};
use kernel::{LineId, LineSet, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;

/// What one sees of one's own day, in this order.
pub const OWN: &[&str] = &["handled", "first_reply", "within_3min", "csat", "rated_rate", "occupancy"];

/// The lines where the caller takes work.
fn lines(directory: &Directory, caller: &Caller) -> Vec<(TenantId, LineId)> {
    let scope = caller.authorize_any(TAKE);
    let mut all = vec![];
    for (tenant, reached) in scope.reach() {
        let of: Vec<LineId> = match reached {
            LineSet::All => directory.lines_of(*tenant),
            LineSet::Only(lines) => lines.to_vec(),
        };
        all.extend(of.into_iter().map(|line| (*tenant, line)));
    }
    all
}

/// The caller's day, its sums, and until when they were counted.
pub async fn own(app: &App, caller: &Caller) -> Result<(Day, Sums, Millis)> {
    let directory = app.port::<Arc<Directory>>();
    let (user, now) = (caller.user, app.now());
    let zone = directory.calendar_of(user, TAKE).map_or_else(|| ZONE.to_owned(), |c| c.spec().zone.clone());
    let day = Day::at(now, &zone)?;
    let (from, to) = (day.from, day.to);
    let of = lines(directory, caller);
    let ask = Ask::whole(&of, from, to, now);
    let read = async move |tx: &mut Tx| {
        let cells = if of.is_empty() { vec![] } else { counts::cells(tx, &ask).await? };
        let mut sums = counts::total(cells.iter().filter(|c| c.user == user));
        if let Some(own) = counts::people(tx, &[user], from, to, now).await?.get(&user) {
            sums += *own;
        }
        Ok(sums)
    };
    let sums = app.db().read(&authorize::reader(), read).await?;
    Ok((day, sums, to.min(now)))
}
