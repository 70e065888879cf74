//! Channels, through what their customers and sources use: routes, sockets, the store behind them.

mod api;
mod contract;
mod live;
mod stage;
mod webchat;
