//! What feature `tracing` reports, and what it never reports.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::plumbing::Pages;
use alibabacloud_core::test_util::MockResponse;
use alibabacloud_core::{CallOptions, Client};
use fixture::{Count, EmptyOutput, Kit, error, ok, start};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps every span and event with its fields.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    spans: Vec<Fields>,
    events: Vec<Fields>,
    /// How many spans are entered, and whether that was ever more than one.
    depth: i32,
}

type Fields = BTreeMap<String, String>;

struct Collect<'a>(&'a mut Fields);

impl Visit for Collect<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("alibabacloud")
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut entries = self.0.lock().expect("entries");
        let mut fields = Fields::new();
        span.record(&mut Collect(&mut fields));
        entries.spans.push(fields);
        Id::from_u64(entries.spans.len() as u64)
    }
    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut entries = self.0.lock().expect("entries");
        let index = usize::try_from(span.into_u64() - 1).expect("an index");
        values.record(&mut Collect(&mut entries.spans[index]));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Collect(&mut fields));
        fields.insert("level".to_owned(), event.metadata().level().to_string());
        self.0.lock().expect("entries").events.push(fields);
    }
    fn enter(&self, _: &Id) {
        self.0.lock().expect("entries").depth += 1;
    }
    fn exit(&self, _: &Id) {
        self.0.lock().expect("entries").depth -= 1;
    }
}

fn fields(all: &Fields, names: &[&str]) -> Vec<String> {
    let get = |name: &&str| all.get(*name).cloned().unwrap_or_else(|| "-".to_owned());
    names.iter().map(get).collect()
}

#[tokio::test]
async fn a_call_is_a_span_and_every_attempt_an_event() {
    let kit = Kit::new([
        error(429, "Throttling.User"),
        ok().header("x-acs-request-id", "R"),
        error(404, "EntityNotExist.Thing"),
    ]);
    let client = kit.client();
    let log = Log::default();
    async {
        start(&client)
            .send::<EmptyOutput>()
            .await
            .expect("an output");
        let mut call = start(&client);
        call.options = CallOptions::new().endpoint("http://127.0.0.1:8080");
        call.send::<EmptyOutput>().await.expect_err("an error");
    }
    .with_subscriber(log.clone())
    .await;
    let entries = log.0.lock().expect("entries");
    let names = [
        "otel.name",
        "otel.kind",
        "otel.status_code",
        "rpc.system.name",
        "rpc.method",
        "server.address",
        "server.port",
        "http.response.status_code",
        "error.type",
        "alibabacloud.request_id",
        "alibabacloud.attempts",
        "alibabacloud.throttles",
    ];
    let spans: Vec<_> = entries
        .spans
        .iter()
        .map(|s| fields(s, &names).join(" "))
        .collect();
    assert_eq!(
        spans,
        [
            "oos/StartThing client - alibabacloud oos/StartThing oos.cn-hangzhou.aliyuncs.com 443 200 - R 2 1",
            "oos/StartThing client ERROR alibabacloud oos/StartThing 127.0.0.1 8080 404 EntityNotExist.Thing E 1 0",
        ]
    );
    let names = [
        "attempt",
        "http.response.status_code",
        "error.type",
        "alibabacloud.request_id",
        "alibabacloud.throttled",
    ];
    let events: Vec<_> = entries
        .events
        .iter()
        .map(|e| fields(e, &names).join(" "))
        .collect();
    assert_eq!(
        events,
        [
            "1 429 Throttling.User E true",
            "2 200 - R false",
            "1 404 EntityNotExist.Thing E false",
        ]
    );
    assert_eq!(entries.depth, 0);
}

#[test]
fn a_blocking_call_reports_to_the_subscriber_of_its_thread() {
    let kit = Kit::new([ok()]);
    let client = kit.client();
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), || {
        start(&client)
            .send_blocking::<EmptyOutput>()
            .expect("an output");
    });
    let entries = log.0.lock().expect("entries");
    let methods: Vec<_> = entries
        .spans
        .iter()
        .map(|s| fields(s, &["rpc.method"]).join(" "))
        .collect();
    assert_eq!(methods, ["oos/StartThing"]);
}

#[tokio::test]
async fn retries_and_throttles_are_visible_at_info() {
    let busy = || error(503, "ServiceUnavailable");
    let kit = Kit::new([
        error(429, "Throttling.User"),
        busy(),
        ok(),
        ok(),
        error(404, "EntityNotExist.Thing"),
        busy(),
        busy(),
        busy(),
        error(400, &format!("C\n{}", "x".repeat(9999))),
    ]);
    let client = kit.client();
    let log = Log::default();
    async {
        for _ in 0..5 {
            let _ = start(&client).send::<EmptyOutput>().await;
        }
    }
    .with_subscriber(log.clone())
    .await;
    let entries = log.0.lock().expect("entries");
    let names = [
        "level",
        "attempt",
        "delay_ms",
        "error.type",
        "alibabacloud.throttled",
    ];
    let events: Vec<_> = entries
        .events
        .iter()
        .map(|e| fields(e, &names).join(" "))
        .collect();
    assert_eq!(
        events,
        [
            "INFO 1 0 Throttling.User true",
            "INFO 2 500 ServiceUnavailable false",
            "INFO 3 200 - false",
            "DEBUG 1 0 - false",
            "DEBUG 1 0 EntityNotExist.Thing false",
            "INFO 1 0 ServiceUnavailable false",
            "INFO 2 100 ServiceUnavailable false",
            "INFO 3 200 ServiceUnavailable false",
            "DEBUG 1 0 Service false",
        ]
    );
}

#[tokio::test]
async fn no_secret_is_reported() {
    let kit = Kit::new([error(400, "InvalidThing"), ok()]);
    let credentials = Credentials::sts("id-hush", "key-hush", "token-hush");
    let config = kit.config.clone().credentials(credentials);
    let client = Client::new(config).expect("a client");
    let log = Log::default();
    async {
        for _ in 0..2 {
            let mut call = start(&client);
            call.input.name = Some("parameter-hush".to_owned());
            call.options = CallOptions::new()
                .header("x-key", "header-hush")
                .query("Q", "query-hush");
            let _ = call.send::<EmptyOutput>().await;
        }
    }
    .with_subscriber(log.clone())
    .await;
    let entries = log.0.lock().expect("entries");
    assert_eq!((entries.spans.len(), entries.events.len()), (2, 2));
    let reported = format!("{:?} {:?}", entries.spans, entries.events);
    assert!(!reported.contains("hush"), "{reported}");
}

#[tokio::test]
async fn a_list_that_falls_short_is_a_warning() {
    let page = |body| MockResponse::json(200, body);
    let kit = Kit::new([
        page(r#"{"Things":[{"Name":"secret"}],"TotalCount":2}"#),
        page(r#"{"Things":[],"TotalCount":2}"#),
    ]);
    let mut pages = Pages::new(Count::new(&kit.client(), 50));
    let log = Log::default();
    async {
        while let Some(page) = pages.next().await {
            page.expect("a page");
        }
    }
    .with_subscriber(log.clone())
    .await;
    assert_eq!(pages.shortfall(), Some(1));
    let entries = log.0.lock().expect("entries");
    let warnings: Vec<_> = entries
        .events
        .iter()
        .filter(|event| event.contains_key("alibabacloud.missing"))
        .map(|event| format!("{event:?}"))
        .collect();
    assert_eq!(
        warnings,
        [
            r#"{"alibabacloud.missing": "1", "alibabacloud.total": "2", "level": "WARN", "message": "the list ended before its total", "rpc.method": "oos/CountThings"}"#
        ]
    );
}
