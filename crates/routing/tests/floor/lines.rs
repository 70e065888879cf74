//! A queue of one line in which conversations of another line of the client wait.

use crate::house::{House, LINE, QUEUE, TENANT, inbox, system};
use conversations::inboxes::Inbox;
use conversations::threads::Target;
use engines::acd::{ItemStatus, Verdict};
use kernel::{AggregateKey, ConversationId, InboxId, LineId, Result, args, sql};
use platform::store::Tx;
use routing::floor::Floor;
use testkit::Engine;

/// A line of the same client that has no queue of its own.
const QUIET: LineId = LineId(12);

async fn quiet_line(h: &House) {
    let write = async |tx: &mut Tx| -> Result<()> {
        tx.exec(
            sql!(
                "INSERT INTO service_line(id, tenant_id, name, name_key, created_at) VALUES ($1, $2, 'Q', 'q', 1)"
            ),
            args![QUIET, TENANT],
        )
        .await?;
        Ok(())
    };
    h.app.db().write(&system(), AggregateKey::new("seed", 3), write).await.expect("a line");
}

fn quiet_inbox() -> Inbox {
    Inbox { id: InboxId(32), line: QUIET, ..inbox() }
}

fn verdict(h: &House, work: ConversationId, user: kernel::UserId) -> Verdict {
    let why = h.board().explain(work).expect("it is routed");
    why.considered.into_iter().find(|c| c.agent == user).expect("known").verdict
}

#[tokio::test]
async fn what_is_of_another_line_is_offered_only_to_who_serves_both() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        quiet_line(&h).await;
        let anna = h.agent_of(101, &[LINE]).await;
        h.turn().await;
        let work = h.customer_at(1, quiet_inbox()).await;
        assert_eq!(h.row(work).await.queue, Some(QUEUE));
        h.turn().await;
        h.pass(3_000).await;
        assert_eq!(h.rings().await, [], "she may not see it, on {engine:?}");
        assert_eq!(verdict(&h, work, anna), Verdict::OtherLine { line: QUIET });
        let own = h.customer(2).await;
        h.turn().await;
        assert_eq!(h.ringing().await[0].1, own, "and it keeps nobody from what they may see");

        let cleo = h.agent_of(103, &[QUIET]).await;
        h.turn().await;
        assert_eq!(h.rings().await.len(), 1, "the queue is not hers");
        assert_eq!(verdict(&h, work, cleo), Verdict::QueueOutOfReach);

        let ben = h.agent_of(102, &[LINE, QUIET]).await;
        h.turn().await;
        let ring = h.ringing().await.into_iter().find(|r| r.1 == work).expect("it rings at once");
        assert_eq!(ring.2, ben);
        h.accept(ben, ring.0).await.expect("in time");
        h.turn().await;
        assert_eq!(h.board().item(work).expect("held").status, ItemStatus::Held { agent: ben });

        // By name the queue is not asked for.
        h.give(work, Target::User(cleo), ben).await;
        h.turn().await;
        assert_eq!(h.board().item(work).expect("held").status, ItemStatus::Held { agent: cleo });
        assert_eq!(h.row(work).await.assignee, Some(cleo));
    }
}

#[tokio::test]
async fn a_restart_knows_the_line_of_what_waits() {
    for engine in Engine::ALL {
        let mut h = House::on(engine).await;
        quiet_line(&h).await;
        h.agent_of(101, &[LINE]).await;
        h.turn().await;
        let work = h.customer_at(1, quiet_inbox()).await;
        h.turn().await;
        h.floor = Floor::new(&h.app, engines::acd::Settings::default());
        h.pass(20_000).await;
        assert_eq!(h.rings().await, [], "on {engine:?}");
        let ben = h.agent_of(102, &[LINE, QUIET]).await;
        h.turn().await;
        let ring = h.ringing().await.pop().expect("it rings at once");
        assert_eq!((ring.1, ring.2), (work, ben));
    }
}
