//! The watch: every turn counts the floor once, compares it with the thresholds, and writes down what follows.

use super::model::{Alert, Step, Threshold, decide};
use super::notice::{ESCALATED, RAISED, notice};
use super::store;
use crate::days::{Day, zone_of};
use crate::monitor::{Floor, Now, Told};
use accounts::{Directory, authorize};
use kernel::{Actor, AggregateKey, Event, Result, ThresholdId};
use platform::App;
use platform::notices::{Posted, post};
use platform::store::Tx;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two turns.
const EVERY: Duration = Duration::from_secs(2);

/// The watch over all lines.
pub struct Watch {
    app: App,
    told: Told,
}

impl Watch {
    /// A watch for this program.
    pub fn new(app: &App) -> Watch {
        Watch { app: app.clone(), told: Told::default() }
    }

    /// One turn: judges every threshold, and tells who watches.
    pub async fn turn(&mut self) -> Result<()> {
        let read = async |tx: &mut Tx| Ok((store::watched(tx).await?, store::open(tx).await?));
        let (thresholds, open) = self.app.db().read(&authorize::reader(), read).await?;
        let watched = !self.app.live().is_empty();
        if thresholds.is_empty() && open.is_empty() && !watched {
            return Ok(());
        }
        let floor = self.app.port::<Arc<Now>>().look(&self.app).await?;
        if watched {
            self.told.tell(&self.app, &floor);
        }
        let open: HashMap<ThresholdId, &Alert> = open.iter().map(|a| (a.threshold, a)).collect();
        for t in &thresholds {
            let alert = open.get(&t.id).copied();
            let steps = self.steps(&floor, t, alert);
            if !steps.is_empty() {
                self.carry_out(t, alert.cloned(), steps).await?;
            }
        }
        Ok(())
    }

    fn steps(&self, floor: &Floor, t: &Threshold, open: Option<&Alert>) -> Vec<Step> {
        let Some(line) = floor.lines.get(&t.line) else { return vec![] };
        let zone = zone_of(self.app.port::<Arc<Directory>>(), t.line);
        decide(t, open, t.metric.of(line, floor.at), Day::minute(floor.at, &zone), floor.at)
    }

    /// What staff are told outside the desk, if anything.
    fn news(&self, t: &Threshold, open: Option<&Alert>, steps: &[Step]) -> Option<Posted> {
        let line = self.app.port::<Arc<Directory>>().line(t.line)?;
        let (seen, kind) = steps.iter().find_map(|s| match s {
            Step::Raise(seen, _) => Some((*seen, RAISED)),
            Step::Escalate(_) => Some((open.map_or(0, |a| a.seen), ESCALATED)),
            _ => None,
        })?;
        Some(Posted::new(&self.app, notice(t, seen, &line.name, kind)))
    }

    async fn carry_out(&self, t: &Threshold, open: Option<Alert>, steps: Vec<Step>) -> Result<()> {
        let (t, id, now) = (t.clone(), self.app.id(), self.app.now());
        let news = self.news(&t, open.as_ref(), &steps);
        let (scope, key) = (authorize::job(t.tenant), AggregateKey::new("threshold", t.id.0));
        let write = async move |tx: &mut Tx| {
            for step in &steps {
                match (*step, &open) {
                    (Step::Crossed(at), _) => store::crossed(tx, &t, at).await?,
                    (Step::Raise(seen, crossed_at), _) => {
                        let alert = Alert {
                            id,
                            tenant: t.tenant,
                            line: t.line,
                            threshold: t.id,
                            metric: t.metric,
                            operator: t.operator,
                            value: t.value,
                            seen,
                            crossed_at,
                            raised_at: now,
                            acknowledged_by: None,
                            acknowledged_at: None,
                            note: None,
                            escalated_at: None,
                            over_at: None,
                        };
                        if store::raise(tx, &alert).await? {
                            tell(tx, &alert, "alert.raised", Actor::SYSTEM, now);
                            say(tx, news.as_ref()).await?;
                        }
                    }
                    (Step::Escalate(_), Some(a)) if store::escalate(tx, a, now).await? => {
                        tell(tx, a, "alert.escalated", Actor::SYSTEM, now);
                        say(tx, news.as_ref()).await?;
                    }
                    (Step::Over(_), Some(a)) if store::end(tx, a, now).await? => {
                        tell(tx, a, "alert.over", Actor::SYSTEM, now);
                    }
                    _ => {}
                }
            }
            Ok(())
        };
        self.app.db().write(&scope, key, write).await
    }
}

async fn say(tx: &mut Tx, news: Option<&Posted>) -> Result<()> {
    match news {
        Some(p) => post(tx, p).await,
        None => Ok(()),
    }
}

/// Tells the log what became of an alert.
pub(super) fn tell(tx: &mut Tx, a: &Alert, kind: &'static str, actor: Actor, now: kernel::Millis) {
    let facts = json!({
        "threshold": a.threshold, "metric": a.metric, "operator": a.operator, "value": a.value, "seen": a.seen,
    });
    tx.emit(Event::new(a.tenant, kind, a.id.0, actor, now).line(a.line).data(facts));
}

/// Watches until `stop` turns true.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut watch = Watch::new(&app);
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = platform::web::stopped(&mut stop) => return,
        }
        if let Err(e) = watch.turn().await {
            tracing::warn!(error = %e, "thresholds could not be judged just now");
        }
    }
}
