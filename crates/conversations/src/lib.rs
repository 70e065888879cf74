//! Conversations: inboxes, conversations, messages, drafts, labels, lists, search and live screens; and what makes an
//! agent fast: phrases, macros, views, bulk edits, snoozes, keys.
//!
//! The spine's busiest area. Channels bring messages in through [`threads::open_or_find`] and [`messages::append`]; routing
//! moves conversations through the arrows of [`threads`]; both meet this crate only by the ports in [`ports`], by events
//! and by ids.

pub mod actions;
pub mod attachments;
pub mod audience;
pub mod bulk;
pub mod codes;
pub mod colleagues;
pub mod day;
pub mod drafts;
pub mod find;
pub mod history;
pub mod inboxes;
pub mod joins;
pub mod keys;
pub mod labels;
pub mod lists;
pub mod live;
pub mod macros;
pub mod messages;
pub mod notices;
pub mod permissions;
pub mod phrases;
pub mod ports;
pub mod protection;
pub mod scheduled;
pub mod snoozing;
pub mod threads;
pub mod variables;
pub mod views;
pub mod ways;
pub mod wording;

use platform::Registry;
use std::sync::Arc;

/// What this area brings.
pub fn register(reg: &mut Registry) {
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    reg.desk(inboxes::routes());
    inboxes::undoable(reg);
    accounts::packs::line_part(reg, inboxes::Inboxes);
    accounts::packs::line_part(reg, labels::Categories);
    accounts::packs::line_part(reg, phrases::Phrases);
    accounts::packs::line_part(reg, wording::Words);
    reg.desk(lists::routes());
    reg.desk(threads::routes());
    reg.desk(messages::routes());
    reg.desk(joins::routes());
    reg.desk(colleagues::routes());
    reg.desk(drafts::routes());
    reg.desk(labels::routes());
    reg.desk(attachments::routes());
    reg.desk(find::routes());
    reg.desk(wording::routes());
    reg.desk(protection::routes());
    reg.desk(scheduled::routes());
    reg.desk(notices::routes());
    reg.desk(day::routes());
    reg.desk(actions::routes());
    reg.desk(phrases::routes());
    reg.desk(macros::routes());
    reg.desk(views::routes());
    reg.desk(bulk::routes());
    reg.desk(snoozing::routes());
    reg.desk(keys::routes());
    reg.desk(ways::routes());
    reg.job(bulk::RUN, bulk::run_job);
    reg.documents(find::MessageDocuments);
    reg.job(threads::WAKE, threads::wake_job);
    reg.job(scheduled::SEND, scheduled::send_job);
    reg.present(live::ConversationPresenter);
    reg.present(scheduled::ScheduledPresenter);
    reg.present(notices::NoticePresenter);
    live::ops(reg);
    reg.provide::<Arc<dyn customers::ContactFigures>>(Arc::new(history::History));
    customers::add_timeline_source(reg, Arc::new(history::History));
    customers::add_holder(reg, Arc::new(history::Conversations));
    reg.provide::<Arc<dyn customers::InboxLines>>(Arc::new(inboxes::Lines));
    reg.provide(Arc::new(inboxes::Cache::default()));
    reg.provide(Arc::new(threads::Numbers::default()));
    reg.provide(Arc::new(live::Looking::default()));
    reg.on_start("inboxes", |app| async move { app.port::<Arc<inboxes::Cache>>().refresh(&app).await });
    reg.task("inboxes", inboxes::follow);
    sending(reg);
}

/// What stands between writing and sending, and what follows from it.
fn sending(reg: &mut Registry) {
    let unmasked = Arc::new(protection::Unmasked::default());
    reg.provide::<Arc<dyn accounts::live::Opened>>(unmasked.clone());
    reg.provide(unmasked);
    reg.provide(Arc::new(wording::Watch::default()));
    reg.on_start("wording", |app| async move { wording::refresh(&app).await });
    reg.task("wording: lists", wording::follow);
    reg.reader(wording::NAME, wording::WordingReader::new);
    reg.reader(notices::NAME, notices::NoticeReader::new);
}
