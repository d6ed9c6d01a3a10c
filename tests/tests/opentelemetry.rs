//! What a collector receives: OTLP over HTTP, decoded by the definitions of the protocol.

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_core::time::TokioTime;
use alibabacloud_core::{CallOptions, Client, Config};
use alibabacloud_opentelemetry::{Instrumentation, instrument};
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, global};
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, number_data_point};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use prost::Message;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use tokio::runtime::Runtime;

/// A collector on loopback.
struct Collector {
    address: String,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    traces: Vec<ExportTraceServiceRequest>,
    metrics: Vec<ExportMetricsServiceRequest>,
}

impl Collector {
    fn start() -> Self {
        // Another test may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let received: Arc<Mutex<Received>> = Arc::default();
        let shared = received.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = shared.clone();
                thread::spawn(move || serve(stream.expect("a connection"), &shared));
            }
        });
        Self { address, received }
    }

    fn tracer_provider(&self) -> SdkTracerProvider {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", self.address))
            .build()
            .expect("an exporter");
        SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .build()
    }

    fn meter_provider(&self) -> SdkMeterProvider {
        let exporter = MetricExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/metrics", self.address))
            .build()
            .expect("an exporter");
        SdkMeterProvider::builder()
            .with_periodic_exporter(exporter)
            .build()
    }

    /// All spans, in the order in which they ended.
    fn spans(&self) -> Vec<Span> {
        let received = self.received.lock().expect("requests");
        let resources = received.traces.iter().flat_map(|r| &r.resource_spans);
        let scopes = resources.flat_map(|r| &r.scope_spans);
        scopes.flat_map(|s| s.spans.clone()).collect()
    }

    fn metrics(&self) -> Vec<Metric> {
        let received = self.received.lock().expect("requests");
        let resources = received.metrics.iter().flat_map(|r| &r.resource_metrics);
        let scopes = resources.flat_map(|r| &r.scope_metrics);
        scopes.flat_map(|s| s.metrics.clone()).collect()
    }
}

/// Reads requests of HTTP/1.1 with a length, until the connection ends.
fn serve(mut stream: TcpStream, received: &Mutex<Received>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).expect("a line") == 0 {
                return;
            }
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_ascii_lowercase()),
            }
        }
        let header = |name: &str| head.iter().find_map(|line| line.strip_prefix(name));
        assert_eq!(header("content-type: "), Some("application/x-protobuf"));
        let length = header("content-length: ").expect("a length");
        let mut body = vec![0; length.parse().expect("a number")];
        reader.read_exact(&mut body).expect("a body");
        {
            let mut received = received.lock().expect("requests");
            match head[0].as_str() {
                "post /v1/traces http/1.1" => received
                    .traces
                    .push(Message::decode(&*body).expect("spans")),
                "post /v1/metrics http/1.1" => received
                    .metrics
                    .push(Message::decode(&*body).expect("metrics")),
                other => panic!("unexpected request {other}"),
            }
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .expect("a response");
    }
}

fn text(attribute: &KeyValue) -> String {
    let value = attribute.value.as_ref().and_then(|any| any.value.as_ref());
    match value.expect("a value") {
        Value::StringValue(text) => text.clone(),
        Value::BoolValue(flag) => flag.to_string(),
        Value::IntValue(number) => number.to_string(),
        Value::DoubleValue(number) => number.to_string(),
        other => panic!("unexpected value {other:?}"),
    }
}

/// The attributes as sorted lines.
fn lines(attributes: &[KeyValue]) -> Vec<String> {
    let mut lines: Vec<_> = attributes
        .iter()
        .map(|a| format!("{} = {}", a.key, text(a)))
        .collect();
    lines.sort();
    lines
}

fn ok(id: &str) -> MockResponse {
    MockResponse::json(200, "{}").header("x-acs-request-id", id)
}

fn error(status: u16, code: &str) -> MockResponse {
    let body = format!(r#"{{"Code":"{code}","Message":"message-hush","RequestId":"E"}}"#);
    MockResponse::json(status, body)
}

fn config(http: &MockClient) -> Config {
    Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::sts("id-hush", "key-hush", "token-hush"))
        .retry(RetryConfig::standard().jitter(false))
        .time(ManualTime::new())
        .http_client(http.clone())
}

fn list(client: &Client) -> alibabacloud_core::RawCall {
    client.call_raw(
        "oos",
        "2019-06-01",
        "ListTemplates",
        &[("Key", "parameter-hush")],
    )
}

