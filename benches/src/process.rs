//! What Linux tells about a process: CPU used, memory held, and how busy the machine is.

use crate::fault::{Fault, Outcome, While};
use std::fs;

/// `/proc` counts CPU in these: USER_HZ is 100 on every Linux that Rust runs on (proc(5)).
const TICK_US: u64 = 10_000;
/// Open files this process and its children ask for.
const FILES: u64 = 65_536;

/// CPU used so far by all threads of a process, user and system, in µs (to 10 ms).
pub fn cpu_us(pid: u32) -> Outcome<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).while_("reading CPU used")?;
    // The name may hold blanks, so counting starts behind its closing bracket: utime and stime are then 11 and 12.
    let after = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    Ok(ticks * TICK_US)
}

fn kb_of(path: &str, name: &str) -> Outcome<u64> {
    let text = fs::read_to_string(path).while_("reading memory held")?;
    let line = text.lines().find_map(|l| l.strip_prefix(name));
    let number = line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse().ok());
    number.ok_or_else(|| Fault::new(format!("{path} has no {name}")))
}

/// Memory of a process in RAM, in kB.
pub fn rss_kb(pid: u32) -> Outcome<u64> {
    kb_of(&format!("/proc/{pid}/status"), "VmRSS:")
}

/// Memory of a process with shared pages counted in part, in kB.
pub fn pss_kb(pid: u32) -> Outcome<u64> {
    kb_of(&format!("/proc/{pid}/smaps_rollup"), "Pss:")
}

/// Load of the machine over the last minute.
pub fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0.0)
}

/// Asks a process to end.
#[expect(unsafe_code, reason = "there is no safe kill(2) in the standard library")]
pub fn terminate(pid: u32) {
    // SAFETY: kill takes two numbers and touches no memory of ours; a pid that is gone is an error we do not need.
    unsafe { libc::kill(pid as libc::pid_t, libc::SIGTERM) };
}

/// Raises the limit of open files for this process and those it starts, as far as the system lets it.
#[expect(unsafe_code, reason = "there is no safe setrlimit(2) in the standard library")]
pub fn allow_many_files() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls get a valid pointer to one rlimit that outlives them.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
            limit.rlim_cur = FILES.min(limit.rlim_max);
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_cpu_and_memory() {
        let me = std::process::id();
        assert!(rss_kb(me).expect("Linux tells") > 100);
        assert!(pss_kb(me).expect("Linux tells") > 10);
        let before = cpu_us(me).expect("Linux tells");
        let mut x = 1_u64;
        while cpu_us(me).expect("Linux tells") < before + TICK_US {
            x = std::hint::black_box(x.wrapping_mul(31));
        }
    }
}
