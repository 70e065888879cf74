//! Single rules, by hand.
