//! Segments, merging, duplicates, the block list, import and export over HTTP, on both engines.

mod blocks;
mod desk;
mod duplicates;
mod hostile;
mod measure;
mod merges;
mod segments;
mod tables;
