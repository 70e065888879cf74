//! The floor of keeping anything: one write and one `fdatasync`.

use crate::driver::histogram;
use crate::fault::Outcome;
use crate::report::percentiles;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes of one write.
const PAGE: usize = 4_096;

/// Measures for a time and prints the latencies in ms.
pub fn measure(folder: &Path, seconds: u64) -> Outcome<()> {
    let path = folder.join("sync.bin");
    let mut file = File::create(&path)?;
    let page = [b'x'; PAGE];
    let mut latencies = histogram();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(seconds) {
        let at = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        latencies.saturating_record(at.elapsed().as_micros() as u64);
    }
    std::fs::remove_file(&path)?;
    let per_s = latencies.len() as f64 / began.elapsed().as_secs_f64();
    println!(
        "{}",
        serde_json::json!({ "syncs_per_s": per_s.round(), "percentiles": percentiles(&latencies) })
    );
    Ok(())
}
