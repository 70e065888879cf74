//! The HTML of a mail: cut into pieces ([`tokens`]), as text ([`text`]), made safe ([`safe`]).

pub mod safe;
pub mod text;
pub mod tokens;
mod written;

pub use written::of_text;
