//! Permissions are named where the verb lives and granted per client and line.

/// One right, such as `conversations.reply`. Areas declare theirs as constants and push them to the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission(pub &'static str);

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// The permissions of one area, with the words shown when an administrator draws up a role.
#[derive(Debug, Clone, Copy)]
pub struct PermissionGroup {
    /// The area, as in product.md.
    pub area: &'static str,
    /// (permission, English, Chinese).
    pub permissions: &'static [(Permission, &'static str, &'static str)],
}
