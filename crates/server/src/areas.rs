//! Every area of the program, in the order in which they start.

use platform::Registry;

/// Lets every area say what it brings.
pub fn register(registry: &mut Registry) {
    let _ = registry;
}

/// The error codes of every crate, for the reference and the web client.
pub fn codes(registry: &Registry) -> Vec<&'static kernel::Code> {
    let own = [kernel::CODES, platform::codes::ALL, crate::commands::codes::ALL];
    let mut all: Vec<_> = own.iter().chain(&registry.codes).flat_map(|c| c.iter().copied()).collect();
    all.sort_unstable_by_key(|c| c.code);
    all.dedup_by_key(|c| c.code);
    all
}
