//! Pure decisions: values in, values out; no clock, no chance, no IO.
//!
//! What lives here can be property-tested against a naive reference, replayed from a record, and used twice: the
//! engine that routes live work is the engine that simulates tomorrow's roster.
//!
//! * [`calendar`]: business calendars: when a line is open, and how long work took in open time.
//! * [`acd`]: who gets which work item, as a deterministic state machine.
//! * [`erlang`]: how long customers wait before so many agents, by formula.
//! * [`estimate`]: how long somebody who waits will probably wait yet.
//! * [`simulate`]: a day on the floor, played through with the engine that routes live work.
//! * [`redact`]: payment card numbers out of text, before it is logged, stored or indexed; other personal data out of what
//!   is shown.
//! * [`words`]: listed words in text, however they are spelt.

pub mod acd;
pub mod calendar;
pub mod erlang;
pub mod estimate;
pub mod redact;
pub mod simulate;
pub mod words;
