//! The catalogue of metrics: what each figure is, in words and in sums.
//!
//! There is one catalogue. The monitor, the wallboard, thresholds, reports and files show its entries and nothing else, and
//! link each figure to its entry. Definitions follow the usual ones of the trade (COPC, ISO 18295, GB/T 33358); where a rule
//! has variants, the entry says which one holds.

mod catalogue;
mod http;
mod model;

pub use catalogue::{AGENT_DAY, ALL, LINE_DAY, LIVE, OWN_DAY, by_id};
pub use http::routes;
pub use model::{Behind, Figure, Metric, Of, Slice, Unit, figures};
