//! How much memory a further client costs, counted by the allocator.
//!
//! One test alone, because the allocator counts for the whole process.

use alibabacloud_core::Config;
use alibabacloud_core::credentials::Credentials;
use alibabacloud_oos::Client;
use peak_alloc::PeakAlloc;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The maximum that a further client may keep.
const LIMIT: usize = 16_000;
const CLIENTS: usize = 50;

/// Each client has a configuration of its own, and none names a transport.
#[tokio::test]
async fn a_further_client_keeps_less_than_16_kb_and_needs_no_connection() {
    let connections = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn({
        let connections = connections.clone();
        move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(|| {
                    let mut stream = BufReader::new(stream.expect("a connection"));
                    let mut line = String::new();
                    while stream.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
                        if line == "\r\n" {
                            let response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                            let written = stream.get_mut().write_all(response.as_bytes());
                            written.expect("a write");
                        }
                        line.clear();
                    }
                });
            }
        }
    });
    let mut clients = vec![called(&endpoint).await];
    clients.reserve(CLIENTS);
    let before = ALLOCATOR.current_usage();
    for _ in 0..CLIENTS {
        clients.push(called(&endpoint).await);
    }
    let each = ALLOCATOR.current_usage().saturating_sub(before) / CLIENTS;
    assert!(each < LIMIT, "{each} bytes");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

/// Returns a client that has made a call.
async fn called(endpoint: &str) -> Client {
    let config = Config::new()
        .region("cn-hangzhou")
        .endpoint(endpoint)
        .credentials(Credentials::access_key("id", "secret"));
    let client = Client::new(config).expect("a client");
    client.list_executions().send().await.expect("a page");
    client
}
