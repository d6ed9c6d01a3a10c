//! Blocking calls, wherever they are made.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::blocking::{BlockingItems, BlockingPages};
use alibabacloud_core::interceptor::{HookError, Intercept, Outgoing};
use alibabacloud_core::test_util::MockResponse;
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_core::{Client, ErrorKind};
use fixture::{EmptyOutput, Kit, List, ListOutput, Thing, error, ok, start, watch};
use std::io::{Read, Write};
use std::net::TcpListener;

fn page(names: &[&str], next: &str) -> MockResponse {
    let things: Vec<_> = names
        .iter()
        .map(|n| format!(r#"{{"Name":"{n}"}}"#))
        .collect();
    let body = format!(
        r#"{{"Things":[{}],"NextToken":"{next}"}}"#,
        things.join(",")
    );
    MockResponse::json(200, body)
}

/// A call with a retry, the items of two pages, a stream and a raw call.
fn everything() {
    let kit = Kit::new([
        error(503, "ServiceUnavailable"),
        ok(),
        page(&["a", "b"], "2"),
        page(&["c"], ""),
        MockResponse::new(
            200,
            "data: {\"Name\": \"a\"}\n\ndata: {\"Name\": \"b\"}\n\n",
        ),
        ok(),
    ]);
    let client = kit.client();
    let response = start(&client)
        .send_with_response_blocking::<EmptyOutput>()
        .expect("a response");
    assert_eq!((response.attempts(), response.request_id()), (2, Some("R")));
    let items: Result<Vec<_>, _> = BlockingItems::new(List::new(&client)).collect();
    assert_eq!(names(items.expect("items")), ["a", "b", "c"]);
    let events = watch(&client)
        .send_stream_blocking::<Thing>()
        .expect("a stream");
    let things = events.map(|event| event.expect("an event").into_data());
    assert_eq!(names(things.collect()), ["a", "b"]);
    let raw = client.call_raw("oos", "2019-06-01", "NewApi", &[]);
    assert_eq!(
        raw.send_blocking().expect("a response").request_id(),
        Some("R")
    );
    assert_eq!(kit.http.remaining(), 0);
}

fn names(things: Vec<Thing>) -> Vec<String> {
    things.into_iter().filter_map(|thing| thing.name).collect()
}

#[test]
fn without_a_runtime() {
    everything();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn inside_a_multi_thread_runtime() {
    everything();
}

#[tokio::test(flavor = "current_thread")]
async fn inside_a_current_thread_runtime() {
    everything();
}

#[tokio::test]
async fn inside_spawn_blocking() {
    tokio::task::spawn_blocking(everything)
        .await
        .expect("a task");
}

#[test]
fn from_many_threads_at_once() {
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(everything);
        }
    });
}

#[test]
fn pages_end_after_an_error_and_tell_where_to_go_on() {
    let kit = Kit::new([
        page(&["a"], "2"),
        error(403, "NoPermission"),
        page(&["b"], ""),
    ]);
    let client = kit.client();
    let mut pages = BlockingPages::new(List::new(&client));
    assert!(pages.next().expect("a page").is_ok());
    let failure = pages.next().expect("an outcome").expect_err("an error");
    assert_eq!(failure.code(), Some("NoPermission"));
    assert!(pages.next().is_none());
    let cursor = pages.cursor().expect("a cursor").clone();
    let pages = BlockingPages::new(List::new(&client))
        .resume(cursor)
        .expect("pages");
    assert_eq!(
        pages
            .map(|page| page.expect("a page").things.len())
            .sum::<usize>(),
        1
    );
    let requests = kit.http.requests();
    assert!(
        requests[2].url.contains("NextToken=2"),
        "{}",
        requests[2].url
    );
}

/// Makes a blocking call where it would wait for itself.
#[derive(Debug)]
struct Nested(Client);

impl Intercept for Nested {
    fn before_signing(&self, _: &mut Outgoing<'_>) -> Result<(), HookError> {
        List::new(&self.0).call.send_blocking::<ListOutput>()?;
        Ok(())
    }
}

#[derive(Debug)]
struct Panicking;

impl Intercept for Panicking {
    fn before_signing(&self, _: &mut Outgoing<'_>) -> Result<(), HookError> {
        panic!("the hook of a test")
    }
}

#[test]
fn a_call_that_would_wait_for_itself_is_an_error() {
    let kit = Kit::new([ok(), ok()]);
    let config = kit.config.clone().interceptor(Nested(kit.client()));
    let client = Client::new(config).expect("a client");
    let failure = start(&client)
        .send_blocking::<EmptyOutput>()
        .expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Intercepted);
    assert!(
        failure.to_string().contains("would wait for itself"),
        "{failure}"
    );
}

#[test]
fn a_panic_in_a_hook_is_an_error_and_the_next_call_works() {
    let kit = Kit::new([ok()]);
    let config = kit.config.clone().interceptor(Panicking);
    let client = Client::new(config).expect("a client");
    let failure = start(&client)
        .send_blocking::<EmptyOutput>()
        .expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Config);
    assert!(failure.to_string().contains("panicked"), "{failure}");
    start(&kit.client())
        .send_blocking::<EmptyOutput>()
        .expect("an output");
}

#[test]
fn over_the_default_transport() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        for _ in 0..2 {
            let (mut request, mut byte) = (Vec::new(), [0]);
            while !request.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).expect("a request");
                request.extend(byte);
            }
            let response = "HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{\"RequestId\":\"R\"}";
            stream.write_all(response.as_bytes()).expect("a write");
        }
    });
    let http = HyperClient::new(TransportConfig::new().no_proxy()).expect("a transport");
    let config = Kit::new([]).config.endpoint(endpoint).http_client(http);
    let client = Client::new(config).expect("a client");
    // Both on one connection, which the background thread keeps.
    for _ in 0..2 {
        let output = List::new(&client)
            .call
            .send_blocking::<ListOutput>()
            .expect("a page");
        assert_eq!(output.request_id.as_deref(), Some("R"));
    }
    server.join().expect("a server");
}
