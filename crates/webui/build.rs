//! Makes the crate follow what `cargo xtask dist` built: new files appear in the binary without a change of source.

fn main() {
    for app in ["desk", "widget", "shop"] {
        println!("cargo:rerun-if-changed=../../web/dist/{app}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