#[test]
fn a_collector_receives_a_span_for_each_call() {
    let collector = Collector::start();
    let tracers = collector.tracer_provider();
    let http = MockClient::new([
        error(429, "Throttling.User"),
        ok("R"),
        error(404, "EntityNotExists.Template"),
    ]);
    let config = Instrumentation::new()
        .tracer_provider(&tracers)
        .install(config(&http));
    let client = Client::new(config).expect("a client");
    let program = tracers.tracer("program");
    let root = program.start("handle");
    let context = Context::new().with_span(root);
    Runtime::new().expect("a runtime").block_on(async {
        // In the context of the future, and in that of the thread.
        list(&client)
            .send()
            .with_context(context.clone())
            .await
            .expect("a response");
    });
    {
        let _attached = context.clone().attach();
        list(&client).send_blocking().expect_err("an error");
    }
    context.span().end();
    tracers.force_flush().expect("all spans");

    let spans = collector.spans();
    let names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["oos/ListTemplates", "oos/ListTemplates", "handle"]);
    let [retried, failed, root] = &spans[..] else {
        panic!("three spans");
    };
    for span in [retried, failed] {
        assert_eq!(span.kind, 3, "client");
        assert_eq!(span.parent_span_id, root.span_id);
        assert_eq!(span.trace_id, root.trace_id);
    }
    assert_eq!(
        lines(&retried.attributes),
        [
            "alibabacloud.attempts = 2",
            "alibabacloud.request_id = R",
            "alibabacloud.throttles = 1",
            "cloud.region = cn-hangzhou",
            "http.request.method = POST",
            "http.response.status_code = 200",
            "rpc.method = oos/ListTemplates",
            "rpc.system.name = alibabacloud",
            "server.address = oos.cn-hangzhou.aliyuncs.com",
            "server.port = 443",
        ]
    );
    let events: Vec<_> = retried
        .events
        .iter()
        .map(|event| (event.name.as_str(), lines(&event.attributes)))
        .collect();
    assert_eq!(
        events,
        [
            (
                "attempt",
                vec![
                    "alibabacloud.request_id = E".to_owned(),
                    "alibabacloud.throttled = true".to_owned(),
                    "error.type = Throttling.User".to_owned(),
                    "http.response.status_code = 429".to_owned(),
                ]
            ),
            (
                "attempt",
                vec![
                    "alibabacloud.request_id = R".to_owned(),
                    "alibabacloud.retry_delay = 0.5".to_owned(),
                    "http.request.resend_count = 1".to_owned(),
                    "http.response.status_code = 200".to_owned(),
                ]
            ),
        ]
    );
    assert_eq!(retried.status.as_ref().map_or(0, |status| status.code), 0);
    let status = failed.status.as_ref().expect("a status");
    assert_eq!((status.code, status.message.as_str()), (2, ""));
    let attributes = lines(&failed.attributes);
    assert!(attributes.contains(&"error.type = EntityNotExists.Template".to_owned()));
    let all = format!("{spans:?}");
    assert!(!all.contains("hush"), "{all}");
    let received = collector.received.lock().expect("requests");
    let scope = received.traces[0].resource_spans[0]
        .scope_spans
        .iter()
        .find_map(|scope| scope.scope.clone().filter(|s| s.name != "program"));
    assert_eq!(scope.expect("a scope").name, "alibabacloud-opentelemetry");
}

#[test]
fn attempts_can_be_spans_and_a_cancelled_call_ends_its_span() {
    let collector = Collector::start();
    let tracers = collector.tracer_provider();
    let http = MockClient::new([
        error(503, "Throttling.Api"),
        ok("R"),
        MockResponse::silence(),
    ]);
    let config = Instrumentation::new()
        .tracer_provider(&tracers)
        .attempt_spans(true)
        .install(config(&http));
    let client = Client::new(config.clone()).expect("a client");
    // On a clock that does not end the wait for the response.
    let patient = Client::new(config.time(TokioTime::new())).expect("a client");
    Runtime::new().expect("a runtime").block_on(async {
        list(&client).send().await.expect("a response");
        let mut cancelled = Box::pin(list(&patient).send());
        let waker = std::task::Waker::noop();
        let polled = cancelled
            .as_mut()
            .poll(&mut std::task::Context::from_waker(waker));
        assert!(polled.is_pending());
    });
    tracers.force_flush().expect("all spans");

    let spans = collector.spans();
    let names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(
        names,
        ["POST", "POST", "oos/ListTemplates", "oos/ListTemplates"]
    );
    let [first, second, call, cancelled] = &spans[..] else {
        panic!("four spans");
    };
    assert_eq!(first.parent_span_id, call.span_id);
    assert_eq!(second.parent_span_id, call.span_id);
    assert!(call.events.is_empty());
    assert_eq!(
        lines(&first.attributes),
        [
            "alibabacloud.request_id = E",
            "alibabacloud.throttled = true",
            "error.type = Throttling.Api",
            "http.request.method = POST",
            "http.response.status_code = 503",
            "server.address = oos.cn-hangzhou.aliyuncs.com",
            "server.port = 443",
        ]
    );
    assert_eq!(first.status.as_ref().map(|status| status.code), Some(2));
    let attributes = lines(&cancelled.attributes);
    assert!(attributes.contains(&"alibabacloud.cancelled = true".to_owned()));
}

