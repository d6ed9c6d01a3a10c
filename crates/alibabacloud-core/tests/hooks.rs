//! What a user can put into the road of a call, or let keep calls from it: interceptors, metrics,
//! guards, raw calls, previews.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::http::Method;
use alibabacloud_core::interceptor::{HookError, Incoming, Intercept, Outgoing};
use alibabacloud_core::metrics::{AttemptMetrics, CallMetrics, Metrics};
use alibabacloud_core::plumbing::{Access, Call, Operation, Param};
use alibabacloud_core::test_util::MockResponse;
use alibabacloud_core::{CallOptions, Client, Config, ErrorKind, SignatureVersion};
use fixture::{DeleteInput, EmptyOutput, Kit, List, ListOutput, PRODUCT, delete, error, ok, start};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Records what it sees, and rejects requests or responses as configured.
#[derive(Clone, Debug, Default)]
struct Recorder {
    seen: Arc<Mutex<Vec<String>>>,
    reject_request: bool,
    reject_response: bool,
}

impl Recorder {
    fn note(&self, text: String) {
        self.seen.lock().expect("a list").push(text);
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("a list").clone()
    }
}

impl Intercept for Recorder {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
        let (product, operation) = (request.product(), request.operation());
        let parameters: Vec<_> = request
            .parameters()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let before = request.header("x-acs-order").unwrap_or_default().to_owned();
        self.note(format!(
            "{product}:{operation} {} {} #{} {}",
            request.method(),
            request.host(),
            request.attempt(),
            parameters.join("&")
        ));
        request.set_header("x-acs-order", &format!("{before}x"))?;
        if self.reject_request {
            return Err("not today".into());
        }
        Ok(())
    }

    fn after_response(&self, response: &Incoming<'_>) -> Result<(), HookError> {
        let id = response.request_id().unwrap_or("-");
        let kind = response.headers().get("content-type").unwrap_or("-");
        self.note(format!(
            "{} #{} {id} {kind}",
            response.status(),
            response.attempt()
        ));
        if self.reject_response {
            return Err("not like this".into());
        }
        Ok(())
    }
}

impl Metrics for Recorder {
    fn attempt(&self, attempt: &AttemptMetrics<'_>) {
        self.note(format!(
            "attempt {} {:?} {:?} {}",
            attempt.attempt, attempt.status, attempt.error, attempt.throttled
        ));
    }

    fn call(&self, call: &CallMetrics<'_>) {
        self.note(format!(
            "call {}:{} {} {} {:?} {:?}",
            call.product, call.operation, call.attempts, call.throttles, call.status, call.error
        ));
    }
}

fn client(kit: &Kit, change: impl FnOnce(Config) -> Config) -> Client {
    Client::new(change(kit.config.clone())).expect("a client")
}

#[tokio::test]
async fn interceptors_see_every_attempt_in_order_and_their_headers_are_signed() {
    let kit = Kit::new([
        error(503, "ServiceUnavailable"),
        ok().header("x-acs-request-id", "H"),
    ]);
    let (first, second) = (Recorder::default(), Recorder::default());
    let client = client(&kit, |config| {
        config
            .interceptor(first.clone())
            .interceptor(second.clone())
    });
    List::new(&client)
        .call
        .send::<ListOutput>()
        .await
        .expect("a page");
    let host = "oos.cn-hangzhou.aliyuncs.com";
    assert_eq!(
        first.seen(),
        [
            format!("oos:ListThings POST {host} #1 RegionId=cn-hangzhou"),
            "503 #1 - application/json".to_owned(),
            format!("oos:ListThings POST {host} #2 RegionId=cn-hangzhou"),
            "200 #2 H application/json".to_owned(),
        ]
    );
    assert_eq!(first.seen(), second.seen());
    // The second one saw the header of the first; each attempt began anew.
    let order = Some("xx".to_owned());
    assert_eq!(kit.headers("x-acs-order"), [order.clone(), order]);
    for request in kit.http.requests() {
        let authorization = request.headers.get("authorization").expect("a signature");
        assert!(authorization.contains("x-acs-order"), "{authorization}");
    }
}

