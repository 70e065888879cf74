//! The route of the catalogue.

use super::catalogue::ALL;
use super::model::{Metric, Of, Unit};
use accounts::Caller;
use axum::Json;
use platform::App;
use platform::web::{Answer, Listing};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A metric with its definition.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Metric)]
pub struct MetricView {
    /// Its name in the API; never changes.
    pub id: &'static str,
    /// Grows when the definition changes.
    pub version: u32,
    /// English name.
    pub en: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// Definition in English.
    pub about_en: &'static str,
    /// Definition in Chinese.
    pub about_zh: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Is it one sum over another?
    pub ratio: bool,
    /// With fewer than this it says little.
    pub sample_min: i64,
    /// Can its conversations be listed?
    pub has_conversations: bool,
}

impl From<&'static Metric> for MetricView {
    fn from(m: &'static Metric) -> MetricView {
        MetricView {
            id: m.id,
            version: m.version,
            en: m.en,
            zh: m.zh,
            about_en: m.about_en,
            about_zh: m.about_zh,
            unit: m.unit,
            ratio: matches!(m.of, Of::Ratio(..)),
            sample_min: m.sample_min,
            has_conversations: m.slice.is_some(),
        }
    }
}

/// Every metric with its definition, in the order in which people read them.
#[utoipa::path(get, path = "/api/v1/metrics", tag = "insight", operation_id = "list_metrics",
    responses((status = 200, body = Listing<MetricView>)))]
async fn list(caller: Caller) -> Answer<Json<Listing<MetricView>>> {
    let _ = caller;
    Ok(Json(Listing::whole(ALL.iter().map(MetricView::from).collect())))
}
