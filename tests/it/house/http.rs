//! Somebody at the desk: asks over HTTP and holds every answer against what each answer must be.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// An answer.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null where it is none.
    pub json: Value,
}

impl Reply {
    /// The code of a refusal.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or("")
    }

    /// Was the body refused before anybody looked at what it says? Then the call proved nothing.
    pub fn is_unread(&self) -> bool {
        self.status >= 400 && self.json["detail"].as_str().is_some_and(|d| d.starts_with("line "))
    }

    /// What a refusal tells, without what differs from call to call.
    pub fn tells(&self) -> String {
        let j = &self.json;
        format!("{} {} {} {} {}", self.status, self.code(), j["title"], j["detail"], j["fields"])
    }
}

/// Somebody, with their proof.
#[derive(Clone)]
pub struct Person {
    client: Client,
    at: SocketAddr,
    origin: String,
    /// A proof of who it is: header and value.
    pub proof: Option<(reqwest::header::HeaderName, String)>,
    /// Their user, where there is one.
    pub user: String,
    /// The token, where there is one.
    pub token: Option<String>,
}

impl Person {
    /// Somebody without any proof, in front of this listener.
    pub fn at(at: SocketAddr, origin: &str) -> Person {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let client = client.build().expect("a client");
        Person { client, at, origin: origin.to_owned(), proof: None, user: String::new(), token: None }
    }

    /// The same place without proof.
    pub fn stripped(&self) -> Person {
        Person { proof: None, token: None, user: String::new(), ..self.clone() }
    }

    /// The same place with an API token.
    pub fn bearing(&self, token: &str) -> Person {
        let proof = Some((AUTHORIZATION, format!("Bearer {token}")));
        Person { proof, token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same place with a visitor's token.
    pub fn visiting(&self, token: &str) -> Person {
        let proof = Some((AUTHORIZATION, format!("Visitor {token}")));
        Person { proof, token: Some(token.to_owned()), ..self.stripped() }
    }

    /// This place with somebody else's proof.
    pub fn proving(&self, other: &Person) -> Person {
        Person { proof: other.proof.clone(), ..self.clone() }
    }

    /// Signs in.
    pub async fn sign_in(&self, login: &str, password: &str) -> Person {
        let nobody = self.stripped();
        let r = nobody.post("/api/v1/session", json!({"login": login, "password": password})).await;
        assert_eq!(r.status, 200, "{login}: {}", r.text);
        let cookies = r.headers.get_all(SET_COOKIE).iter().filter_map(|v| v.to_str().ok());
        let pairs: Vec<&str> = cookies.filter_map(|c| c.split(';').next()).collect();
        Person { proof: Some((COOKIE, pairs.join("; "))), user: super::text(&r.json["user"], "id"), ..nobody }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Reply {
        self.ask(Method::GET, path, None).await
    }

    /// `POST`.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// `POST` that must succeed.
    pub async fn make(&self, path: &str, body: Value) -> Value {
        let r = self.post(path, body).await;
        assert!((200..300).contains(&r.status), "POST {path}: {} {}", r.status, r.text);
        r.json
    }

    /// `GET` that must succeed.
    pub async fn read(&self, path: &str) -> Value {
        let r = self.get(path).await;
        assert_eq!(r.status, 200, "GET {path}: {}", r.text);
        r.json
    }

    /// Any method with a JSON body.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let body = body.map(|b| ("application/json", b.to_string().into_bytes()));
        self.send(method, path, body, &[]).await
    }

    /// Any method, any body, more headers.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let what = format!("{method} {path}");
        let mut request = self.client.request(method, format!("http://{}{path}", self.at));
        if !headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("origin")) {
            request = request.header(ORIGIN, &self.origin);
        }
        if let Some((name, value)) = &self.proof {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((kind, bytes)) = body {
            request = request.header(CONTENT_TYPE, kind).body(bytes);
        }
        let answer = request.send().await.unwrap_or_else(|e| panic!("{what}: {e:?}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap_or_else(|e| panic!("{what}: {e:?}"));
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        let reply = Reply { status, headers, text, json };
        reply.is_dressed(&what);
        reply
    }
}

impl Reply {
    /// What every answer of every origin carries, and what every refusal is.
    fn is_dressed(&self, what: &str) {
        let header = |name: &str| self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
        assert_eq!(header("x-content-type-options"), "nosniff", "{what}: {}", self.status);
        assert!(!header("content-security-policy").is_empty(), "{what}: no policy, {}", self.status);
        assert!(!header("x-request-id").is_empty(), "{what}: no number, {}", self.status);
        if what.contains("/api/v1/") {
            assert!(header("cache-control").contains("no-store"), "{what}: {}", header("cache-control"));
        }
        if self.status >= 400 && what.contains("/api/v1/") {
            assert_eq!(
                header("content-type"),
                "application/problem+json",
                "{what}: {} {}",
                self.status,
                self.text
            );
            assert!(!self.code().is_empty(), "{what}: {} without a code: {}", self.status, self.text);
        }
    }
}
