//! The description of the API, put together from the routes themselves.

use platform::Registry;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, SecurityRequirement};

/// The OpenAPI 3.1 description of `/api/v1`, the widget's calls and the API inbox, as JSON with two spaces.
pub fn openapi() -> String {
    let mut registry = Registry::default();
    crate::areas::register(&mut registry);
    let all = describe(&registry);
    let mut text = serde_json::to_string_pretty(&all).expect("invariant: a description is plain data");
    text.push('\n');
    text
}

/// The description of what these routes are.
pub fn describe(registry: &Registry) -> OpenApi {
    let mut all = head();
    all.merge(registry.desk.get_openapi().clone());
    all.merge(registry.public.get_openapi().clone());
    all.merge(registry.files.get_openapi().clone());
    let components = all.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token.")).build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::with_description("hark_session", "The desk's session.");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    all
}

fn head() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Hark")
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(license))
        .description(Some(
            "Ids are strings, times are milliseconds since 1970 (UTC). Lists answer `{items, next}` and go on with \
             `?cursor=next`. Refusals are RFC 9457 problems with a stable `code`.",
        ))
        .build();
    let either: [SecurityRequirement; 2] = [
        SecurityRequirement::new("token", Vec::<String>::new()),
        SecurityRequirement::new("session", Vec::<String>::new()),
    ];
    OpenApiBuilder::new().info(info).security(Some(either)).build()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    fn references<'a>(v: &'a Value, out: &mut Vec<&'a str>) {
        match v {
            Value::Object(o) => {
                out.extend(o.get("$ref").and_then(Value::as_str));
                o.values().for_each(|v| references(v, out));
            }
            Value::Array(a) => a.iter().for_each(|v| references(v, out)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere_and_words_are_those_that_are_sent() {
        let all: Value = serde_json::from_str(&super::openapi()).expect("is JSON");
        let mut seen = vec![];
        references(&all, &mut seen);
        assert!(seen.len() > 500, "{}", seen.len());
        let lost: Vec<_> = seen.iter().filter(|r| all.pointer(&r[1..]).is_none()).collect();
        assert!(lost.is_empty(), "{lost:?}");
        let words = |name: &str| all["components"]["schemas"][name]["enum"].to_string();
        assert_eq!(words("Status"), r#"["open","snoozed","resolved"]"#);
        assert_eq!(words("Waiting"), r#"["agent","customer","none"]"#);
        assert_eq!(words("Outcome"), r#"["solved","unsolved","follow_up"]"#);
        assert_eq!(words("DeliveryStatus"), r#"["pending","delivered","failed"]"#);
    }
}
