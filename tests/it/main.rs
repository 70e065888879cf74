//! Hark through its public interfaces.
