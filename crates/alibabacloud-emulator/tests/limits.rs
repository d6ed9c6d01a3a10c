//! What the server spends on senders that it does not know yet. The clock of these tests moves when
//! nothing else can happen.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_emulator::Emulator;
use alibabacloud_emulator::identity::IdentityServer;
use common::{INSTANCE, OOS, V3, parse};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends a beginning and reads until the server closes the connection.
async fn begin(emulator: &Emulator, beginning: &[u8]) -> Vec<u8> {
    begin_at(emulator.address(), beginning).await
}

async fn begin_at(address: SocketAddr, beginning: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(beginning).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    response
}

#[tokio::test(start_paused = true)]
async fn slow_requests_end() {
    let emulator = Emulator::start().await.unwrap();
    for head in ["", "POST", "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-a"] {
        let response = begin(&emulator, head.as_bytes()).await;
        assert!(
            response.is_empty(),
            "{}",
            String::from_utf8_lossy(&response)
        );
    }
    for length in ["content-length: 100", "transfer-encoding: chunked"] {
        let head = format!("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n{length}\r\n\r\n5\r\nA");
        let response = parse(&begin(&emulator, head.as_bytes()).await).unwrap();
        assert_eq!(
            (response.status, response.code().as_str()),
            (408, "RequestTimeout")
        );
    }
    // A control request as well, and one that is refused before its body arrives.
    for (kind, status) in [("application/json", 408), ("text/plain", 415)] {
        let head = format!(
            "POST /_emulator/faults HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n\
             content-length: 100\r\n\r\n{{"
        );
        let response = parse(&begin(&emulator, head.as_bytes()).await).unwrap();
        assert_eq!(response.status, status);
    }
}

#[tokio::test]
async fn half_sent_bodies_do_not_stop_others() {
    let emulator = Emulator::start().await.unwrap();
    let mut half_sent = Vec::new();
    for _ in 0..30 {
        let mut stream = TcpStream::connect(emulator.address()).await.unwrap();
        let head = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 30000000\r\n\r\nabc";
        stream.write_all(head.as_bytes()).await.unwrap();
        half_sent.push(stream);
    }
    let list = V3::new(
        "ListInstancePackageStates",
        OOS,
        &[("InstanceId", INSTANCE)],
    );
    let response = list.sign().send(emulator.address()).await.unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(emulator.counters().requests, 1);
}

#[tokio::test]
async fn a_head_has_a_size() {
    let emulator = Emulator::start().await.unwrap();
    let head = |size| {
        let value = "x".repeat(size);
        format!("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nx-a: {value}\r\n\r\n")
    };
    let response = begin(&emulator, head(200_000).as_bytes()).await;
    assert_eq!(parse(&response).unwrap().code(), "MissingVersion");
    let mut stream = TcpStream::connect(emulator.address()).await.unwrap();
    // The server may close the connection before it has everything.
    let _ = stream.write_all(head(2_000_000).as_bytes()).await;
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    let text = String::from_utf8_lossy(&response);
    assert!(
        text.is_empty() || text.starts_with("HTTP/1.1 431"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_identity_server_has_the_same_limits() {
    let server = IdentityServer::start().await.unwrap();
    let address = server.url().trim_start_matches("http://").parse().unwrap();
    for head in ["", "PUT /latest/api/token HTTP/1.1\r\nx-a"] {
        let response = begin_at(address, head.as_bytes()).await;
        assert!(response.is_empty(), "{response:?}");
    }
    let long = format!("GET / HTTP/1.1\r\nhost: h\r\nx-a: {}", "x".repeat(400_000));
    let response = begin_at(address, long.as_bytes()).await;
    assert!(response.starts_with(b"HTTP/1.1 431"), "{response:?}");
    for (length, status, code) in [
        ("content-length: 100", 408, "RequestTimeout"),
        ("transfer-encoding: chunked", 408, "RequestTimeout"),
        ("content-length: 2000000", 413, "RequestTooLarge"),
    ] {
        let head = format!("POST / HTTP/1.1\r\nhost: h\r\n{length}\r\n\r\n5\r\nA");
        let response = parse(&begin_at(address, head.as_bytes()).await).unwrap();
        assert_eq!((response.status, response.code().as_str()), (status, code));
    }
    assert!(server.requests().is_empty());
}
