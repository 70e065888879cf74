//! The content security policies of the pages that the server itself answers.

use platform::Settings;

/// The desk: its own scripts only, styles with this answer's nonce, pictures also from the files' origin.
pub fn desk(settings: &Settings, nonce: &str) -> String {
    let files = &settings.files_url;
    let socket = settings.desk_url.replacen("http", "ws", 1);
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' {files} data: blob:; media-src 'self' {files} blob:; connect-src 'self' {socket}; \
         font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    )
}

/// The demonstration's page: its own files, and the widget's frame from the same origin.
pub const SHOP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// A page of ours without scripts.
pub const PLAIN: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
