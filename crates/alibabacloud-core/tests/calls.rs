//! What a call does: attempts, waits, headers and outcomes, on a scripted network and a manual
//! clock.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod fixture;

use alibabacloud_core::credentials::{
    CachedProvider, Credentials, CredentialsError, ProvideCredentials, ProviderContext,
};
use alibabacloud_core::http::TransportErrorKind::{Connect, Interrupted, InvalidRequest, Timeout};
use alibabacloud_core::http::{
    BodyStream, Headers, HttpClient, HttpRequest, HttpResponse, TransportError,
};
use alibabacloud_core::plumbing::{Access, Call, Operation, Param, ResponseBody};
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{ManualTime, MockResponse};
use alibabacloud_core::time::{BoxFuture, Time};
use alibabacloud_core::{CallOptions, Client, Config, Error, ErrorKind};
use alibabacloud_types::Blob;
use bytes::Bytes;
use fixture::{DeleteInput, EmptyOutput, Kit, List, ListOutput, PRODUCT, delete, error, ok, start};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

#[derive(Clone, Copy, Debug)]
enum Kind {
    Read,
    WriteWithToken,
    Write,
}

async fn send(kind: Kind, client: &Client, options: CallOptions) -> Result<u32, Error> {
    match kind {
        Kind::Read => {
            let mut list = List::new(client);
            list.call.options = options;
            list.call
                .send_with_response::<ListOutput>()
                .await
                .map(|r| r.attempts())
        }
        Kind::WriteWithToken => {
            let mut call = start(client);
            call.options = options;
            call.send_with_response::<EmptyOutput>()
                .await
                .map(|r| r.attempts())
        }
        Kind::Write => {
            let mut call = delete(client);
            call.options = options;
            call.send_with_response::<EmptyOutput>()
                .await
                .map(|r| r.attempts())
        }
    }
}

#[tokio::test]
async fn a_call_is_signed_sent_and_read() {
    let body = r#"{"RequestId":"R","Things":[{"Name":"a","Size":"7"}]}"#;
    let kit = Kit::new([MockResponse::json(200, body).header("x-acs-request-id", "H")]);
    let response = List::new(&kit.client())
        .call
        .send_with_response::<ListOutput>()
        .await
        .expect("a response");
    assert_eq!(
        (
            response.status(),
            response.attempts(),
            response.request_id()
        ),
        (200, 1, Some("H"))
    );
    assert_eq!(&response.raw_body()[..], body.as_bytes());
    assert_eq!(response.output().things[0].size, Some(7));

    let request = &kit.http.requests()[0];
    assert_eq!(
        request.url,
        "https://oos.cn-hangzhou.aliyuncs.com/?RegionId=cn-hangzhou"
    );
    let header = |name| request.headers.get(name).unwrap_or_default();
    assert_eq!(header("x-acs-action"), "ListThings");
    assert_eq!(header("x-acs-version"), "2019-06-01");
    assert_eq!(header("x-acs-date"), "2026-01-01T00:00:00Z");
    assert!(
        header("authorization").starts_with("ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;")
    );
    assert!(header("user-agent").contains(" alibabacloud-oos/0.1.0"));
    assert_eq!(request.headers.get("x-acs-retry-attempts"), None);
    assert_eq!(request.connect_timeout, Some(Duration::from_secs(5)));
}

#[tokio::test]
async fn the_request_id_of_the_body_stands_in_for_a_missing_header() {
    let kit = Kit::new([ok()]);
    let response = List::new(&kit.client())
        .call
        .send_with_response::<ListOutput>()
        .await
        .expect("a response");
    assert_eq!(response.request_id(), Some("R"));
}

#[tokio::test]
async fn an_empty_response_is_an_empty_output() {
    let kit = Kit::new([MockResponse::new(204, "")]);
    let output: EmptyOutput = delete(&kit.client()).send().await.expect("an output");
    assert_eq!(output, EmptyOutput::default());
}