/// The count and the sum of each series of a metric.
fn series(metrics: &[Metric], name: &str) -> Vec<(String, u64, f64)> {
    let metric = metrics.iter().find(|metric| metric.name == name);
    let data = metric.expect(name).data.as_ref().expect("data");
    let mut series: Vec<_> = match data {
        Data::Histogram(histogram) => histogram
            .data_points
            .iter()
            .map(|point| {
                let sum = point.sum.expect("a sum");
                (lines(&point.attributes).join(", "), point.count, sum)
            })
            .collect(),
        Data::Sum(sum) => sum
            .data_points
            .iter()
            .map(|point| match point.value {
                Some(number_data_point::Value::AsInt(count)) => (
                    lines(&point.attributes).join(", "),
                    u64::try_from(count).expect("a count"),
                    0.0,
                ),
                other => panic!("unexpected value {other:?}"),
            })
            .collect(),
        other => panic!("unexpected data {other:?}"),
    };
    series.sort_by(|a, b| a.0.cmp(&b.0));
    series
}

#[test]
fn a_collector_receives_metrics_by_operation_and_outcome() {
    let collector = Collector::start();
    let meters = collector.meter_provider();
    let http = MockClient::new([
        error(429, "Throttling.User"),
        error(429, "Throttling.User"),
        ok("R"),
        error(404, "EntityNotExists.Template"),
    ]);
    let config = Instrumentation::new()
        .meter_provider(&meters)
        .install(config(&http));
    let client = Client::new(config).expect("a client");
    list(&client).send_blocking().expect("a response");
    list(&client).send_blocking().expect_err("an error");
    meters.force_flush().expect("all metrics");

    let metrics = collector.metrics();
    let call = "rpc.method = oos/ListTemplates, rpc.system.name = alibabacloud, \
                server.address = oos.cn-hangzhou.aliyuncs.com, server.port = 443";
    let region = "cloud.region = cn-hangzhou";
    assert_eq!(
        series(&metrics, "rpc.client.call.duration"),
        [
            (
                format!(
                    "{region}, error.type = EntityNotExists.Template, \
                     http.response.status_code = 404, {call}"
                ),
                1,
                0.0
            ),
            // The two delays, on a clock that only they advance.
            (
                format!("{region}, http.response.status_code = 200, {call}"),
                1,
                1.5
            ),
        ]
    );
    let server = "server.address = oos.cn-hangzhou.aliyuncs.com, server.port = 443";
    let requests = series(&metrics, "http.client.request.duration");
    let counts: Vec<_> = requests
        .iter()
        .map(|(name, count, _)| (name.as_str(), *count))
        .collect();
    assert_eq!(
        counts,
        [
            (
                &*format!(
                    "error.type = EntityNotExists.Template, http.request.method = POST, \
                     http.response.status_code = 404, {server}"
                ),
                1
            ),
            (
                &*format!(
                    "error.type = Throttling.User, http.request.method = POST, \
                     http.response.status_code = 429, {server}"
                ),
                2
            ),
            (
                &*format!("http.request.method = POST, http.response.status_code = 200, {server}"),
                1
            ),
        ]
    );
    let target = format!("{region}, {call}");
    assert_eq!(
        series(&metrics, "alibabacloud.client.call.attempts"),
        [(target.clone(), 2, 4.0)]
    );
    assert_eq!(
        series(&metrics, "alibabacloud.client.throttles"),
        [(target.clone(), 2, 0.0)]
    );
    assert_eq!(
        series(&metrics, "alibabacloud.client.retry.delay"),
        [(target, 2, 1.5)]
    );
    let duration = metrics
        .iter()
        .find(|m| m.name == "rpc.client.call.duration");
    assert_eq!(duration.map(|metric| metric.unit.as_str()), Some("s"));
}

#[test]
fn one_line_reports_to_the_global_providers_and_the_context_is_sent_on_request() {
    let collector = Collector::start();
    let (tracers, meters) = (collector.tracer_provider(), collector.meter_provider());
    global::set_tracer_provider(tracers.clone());
    global::set_meter_provider(meters.clone());
    global::set_text_map_propagator(TraceContextPropagator::new());
    let http = MockClient::new([ok("R"), ok("R"), ok("R")]);
    let client = Client::new(instrument(config(&http))).expect("a client");
    list(&client).send_blocking().expect("a response");
    let config = Instrumentation::new()
        .propagate_context(true)
        .install(config(&http));
    let client = Client::new(config).expect("a client");
    list(&client).send_blocking().expect("a response");
    let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    list(&client)
        .with_options(CallOptions::new().trace_parent(given))
        .send_blocking()
        .expect("a response");
    tracers.force_flush().expect("all spans");
    meters.force_flush().expect("all metrics");

    let spans = collector.spans();
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let sent: Vec<_> = http
        .requests()
        .iter()
        .map(|request| request.headers.get("traceparent").map(str::to_owned))
        .collect();
    let second = &spans[1];
    let injected = format!("00-{}-{}-01", hex(&second.trace_id), hex(&second.span_id));
    assert_eq!(sent, [None, Some(injected), Some(given.to_owned())]);
    assert!(!collector.metrics().is_empty());
}
