//! What mails say, through the public functions: bounces of many servers, quotes of many programs, hostile bytes, and mails
//! of our own that parse back.

mod bounces;
mod building;
mod contents;
mod corpus;
mod oracle;
mod shown;