/// For each failure followed by a success: the attempts that each kind of call makes.
#[tokio::test]
async fn what_may_be_repeated_is_repeated() {
    let table: [(&str, MockResponse, [u32; 3]); 16] = [
        (
            "refused connection",
            MockResponse::fault(Connect),
            [2, 2, 2],
        ),
        (
            "broken connection",
            MockResponse::fault(Interrupted),
            [2, 2, 1],
        ),
        ("transport timeout", MockResponse::fault(Timeout), [2, 2, 1]),
        (
            "unsendable request",
            MockResponse::fault(InvalidRequest),
            [1, 1, 1],
        ),
        (
            "broken body",
            MockResponse::json(200, r#"{"Reque"#).broken(),
            [2, 2, 1],
        ),
        ("throttled as 400", error(400, "Throttling.User"), [2, 2, 2]),
        ("throttled as 429", error(429, "Throttling.Api"), [2, 2, 2]),
        ("busy", error(503, "ServiceUnavailable"), [2, 2, 1]),
        (
            "internal error as 403",
            error(403, "InternalError"),
            [2, 2, 1],
        ),
        (
            "bad gateway",
            MockResponse::new(502, "<html></html>"),
            [2, 2, 1],
        ),
        ("empty 504", MockResponse::new(504, ""), [2, 2, 1]),
        ("twin at work", error(403, "LastTokenProcessing"), [1, 2, 1]),
        ("nonce used", error(400, "SignatureNonceUsed"), [2, 2, 1]),
        ("not found", error(404, "EntityNotExists.Thing"), [1, 1, 1]),
        ("redirect", MockResponse::new(302, ""), [1, 1, 1]),
        ("unreadable", MockResponse::json(200, "{"), [1, 1, 1]),
    ];
    for (name, failure, expected) in table {
        for (kind, expected) in [Kind::Read, Kind::WriteWithToken, Kind::Write]
            .into_iter()
            .zip(expected)
        {
            let kit = Kit::new([failure.clone(), ok()]);
            let outcome = send(kind, &kit.client(), CallOptions::new()).await;
            assert_eq!(
                kit.http.requests().len() as u32,
                expected,
                "{name}, {kind:?}"
            );
            match outcome {
                Ok(attempts) => assert_eq!(attempts, expected, "{name}, {kind:?}"),
                Err(error) => {
                    assert_eq!(expected, 1, "{name}, {kind:?}: {error}");
                    assert_eq!(error.attempts(), 1, "{name}, {kind:?}: {error}");
                }
            }
        }
    }
}

#[tokio::test]
async fn attempts_differ_in_nonce_date_and_signature_but_not_in_token() {
    let kit = Kit::new([
        error(503, "ServiceUnavailable"),
        error(429, "Throttling.User"),
        ok(),
    ]);
    assert_eq!(
        send(Kind::WriteWithToken, &kit.client(), CallOptions::new())
            .await
            .expect("attempts"),
        3
    );
    for header in ["x-acs-signature-nonce", "authorization"] {
        let values: HashSet<_> = kit.headers(header).into_iter().collect();
        assert_eq!(values.len(), 3, "{header}");
    }
    let text = |s: &str| Some(s.to_owned());
    let dates = [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:01Z",
    ]
    .map(text);
    assert_eq!(kit.headers("x-acs-date"), dates);
    assert_eq!(kit.waits(), [100, 1000]);
    assert_eq!(
        kit.headers("x-acs-retry-attempts"),
        [None, text("1"), text("2")]
    );
    assert_eq!(
        kit.headers("x-acs-retry-delay"),
        [None, text("100"), text("1000")]
    );
    let signed = &kit.headers("authorization")[1];
    assert!(
        signed
            .as_deref()
            .is_some_and(|a| a.contains("x-acs-retry-attempts;x-acs-retry-delay"))
    );

    let urls: HashSet<_> = kit.http.requests().into_iter().map(|r| r.url).collect();
    assert_eq!(urls.len(), 1, "{urls:?}");
    assert!(urls.iter().all(|url| url.contains("ClientToken=")));
    // Another call has another token.
    kit.http.push(ok());
    send(Kind::WriteWithToken, &kit.client(), CallOptions::new())
        .await
        .expect("attempts");
    assert!(!urls.contains(&kit.http.requests()[3].url));
}

#[tokio::test]
async fn the_last_error_tells_the_whole_story() {
    let throttled = || error(400, "Throttling.User").header("x-acs-retry-after", "200");
    let kit = Kit::new([throttled(), throttled(), throttled()]);
    let error = send(Kind::Read, &kit.client(), CallOptions::new())
        .await
        .expect_err("an error");
    assert_eq!(
        error.to_string(),
        "oos:ListThings 400 Throttling.User: No. (request ID E, attempts 3, retry after 200 ms)"
    );
    assert!(error.is_throttling() && error.is_retryable());
    assert_eq!(kit.waits(), [200, 200]);
}

#[tokio::test]
async fn waits_that_the_service_asks_for_are_capped() {
    let kit = Kit::new([error(429, "Throttling").header("retry-after", "3600"), ok()]);
    send(Kind::Read, &kit.client(), CallOptions::new())
        .await
        .expect("attempts");
    assert_eq!(kit.waits(), [60_000]);
}

#[tokio::test]
async fn retries_can_be_turned_off_and_up() {
    for (retry, expected) in [
        (RetryConfig::off(), 1),
        (RetryConfig::standard().jitter(false).max_attempts(0), 1),
        (RetryConfig::standard().jitter(false).max_attempts(5), 5),
    ] {
        let kit = Kit::new(vec![error(503, "ServiceUnavailable"); 9]);
        let options = CallOptions::new().retry(retry);
        let error = send(Kind::Read, &kit.client(), options)
            .await
            .expect_err("an error");
        assert_eq!(error.attempts(), expected);
    }
}

#[tokio::test]
async fn the_budget_of_a_client_drains_and_fills() {
    let kit = Kit::new(vec![error(503, "ServiceUnavailable"); 200]);
    let client = kit.client();
    let options = || {
        CallOptions::new().retry(
            RetryConfig::standard()
                .jitter(false)
                .max_attempts(101)
                .base_delay(Duration::from_millis(1))
                .max_delay(Duration::from_millis(1)),
        )
    };
    let error = send(Kind::Read, &client, options())
        .await
        .expect_err("an error");
    assert_eq!(error.attempts(), 101);
    let error = send(Kind::Read, &client, options())
        .await
        .expect_err("an error");
    assert_eq!(error.attempts(), 1);
    assert!(error.message().contains("retry budget"), "{error}");
    // Another client has its own.
    let error = send(Kind::Read, &kit.client(), options())
        .await
        .expect_err("an error");
    assert!(error.attempts() > 1);
}

#[tokio::test]
async fn an_attempt_has_a_limit_and_so_has_the_whole_call() {
    let second = Duration::from_secs(1);
    let kit = Kit::new([]);
    let slow = || ok().after(&kit.time, 31 * second);
    for response in [slow(), slow(), ok().after(&kit.time, 29 * second)] {
        kit.http.push(response);
    }
    assert_eq!(
        send(Kind::Read, &kit.client(), CallOptions::new())
            .await
            .expect("attempts"),
        3
    );
    assert_eq!(
        kit.time.elapsed().as_millis(),
        30_000 + 100 + 30_000 + 200 + 29_000
    );

    // The attempt limit stops a write of unknown fate.
    kit.http.push(slow());
    let error = send(Kind::Write, &kit.client(), CallOptions::new())
        .await
        .expect_err("an error");
    assert!(error.is_timeout());
    assert_eq!(
        error.to_string(),
        "oos:DeleteThing: attempt timed out after 30000 ms while waiting for the response from https://oos.cn-hangzhou.aliyuncs.com"
    );

    // The limit of the whole call cuts the second attempt short, and its waits count.
    let options = || CallOptions::new().operation_timeout(40 * second);
    let before = kit.time.elapsed();
    kit.http.push(slow());
    kit.http.push(slow());
    let error = send(Kind::Read, &kit.client(), options())
        .await
        .expect_err("an error");
    assert_eq!(kit.time.elapsed() - before, 40 * second);
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error
            .message()
            .contains("operation timed out after 40000 ms"),
        "{error}"
    );
    assert_eq!(error.attempts(), 2);

    // If the delay would outlast the timeout, the call fails immediately.
    let before = kit.time.elapsed();
    kit.http
        .push(fixture::error(429, "Throttling").header("retry-after", "50"));
    let error = send(Kind::Read, &kit.client(), options())
        .await
        .expect_err("an error");
    assert_eq!(kit.time.elapsed(), before);
    assert!(error.is_throttling());
    assert!(
        error
            .message()
            .contains("the operation timeout would expire"),
        "{error}"
    );
}

