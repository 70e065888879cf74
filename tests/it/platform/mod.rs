//! The platform's services: secrets, blobs, egress, search, health.

mod blobs;
mod egress;
mod health;
mod live;
mod search;
mod secrets;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt;

/// A GET from this machine: status, headers, body.
pub async fn get(routes: &axum::Router, path: &str) -> (u16, HeaderMap, Vec<u8>) {
    get_from(routes, path, "127.0.0.1", &[]).await
}

/// A GET from this address.
pub async fn get_from(
    routes: &axum::Router,
    path: &str,
    ip: &str,
    headers: &[(&str, &str)],
) -> (u16, HeaderMap, Vec<u8>) {
    let peer = SocketAddr::new(ip.parse::<IpAddr>().expect("an address"), 4000);
    let mut request = Request::get(path).extension(ConnectInfo(peer));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let answer = routes.clone().oneshot(request).await.expect("answers");
    let (head, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, 64 * 1024 * 1024).await.expect("a body");
    (head.status.as_u16(), head.headers, body.to_vec())
}
