//! Streams of events.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::events::EventStream;
use alibabacloud_core::http::{
    BodyStream, Headers, HttpClient, HttpRequest, HttpResponse, TransportError,
};
use alibabacloud_core::test_util::{ManualTime, MockResponse};
use alibabacloud_core::time::BoxFuture;
use alibabacloud_core::{CallOptions, Client, ErrorKind};
use bytes::Bytes;
use fixture::{EmptyOutput, Kit, ListOutput, Thing, error, watch};
use std::time::Duration;

fn events(body: &'static str) -> MockResponse {
    MockResponse::new(200, body)
        .header("content-type", "text/event-stream;charset=utf-8")
        .header("x-acs-request-id", "R")
}

async fn open(client: &Client) -> EventStream<Thing> {
    let mut call = watch(client);
    call.options = CallOptions::new()
        .max_response_bytes(100)
        .attempt_timeout(Duration::from_secs(5));
    call.send_stream().await.expect("a stream")
}

/// Names of the things that arrive, and how the stream ends.
async fn read(stream: &mut EventStream<Thing>) -> (Vec<String>, Option<String>) {
    let (mut names, mut failure) = (Vec::new(), None);
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => names.push(event.into_data().name.unwrap_or_default()),
            Err(error) => failure = Some(error.to_string()),
        }
    }
    assert!(stream.next().await.is_none());
    (names, failure)
}

async fn read_response(response: MockResponse) -> (Vec<String>, Option<String>) {
    let mut stream = open(&Kit::new([response]).client()).await;
    read(&mut stream).await
}

