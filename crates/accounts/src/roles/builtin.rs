//! The roles that every installation begins with.
//!
//! Their permissions are written anew at every start, so that a later version's permissions reach the roles they are
//! meant for. Keys of other areas stand here as text: accounts does not know those crates.

use super::store;
use kernel::{AggregateKey, Result, RoleId};
use platform::App;
use platform::store::Tx;

/// The key of the role that holds everything.
pub const ADMINISTRATOR: &str = "administrator";

/// Key, English, Chinese, permissions.
type BuiltIn = (&'static str, &'static str, &'static str, &'static [&'static str]);

const BUILT_IN: [BuiltIn; 5] = [
    (ADMINISTRATOR, "Administrator", "管理员", &["*"]),
    (
        "supervisor",
        "Supervisor",
        "现场主管",
        &[
            "lines.manage",
            "inboxes.manage",
            "users.read",
            "skills.manage",
            "calendars.manage",
            "audit.read",
            "contacts.read",
            "contacts.edit",
            "contacts.unmask",
            "contacts.lookup",
            "contacts.merge",
            "contacts.block",
            "contacts.block_decide",
            "contacts.import",
            "contacts.export",
            "contacts.personal",
            "conversations.read",
            "conversations.reply",
            "conversations.assign",
            "conversations.take_over",
            "conversations.all",
            "categories.manage",
            "wording.manage",
            "phrases.manage",
            "macros.manage",
            "views.share",
            "queues.manage",
            "surveys.read",
            "surveys.manage",
            "floor.read",
            "floor.lead",
            "floor.force",
            "hands.help",
            "briefings.manage",
            "announcements.manage",
            "work.take",
            "monitor.read",
            "alerts.manage",
            "alerts.acknowledge",
            "reports.read",
            "reports.people",
        ],
    ),
    (
        "agent",
        "Agent",
        "坐席",
        &[
            "contacts.read",
            "contacts.edit",
            "contacts.unmask",
            "contacts.lookup",
            "contacts.block",
            "contacts.personal",
            "conversations.read",
            "conversations.reply",
            "conversations.assign",
            "floor.read",
            "work.take",
        ],
    ),
    (
        "client_staff",
        "Client staff (read only)",
        "甲方人员（只读）",
        &[
            "contacts.read",
            "conversations.read",
            "conversations.all",
            "floor.read",
            "monitor.read",
            "reports.read",
            "surveys.read",
        ],
    ),
    (
        "developer",
        "Developer",
        "开发者",
        &["tokens.manage", "webhooks.manage", "inboxes.manage", "conversations.read", "contacts.read"],
    ),
];

/// Writes the built-in roles.
pub(crate) async fn seed(app: &App) -> Result<()> {
    let ids: Vec<RoleId> = BUILT_IN.iter().map(|_| app.id()).collect();
    let now = app.now();
    let write = async move |tx: &mut Tx| {
        for ((key, en, zh, permissions), id) in BUILT_IN.iter().zip(&ids) {
            let row = store::Stored {
                id: *id,
                name_en: (*en).to_owned(),
                name_zh: (*zh).to_owned(),
                permissions: permissions.iter().map(|p| (*p).to_owned()).collect(),
            };
            store::put_built_in(tx, key, &row, now).await?;
        }
        Ok(())
    };
    app.db().write(&crate::authorize::provider(), AggregateKey::new("role", 0), write).await
}
