//! A small browser: requests with any headers, and what came back.

#![allow(dead_code, reason = "each test uses some of it")]

use alibabacloud_explorer::{Builder, Explorer};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// An Explorer that serves until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the code of an error.
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

impl Server {
    pub(crate) async fn start(builder: Builder) -> Self {
        Self::serve(builder.bind().await.unwrap())
    }

    pub(crate) fn serve(explorer: Explorer) -> Self {
        let address = explorer.address();
        let url = explorer.url();
        let (_, token) = url.split_once("#token=").unwrap();
        let token = token.to_owned();
        let task = tokio::spawn(async move { explorer.serve().await.unwrap() });
        Self {
            address,
            token,
            task,
        }
    }

    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Sends a request as it is, and reads the response.
    pub(crate) async fn send(&self, head: &str, body: &[u8]) -> Response {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server may refuse a request before it has read the body.
        let _ = stream.write_all(body).await;
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        let read = tokio::time::timeout(Duration::from_secs(120), read).await;
        let _ = read.expect("no response");
        parse(&bytes)
    }

    /// Sends a request with exactly these headers.
    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let length = match method {
            "GET" => String::new(),
            _ => format!("content-length: {}\r\n", body.len()),
        };
        let head =
            format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n{headers}{length}\r\n");
        self.send(&head, body.as_bytes()).await
    }

    /// Begins a session.
    pub(crate) async fn browser(&self) -> Browser<'_> {
        let host = self.host();
        let headers = [
            ("host", host.as_str()),
            ("content-type", "application/json"),
        ];
        let body = json!({"token": self.token}).to_string();
        let response = self.request("POST", "/api/session", &headers, &body).await;
        assert_eq!(response.status, 204, "{response:?}");
        let cookie = response.header("set-cookie").unwrap();
        let (cookie, _) = cookie.split_once(';').unwrap();
        Browser {
            server: self,
            host,
            cookie: cookie.to_owned(),
        }
    }
}

/// A browser with a session.
pub(crate) struct Browser<'s> {
    server: &'s Server,
    pub(crate) host: String,
    pub(crate) cookie: String,
}

impl Browser<'_> {
    pub(crate) async fn get(&self, path: &str) -> Response {
        let headers = [
            ("host", self.host.as_str()),
            ("cookie", &self.cookie),
            ("sec-fetch-site", "same-origin"),
        ];
        self.server.request("GET", path, &headers, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        let origin = format!("http://{}", self.host);
        let headers = [
            ("host", self.host.as_str()),
            ("cookie", &self.cookie),
            ("origin", &origin),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
        ];
        let body = body.to_string();
        self.server.request("POST", path, &headers, &body).await
    }

    /// Returns the body of a request that must succeed.
    pub(crate) async fn ok(&self, path: &str, body: &Value) -> Value {
        let response = self.post(path, body).await;
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        response.json()
    }

    /// Waits until all specifications have been read.
    pub(crate) async fn loaded(&self) -> Value {
        loop {
            let start = self.get("/api/start").await.json();
            if start["loading"] == false {
                return start;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Returns a call of an operation of OOS.
pub(crate) fn oos(operation: &str, parameters: Value) -> Value {
    json!({
        "product": "oos",
        "version": "2019-06-01",
        "operation": operation,
        "parameters": parameters,
    })
}

/// Returns a body with further members.
pub(crate) fn with(mut body: Value, more: &Value) -> Value {
    let members = body.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    body
}

fn parse(bytes: &[u8]) -> Response {
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap_or_else(|| panic!("no response: {:?}", String::from_utf8_lossy(bytes)));
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    Response {
        status: status.parse().unwrap(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: bytes[end + 4..].to_vec(),
    }
}

/// Returns settings for tests.
pub(crate) fn builder() -> Builder {
    Explorer::builder()
}
