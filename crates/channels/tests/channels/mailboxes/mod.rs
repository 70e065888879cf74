//! Mailboxes: settings, fetching from a real dovecot, the test button, and the door of our own.

mod answering;
mod door;
mod fetching;
mod house;
mod scripted;
mod settings;
mod trial;
