//! The integration tests; the code is in `it/`.
