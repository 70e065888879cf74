//! Automation: what happens by itself when something happened. Today: webhooks out, and staff notices told by bots of
//! WeCom, DingTalk and Feishu or by mail.

pub mod bots;
pub mod codes;
pub mod permissions;
pub mod webhooks;

use platform::Registry;

/// What this area brings.
pub fn register(reg: &mut Registry) {
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    bots::register(reg);
    webhooks::register(reg);
}