#[tokio::test]
async fn a_hook_that_fails_ends_the_call_at_once() {
    let kit = Kit::new([ok()]);
    let refusing = Recorder {
        reject_request: true,
        ..Recorder::default()
    };
    let cautious = client(&kit, |config| config.interceptor(refusing));
    let failure = start(&cautious)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(
        (failure.kind(), failure.attempts()),
        (ErrorKind::Intercepted, 0)
    );
    assert_eq!(
        failure.to_string(),
        "oos:StartThing: an interceptor ended the call: not today"
    );
    assert!(kit.http.requests().is_empty());

    let kit = Kit::new([error(503, "ServiceUnavailable"), ok()]);
    let refusing = Recorder {
        reject_response: true,
        ..Recorder::default()
    };
    let cautious = client(&kit, |config| config.interceptor(refusing));
    let failure = start(&cautious)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(
        (failure.kind(), failure.attempts()),
        (ErrorKind::Intercepted, 1)
    );
    assert_eq!(failure.http_status(), Some(503));
    assert!(failure.raw_body().is_some());
}

#[tokio::test]
async fn a_hook_cannot_break_the_signature() {
    #[derive(Debug)]
    struct Meddler;
    impl Intercept for Meddler {
        fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
            request.set_header("Authorization", "none")?;
            Ok(())
        }
    }
    let kit = Kit::new([ok()]);
    let client = client(&kit, |config| config.interceptor(Meddler));
    let failure = start(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Intercepted);
    assert!(
        failure.to_string().contains("the client sets it itself"),
        "{failure}"
    );
}

#[tokio::test]
async fn metrics_count_calls_attempts_and_throttles() {
    let kit = Kit::new([
        error(429, "Throttling.User"),
        error(503, "ServiceUnavailable"),
        ok(),
        error(403, "NoPermission"),
    ]);
    let recorder = Recorder::default();
    let client = client(&kit, |config| config.metrics(recorder.clone()));
    start(&client)
        .send::<EmptyOutput>()
        .await
        .expect("an output");
    delete(&client)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(
        recorder.seen(),
        [
            "attempt 1 Some(429) Some(Service) true",
            "attempt 2 Some(503) Some(Service) false",
            "attempt 3 Some(200) None false",
            "call oos:StartThing 3 1 Some(200) None",
            "attempt 1 Some(403) Some(Service) false",
            "call oos:DeleteThing 1 0 Some(403) Some(Service)",
        ]
    );
}

#[tokio::test]
async fn a_read_only_client_sends_nothing_but_reads() {
    let kit = Kit::new([ok(), ok()]);
    let full = kit.client();
    let reader = full.read_only();
    List::new(&reader)
        .call
        .send::<ListOutput>()
        .await
        .expect("a page");
    let rejected = [
        start(&reader)
            .send::<EmptyOutput>()
            .await
            .expect_err("an error"),
        start(&reader).preview().expect_err("an error"),
        // Its effect is unknown, so it may write.
        reader
            .call_raw("oos", "2019-06-01", "ListNewThings", &[])
            .send()
            .await
            .expect_err("an error"),
    ];
    for failure in rejected {
        assert_eq!(
            (failure.kind(), failure.attempts()),
            (ErrorKind::Guarded, 0)
        );
        assert!(failure.to_string().contains("read-only"), "{failure}");
    }
    assert_eq!(kit.http.requests().len(), 1);
    // A client from its configuration is read-only too, and the original client is unchanged.
    let again = Client::new(reader.config().clone()).expect("a client");
    start(&again)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    start(&full).send::<EmptyOutput>().await.expect("an output");
}

#[tokio::test]
async fn deny_patterns_are_named_by_the_error() {
    let kit = Kit::new([ok()]);
    let careful = client(&kit, |config| {
        config.deny("*:Delete*").deny("oos:StartThing")
    });
    let failure = delete(&careful)
        .send::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(
        failure.to_string(),
        "oos:DeleteThing: the client denies calls that match \"*:Delete*\""
    );
    let raw = careful
        .call_raw("ecs", "2014-05-26", "deleteInstance", &[])
        .send();
    let failure = raw.await.expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Guarded);
    assert!(
        failure.to_string().starts_with("ecs:deleteInstance: "),
        "{failure}"
    );
    List::new(&careful)
        .call
        .send::<ListOutput>()
        .await
        .expect("a page");
    assert_eq!(kit.http.requests().len(), 1);

    let error = Client::new(kit.config.clone().deny("Delete*")).expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_raw_call_with_an_invalid_operation_name_is_rejected() {
    let kit = Kit::new([ok()]);
    let careful = client(&kit, |config| config.deny("*:Delete*"));
    for operation in [
        " DeleteThing",
        "DeleteThing\n",
        "Delete%54hing",
        "\u{200b}Delete",
        "",
    ] {
        let raw = careful.call_raw("oos", "2019-06-01", operation, &[]).send();
        let failure = raw.await.expect_err(operation);
        assert_eq!(failure.kind(), ErrorKind::InvalidInput, "{failure}");
    }
    assert!(kit.http.requests().is_empty());
}

