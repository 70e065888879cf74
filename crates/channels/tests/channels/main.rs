//! Channels, through what their customers and sources use: routes, sockets, the store behind them.

mod api;
mod contract;
mod email;
mod identity;
mod joining;
mod judging;
mod live;
mod mailboxes;
mod stage;
mod transcripts;
mod visits;
mod ways;
mod webchat;