#[tokio::test]
async fn clock_skew_is_corrected_once_per_client() {
    let rejected =
        || error(400, "InvalidTimeStamp.Expired").header("date", "Thu, 01 Jan 2026 01:00:00 GMT");
    let kit = Kit::new([rejected(), ok(), ok()]);
    let client = kit.client();
    assert_eq!(
        send(Kind::Write, &client, CallOptions::new())
            .await
            .expect("attempts"),
        2
    );
    assert_eq!(
        send(Kind::Write, &client, CallOptions::new())
            .await
            .expect("attempts"),
        1
    );
    let hours = kit.headers("x-acs-date").into_iter().flatten();
    let hours: Vec<_> = hours.map(|date| date[11..13].to_owned()).collect();
    assert_eq!(hours, ["00", "01", "01"]);
    assert!(kit.waits().is_empty());

    // The skew is already corrected: no second attempt.
    let kit = Kit::new([error(400, "InvalidTimeStamp.Expired"), ok()]);
    send(Kind::Read, &kit.client(), CallOptions::new())
        .await
        .expect_err("an error");
    assert_eq!(kit.http.remaining(), 1);

    // Turned off.
    let mut kit = Kit::new([rejected(), ok()]);
    kit.config = kit.config.clock_skew_correction(false);
    send(Kind::Read, &kit.client(), CallOptions::new())
        .await
        .expect_err("an error");
    assert_eq!(kit.http.remaining(), 1);
}

