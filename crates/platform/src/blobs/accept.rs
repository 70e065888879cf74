//! A file as it comes from outside: what it is, what may be shown of it, what it may be called.

use super::disk::{BlobRef, Blobs};
use super::picture;
use crate::codes;
use bytes::Bytes;
use kernel::{Error, Result, TenantId};

/// Bytes of a file from outside at the most.
pub const FILE_MAX: usize = 20 * 1024 * 1024;
/// Characters of a file's name at the most.
const NAME_MAX: usize = 120;
/// The kinds that a browser may show in place: pictures that were encoded anew.
pub const MIMES_INLINE: &[&str] = &["image/png", "image/jpeg", "image/gif"];

/// What is known of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// A smaller one of at most 480 pixels, where the picture is larger, with its type.
    pub preview: Option<(BlobRef, &'static str)>,
}

/// A file that was taken in and lies on the disk; its rows are still to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The content.
    pub blob: BlobRef,
    /// What it is, by its first bytes; never by what the sender said.
    pub mime: &'static str,
    /// Its name as data: shown as text, offered when saving.
    pub name: String,
    /// Filled for pictures.
    pub picture: Option<Picture>,
}

impl Accepted {
    /// Everything to be recorded in the caller's transaction.
    pub fn blobs(&self) -> impl Iterator<Item = &BlobRef> {
        let preview = self.picture.as_ref().and_then(|p| p.preview.as_ref()).map(|(b, _)| b);
        std::iter::once(&self.blob).chain(preview)
    }
}

/// What the bytes are, by their first ones.
pub fn sniff(bytes: &[u8]) -> &'static str {
    match infer::get(bytes) {
        Some(kind) => kind.mime_type(),
        None if looks_like_text(bytes) => "text/plain",
        None => "application/octet-stream",
    }
}

fn looks_like_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    let whole = match std::str::from_utf8(head) {
        Ok(_) => true,
        // Cut within a character.
        Err(e) => e.error_len().is_none(),
    };
    whole && !head.contains(&0)
}

/// The last part of a name, without what could mislead: control and direction marks, path separators, leading dots.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let kept = last.chars().filter(|c| {
        !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    });
    let kept: Vec<char> = kept.map(|c| if "<>:\"|?*".contains(c) { '_' } else { c }).collect();
    let text: String = kept.iter().collect::<String>().trim().trim_start_matches('.').to_owned();
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= NAME_MAX {
        return if text.is_empty() { String::from("file") } else { text };
    }
    // The end tells what it is, so the middle goes.
    let (head, tail) = (&chars[..NAME_MAX - 20], &chars[chars.len() - 19..]);
    head.iter().chain(['…'].iter()).chain(tail).collect()
}

impl Blobs {
    /// Takes in a file from outside: finds out what it is, encodes pictures anew, makes a preview, and stores all of it
    /// durably. Errors: `blobs.too_large`, `blobs.image_too_large`, `store.full`.
    pub async fn accept(&self, tenant: TenantId, bytes: Bytes, name: &str) -> Result<Accepted> {
        if bytes.len() > FILE_MAX {
            return Err(Error::new(&codes::BLOB_TOO_LARGE).detail(format!("at most {FILE_MAX} bytes")));
        }
        let (this, name) = (self.clone(), clean_name(name));
        self.blocking(move || {
            let mime = sniff(&bytes);
            let Some(c) = picture::clean(&bytes, mime)? else {
                return Ok(Accepted { blob: this.put_now(tenant, &bytes)?, mime, name, picture: None });
            };
            let preview = match &c.preview {
                Some((b, mime)) => Some((this.put_now(tenant, b)?, *mime)),
                None => None,
            };
            let picture = Some(Picture { width: c.width, height: c.height, preview });
            Ok(Accepted { blob: this.put_now(tenant, &c.bytes)?, mime: c.mime, name, picture })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_data() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\x\\发票.pdf"), "发票.pdf");
        assert_eq!(clean_name("a\u{202e}fdp.exe\r\n"), "afdp.exe");
        assert_eq!(clean_name("<img src=x>.png"), "_img src=x_.png");
        assert_eq!(clean_name("..."), "file");
        let long = clean_name(&format!("{}.tar.gz", "a".repeat(300)));
        assert!(long.chars().count() <= NAME_MAX && long.ends_with(".tar.gz"));
    }

    #[test]
    fn what_a_file_is_stands_in_its_first_bytes() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png");
        assert_eq!(sniff(b"%PDF-1.7"), "application/pdf");
        assert_eq!(sniff("订单号".as_bytes()), "text/plain");
        assert_eq!(sniff(&[0, 1, 2, 3]), "application/octet-stream");
    }
}
