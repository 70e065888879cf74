//! The web applications: packages installed when their lock changed, built, and compressed for the binary.

use super::{Done, Failed, needs, root, step};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::Command;

/// Compresses what was built, so that the server never has to.
const COMPRESS: &str = "
const fs = require('node:fs'), path = require('node:path'), zlib = require('node:zlib');
const worth = /\\.(js|mjs|css|svg|json|html|txt|webmanifest)$/;
for (const entry of fs.readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath ?? entry.path, entry.name);
  if (!entry.isFile() || !worth.test(file)) continue;
  const bytes = fs.readFileSync(file);
  if (bytes.length < 1024) continue;
  fs.writeFileSync(file + '.gz', zlib.gzipSync(bytes, { level: 9 }));
}";

/// A script of the web workspace.
pub fn npm(args: &[&str]) -> Command {
    let mut c = step::command("npm", args);
    c.current_dir(root().join("web"));
    c
}

/// Installs the packages if the lock changed since the last time.
pub fn install() -> Done {
    let web = root().join("web");
    let lock = std::fs::read(web.join("package-lock.json"))
        .map_err(|e| Failed(format!("web/package-lock.json: {e}")))?;
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    let mark = web.join("node_modules/.hark-lock");
    let now = format!("{:016x}", hasher.finish());
    if std::fs::read_to_string(&mark).is_ok_and(|seen| seen == now) {
        return Ok(());
    }
    step::run("install the web packages", &mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    std::fs::write(mark, now)?;
    Ok(())
}

/// Installs, builds and compresses.
pub fn build() -> Done {
    needs::ensure(&[needs::NODE])?;
    install()?;
    step::run("build the web applications", &mut npm(&["run", "build"]))?;
    let mut node = step::command("node", &["-e", COMPRESS]);
    node.current_dir(root().join("web"));
    step::run("compress the web applications", &mut node).map(|_| ())
}