/// Hands out temporary credentials with a new number each time.
#[derive(Clone, Debug, Default)]
struct Rotating(Arc<AtomicU32>);

impl ProvideCredentials for Rotating {
    fn name(&self) -> &str {
        "rotating"
    }
    fn provide<'a>(
        &'a self,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        let n = self.0.fetch_add(1, Ordering::Relaxed);
        let credentials = Credentials::sts(format!("id{n}"), "secret", "token");
        Box::pin(async move { Ok(credentials) })
    }
}

#[tokio::test]
async fn rejected_temporary_credentials_are_refreshed_once() {
    let expired = || error(403, "InvalidSecurityToken.Expired");
    let mut kit = Kit::new([expired(), ok(), expired(), expired(), ok()]);
    kit.config = kit.config.credentials(Rotating::default());
    let client = kit.client();
    assert_eq!(
        send(Kind::Write, &client, CallOptions::new())
            .await
            .expect("attempts"),
        2
    );
    let error = send(Kind::Write, &client, CallOptions::new())
        .await
        .expect_err("an error");
    assert_eq!(
        (error.attempts(), error.code()),
        (2, Some("InvalidSecurityToken.Expired"))
    );
    // The next call does not use the rejected credentials.
    assert_eq!(
        send(Kind::Write, &client, CallOptions::new())
            .await
            .expect("attempts"),
        1
    );
    let ids: Vec<_> = kit
        .headers("x-acs-accesskey-id")
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(ids, ["id0", "id1", "id1", "id2", "id3"]);
    assert!(kit.waits().is_empty());
}

#[tokio::test]
async fn what_is_chosen_at_run_time_can_be_given() {
    let kit = Kit::new([error(403, "InvalidSecurityToken.Expired")]);
    kit.http.push(ok().after(&kit.time, Duration::from_secs(1)));
    let http: Arc<dyn HttpClient> = Arc::new(kit.http.clone());
    let time: Arc<dyn Time> = Arc::new(kit.time.clone());
    let cache: Arc<dyn ProvideCredentials> = Arc::new(CachedProvider::new(Rotating::default()));
    let config = kit.config.clone().http_client(http).time(time);
    let client = Client::new(config.credentials(cache)).expect("a client");
    assert_eq!(client.region(), Some("cn-hangzhou"));
    let attempts = send(Kind::Write, &client, CallOptions::new()).await;
    assert_eq!(attempts.expect("attempts"), 2);
    // The cache was invalidated, and no timeout of the call moved the clock.
    let ids = kit.headers("x-acs-accesskey-id");
    assert_eq!(ids, [Some("id0".to_owned()), Some("id1".to_owned())]);
    assert_eq!(kit.time.elapsed(), Duration::from_secs(1));
}

#[derive(Debug)]
struct Silent;

impl ProvideCredentials for Silent {
    fn name(&self) -> &str {
        "silent"
    }
    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async {
            context.time.sleep(Duration::from_secs(3600)).await;
            Err(CredentialsError::new("no identity here"))
        })
    }
}

#[tokio::test]
async fn slow_credentials_count_against_the_operation_timeout() {
    let kit = Kit::new([]);
    let options = CallOptions::new().credentials(Silent);
    let error = send(Kind::Read, &kit.client(), options)
        .await
        .expect_err("an error");
    assert_eq!(
        error.to_string(),
        "oos:ListThings: operation timed out after 120000 ms while waiting for credentials"
    );
    assert_eq!(error.attempts(), 0);
    let patient = CallOptions::new()
        .credentials(Silent)
        .operation_timeout(Duration::from_secs(7200));
    let error = send(Kind::Read, &kit.client(), patient)
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.to_string().contains("no identity here"), "{error}");
}

