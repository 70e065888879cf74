//! The description of the API, read back: operations, the objects they name, and bodies that fit them.

use super::Places;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// How deep a made-up body may nest.
const DEPTH: usize = 6;

/// One operation.
#[derive(Clone)]
pub struct Operation {
    /// Its name.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path with `{names}`.
    pub path: String,
    /// Names in the path.
    pub path_params: Vec<String>,
    /// Query parameters: name, kind of object (empty if none), required.
    pub query: Vec<(String, String, bool)>,
    /// Those query parameters that are one of listed words.
    pub words: Vec<String>,
    /// The body's type and shape.
    pub body: Option<(String, Value)>,
}

/// All of them.
pub struct Api {
    /// The operations.
    pub operations: Vec<Operation>,
    schemas: Value,
}

/// `TenantId` → `tenant`.
fn kind_of(name: &str) -> Option<String> {
    name.strip_suffix("Id").map(str::to_lowercase)
}

fn in_an_hour() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    now.as_millis() as u64 + 3_600_000
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str().and_then(|r| r.rsplit('/').next())
}

impl Api {
    /// From the program's own description.
    pub fn read() -> Api {
        let all: Value = serde_json::from_str(&server::openapi()).expect("is JSON");
        let mut operations = vec![];
        for (path, methods) in all["paths"].as_object().expect("paths") {
            for (method, o) in methods.as_object().expect("methods") {
                let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
                operations.push(operation(path, method, o));
            }
        }
        Api { operations, schemas: all["components"]["schemas"].clone() }
    }

    /// The desk's: everything under `/api/v1` but the socket, which has tests of its own.
    pub fn desk(&self) -> Vec<Operation> {
        self.operations
            .iter()
            .filter(|o| o.path.starts_with("/api/v1/") && o.id != "open_live")
            .cloned()
            .collect()
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        reference(schema).map_or(schema, |name| &self.schemas[name])
    }

    /// The fields of a body.
    pub fn fields(&self, schema: &Value) -> Map<String, Value> {
        self.resolved(schema)["properties"].as_object().cloned().unwrap_or_default()
    }

    /// The kind of object that a field names by id, perhaps in a list.
    pub fn names(&self, schema: &Value) -> Option<String> {
        if let Some(kind) = reference(schema).and_then(kind_of) {
            return Some(kind);
        }
        let first = schema["oneOf"].as_array().into_iter().flatten();
        first.chain([&schema["items"]]).find_map(|s| reference(s).and_then(kind_of))
    }

    /// The shapes that a value may have.
    pub fn alternatives<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let s = self.resolved(schema);
        match s["oneOf"].as_array() {
            Some(any) => any.iter().filter(|s| s["type"] != "null").map(|s| self.resolved(s)).collect(),
            None => vec![s],
        }
    }

    /// Has it exactly one field, as one of several shapes?
    pub fn is_one_of(&self, schema: &Value) -> bool {
        schema["properties"].as_object().is_some_and(|p| p.len() == 1) && schema["required"].is_array()
    }

    /// Does it have fields of its own?
    pub fn is_object(&self, schema: &Value) -> bool {
        self.alternatives(self.inner(schema)).iter().any(|s| s["properties"].is_object())
    }

    /// Is it a list?
    pub fn is_list(&self, schema: &Value) -> bool {
        let kind = &self.resolved(schema)["type"];
        *kind == "array" || kind[0] == "array"
    }

    /// What is in a list, or the value itself.
    pub fn inner<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if self.is_list(schema) { &self.resolved(schema)["items"] } else { schema }
    }

    /// A body that fits: what is required, or one field where nothing is.
    pub fn body(&self, schema: &Value, of: &Places) -> Value {
        self.sample(schema, "", of, 0)
    }

    fn sample(&self, schema: &Value, name: &str, of: &Places, depth: usize) -> Value {
        if depth > DEPTH {
            return Value::Null;
        }
        if let Some(kind) = reference(schema).and_then(kind_of) {
            return json!(of.id(&kind));
        }
        let s = self.resolved(schema);
        if let Some(first) = s["enum"].as_array().and_then(|e| e.first()) {
            return first.clone();
        }
        if let Some(any) = s["oneOf"].as_array().or(s["anyOf"].as_array()).or(s["allOf"].as_array()) {
            let first = any.iter().find(|s| s["type"] != "null").unwrap_or(&Value::Null);
            return self.sample(first, name, of, depth + 1);
        }
        let kind = match &s["type"] {
            Value::Array(kinds) => kinds[0].as_str().unwrap_or(""),
            one => one.as_str().unwrap_or(""),
        };
        match kind {
            "string" => json!(of.words(name)),
            "integer" | "number" if name == "until" || name.ends_with("_at") => json!(in_an_hour()),
            "integer" | "number" => json!(1),
            "boolean" => json!(false),
            "array" if name == "permissions" => json!(["conversations.read"]),
            "array" => json!([]),
            "object" => self.object(s, of, depth),
            _ => Value::Null,
        }
    }

    fn object(&self, s: &Value, of: &Places, depth: usize) -> Value {
        let Some(fields) = s["properties"].as_object() else { return json!({}) };
        let required: Vec<&str> =
            s["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let plain = ["name", "name_en", "enabled", "add", "density"];
        let mut chosen = required;
        if chosen.is_empty() && depth == 0 {
            chosen.extend(plain.iter().find(|p| fields.contains_key(**p)));
        }
        let of_field = |f: &&str| ((*f).to_owned(), self.sample(&fields[*f], f, of, depth + 1));
        Value::Object(chosen.iter().map(of_field).collect())
    }
}

fn operation(path: &str, method: Method, o: &Value) -> Operation {
    let params = o["parameters"].as_array().cloned().unwrap_or_default();
    let named = |place: &str| params.iter().filter(|p| p["in"] == place).cloned().collect::<Vec<_>>();
    let name = |p: &Value| p["name"].as_str().unwrap_or("").to_owned();
    let query = |p: &Value| {
        let kind = reference(&p["schema"]).and_then(kind_of).unwrap_or_default();
        (name(p), kind, p["required"] == true)
    };
    let content = o["requestBody"]["content"].as_object().and_then(|c| c.iter().next());
    // The names in braces, not those described: what is not described must not escape.
    let braces = path.split('{').skip(1).filter_map(|p| p.split('}').next().map(str::to_owned)).collect();
    Operation {
        id: o["operationId"].as_str().unwrap_or("").to_owned(),
        method,
        path: path.to_owned(),
        path_params: braces,
        query: named("query").iter().map(query).collect(),
        words: named("query").iter().filter(|p| p["schema"]["enum"].is_array()).map(name).collect(),
        body: content.map(|(kind, c)| (kind.clone(), c["schema"].clone())),
    }
}

impl Operation {
    /// The path with these objects' ids, and what the query requires.
    pub fn address(&self, of: &Places) -> String {
        let mut path = self.path.clone();
        for name in &self.path_params {
            path = path.replace(&format!("{{{name}}}"), &of.id(name));
        }
        for (i, (name, kind, _)) in self.query.iter().filter(|q| q.2).enumerate() {
            let value = match kind.as_str() {
                "" => of.words(name),
                // Beside one of its kind in the path another is meant.
                kind if self.path_params.iter().any(|p| p == kind) => of.second(kind),
                kind => of.id(kind),
            };
            path.push_str(&format!("{}{name}={}", if i == 0 { "?" } else { "&" }, value.replace(' ', "%20")));
        }
        path
    }

    /// Does it only look?
    pub fn reads(&self) -> bool {
        self.method == Method::GET
    }
}
