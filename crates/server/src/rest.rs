//! Memory at rest: what the start needed and nothing needs any more goes back to the machine.
//!
//! The start reads tables, builds pictures of them and runs code that is never run again. The allocator keeps what was
//! freed until its thread works again, which a resting one does not, and the kernel keeps 64 KB of the program mapped
//! around each place that was ever run. Both are given back once things have settled; what is used again comes back from the
//! page cache at the cost of a soft fault.
//!
//! SQLite takes its memory from the C library, which would give the end of its heap back and fault it in again with every
//! statement that needs a table of its own: that is kept ([`keep_freed`]) until the rest.

use std::time::Duration;

/// After the start things have settled.
const SETTLED: Duration = Duration::from_secs(20);

/// The C library keeps so much freed memory at the end of each of its heaps, in bytes.
#[cfg(target_env = "gnu")]
const KEPT: libc::c_int = 8 << 20;

/// Lets the C library keep what it freed, for the next statement. Before any thread is there.
pub fn keep_freed() {
    // SAFETY: sets a number; it may be called at any time, and fails only by answering 0.
    #[cfg(target_env = "gnu")]
    #[allow(unsafe_code)]
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
    }
}

/// Gives back what the start left, once.
pub async fn after_start() {
    tokio::time::sleep(SETTLED).await;
    give_back();
}

/// Gives back what was freed and unmaps the program's own code until it runs again.
fn give_back() {
    // SAFETY: neither takes a pointer; they walk the allocators' own lists, which they lock.
    #[allow(unsafe_code)]
    unsafe {
        libmimalloc_sys::mi_collect(true);
        #[cfg(target_env = "gnu")]
        libc::malloc_trim(0);
    }
    #[cfg(target_os = "linux")]
    for (from, to) in code() {
        // SAFETY: a private, read-only mapping of a file that nobody has written to; its pages are read from the file
        // again at the next use. Where the kernel refuses, the memory stays, and that is all.
        #[allow(unsafe_code)]
        unsafe {
            libc::madvise(from as *mut libc::c_void, to - from, libc::MADV_DONTNEED);
        }
    }
}

/// Where code of files is mapped: readable and executable, never writable.
#[cfg(target_os = "linux")]
fn code() -> Vec<(usize, usize)> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    maps.lines().filter_map(mapped_code).collect()
}

#[cfg(target_os = "linux")]
fn mapped_code(line: &str) -> Option<(usize, usize)> {
    let mut words = line.split_whitespace();
    let (span, rights) = (words.next()?, words.next()?);
    if rights != "r-xp" || !words.nth(3)?.starts_with('/') {
        return None;
    }
    let (from, to) = span.split_once('-')?;
    Some((usize::from_str_radix(from, 16).ok()?, usize::from_str_radix(to, 16).ok()?))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_code_of_files_is_unmapped() {
        let code = "55a93b0f8000-55a93cf70000 r-xp 00d2f000 fe:00 10010686                   /usr/bin/hark";
        assert_eq!(mapped_code(code), Some((0x55a9_3b0f_8000, 0x55a9_3cf7_0000)));
        assert_eq!(mapped_code("55a93b0f8000-55a93cf70000 rw-p 00d2f000 fe:00 10010686 /usr/bin/hark"), None);
        assert_eq!(
            mapped_code("7ffd1a5fe000-7ffd1a600000 r-xp 00000000 00:00 0                  [vdso]"),
            None
        );
        assert_eq!(mapped_code(""), None);
    }

    #[test]
    fn a_program_that_gave_back_goes_on() {
        let kept = vec![7_u8; 1 << 20];
        let before = mapped_kb();
        give_back();
        let after = mapped_kb();
        assert!(after < before, "{after} kB of files are mapped after, {before} before");
        assert!(kept.iter().all(|b| *b == 7));
    }

    fn mapped_kb() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
        let line = status.lines().find_map(|l| l.strip_prefix("RssFile:")).expect("it tells of files");
        line.trim().trim_end_matches("kB").trim().parse().expect("a number")
    }
}
