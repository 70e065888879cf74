//! The rights that customers declares.

use kernel::{Permission, PermissionGroup};

/// See contacts and organisations, with addresses masked.
pub const READ: Permission = Permission("contacts.read");
/// Create and change contacts, organisations and attributes.
pub const EDIT: Permission = Permission("contacts.edit");
/// See addresses in full, for a reason that is recorded.
pub const UNMASK: Permission = Permission("contacts.unmask");
/// Find a contact by a full address, for a reason that is recorded.
pub const LOOKUP: Permission = Permission("contacts.lookup");
/// Merge contacts, part them again, and decide about duplicates.
pub const MERGE: Permission = Permission("contacts.merge");
/// Ask for somebody to be put on the block list.
pub const BLOCK: Permission = Permission("contacts.block");
/// Agree to entries of the block list that others asked for, and lift them.
pub const BLOCK_DECIDE: Permission = Permission("contacts.block_decide");
/// Bring contacts in from a table.
pub const IMPORT: Permission = Permission("contacts.import");
/// Take contacts out as a table, for a purpose that is recorded.
pub const EXPORT: Permission = Permission("contacts.export");

/// See phone numbers, mail and postal addresses and the like in messages and fields in full.
pub const PERSONAL: Permission = Permission("contacts.personal");

/// All of them, with the words shown when a role is drawn up.
pub const GROUP: PermissionGroup = PermissionGroup {
    area: "customers",
    permissions: &[
        (READ, "See contacts (addresses masked)", "查看客户（联系方式脱敏）"),
        (EDIT, "Create and change contacts and organisations", "新建和修改客户与组织"),
        (UNMASK, "See addresses in full, with a reason", "填写理由后查看完整联系方式"),
        (PERSONAL, "See personal data in messages and fields in full", "查看消息与资料中的完整个人信息"),
        (LOOKUP, "Find a contact by number or address, with a reason", "填写理由后按号码或地址查找客户"),
        (MERGE, "Merge contacts, undo merges, work through duplicates", "合并客户、撤销合并、处理疑似重复"),
        (BLOCK, "Ask for a contact or address to be blocked", "申请将客户或联系方式加入黑名单"),
        (BLOCK_DECIDE, "Agree to and lift entries of the block list", "审批和解除黑名单"),
        (IMPORT, "Import contacts from a table", "从表格导入客户"),
        (EXPORT, "Export contacts, with a purpose", "填写用途后导出客户"),
    ],
};
