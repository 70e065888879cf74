//! The rights of this area.

use kernel::{Permission, PermissionGroup};

/// Hear raised hands, watch and whisper; declared by workforce under the same key. Here it says who hears a whisper.
pub const HELP: Permission = Permission("hands.help");
/// See conversations of the line.
pub const READ: Permission = Permission("conversations.read");
/// Answer, note, snooze, resolve.
pub const REPLY: Permission = Permission("conversations.reply");
/// Give a conversation to somebody else.
pub const ASSIGN: Permission = Permission("conversations.assign");
/// Take a conversation from the agent who holds it.
pub const TAKE_OVER: Permission = Permission("conversations.take_over");
/// See other people's work in lists.
pub const ALL: Permission = Permission("conversations.all");
/// Set up inboxes.
pub const INBOXES: Permission = Permission("inboxes.manage");
/// Set up categories.
pub const CATEGORIES: Permission = Permission("categories.manage");
/// Write phrases for a line, a team or a client.
pub const PHRASES: Permission = Permission("phrases.manage");
/// Write macros for a line, a team or a client.
pub const MACROS: Permission = Permission("macros.manage");
/// Share views with a line, a team or a client.
pub const VIEWS: Permission = Permission("views.share");

/// Set up listed words and the protection of screens.
pub const WORDING: Permission = Permission("wording.manage");

/// For the registry.
pub static GROUP: PermissionGroup = PermissionGroup {
    area: "conversations",
    permissions: &[
        (READ, "See conversations", "查看会话"),
        (REPLY, "Answer and resolve conversations", "回复并结束会话"),
        (ASSIGN, "Hand conversations to others", "转接会话"),
        (TAKE_OVER, "Take conversations over from agents", "接管坐席的会话"),
        (ALL, "List the conversations of all agents", "在列表中查看全部坐席的会话"),
        (INBOXES, "Set up inboxes", "管理接入点"),
        (CATEGORIES, "Set up categories", "管理小结分类"),
        (WORDING, "Set up listed words and the protection of screens", "管理敏感词与屏幕防护"),
        (PHRASES, "Write shared phrases", "管理公共话术"),
        (MACROS, "Write shared macros", "管理公共快捷操作"),
        (VIEWS, "Share views", "共享会话视图"),
    ],
};