#[tokio::test]
async fn invalid_input_is_rejected_before_anything_is_sent() {
    let kit = Kit::new([]);
    let client = kit.client();
    let mut call = delete(&client);
    call.input.name = None;
    let error = call.send::<EmptyOutput>().await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("Name"), "{error}");
    for options in [
        CallOptions::new().header("x-extra", "a\r\nb"),
        CallOptions::new().header("authorization", "mine"),
        CallOptions::new().region("evil.example/"),
        CallOptions::new().endpoint("ftp://host"),
    ] {
        let shown = format!("{options:?}");
        send(Kind::Read, &client, options).await.expect_err(&shown);
    }
    assert!(kit.http.requests().is_empty());
}

#[tokio::test]
async fn options_of_a_call_win_over_the_client() {
    let mut kit = Kit::new([ok(), ok()]);
    let options = || {
        CallOptions::new()
            .region("cn-beijing")
            .header("x-acs-extra", "1")
            .query("Extra", "a b")
            .connect_timeout(Duration::from_secs(1))
            .credentials(Credentials::access_key("other", "secret"))
    };
    send(Kind::Read, &kit.client(), options())
        .await
        .expect("attempts");
    kit.config = kit.config.endpoint("http://localhost:8080");
    send(Kind::Read, &kit.client(), options())
        .await
        .expect("attempts");
    let [first, second] = &kit.http.requests()[..] else {
        panic!("two requests")
    };
    assert_eq!(
        first.url,
        "https://oos.cn-beijing.aliyuncs.com/?Extra=a%20b&RegionId=cn-beijing"
    );
    assert_eq!(
        second.url,
        "http://localhost:8080/?Extra=a%20b&RegionId=cn-beijing"
    );
    assert_eq!(first.headers.get("x-acs-extra"), Some("1"));
    assert_eq!(first.connect_timeout, Some(Duration::from_secs(1)));
    let authorization = first.headers.get("authorization").unwrap_or_default();
    assert!(authorization.contains("Credential=other,"));
    assert!(authorization.contains("x-acs-extra"));
}

#[tokio::test]
async fn a_response_over_the_limit_is_rejected() {
    let kit = Kit::new([
        ok(),
        MockResponse::json(200, "x".repeat(100)),
        ok().header("content-length", "18446744073709551615"),
    ]);
    let client = kit.client();
    let options = || CallOptions::new().max_response_bytes(17);
    send(Kind::Read, &client, options())
        .await
        .expect("17 bytes are not too many");
    for _ in 0..2 {
        let error = send(Kind::Read, &client, options())
            .await
            .expect_err("an error");
        assert_eq!(
            (error.kind(), error.http_status()),
            (ErrorKind::Decode, Some(200))
        );
        assert!(error.message().contains("larger than 17 bytes"), "{error}");
    }
}

/// Returns a body that never ends, in chunks of 64 KiB.
#[derive(Debug)]
struct Endless {
    status: u16,
    first: Option<&'static str>,
}

impl BodyStream for Endless {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        let chunk = match self.first.take() {
            Some(first) => Bytes::from_static(first.as_bytes()),
            None => Bytes::from(vec![b'x'; 64 * 1024]),
        };
        Box::pin(std::future::ready(Some(Ok(chunk))))
    }
}

impl HttpClient for Endless {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let mut headers = Headers::new();
        headers.set("content-length", "9999999999");
        let Self { status, first } = *self;
        let response = HttpResponse::streaming(status, headers, Self { status, first });
        Box::pin(std::future::ready(Ok(response)))
    }
}

#[tokio::test]
async fn of_an_error_one_mebibyte_is_read() {
    let body = r#"{"Code":"NoPermission","RequestId":"R","Message":""#;
    for limit in [17, usize::MAX] {
        let endless = Endless {
            status: 403,
            first: Some(body),
        };
        let kit = Kit::new([]);
        let client = Client::new(kit.config.clone().http_client(endless)).expect("a client");
        let options = CallOptions::new().max_response_bytes(limit);
        let error = send(Kind::Read, &client, options)
            .await
            .expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!(error.code(), Some("NoPermission"));
        assert_eq!(error.request_id(), Some("R"));
        assert_eq!(error.raw_body().map(<[u8]>::len), Some(1024 * 1024));
        assert!(error.to_string().len() < 500, "{error}");
    }
}

