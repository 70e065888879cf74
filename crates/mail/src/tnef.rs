//! The files inside a `winmail.dat` (Microsoft's TNEF, MS-OXTNEF), by a walk over its attributes within bounds.
//!
//! Only titles and contents of files are read; properties, and the text that Outlook keeps there a second time, are not.

use crate::clean;
use crate::limits::{TNEF_ATTRIBUTES_MAX, TNEF_FILES_MAX};

const SIGNATURE: u32 = 0x223E_9F78;
/// `attAttachRendData`: the next file begins.
const FILE_BEGINS: u32 = 0x0006_9002;
/// `attAttachTitle`.
const TITLE: u32 = 0x0001_8010;
/// `attAttachData`.
const DATA: u32 = 0x0006_800F;

/// A file inside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// Its name, cleaned.
    pub name: String,
    /// Where it lies in the `winmail.dat`.
    pub bytes: std::ops::Range<usize>,
}

fn u32_at(raw: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(raw.get(at..at + 4)?.try_into().ok()?))
}

/// The files, and whether the walk came to the end.
pub fn files(raw: &[u8]) -> (Vec<File>, bool) {
    let mut out: Vec<File> = vec![];
    if u32_at(raw, 0) != Some(SIGNATURE) {
        return (out, false);
    }
    let mut at = 6;
    for _ in 0..TNEF_ATTRIBUTES_MAX {
        if at >= raw.len() {
            return (named(out), true);
        }
        let (Some(id), Some(len)) = (u32_at(raw, at + 1), u32_at(raw, at + 5)) else { break };
        let from = at + 9;
        let Some(end) =
            usize::try_from(len).ok().and_then(|l| from.checked_add(l)).filter(|e| *e <= raw.len())
        else {
            break;
        };
        match id {
            FILE_BEGINS if out.len() >= TNEF_FILES_MAX => break,
            FILE_BEGINS => out.push(File::default()),
            TITLE => {
                let title = raw[from..end].split(|b| *b == 0).next().unwrap_or(b"");
                if let Some(file) = out.last_mut() {
                    file.name = crate::charset::decode(title, None).text;
                }
            }
            DATA => {
                if let Some(file) = out.last_mut() {
                    file.bytes = from..end;
                }
            }
            _ => {}
        }
        // A sum of two bytes follows.
        at = end + 2;
    }
    (named(out), false)
}

fn named(files: Vec<File>) -> Vec<File> {
    let name = |(i, f): (usize, File)| File {
        name: clean::file_name(&f.name).unwrap_or_else(|| format!("file-{}", i + 1)),
        ..f
    };
    files.into_iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(id: u32, value: &[u8]) -> Vec<u8> {
        let len = u32::try_from(value.len()).expect("short");
        [&[2][..], &id.to_le_bytes(), &len.to_le_bytes(), value, &[0, 0]].concat()
    }

    #[test]
    fn files_are_found_within_bounds() {
        let head = [&SIGNATURE.to_le_bytes()[..], &[1, 0]].concat();
        let one = [
            attribute(FILE_BEGINS, &[0; 14]),
            attribute(TITLE, b"..\\offer.txt\0"),
            attribute(DATA, b"hello"),
        ]
        .concat();
        let raw = [head.clone(), one.clone()].concat();
        let (files, whole) = super::files(&raw);
        assert!(whole);
        assert_eq!((files[0].name.as_str(), &raw[files[0].bytes.clone()]), ("offer.txt", &b"hello"[..]));
        let many = [head.clone(), one.repeat(TNEF_FILES_MAX + 5)].concat();
        assert_eq!(super::files(&many).0.len(), TNEF_FILES_MAX);
        let lying = [head, [2, 0, 0, 0, 0, 255, 255, 255, 255].to_vec()].concat();
        assert!(!super::files(&lying).1);
        for cut in 0..raw.len() {
            let _ = super::files(&raw[..cut]);
        }
    }
}
