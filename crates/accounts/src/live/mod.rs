//! The staff's socket: who may open it, and what it may see at each moment.

mod http;
mod presenter;
mod viewer;

pub(crate) use http::routes;
pub(crate) use presenter::SettingsPresenter;
pub(crate) use viewer::StaffViewer;
pub use viewer::{Opened, Places, viewer};