#[tokio::test]
async fn an_output_has_a_memory_limit() {
    let body = r#"{"Things":[{},{},{},{},{}]}"#;
    let kit = Kit::new([0; 4].map(|_| MockResponse::json(200, body)));
    let config = kit.config.clone().max_decoded_bytes(300);
    let client = Client::new(config).expect("a client");
    let error = send(Kind::Read, &client, CallOptions::new())
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.json_path(), Some("Things[4]"));
    let expected = "take more than 300 bytes of memory (line 1, column 23); raise max_decoded_bytes to accept it";
    assert!(error.message().ends_with(expected), "{error}");
    assert_eq!(error.raw_body(), Some(body.as_bytes()));
    let options = CallOptions::new().max_decoded_bytes(1000);
    send(Kind::Read, &client, options)
        .await
        .expect("1000 bytes are enough");

    let raw = || client.call_raw("oos", "2019-06-01", "NewApi", &[]);
    let options = CallOptions::new().max_decoded_bytes(2000);
    raw().with_options(options).send().await.expect("a tree");
    let options = CallOptions::new().max_decoded_bytes(100);
    let error = raw()
        .with_options(options)
        .send()
        .await
        .expect_err("an error");
    assert!(error.message().contains("more than 100 bytes"), "{error}");
}

#[tokio::test]
async fn one_broken_character_costs_one_character_of_an_output() {
    let bodies: [&[u8]; 3] = [
        b"{\"Things\":[{\"Name\":\"a\",\"Note\":\"cut \\ud83d\"}],\"NextToken\":\"t\"}",
        b"{\"Things\":[{\"Name\":\"a\",\"Note\":\"cut \xe6\xb5\"}],\"NextToken\":\"t\"}",
        b"{\"Things\":[{\"Name\":\"a\",\"Note\":\"cut \x1b\"}],\"NextToken\":\"t\"}",
    ];
    for body in bodies {
        let kit = Kit::new([0; 2].map(|_| MockResponse::json(200, body)));
        let list = List::new(&kit.client());
        let response = list.call.send_with_response::<ListOutput>().await;
        let response = response.expect("a page");
        let page = response.output();
        assert_eq!(page.things[0].name.as_deref(), Some("a"));
        assert_eq!(page.things[0].note.as_deref(), Some("cut \u{fffd}"));
        assert_eq!(page.next_token.as_deref(), Some("t"));
        assert_eq!(response.raw_body(), body);
        let raw = kit.client().call_raw("oos", "2019-06-01", "NewApi", &[]);
        let raw = raw.send().await.expect("a tree");
        assert_eq!(raw.output()["Things"][0]["Note"], "cut \u{fffd}");
    }
}

#[tokio::test]
async fn text_is_read_whatever_its_bytes_but_not_if_it_is_encoded() {
    static READ: Operation = Operation::rpc(&PRODUCT, "ReadThing", Access::Read)
        .params(&[Param::query("Name")])
        .response_body(ResponseBody::Raw);
    let body = &b"\xef\xbb\xbfa\xd6b\n"[..];
    let gzip = || MockResponse::new(200, body).header("content-encoding", "gzip");
    let kit = Kit::new([MockResponse::new(200, body), gzip(), gzip()]);
    let call = Call::new(&kit.client(), &READ, DeleteInput::default());
    let text: String = call.send().await.expect("text");
    assert_eq!(text, "\u{feff}a\u{fffd}b\n");
    let error = call.send::<String>().await.expect_err("an error");
    assert!(error.message().contains("content encoding gzip"), "{error}");
    let blob: Blob = call.send().await.expect("bytes");
    assert_eq!(blob.as_bytes(), body, "bytes are passed on as they are");
}

#[tokio::test]
async fn headers_that_contradict_each_other_are_refused_for_streams_too() {
    let ambiguous = ok()
        .header("content-length", "17")
        .header("transfer-encoding", "chunked");
    let kit = Kit::new([ambiguous]);
    let error = fixture::watch(&kit.client())
        .send_stream::<EmptyOutput>()
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.http_status(), Some(200));
    assert!(error.message().contains("ambiguous headers"), "{error}");
}

