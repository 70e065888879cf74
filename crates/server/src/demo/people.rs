//! Somebody at the interfaces: asks the routers as a browser would, without a network.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use axum::response::Response;
use kernel::{Error, Result};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tower::ServiceExt;

/// An answer at the most, in bytes.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// One of them.
pub struct Person {
    router: Router,
    origin: String,
    proof: Proof,
}

enum Proof {
    /// A member of staff, signed in again whenever the session has ended.
    Staff { login: String, password: String, cookie: Mutex<String> },
    /// A visitor, by token.
    Visitor { token: String },
    /// Nobody yet.
    Nobody,
}

impl Person {
    /// A member of staff at the desk.
    pub fn staff(router: &Router, origin: &str, login: &str, password: &str) -> Person {
        let proof = Proof::Staff { login: login.into(), password: password.into(), cookie: Mutex::default() };
        Person { router: router.clone(), origin: origin.into(), proof }
    }

    /// Somebody who has just opened a page with the widget.
    pub fn nobody(router: &Router, origin: &str) -> Person {
        Person { router: router.clone(), origin: origin.into(), proof: Proof::Nobody }
    }

    /// Somebody whom the widget knows.
    pub fn visitor(router: &Router, origin: &str, token: &str) -> Person {
        let proof = Proof::Visitor { token: token.into() };
        Person { router: router.clone(), origin: origin.into(), proof }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, None).await
    }

    /// `POST`.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Any method. A refusal is an error that names what was asked and what was answered.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut answer = self.send(&method, path, &body).await?;
        if answer.status() == 401 && matches!(self.proof, Proof::Staff { .. }) {
            self.sign_in().await?;
            answer = self.send(&method, path, &body).await?;
        }
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), ANSWER_MAX)
            .await
            .map_err(|e| Error::internal("an answer").detail(e.to_string()))?;
        if !status.is_success() {
            let text = String::from_utf8_lossy(&bytes);
            let what = format!("{method} {path}: {status} {text}");
            return Err(Error::new(&crate::commands::codes::DEMO_REFUSED).detail(what));
        }
        Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn send(&self, method: &Method, path: &str, body: &Option<Value>) -> Result<Response> {
        let mut request = Request::builder().method(method).uri(path).header(header::ORIGIN, &self.origin);
        request = match &self.proof {
            Proof::Staff { cookie, .. } if !cookie.lock().is_empty() => {
                request.header(header::COOKIE, cookie.lock().clone())
            }
            Proof::Visitor { token } => request.header(header::AUTHORIZATION, format!("Visitor {token}")),
            _ => request,
        };
        let body = match body {
            Some(v) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(v.to_string())
            }
            None => Body::empty(),
        };
        let request = request.body(body).map_err(|e| Error::internal("a request").cause(e))?;
        self.router.clone().oneshot(request).await.map_err(|e| match e {})
    }

    async fn sign_in(&self) -> Result<()> {
        let Proof::Staff { login, password, cookie } = &self.proof else { return Ok(()) };
        cookie.lock().clear();
        let body = Some(json!({"login": login, "password": password}));
        let answer = self.send(&Method::POST, "/api/v1/session", &body).await?;
        let set = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok());
        let pairs: Vec<&str> = set.filter_map(|c| c.split(';').next()).collect();
        if pairs.is_empty() {
            let what = format!("{login} could not sign in: {}", answer.status());
            return Err(Error::new(&crate::commands::codes::DEMO_REFUSED).detail(what));
        }
        *cookie.lock() = pairs.join("; ");
        Ok(())
    }
}