#[tokio::test]
async fn the_request_id_of_a_raw_response_has_many_spellings() {
    for name in [
        "RequestId",
        "requestId",
        "RequestID",
        "requestID",
        "request_id",
    ] {
        let body = format!(r#"{{"{name}":"R"}}"#);
        let kit = Kit::new([MockResponse::json(200, body)]);
        let call = kit.client().call_raw("oos", "2019-06-01", "NewApi", &[]);
        let response = call.send().await.expect("a response");
        assert_eq!(response.request_id(), Some("R"), "{name}");
    }
}

#[tokio::test]
async fn a_raw_call_sends_parameters_as_they_are_and_gives_json() {
    let body = r#"{"RequestId":"R","Items":[{"A":1.5}]}"#;
    let kit = Kit::new([MockResponse::json(200, body), MockResponse::new(204, "")]);
    let client = kit.client();
    let response = client
        .call_raw(
            "OOS",
            "2019-06-01",
            "NewApi",
            &[("Tag.1.Key", "a b"), ("Name", "x")],
        )
        .with_options(CallOptions::new().region("cn-shanghai"))
        .send()
        .await
        .expect("a response");
    assert_eq!(
        response.output(),
        &json!({"RequestId": "R", "Items": [{"A": 1.5}]})
    );
    assert_eq!(
        (response.request_id(), response.raw_body().as_ref()),
        (Some("R"), body.as_bytes())
    );
    let request = &kit.http.requests()[0];
    assert_eq!(
        (request.method, request.url.as_str()),
        (
            Method::Post,
            "https://oos.cn-shanghai.aliyuncs.com/?Name=x&Tag.1.Key=a%20b"
        )
    );
    assert_eq!(request.headers.get("x-acs-action"), Some("NewApi"));
    assert_eq!(request.headers.get("x-acs-version"), Some("2019-06-01"));

    let response = client
        .call_raw_roa(
            "cs",
            "2015-12-15",
            "ModifyCluster",
            Method::Put,
            "/clusters/c%2F1",
            &[("q", "1")],
        )
        .json_body(&json!({"name": "x"}))
        .send()
        .await
        .expect("a response");
    assert_eq!(response.output(), &Value::Null);
    let request = &kit.http.requests()[1];
    assert_eq!(
        (request.method, request.url.as_str()),
        (
            Method::Put,
            "https://cs.cn-hangzhou.aliyuncs.com/clusters/c%2F1?q=1"
        )
    );
    assert_eq!(request.body.as_ref(), br#"{"name":"x"}"#);
    let content_type = request.headers.get("content-type");
    assert_eq!(content_type, Some("application/json; charset=utf-8"));
}

#[tokio::test]
async fn a_raw_call_is_not_repeated_when_it_may_have_arrived() {
    let kit = Kit::new([error(503, "ServiceUnavailable"), ok()]);
    let client = kit.client();
    let call = || client.call_raw("oos", "2019-06-01", "NewApi", &[]);
    call().send().await.expect_err("an error");
    assert_eq!(kit.http.requests().len(), 1);
    let kit = Kit::new([error(429, "Throttling.User"), ok()]);
    let call = kit.client().call_raw("oos", "2019-06-01", "NewApi", &[]);
    assert_eq!(call.send().await.expect("a response").attempts(), 2);
}

#[tokio::test]
async fn a_raw_response_that_is_not_json_is_kept_in_the_error() {
    let kit = Kit::new([MockResponse::new(200, "plain text")]);
    let call = kit.client().call_raw("oos", "2019-06-01", "NewApi", &[]);
    let failure = call.send().await.expect_err("an error");
    assert_eq!(failure.kind(), ErrorKind::Decode);
    assert_eq!(failure.raw_body(), Some(b"plain text".as_slice()));
}

#[test]
fn a_raw_path_that_cannot_be_signed_is_rejected() {
    let kit = Kit::new([]);
    for path in [
        "clusters",
        "/a b",
        "/a?b=c",
        "/a/../b",
        "/a/%2E%2e/b",
        "/.%2e",
        "/%2e/b",
        "/\u{e9}",
        "/a#b",
    ] {
        let call = kit
            .client()
            .call_raw_roa("cs", "2015-12-15", "X", Method::Get, path, &[]);
        let failure = call.preview().expect_err(path);
        assert_eq!(failure.kind(), ErrorKind::InvalidInput, "{path}");
    }
}

#[test]
fn a_preview_shows_what_would_be_sent() {
    let kit = Kit::new([]);
    let mut call = List::new(&kit.client()).call;
    call.input.next_token = Some("it's".to_owned());
    call.options = CallOptions::new()
        .header("x-trace", "t")
        .endpoint("http://127.0.0.1:8080");
    let preview = call.preview().expect("a preview");
    let url = "http://127.0.0.1:8080/?NextToken=it%27s&RegionId=cn-hangzhou";
    assert_eq!(preview.url(), url);
    let shown = preview.to_string();
    for line in [
        format!("POST {url}\n").as_str(),
        "\nx-acs-action: ListThings\n",
        "\nx-acs-version: 2019-06-01\n",
        "\nx-acs-date: DATE\n",
        "\nauthorization: SIGNATURE\n",
        "\nx-trace: t\n",
    ] {
        assert!(shown.contains(line), "{line:?} in {shown}");
    }
    let curl = preview.to_curl();
    assert!(
        curl.starts_with(
            "curl -X POST 'http://127.0.0.1:8080/?NextToken=it%27s&RegionId=cn-hangzhou' -H "
        ),
        "{curl}"
    );
    assert!(curl.contains(" -H 'x-acs-action: ListThings'"), "{curl}");
    assert_eq!(
        preview.to_aliyun_cli(),
        "aliyun oos ListThings --endpoint 127.0.0.1:8080 --insecure --NextToken \"it's\" --RegionId cn-hangzhou --header 'x-trace=t'"
    );
    assert!(kit.http.requests().is_empty());
}

#[test]
fn a_preview_of_a_raw_call_hides_headers_and_bodies_that_sound_secret() {
    let client = Kit::new([]).client();
    let options = CallOptions::new().header("x-api-token", "hush");
    assert!(!format!("{options:?}").contains("hush"), "{options:?}");
    let call = || {
        let call = client.call_raw_roa("cs", "2015-12-15", "New", Method::Post, "/things", &[]);
        call.with_options(options.clone())
    };
    let nested = json!({"users": [{"name": "a", "Password": "hush"}]});
    for call in [
        call().json_body(&nested),
        call().body("application/x-www-form-urlencoded", "a=b&Password=hush"),
    ] {
        let preview = call.preview().expect("a preview");
        let shown = format!(
            "{preview} {preview:?} {} {}",
            preview.to_curl(),
            preview.to_aliyun_cli()
        );
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("x-api-token: REDACTED"), "{shown}");
    }
    let harmless = call().json_body(&json!({"name": "a"})).preview();
    assert_eq!(harmless.expect("a preview").body(), br#"{"name":"a"}"#);
}

#[test]
fn a_preview_of_a_raw_call_hides_what_sounds_secret() {
    let kit = Kit::new([]);
    let parameters = [
        ("DbPassword", "hush"),
        ("Name", "x\0y"),
        ("Offset", "-1"),
        ("AccessKeySecret", "hush"),
    ];
    let preview = kit
        .client()
        .call_raw_roa(
            "cs",
            "2015-12-15",
            "New",
            Method::Post,
            "/things",
            &parameters,
        )
        .json_body(&json!({"a": 1}))
        .preview()
        .expect("a preview");
    let line = preview.to_aliyun_cli();
    assert_eq!(
        line,
        "aliyun cs POST /things --endpoint cs.cn-hangzhou.aliyuncs.com --version 2015-12-15 --force \
         --AccessKeySecret REDACTED --DbPassword REDACTED --Name x\u{fffd}y '--Offset=-1' \
         --header 'content-type=application/json; charset=utf-8' --body '{\"a\":1}'"
            .replace(" --Name x\u{fffd}y", " --Name 'x\u{fffd}y'")
            .as_str()
    );
    let all = format!("{preview} {preview:?} {} {line}", preview.to_curl());
    assert!(!all.contains("hush"), "{all}");
    assert!(all.contains("--data-raw '{\"a\":1}'"), "{all}");
}

#[tokio::test]
async fn nested_secrets_are_hidden_from_previews_and_hooks() {
    let inner = json!({"users": [{"Name": "a", "Password": "hush"}]}).to_string();
    let parameters = json!({"DbPassword": "hush", "Size": 3, "Nested": inner}).to_string();
    let pairs = [
        ("Content", "Tasks:\n  - Password: hush\n  - Name: shown"),
        ("Env.1.Key", "API_KEY"),
        ("Env.1.Value", "hush"),
        ("Env.2.Key", "HOME"),
        ("Env.2.Value", "/root"),
        ("Parameters", parameters.as_str()),
        ("Url", "https://b.example/o?Expires=1&Signature=hush"),
    ];
    let kit = Kit::new([ok(), ok(), ok()]);
    let hook = Recorder::default();
    for version in [SignatureVersion::default(), SignatureVersion::V1] {
        let client = client(&kit, |config| {
            config.interceptor(hook.clone()).signature_version(version)
        });
        let call = || client.call_raw("oos", "2019-06-01", "StartThing", &pairs);
        let preview = call().preview().expect("a preview");
        let shown = format!(
            "{preview} {preview:?} {} {} {:?} {:?}",
            preview.to_curl(),
            preview.to_aliyun_cli(),
            preview.query().collect::<Vec<_>>(),
            preview.form().collect::<Vec<_>>(),
        );
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("/root") && shown.contains("Size"), "{shown}");
        let cli = preview.to_aliyun_cli();
        assert!(cli.contains("--Env.1.Value REDACTED"), "{cli}");
        assert!(cli.contains("- Password: REDACTED"), "{cli}");
        call().send().await.expect("a response");
    }
    let seen = hook.seen().join("\n");
    assert!(
        !seen.contains("hush") && seen.contains("Env.2.Value=/root"),
        "{seen}"
    );
    // The request itself is complete.
    let sent = &kit.http.calls("StartThing")[0];
    assert_eq!(sent.parameter("Parameters"), Some(parameters.as_str()));
    // A body, and a parameter that a specification describes.
    let client = client(&kit, |config| config);
    let form = format!("Size=3&Parameters={}", parameters.replace('"', "%22"));
    let roa = || client.call_raw_roa("cs", "2015-12-15", "New", Method::Post, "/things", &[]);
    for call in [
        roa().json_body(&json!({"Size": 3, "Parameters": parameters})),
        roa().body("application/x-www-form-urlencoded", form),
        roa().body("text/plain", format!("Size: 3\n{parameters}")),
    ] {
        let preview = call.preview().expect("a preview");
        let shown = format!("{preview} {}", preview.to_curl());
        assert!(!shown.contains("hush") && shown.contains("Size"), "{shown}");
        assert!(
            shown.contains("x-acs-content-sha256: BODY_SHA256"),
            "{shown}"
        );
    }
    let mut call = start(&client);
    call.input.name = Some(parameters.clone());
    let shown = call.preview().expect("a preview").to_string();
    assert!(!shown.contains("hush") && shown.contains("Size"), "{shown}");
}

#[test]
fn a_preview_of_v1_shows_its_parameters() {
    let kit = Kit::new([]);
    let client = client(&kit, |config| {
        config.signature_version(SignatureVersion::V1)
    });
    let preview = start(&client).preview().expect("a preview");
    let body = String::from_utf8_lossy(preview.body()).into_owned();
    for pair in [
        "Action=StartThing",
        "Signature=SIGNATURE",
        "Timestamp=DATE",
        "AccessKeyId=ACCESS_KEY_ID",
        "Name=a",
    ] {
        assert!(body.split('&').any(|p| p == pair), "{pair} in {body}");
    }
}

/// What needs no identity, with a parameter.
static GREET: Operation = Operation::rpc(&PRODUCT, "Greet", Access::Read)
    .params(&[Param::query("Name").required()])
    .anonymous();

#[test]
fn a_preview_of_an_operation_without_identity_shows_no_time_either() {
    let kit = Kit::new([]);
    let name = Some("a".to_owned());
    let call = Call::new(&kit.client(), &GREET, DeleteInput { name });
    let shown = call.preview().expect("a preview").to_string();
    assert!(shown.contains("Timestamp=DATE"), "{shown}");
    assert!(!shown.contains("1970"), "{shown}");
}

#[tokio::test]
async fn a_trace_context_is_passed_on_unsigned() {
    let kit = Kit::new([ok()]);
    let mut call = start(&kit.client());
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    call.options = CallOptions::new().trace_parent(parent).trace_state("a=1");
    call.send::<EmptyOutput>().await.expect("an output");
    let request = &kit.http.requests()[0];
    assert_eq!(request.headers.get("traceparent"), Some(parent));
    assert_eq!(request.headers.get("tracestate"), Some("a=1"));
    let authorization = request.headers.get("authorization").expect("a signature");
    assert!(!authorization.contains("trace"), "{authorization}");
}
