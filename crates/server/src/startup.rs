//! What the program is doing while it starts, for whoever waits in front of it.

use kernel::Language;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Instant;

/// Tells how the start goes on. Cheap to clone.
#[derive(Clone)]
pub struct Startup {
    inner: Arc<Inner>,
}

struct Inner {
    language: Language,
    sink: Box<dyn Fn(&str) + Send + Sync>,
    began: Instant,
    step: Mutex<Option<(Instant, String)>>,
}

impl Startup {
    /// Tells each line to `sink`.
    pub fn new(language: Language, sink: impl Fn(&str) + Send + Sync + 'static) -> Startup {
        let inner = Inner { language, sink: Box::new(sink), began: Instant::now(), step: Mutex::new(None) };
        Startup { inner: Arc::new(inner) }
    }

    /// Says nothing.
    pub fn silent() -> Startup {
        Startup::new(Language::En, |_| {})
    }

    /// A step begins; the one before it is done.
    pub fn step(&self, en: &str, zh: &str) {
        let words = self.inner.language.pick(en, zh).to_owned();
        self.end_step();
        *self.inner.step.lock() = Some((Instant::now(), words));
    }

    /// Within a step: how far it is.
    pub fn progress(&self, done: u64, all: u64) {
        if let Some((began, words)) = &*self.inner.step.lock() {
            (self.inner.sink)(&format!("  … {words} {done}/{all} ({:.1} s)", began.elapsed().as_secs_f32()));
        }
    }

    /// The start is complete.
    pub fn finish(&self) {
        self.end_step();
        let took = self.inner.began.elapsed().as_millis();
        (self.inner.sink)(&format!(
            "{} {took} ms",
            self.inner.language.pick("ready after", "启动完成，用时")
        ));
    }

    /// The language it speaks.
    pub fn language(&self) -> Language {
        self.inner.language
    }

    fn end_step(&self) {
        if let Some((began, words)) = self.inner.step.lock().take() {
            (self.inner.sink)(&format!("  ✓ {words} ({} ms)", began.elapsed().as_millis()));
        }
    }
}
