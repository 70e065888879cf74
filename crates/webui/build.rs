//! Makes the crate follow what `cargo xtask dist` built: new files appear in the binary without a change of source.
//! The folders are made where they are missing, because Cargo takes a missing one for a change at every build.

fn main() {
    for app in ["desk", "widget", "shop"] {
        let folder = format!("../../web/dist/{app}");
        // Where it cannot be made (a read-only source), the binary has the stub page, and that is all.
        let _ = std::fs::create_dir_all(&folder);
        println!("cargo:rerun-if-changed={folder}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