#[tokio::test]
async fn an_unreadable_response_is_kept_with_the_path_of_the_error() {
    let body = r#"{"RequestId":"R","Things":[{"Size":1},{"Size":"hush"}]}"#;
    let kit = Kit::new([MockResponse::json(200, body).header("x-acs-request-id", "H")]);
    let error = send(Kind::Read, &kit.client(), CallOptions::new())
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        (error.http_status(), error.request_id()),
        (Some(200), Some("H"))
    );
    assert_eq!(error.raw_body(), Some(body.as_bytes()));
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("Things[1].Size"), "{shown}");
    assert_eq!(error.json_path(), Some("Things[1].Size"));
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn the_request_id_of_an_unreadable_response_can_come_from_its_body() {
    let bodies = [
        r#"{"RequestId":"R","Things":[{"Size":"x"}]}"#,
        r#"{"Things":[{"Size":"x"}],"RequestId":"R"}"#,
    ];
    for body in bodies {
        let kit = Kit::new([MockResponse::json(200, body)]);
        let error = send(Kind::Read, &kit.client(), CallOptions::new())
            .await
            .expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.request_id(), Some("R"), "{body}");
    }
}

#[tokio::test]
async fn a_page_of_a_proxy_is_called_so_even_when_it_claims_success() {
    let page = "<!DOCTYPE html><title>Log in</title>";
    let kit = Kit::new([MockResponse::new(200, page)]);
    let error = send(Kind::Read, &kit.client(), CallOptions::new())
        .await
        .expect_err("an error");
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::Decode, Some(200))
    );
    assert!(error.message().contains("HTML page (Log in)"), "{error}");
}

#[tokio::test]
async fn a_rejected_signature_is_explained() {
    let echo = |text: &str| {
        let message = format!(
            "Specified signature is not matched with our calculation. server string to sign is:{text}"
        );
        let body = format!(
            r#"{{"Code":"SignatureDoesNotMatch","Message":{:?}}}"#,
            message
        );
        MockResponse::json(400, body)
    };
    let kit = Kit::new([echo("ACS3-HMAC-SHA256\n?")]);
    let error = send(Kind::Read, &kit.client(), CallOptions::new())
        .await
        .expect_err("an error");
    assert!(
        error
            .message()
            .contains("strings to sign differ at byte 17"),
        "{error}"
    );
    assert!(!error.to_string().contains('\n'));
}

#[tokio::test]
async fn secrets_are_never_shown() {
    let log = Mutex::new(String::new());
    let note = |text: String| log.lock().expect("a log").push_str(&text);
    let mut kit = Kit::new([
        error(400, "SignatureDoesNotMatch"),
        ok(),
        MockResponse::fault(Interrupted),
    ]);
    kit.config = kit
        .config
        .credentials(Credentials::sts("id", "hush-secret", "hush-token"));
    note(format!("{:?} {:#?}", kit.config, kit.client()));
    let client = kit.client();
    for _ in 0..3 {
        let call = start(&client);
        note(format!("{call:?} {}", call.preview().expect("a preview")));
        match call.send_with_response::<EmptyOutput>().await {
            Ok(response) => note(format!("{response:?}")),
            Err(error) => note(format!("{error} {error:?}")),
        }
    }
    note(format!("{:?} {:?}", kit.http, kit.http.requests()));
    let log = log.into_inner().expect("a log");
    assert!(!log.contains("hush"), "{log}");
}

#[test]
fn a_configuration_that_cannot_work_makes_no_client() {
    for config in [
        Config::new().endpoint("https://user:pw@host"),
        Config::new().endpoint("https://host/path"),
        Config::new().region("cn-hangzhou.evil.example/"),
    ] {
        let error = Client::new(config).expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!error.to_string().contains("pw"), "{error}");
    }
}

#[tokio::test]
async fn a_region_is_missed_only_by_who_needs_it() {
    let kit = Kit::new([ok()]);
    let config = Config::new()
        .time(kit.time.clone())
        .http_client(kit.http.clone())
        .credentials(Credentials::anonymous());
    let client = Client::new(config).expect("a client");
    let error = send(Kind::Read, &client, CallOptions::new())
        .await
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.to_string().contains("ALIBABA_CLOUD_REGION_ID"),
        "{error}"
    );
    send(
        Kind::Read,
        &client,
        CallOptions::new().region("cn-hangzhou"),
    )
    .await
    .expect("attempts");
}

