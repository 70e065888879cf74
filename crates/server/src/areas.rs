//! Every area of the program, in the order in which they start.

use accounts::PermissionCatalogue;
use platform::live::LiveWiring;
use platform::registry::Registry;
use std::sync::Arc;

/// Lets every area say what it brings.
pub fn register(registry: &mut Registry) {
    platform::register(registry);
    accounts::register(registry);
    customers::register(registry);
    conversations::register(registry);
    routing::register(registry);
    channels::register(registry);
    automation::register(registry);
    workforce::register(registry);
    insight::register(registry);
    quality::register(registry);
    let permissions = PermissionCatalogue(registry.permissions.clone());
    registry.provide(permissions);
}

/// The error codes of every crate, for the reference and the web client.
pub fn codes(registry: &Registry) -> Vec<&'static kernel::Code> {
    let own = [kernel::CODES, crate::commands::codes::ALL];
    let mut all: Vec<_> = own.iter().chain(&registry.codes).flat_map(|c| c.iter().copied()).collect();
    all.sort_unstable_by_key(|c| c.code);
    all.dedup_by_key(|c| c.code);
    all
}

/// What staff sockets may ask for and are shown, as the areas registered it.
pub fn live_wiring(registry: &Registry) -> LiveWiring {
    LiveWiring {
        ops: Arc::new(registry.live_ops.clone()),
        presenters: Arc::new(registry.presenters.clone()),
        on_leave: Arc::new(conversations::live::left),
    }
}
