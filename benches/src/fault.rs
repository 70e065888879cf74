//! Why a bench ended without a figure, as one sentence for the person who ran it.

/// What went wrong, in words.
#[derive(Debug)]
pub struct Fault(String);

/// A result whose fault is a sentence.
pub type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// A fault in these words.
    pub fn new(what: impl Into<String>) -> Fault {
        Fault(what.into())
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Fault {
    fn from(e: E) -> Fault {
        let mut text = e.to_string();
        let mut cause = e.source();
        // An error's cause may be the only part that says anything ("db error").
        while let Some(c) = cause {
            text = format!("{text}: {c}");
            cause = c.source();
        }
        Fault(text)
    }
}

/// Says what was being done when something failed.
pub(crate) trait While<T> {
    /// Puts `what` before the fault's words.
    fn while_(self, what: &str) -> Outcome<T>;
}

impl<T, E: Into<Fault>> While<T> for Result<T, E> {
    fn while_(self, what: &str) -> Outcome<T> {
        self.map_err(|e| Fault(format!("{what}: {}", e.into())))
    }
}