#[tokio::test]
async fn adaptive_calls_slow_down_when_throttled() {
    let mut kit = Kit::new([]);
    kit.config = kit
        .config
        .retry(RetryConfig::adaptive().jitter(false).max_attempts(1));
    let client = kit.client();
    for _ in 0..10 {
        kit.http.push(ok());
        send(Kind::Read, &client, CallOptions::new())
            .await
            .expect("attempts");
    }
    assert!(kit.waits().is_empty());
    kit.http.push(error(429, "Throttling.User"));
    send(Kind::Read, &client, CallOptions::new())
        .await
        .expect_err("an error");
    for _ in 0..3 {
        kit.http.push(ok());
        send(Kind::Read, &client, CallOptions::new())
            .await
            .expect("attempts");
    }
    assert_eq!(kit.waits().len(), 2, "{:?}", kit.waits());
}

#[tokio::test]
async fn an_adaptive_call_without_room_in_its_time_ends_with_its_last_error() {
    let throttled = || error(429, "Throttling.User").header("x-acs-retry-after", "10");
    let mut kit = Kit::new([throttled(), throttled(), ok()]);
    kit.config = kit
        .config
        .retry(RetryConfig::adaptive().jitter(false).max_attempts(5));
    let client = kit.client();
    let short = CallOptions::new().operation_timeout(Duration::from_millis(500));
    let crowded_out = send(Kind::Read, &client, short)
        .await
        .expect_err("an error");
    assert_eq!(crowded_out.attempts(), 2, "{crowded_out}");
    assert!(crowded_out.is_throttling(), "{crowded_out}");
    let text = crowded_out.to_string();
    assert!(text.contains("not retried: throttled"), "{text}");

    // Calls that find no room take none from others, and nothing is sent for them.
    for _ in 0..20 {
        let hurried = CallOptions::new().operation_timeout(Duration::from_millis(1));
        let error = send(Kind::Read, &client, hurried)
            .await
            .expect_err("an error");
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
    }
    let waited = kit.time.elapsed();
    send(Kind::Read, &client, CallOptions::new())
        .await
        .expect("room");
    assert!(kit.time.elapsed() - waited < Duration::from_secs(3));
    assert_eq!(kit.http.requests().len(), 3);
}

#[test]
fn clients_and_calls_can_cross_threads() {
    fn check<T: Send + Sync>(_: &T) {}
    fn check_send<T: Send>(_: &T) {}
    let client = Kit::new([]).client();
    check(&client);
    let call = start(&client);
    check(&call);
    check_send(&call.send::<EmptyOutput>());
    check_send(&List::new(&client).call.send_with_response::<ListOutput>());
}

/// A clock whose waits end at once, or never.
#[derive(Clone, Debug, Default)]
struct StopTime {
    manual: ManualTime,
    stopped: Arc<AtomicBool>,
}

impl Time for StopTime {
    fn now(&self) -> SystemTime {
        self.manual.now()
    }

    fn elapsed(&self) -> Duration {
        self.manual.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match self.stopped.load(Ordering::Relaxed) {
            true => Box::pin(std::future::pending()),
            false => self.manual.sleep(duration),
        }
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.manual.deadline(duration)
    }
}

/// Starts a call, and cancels it once it waits.
async fn cancel(client: &Client) {
    let list = List::new(client);
    let mut call = Box::pin(list.call.send::<ListOutput>());
    // More often than there are other tasks that it waits for.
    for _ in 0..10 {
        let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending(), "{polled:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn cancelled_calls_do_not_use_up_the_retry_budget() {
    // In the adaptive mode, all calls but two wait for the rate limiter.
    for (retry, sent) in [(RetryConfig::standard(), 600), (RetryConfig::adaptive(), 2)] {
        let time = StopTime::default();
        let kit = Kit::new([]);
        kit.http.when("*").respond_with(error(400, "Throttling"));
        let config = kit.config.clone().time(time.clone()).retry(retry);
        let client = Client::new(config).expect("a client");
        time.stopped.store(true, Ordering::Relaxed);
        for _ in 0..600 {
            cancel(&client).await;
        }
        assert_eq!(kit.http.requests().len(), sent);
        time.stopped.store(false, Ordering::Relaxed);
        let error = List::new(&client).call.send::<ListOutput>().await;
        let error = error.expect_err("an error");
        assert_eq!(error.attempts(), 3, "{error}");
    }
}
