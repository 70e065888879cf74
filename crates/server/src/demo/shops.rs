//! What the demonstration leaves in the data folder: the keys of its shops' inboxes, and its logins.

use super::Login;
use crate::folder::demo_file_in;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// `demo.json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct File {
    /// Shop → (its inbox's key, its name).
    pub shops: BTreeMap<String, (String, String)>,
    /// Who can sign in.
    pub logins: Vec<Login>,
}

/// The file of this folder, if there is one.
pub fn read_file(data: &Path) -> Option<File> {
    let text = std::fs::read_to_string(demo_file_in(data)).ok()?;
    serde_json::from_str(&text).ok()
}

/// The shops of the demonstration; none where it is not loaded. A port.
#[derive(Debug, Clone, Default)]
pub struct Shops {
    shops: BTreeMap<String, (String, String)>,
}

impl Shops {
    /// As this folder has them.
    pub fn read(data: &Path) -> Shops {
        Shops { shops: read_file(data).map(|f| f.shops).unwrap_or_default() }
    }

    /// Are there any?
    pub fn is_empty(&self) -> bool {
        self.shops.is_empty()
    }

    /// The key of a shop's inbox, and the shop's name.
    pub fn of(&self, shop: &str) -> Option<(&str, &str)> {
        self.shops.get(shop).map(|(key, name)| (key.as_str(), name.as_str()))
    }
}
