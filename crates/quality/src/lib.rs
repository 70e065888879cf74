//! Quality: what customers say of the service. Today: surveys.

pub mod codes;
pub mod permissions;
pub mod surveys;

use platform::Registry;

/// What this area brings.
pub fn register(reg: &mut Registry) {
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    surveys::register(reg);
}