#[tokio::test]
async fn events_are_typed_and_carry_what_stands_around_them() {
    let kit = Kit::new([
        error(503, "ServiceUnavailable"),
        events(
            "id: 1\nevent: thing\ndata: {\"Name\": \"a\", \"Size\": \"3\", \"New\": 1}\n\ndata: {}\n\n",
        ),
    ]);
    let mut stream = open(&kit.client()).await;
    assert_eq!((stream.status(), stream.attempts()), (200, 2));
    assert_eq!(stream.request_id(), Some("R"));
    let first = stream.next().await.expect("an event").expect("a thing");
    assert_eq!((first.id(), first.name()), (Some("1"), Some("thing")));
    assert!(first.raw_data().contains("New"));
    let expected = Thing {
        name: Some("a".to_owned()),
        size: Some(3),
        ..Thing::default()
    };
    assert_eq!(first.data(), &expected);
    let second = stream.next().await.expect("an event").expect("a thing");
    assert_eq!((second.id(), second.name()), (Some("1"), None));
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_stream_ends_with_its_response_or_an_event() {
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let whole = events("data: {\"Name\": \"a\"}\r\n\r\n: wait\r\n\r\ndata: {\"Name\": \"b\"}");
    assert_eq!(read_response(whole).await, (names(&["a", "b"]), None));
    let done = events("data: {\"Name\": \"a\"}\n\ndata: [DONE]\n\ndata: {\"Name\": \"b\"}\n\n");
    assert_eq!(read_response(done).await, (names(&["a"]), None));
    assert_eq!(read_response(events("")).await, (Vec::new(), None));
    let single = MockResponse::json(200, r#"{"Name":"a"}"#);
    assert_eq!(read_response(single).await, (names(&["a"]), None));
}

#[tokio::test]
async fn a_stream_ends_after_its_first_error_and_loses_nothing_before_it() {
    let table = [
        (
            events(
                "data: {\"Name\": \"a\"}\n\nevent: error\ndata: {\"code\":\"Throttling\",\"message\":\"No.\"}\n\ndata: {}\n\n",
            ),
            "oos:WatchThings 200 Throttling: No. (request ID R)",
        ),
        (
            events("data: {\"Name\": \"a\"}\n\ndata: {\"Size\": \"many\"}\n\ndata: {}\n\n"),
            "oos:WatchThings 200: cannot read an event: ",
        ),
        (
            events(
                "data: {\"Name\": \"a\"}\n\ndata: 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\n\n",
            ),
            "oos:WatchThings 200: an event is larger than 100 bytes",
        ),
        (
            events("data: {\"Name\": \"a\"}\n\ndata: {\"Na").broken(),
            "oos:WatchThings 200: the connection to https://oos.cn-hangzhou.aliyuncs.com broke: ",
        ),
    ];
    for (response, expected) in table {
        let (names, failure) = read_response(response).await;
        assert_eq!(names, ["a"], "{expected}");
        let failure = failure.expect(expected);
        assert!(failure.starts_with(expected), "{failure}");
    }
}

#[tokio::test]
async fn blanks_before_a_document_do_not_count_towards_its_size() {
    let mut body = [b' '; 90].to_vec();
    body.extend_from_slice(br#"{"Name":"a"}"#);
    let response = MockResponse::new(200, body).header("content-type", "text/event-stream");
    assert_eq!(read_response(response).await, (vec!["a".to_owned()], None));
}

#[tokio::test]
async fn a_stream_whose_event_is_too_large_reports_it_once() {
    let event_stream =
        |body: Vec<u8>| MockResponse::new(200, body).header("content-type", "text/event-stream");
    let bodies = [
        // Each invalid byte becomes a character of three bytes.
        event_stream(
            [
                b"data: ",
                [0xff; 90].as_slice(),
                b"\n: more\n\ndata: {}\n\n",
            ]
            .concat(),
        ),
        event_stream([b"{\"Name\": \"", [b'a'; 100].as_slice(), b"\"}"].concat()),
        event_stream([b"data: ".as_slice(), &[b'a'; 200]].concat()),
    ];
    for body in bodies {
        let mut stream = open(&Kit::new([body]).client()).await;
        let error = stream
            .next()
            .await
            .expect("an error")
            .expect_err("too large");
        assert!(
            error
                .to_string()
                .contains("an event is larger than 100 bytes"),
            "{error}"
        );
        assert!(stream.next().await.is_none(), "the stream ended");
    }
}

#[tokio::test]
async fn a_refusal_is_the_error_of_the_call() {
    let kit = Kit::new([error(403, "NoPermission")]);
    let failure = watch(&kit.client()).send_stream::<Thing>().await;
    let failure = failure.expect_err("an error");
    assert_eq!(failure.code(), Some("NoPermission"));
    // And events are not lost by whoever asks for one output.
    let kit = Kit::new([events("data: {}\n\n")]);
    let failure = watch(&kit.client()).send::<EmptyOutput>().await;
    assert_eq!(failure.expect_err("an error").kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn one_broken_character_costs_one_character_of_an_event() {
    let broken = MockResponse::new(
        200,
        &b"data: {\"Name\": \"a\\ud83d\"}\n\ndata: {\"Name\": \"\xd6b\"}\n\n\xef\xbb\xbfdata: {\"Name\": \"\x1bc\"}\n\n"[..],
    );
    let names = ["a\u{fffd}", "\u{fffd}b", "\u{fffd}c"].map(str::to_owned);
    assert_eq!(read_response(broken).await, (names.to_vec(), None));
    let whole = MockResponse::json(200, &b"{\"Name\": \"\xd6\"}"[..]);
    assert_eq!(
        read_response(whole).await,
        (vec!["\u{fffd}".to_owned()], None)
    );
    let error = MockResponse::new(
        200,
        &b"event: error\ndata: {\"code\":\"Throttling\",\"message\":\"\xff\"}\n\n"[..],
    );
    let (_, failure) = read_response(error).await;
    let failure = failure.expect("an error");
    assert!(failure.contains("Throttling: \u{fffd}"), "{failure}");
}

#[tokio::test]
async fn what_is_not_a_stream_of_events_is_named() {
    let html = "<!doctype html><title>Log in</title>\n\n";
    for (response, expected) in [
        (events(html), "the response is an HTML page (Log in)"),
        (
            events("\r\n <?xml version='1.0'?>\n\n<A/>"),
            "the response is XML (A)",
        ),
        (
            events("[1]"),
            "cannot read an event: expected an object, found an array",
        ),
        (
            events("data: {}\n\n").header("content-encoding", "gzip"),
            "the response has content encoding gzip",
        ),
    ] {
        let (names, failure) = read_response(response).await;
        assert!(names.is_empty());
        let failure = failure.expect(expected);
        assert!(failure.contains(expected), "{failure}");
    }
    let single = events(" {\"Name\": \"a\"}");
    assert_eq!(read_response(single).await, (vec!["a".to_owned()], None));
}

#[tokio::test]
async fn the_data_of_an_event_has_a_memory_limit() {
    let mut call = watch(&Kit::new([events("data: {\"Things\": [{}, {}]}\n\n")]).client());
    call.options = CallOptions::new().max_decoded_bytes(100);
    let mut stream = call.send_stream::<ListOutput>().await.expect("a stream");
    let failure = stream
        .next()
        .await
        .expect("an event")
        .expect_err("an error");
    assert_eq!(failure.json_path(), Some("Things[0]"));
    let hint =
        "more than 100 bytes of memory (line 1, column 12); raise max_decoded_bytes to accept it";
    assert!(failure.message().ends_with(hint), "{failure}");
}

/// Returns the chunks one after the other, each after this time, and the last for ever.
#[derive(Clone, Debug)]
struct Slow {
    time: ManualTime,
    each: Duration,
    chunks: Vec<&'static str>,
}

impl BodyStream for Slow {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        self.time.advance(self.each);
        let chunk = match self.chunks.len() {
            1 => self.chunks[0],
            _ => self.chunks.remove(0),
        };
        Box::pin(std::future::ready(Some(Ok(Bytes::from_static(
            chunk.as_bytes(),
        )))))
    }
}

impl HttpClient for Slow {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let response = HttpResponse::streaming(200, Headers::new(), self.clone());
        Box::pin(std::future::ready(Ok(response)))
    }
}

#[tokio::test]
async fn only_events_end_a_silence() {
    let kit = Kit::new([]);
    let event = "data: {\"Name\": \"a\"}\n\n";
    // The attempt timeout is 5 s, so an event comes in time if at most three chunks precede it.
    for (chunks, expected) in [
        (vec![": wait\n"], 0),
        (vec!["\n"], 0),
        (vec!["\r\n", ":\n\n"], 0),
        (vec!["event: ping\n\n"], 0),
        (vec!["data: x\n"], 0),
        (vec!["data: "], 0),
        (vec!["   "], 0),
        (vec![event, ":\n"], 1),
        (
            vec![":\n", "\n", ":\n", event, ":\n", "\n", ":\n", event, ":\n"],
            2,
        ),
        (vec![":\n", "\n", ":\n", ":\n", event], 0),
        (vec!["data: {\"Name\":", " \"a\"}", "\n", "\n", ":\n"], 1),
    ] {
        let slow = Slow {
            time: kit.time.clone(),
            each: Duration::from_millis(1250),
            chunks: chunks.clone(),
        };
        let client = Client::new(kit.config.clone().http_client(slow)).expect("a client");
        let mut stream = open(&client).await;
        for _ in 0..expected {
            let event = stream.next().await.expect("an event").expect("a thing");
            assert_eq!(event.data().name.as_deref(), Some("a"), "{chunks:?}");
            // The time that the program takes for an event does not count.
            kit.time.advance(Duration::from_secs(60));
        }
        let failure = stream.next().await.expect("an end").expect_err("an error");
        assert_eq!(failure.kind(), ErrorKind::Timeout, "{chunks:?}");
        assert!(failure.to_string().contains("5000 ms"), "{failure}");
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test]
async fn a_flood_of_comments_lets_other_tasks_run() {
    let kit = Kit::new([]);
    let slow = Slow {
        time: kit.time.clone(),
        each: Duration::ZERO,
        chunks: vec![":\n"],
    };
    let client = Client::new(kit.config.clone().http_client(slow)).expect("a client");
    let mut stream = open(&client).await;
    let time = kit.time.clone();
    let other = tokio::spawn(async move { time.advance(Duration::from_secs(5)) });
    let failure = stream.next().await.expect("an end").expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Timeout);
    other.await.expect("the other task ran");
}

/// Returns one event, and then nothing.
#[derive(Debug)]
struct Silent;

struct SilentBody(bool);

impl BodyStream for SilentBody {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        let first = !std::mem::replace(&mut self.0, true);
        Box::pin(async move {
            if !first {
                std::future::pending::<()>().await;
            }
            Some(Ok(Bytes::from_static(b"data: {\"Name\": \"a\"}\n\n")))
        })
    }
}

impl HttpClient for Silent {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let response = HttpResponse::streaming(200, Headers::new(), SilentBody(false));
        Box::pin(std::future::ready(Ok(response)))
    }
}

#[tokio::test]
async fn a_silence_longer_than_the_attempt_timeout_ends_a_stream() {
    let kit = Kit::new([]);
    let client = Client::new(kit.config.clone().http_client(Silent)).expect("a client");
    let mut stream = open(&client).await;
    stream.next().await.expect("an event").expect("a thing");
    let mut next = Box::pin(stream.next());
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(next.as_mut().poll(context).is_ready())
    });
    assert!(!polled.await);
    kit.time.advance(Duration::from_secs(5));
    let failure = next.await.expect("an event").expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Timeout);
    assert!(failure.to_string().contains("5000 ms"), "{failure}");
}
