//! Pure decisions: values in, values out; no clock, no chance, no IO.
//!
//! * [`redact`]: payment card numbers out of text, before it is logged, stored or indexed.

pub mod redact;
