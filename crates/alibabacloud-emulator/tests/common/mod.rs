//! A raw HTTP client that signs requests, correctly or not.

#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "each test program uses a part of it"
)]

use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{
    Algorithm, Signature, SignedHeaders, SigningKey, body_hash, push_query, v1_roa, v1_rpc, v3,
};
use alibabacloud_types::plumbing::{format_http_date, format_utc};
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const OOS: &str = "2019-06-01";
pub const INSTANCE: &str = "i-emulator0000000001";

/// A parsed response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Headers,
    pub body: String,
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Returns the error code, of JSON in either spelling or of XML.
    pub fn code(&self) -> String {
        if let Ok(body) = serde_json::from_str::<Value>(&self.body) {
            let code = body.get("Code").or_else(|| body.get("code"));
            return code.and_then(Value::as_str).unwrap_or_default().to_owned();
        }
        let rest = self.body.split("<Code>").nth(1).unwrap_or_default();
        rest.split("</Code>").next().unwrap_or_default().to_owned()
    }
}

/// Sends bytes and reads until the server closes the connection.
pub async fn send_raw(address: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(bytes).await?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await?;
    Ok(response)
}

/// Sends one request on a new connection.
pub async fn send(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &Headers,
    body: &[u8],
) -> io::Result<Response> {
    let mut text = format!(
        "{method} {target} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers.iter() {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    parse(&send_raw(address, &bytes).await?)
}

/// Parses a response; a body shorter than `content-length` is an error.
pub fn parse(bytes: &[u8]) -> io::Result<Response> {
    let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or_else(|| invalid("no end of headers"))?;
    let head = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok());
    let mut headers = Headers::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.append(name, value);
    }
    let body = &bytes[end + 4..];
    if let Some(length) = headers.get("content-length") {
        if length.parse() != Ok(body.len()) {
            return Err(invalid("the body is shorter than announced"));
        }
    }
    Ok(Response {
        status: status.ok_or_else(|| invalid("no status"))?,
        headers,
        body: String::from_utf8_lossy(body).into_owned(),
    })
}

/// Returns a new nonce.
pub fn nonce() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!(
        "nonce-{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Returns the current time as `2026-03-14T15:09:26Z`, shifted by seconds.
pub fn stamp(shift: i64) -> String {
    format_utc(shifted(shift))
}

/// Returns the current time as HTTP writes it, shifted by seconds.
pub fn http_date(shift: i64) -> String {
    format_http_date(shifted(shift))
}

fn shifted(seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let now = SystemTime::now();
    if seconds < 0 { now - by } else { now + by }
}

/// Builds a query.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    push_query(pairs.iter().copied(), &mut query);
    query
}

/// A request with a V3 signature. Fields are public so that tests can change them before or after
/// signing.
pub struct V3 {
    pub method: &'static str,
    pub path: String,
    pub query: String,
    pub headers: Headers,
    pub body: Vec<u8>,
    pub key: SigningKey,
}

impl V3 {
    pub fn new(action: &str, version: &str, parameters: &[(&str, &str)]) -> Self {
        let mut headers = Headers::new();
        headers.set("host", "127.0.0.1");
        headers.set("x-acs-action", action);
        headers.set("x-acs-version", version);
        headers.set("x-acs-date", stamp(0));
        headers.set("x-acs-signature-nonce", nonce());
        let mut parameters = parameters.to_vec();
        parameters.sort_unstable();
        Self {
            method: "POST",
            path: "/".to_owned(),
            query: query(&parameters),
            headers,
            body: Vec::new(),
            key: SigningKey::new("test", "secret"),
        }
    }

    pub fn key(mut self, id: &str, secret: &str) -> Self {
        self.key = SigningKey::new(id, secret);
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.set(name, value);
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub fn path(mut self, path: &str) -> Self {
        self.path = path.to_owned();
        self
    }

    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.set("content-type", kind);
        self.body = body.into();
        self
    }

    /// Adds the header `authorization`, and the hash of the body unless a test has set another.
    pub fn sign(self) -> Self {
        self.sign_headers(SignedHeaders::Default)
    }

    /// Signs all headers except one.
    pub fn sign_without(self, unsigned: &str) -> Self {
        let headers = self.headers.clone();
        let names = headers.iter().map(|(name, _)| name);
        let signed: Vec<&str> = names
            .chain(["x-acs-content-sha256"])
            .filter(|name| *name != unsigned)
            .collect();
        self.sign_headers(SignedHeaders::Named(&signed))
    }

    fn sign_headers(mut self, signed: SignedHeaders<'_>) -> Self {
        let hash = body_hash(Algorithm::HmacSha256, &self.body);
        if self.headers.get("x-acs-content-sha256").is_none() {
            self.headers.set("x-acs-content-sha256", &*hash);
        }
        let mut signature = Signature::default();
        let request = v3::RequestParts {
            method: self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body_hash: &hash,
        };
        v3::sign(
            &mut signature,
            &self.key,
            Algorithm::HmacSha256,
            &request,
            signed,
        );
        self.headers.set("authorization", signature.authorization());
        self
    }

    pub fn target(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }

    /// Sends the request.
    pub async fn send(&self, address: SocketAddr) -> io::Result<Response> {
        send(
            address,
            self.method,
            &self.target(),
            &self.headers,
            &self.body,
        )
        .await
    }
}

/// Calls an operation of OOS with the default key and a correct signature.
pub async fn call(address: SocketAddr, action: &str, parameters: &[(&str, &str)]) -> Response {
    V3::new(action, OOS, parameters)
        .sign()
        .send(address)
        .await
        .unwrap()
}

/// Returns the signed parameters of a V1 call of the RPC style, common ones included.
pub fn v1_rpc(
    method: &str,
    action: &str,
    parameters: &[(&str, &str)],
    changes: &[(&str, Option<&str>)],
) -> String {
    let (nonce, stamp) = (nonce(), stamp(0));
    let mut all = vec![
        ("Action", action),
        ("Version", OOS),
        ("Format", "JSON"),
        ("AccessKeyId", "test"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureNonce", &nonce),
        ("Timestamp", &stamp),
    ];
    all.extend_from_slice(parameters);
    for (name, value) in changes {
        all.retain(|(other, _)| other != name);
        all.extend(value.map(|value| (*name, value)));
    }
    let mut signature = Signature::default();
    v1_rpc::sign(
        &mut signature,
        &SigningKey::new("test", "secret"),
        method,
        &mut all,
    );
    all.push(("Signature", signature.signature()));
    query(&all)
}

/// Returns the signed headers of a V1 call of the ROA style.
pub fn v1_roa(method: &str, path: &str, version: &str, date: &str) -> Headers {
    let mut headers = Headers::new();
    headers.set("host", "127.0.0.1");
    headers.set("accept", "application/json");
    headers.set("date", date);
    headers.set("x-acs-version", version);
    headers.set("x-acs-signature-nonce", nonce());
    headers.set("x-acs-signature-method", "HMAC-SHA1");
    headers.set("x-acs-signature-version", "1.0");
    let mut signature = Signature::default();
    let key = SigningKey::new("test", "secret");
    v1_roa::sign(&mut signature, &key, method, path, &mut [], &headers);
    headers.set("authorization", signature.authorization());
    headers
}
