//! The built web applications inside the binary.
//!
//! `cargo xtask dist` builds them into `web/dist` before the binary; in a debug build they are read from there at run
//! time, so that a rebuilt page shows without recompiling. Where nothing was built, [`stub`] says what to do.

use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "../../web/dist/desk"]
#[allow_missing = true]
struct Desk;

#[derive(RustEmbed)]
#[folder = "../../web/dist/widget"]
#[allow_missing = true]
struct Widget;

#[derive(RustEmbed)]
#[folder = "../../web/dist/shop"]
#[allow_missing = true]
struct Shop;

/// One of the web applications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebApp {
    /// What agents and administrators use.
    Desk,
    /// What customers see in a client's page.
    Widget,
    /// A client's shop, for the demonstration.
    Shop,
}

impl WebApp {
    /// By its folder's name.
    pub fn named(name: &str) -> Option<WebApp> {
        match name {
            "desk" => Some(WebApp::Desk),
            "widget" => Some(WebApp::Widget),
            "shop" => Some(WebApp::Shop),
            _ => None,
        }
    }

    fn embedded(self, path: &str) -> Option<EmbeddedFile> {
        match self {
            WebApp::Desk => Desk::get(path),
            WebApp::Widget => Widget::get(path),
            WebApp::Shop => Shop::get(path),
        }
    }

    /// The page with which the application begins.
    pub fn entry(self) -> &'static str {
        match self {
            WebApp::Desk | WebApp::Shop => "index.html",
            WebApp::Widget => "frame.html",
        }
    }
}

/// One built file.
#[derive(Debug, Clone)]
pub struct File {
    /// Its bytes; static in a release build.
    pub bytes: Cow<'static, [u8]>,
    /// The same, compressed when it was built, where that is worth it.
    pub gz: Option<Cow<'static, [u8]>>,
    /// Its `Content-Type`.
    pub mime: &'static str,
    /// Its name carries a hash, so it never changes.
    pub immutable: bool,
    /// A hash of its bytes, in hexadecimal.
    pub hash: String,
}

/// A file of an application by its path without a slash at the start. Compressed copies are not files of their own.
pub fn file(app: WebApp, path: &str) -> Option<File> {
    if path.ends_with(".gz") || path.contains("..") || path.contains('\\') || path.starts_with('/') {
        return None;
    }
    let found = app.embedded(path)?;
    let hash = found.metadata.sha256_hash().iter().take(12).map(|b| format!("{b:02x}")).collect();
    Some(File {
        bytes: found.data,
        gz: app.embedded(&format!("{path}.gz")).map(|f| f.data),
        mime: mime_of(path),
        immutable: path.starts_with("assets/"),
        hash,
    })
}

/// Was the application built?
pub fn is_built(app: WebApp) -> bool {
    app.embedded(app.entry()).is_some()
}

/// The page shown where an application was not built.
pub fn stub() -> &'static str {
    include_str!("stub.html")
}

fn mime_of(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folders_is_a_file() {
        for path in ["../Cargo.toml", "/etc/passwd", "a\\b", "index.html.gz", "no/such/file.js"] {
            assert!(file(WebApp::Desk, path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_stub_speaks_both_languages() {
        assert!(stub().contains("cargo xtask dist") && stub().contains("尚未构建"));
    }
}
