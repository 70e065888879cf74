//! Views: saved lists of conversations, one's own or shared with a line, a team or a client.
//!
//! A view is a filter (conditions joined by "all" or "any", with one level of groups), an order, and what its rows show.
//! A filter is never turned into text for the store: [`plan`] takes from it what narrows (states, lines, agents), the
//! statements of [`store`] walk one index each and answer places in the order of the list, and [`filter`] decides on each
//! row. What is looked at for one page has a bound; where it is reached, the page ends early and says where to go on.
//!
//! Invariant: a view shows what its reader may see, whoever made it. Who does not hold `conversations.all` on a line sees
//! of it what they hold, what they follow, and what waits for an agent.

mod filter;
mod http;
mod plan;
mod saved;
mod scan;
mod store;

pub use filter::{Condition, Field, Filter, Group, Join, Op, Seen};
pub use http::routes;
