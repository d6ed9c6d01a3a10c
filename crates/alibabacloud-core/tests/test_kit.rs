//! The test kit, used as in a program.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "this is a test")]

mod fixture;

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::TransportErrorKind;
use alibabacloud_core::plumbing::{Access, Call, Operation, Param};
use alibabacloud_core::test_util::{
    Cassette, ManualTime, MockClient, MockResponse, Recorder, Replay,
};
use alibabacloud_core::{
    AccessDenied, Client, Config, ErrorKind, Result, ServiceError, SignatureVersion,
};
use alibabacloud_types::{JsonText, Sensitive, fields};
use fixture::{EmptyOutput, LIST, ListInput, ListOutput, PRODUCT, Thing, delete, start};
use std::time::Duration;

fn client(http: impl alibabacloud_core::http::HttpClient) -> Client {
    client_with(http, |config| config)
}

fn client_with(
    http: impl alibabacloud_core::http::HttpClient,
    change: impl FnOnce(Config) -> Config,
) -> Client {
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::sts(
            "the-key-id",
            "the-key-secret",
            "the-token",
        ))
        .time(ManualTime::new())
        .http_client(http);
    Client::new(change(config)).expect("a client")
}

async fn list(client: &Client, max_results: i32) -> Result<ListOutput> {
    let input = ListInput {
        max_results: Some(max_results),
        ..ListInput::default()
    };
    Call::new(client, &LIST, input).send().await
}

fn one_thing() -> ListOutput {
    ListOutput {
        request_id: Some("R".to_owned()),
        things: vec![Thing {
            name: Some("quote \" and \u{fc}".to_owned()),
            size: Some(i64::MAX),
            ..Thing::default()
        }],
        ..ListOutput::default()
    }
}

#[tokio::test]
async fn a_typed_output_arrives_unchanged() {
    let http = MockClient::default();
    http.when("ListThings")
        .respond_with(MockResponse::output(&one_thing()));
    let client = client(http.clone());
    assert_eq!(list(&client, 1).await.unwrap(), one_thing());
    assert_eq!(list(&client, 2).await.unwrap(), one_thing());
    http.assert_calls("ListThings", 2);
}

#[tokio::test]
async fn the_first_matching_rule_with_a_response_is_used() {
    let http = MockClient::new([MockResponse::json(200, r#"{"RequestId":"script"}"#)]);
    let named = |id: &str| MockResponse::json(200, format!(r#"{{"RequestId":"{id}"}}"#));
    http.when("ListThings")
        .parameter("MaxResults", "7")
        .respond_in_order([named("first"), named("second")]);
    http.when("List*")
        .matching(|request| request.parameter("MaxResults") != Some("9"))
        .respond_with(named("any"));
    let client = client(http.clone());
    let mut ids = Vec::new();
    for max_results in [7, 1, 7, 7, 9] {
        ids.extend(list(&client, max_results).await.unwrap().request_id);
    }
    assert_eq!(ids, ["first", "any", "second", "any", "script"]);
    assert_eq!(http.remaining(), 0);
    http.assert_finished();
}

#[tokio::test]
async fn a_request_without_a_response_fails_immediately_and_is_described() {
    let http = MockClient::default();
    let error = list(&client(http.clone()), 5).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InvalidInput, 1)
    );
    let shown = error.to_string();
    let expected = r#"no response for ListThings(MaxResults="5", RegionId="cn-hangzhou")"#;
    assert!(shown.contains(expected), "{shown}");
}

#[tokio::test]
async fn errors_of_the_service_arrive_complete() {
    let mut denied = AccessDenied::default();
    denied.auth_action = Some("oos:DeleteThing".to_owned());
    denied.no_permission_type = Some("ImplicitDeny".to_owned());
    let given = ServiceError::new(403, "NoPermission", "No.")
        .with_request_id("E")
        .with_recommend("https://help.example")
        .with_access_denied(denied.clone());
    let http = MockClient::default();
    http.when("DeleteThing")
        .respond_with(MockResponse::error(given));
    let error = delete(&client(http))
        .send::<EmptyOutput>()
        .await
        .unwrap_err();
    assert_eq!(error.http_status(), Some(403));
    assert_eq!(error.code(), Some("NoPermission"));
    assert_eq!(error.message(), "No.");
    assert_eq!(error.request_id(), Some("E"));
    assert_eq!(error.recommend(), Some("https://help.example"));
    assert_eq!(error.access_denied(), Some(&denied));
}

#[tokio::test]
async fn waits_that_a_mock_requests_pass_on_the_manual_clock() {
    let (time, http) = (ManualTime::new(), MockClient::default());
    let slow_down = ServiceError::new(400, "Throttling.User", "Slow down.")
        .with_retry_after(Duration::from_secs(40));
    http.when("ListThings").respond_in_order([
        MockResponse::error(slow_down),
        MockResponse::fault(TransportErrorKind::Connect),
        MockResponse::output(&one_thing()),
    ]);
    let client = client_with(http.clone(), |config| config.time(time.clone()));
    list(&client, 1).await.unwrap();
    assert_eq!(time.waits()[0], Duration::from_secs(40));
    http.assert_calls("ListThings", 3);
    http.assert_finished();
}

#[tokio::test]
async fn v1_requests_are_matched_without_what_their_signature_adds() {
    let http = MockClient::default();
    http.when("ListThings")
        .parameter("MaxResults", "3")
        .respond_with(MockResponse::output(&one_thing()));
    let client = client_with(http.clone(), |config| {
        config.signature_version(SignatureVersion::V1)
    });
    list(&client, 3).await.unwrap();
    let calls = http.calls("ListThings");
    let parameters: Vec<_> = calls[0].parameters().collect();
    assert_eq!(
        parameters,
        [("MaxResults", "3"), ("RegionId", "cn-hangzhou")]
    );
    assert_eq!((calls[0].path(), calls[0].body()), ("/", &[][..]));
}

#[test]
#[should_panic(expected = "expected 1 requests of ListThings, got 0; all requests: none")]
fn a_missing_call_is_reported() {
    MockClient::default().assert_calls("ListThings", 1);
}

#[test]
#[should_panic(expected = "1 for ListThings with MaxResults")]
fn a_response_that_no_request_took_is_reported() {
    let http = MockClient::default();
    http.when("ListThings")
        .parameter("MaxResults", "1")
        .respond_in_order([MockResponse::silence()]);
    http.assert_finished();
}

/// An operation with secrets on both sides.
static ROTATE: Operation = Operation::rpc(&PRODUCT, "RotateThing", Access::Write).params(&[
    Param::query("Name"),
    Param::query("Phrase"),
    Param::query("Settings"),
]);

#[derive(Clone, Default)]
struct RotateInput {
    name: Option<String>,
    phrase: Option<Sensitive<String>>,
    settings: Option<JsonText>,
}
fields!(RotateInput {
    name: "Name",
    phrase: "Phrase",
    settings: "Settings"
});

#[derive(Clone, Default)]
struct RotateOutput {
    pin: Option<Sensitive<i64>>,
    details: Vec<Detail>,
}
fields!(RotateOutput {
    pin: "Pin",
    details: "Details"
});

#[derive(Clone, Default)]
struct Detail {
    name: Option<String>,
    hint: Option<Sensitive<String>>,
    password: Option<String>,
}
fields!(Detail {
    name: "Name",
    hint: "Hint",
    password: "Password"
});

async fn rotate(client: &Client, name: &str) -> Result<RotateOutput> {
    let input = RotateInput {
        name: Some(name.to_owned()),
        phrase: Some("the-phrase".into()),
        settings: Some(r#"{"Size": 3, "DbPassword": "the-db-password"}"#.into()),
    };
    Call::new(client, &ROTATE, input).send().await
}

const ROTATED: &str = r#"{"Pin":4711,"Details":[{"Name":"n","Hint":"the-hint","Password":"the-password","Extra":"the-extra"}]}"#;

async fn recorded() -> Cassette {
    let http = MockClient::new([
        MockResponse::json(200, ROTATED)
            .header("x-acs-request-id", "H")
            .header("set-cookie", "the-cookie"),
        MockResponse::json(200, r#"{"RequestId":"L", "Things":[{"Size":1.50}]}"#),
        MockResponse::fault(TransportErrorKind::Connect),
        MockResponse::json(200, r#"{"RequestId":"S"}"#),
    ]);
    let recorder = Recorder::new(http)
        .secret("extra")
        .secrets_of::<RotateOutput>("RotateThing");
    let client = client(recorder.clone());
    rotate(&client, "a").await.unwrap();
    // The size is not an integer, which is an error; the response is recorded as received.
    list(&client, 2).await.unwrap_err();
    start(&client).send::<EmptyOutput>().await.unwrap();
    recorder.cassette()
}

#[tokio::test]
async fn a_cassette_holds_no_secret() {
    let text = recorded().await.to_json();
    for secret in [
        "the-key-id",
        "the-key-secret",
        "the-token",
        "the-phrase",
        "the-db-password",
        "the-hint",
        "the-password",
        "the-extra",
        "the-cookie",
        "4711",
        "Signature",
        "authorization",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    // Other values are recorded; a response without secrets is recorded byte for byte.
    assert!(text.contains(r#"[{\"Size\":1.50}]"#), "{text}");
    assert!(text.contains(r#""x-acs-request-id": "H""#), "{text}");
}

#[tokio::test]
async fn a_response_that_does_not_decode_is_recorded_without_secrets() {
    let body = r#"{"Details":[7,{"Hint":"hush1"}],"Pin":"hush2","Name":"shown"#;
    let http = MockClient::new([MockResponse::json(200, body)]);
    let recorder = Recorder::new(http).secrets_of::<RotateOutput>("RotateThing");
    let client = client(recorder.clone());
    rotate(&client, "a").await.unwrap_err();
    let text = recorder.cassette().to_json();
    assert!(!text.contains("hush") && text.contains("shown"), "{text}");
}

#[tokio::test]
async fn a_cassette_read_back_is_the_same() {
    let cassette = recorded().await;
    assert_eq!(cassette.len(), 4);
    assert_eq!(Cassette::parse(&cassette.to_json()).unwrap(), cassette);
}

#[tokio::test]
async fn a_replay_returns_recorded_responses_in_any_order() {
    let replay = Replay::new(recorded().await);
    let client = client(replay.clone());
    // A write with another idempotency token, date, nonce and signature, after a failed connection.
    start(&client).send::<EmptyOutput>().await.unwrap();
    let output = rotate(&client, "a").await.unwrap();
    assert_eq!(output.details[0].name.as_deref(), Some("n"));
    assert_eq!(output.pin, Some(0.into()));
    assert_eq!(replay.remaining(), 1);
    list(&client, 2).await.unwrap_err();
    replay.assert_finished();
}

#[tokio::test]
async fn a_replay_rejects_another_request_and_describes_the_difference() {
    let replay = Replay::new(recorded().await);
    let client = client(replay);
    let error = rotate(&client, "b").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::InvalidInput, 1)
    );
    let shown = error.to_string();
    let difference = r#"the closest is exchange 1 of 4, where Name was "a" and is "b""#;
    assert!(shown.contains(difference), "{shown}");
    assert!(
        !shown.contains("the-phrase") && !shown.contains("the-db-password"),
        "{shown}"
    );

    let error = delete(&client).send::<EmptyOutput>().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no exchange of DeleteThing is left"),
        "{error}"
    );
}

#[tokio::test]
async fn every_exchange_is_used_once() {
    let client = client(Replay::new(recorded().await));
    rotate(&client, "a").await.unwrap();
    let error = rotate(&client, "a").await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no exchange of RotateThing is left"),
        "{error}"
    );
}

#[tokio::test]
async fn parameters_can_be_ignored() {
    let client = client(Replay::new(recorded().await).ignoring("Name"));
    rotate(&client, "b").await.unwrap();
}

#[test]
fn an_invalid_cassette_is_rejected_with_the_position() {
    let response = r#"{"status": 200, "headers": {}, "body": ""}"#;
    let exchange = |request: &str| {
        format!(
            r#"{{"format": 1, "exchanges": [{{"request": {request}, "response": {response}}}]}}"#
        )
    };
    for (text, expected) in [
        ("x".to_owned(), "the cassette is not valid JSON"),
        (r#"{"format": 2}"#.to_owned(), "not a cassette of format 1"),
        (r#"{"format": 1}"#.to_owned(), "exchanges must be an array"),
        (exchange("3"), "exchanges[0].request must be an object"),
        (
            exchange("{}"),
            "exchanges[0].request.operation must be a string",
        ),
        (
            exchange(r#"{"operation": "A", "method": "GET", "path": "/", "parameters": {"B": 1}}"#),
            "exchanges[0].request.parameters.B must be a string",
        ),
    ] {
        let error = Cassette::parse(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_file_is_replaced_atomically() {
    let directory = std::env::temp_dir().join(format!("cassette-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("things.json");
    let cassette = recorded().await;
    Cassette::default().save(&path).unwrap();
    cassette.save(&path).unwrap();
    assert_eq!(Cassette::load(&path).unwrap(), cassette);
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1);
    std::fs::write(&path, "x").unwrap();
    let error = Cassette::load(&path).unwrap_err().to_string();
    assert!(
        error.contains("things.json: the cassette is not valid JSON"),
        "{error}"
    );
    std::fs::remove_dir_all(&directory).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_private_and_no_link_is_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = std::env::temp_dir().join(format!("cassette-links-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("things.json");
    let other = directory.join("other");
    std::fs::write(&other, "untouched").unwrap();
    let cassette = recorded().await;
    // Where the file is written first, and the file itself.
    symlink(&other, directory.join("things.json.new")).unwrap();
    symlink(&other, &path).unwrap();
    cassette.save(&path).unwrap();
    assert_eq!(std::fs::read(&other).unwrap(), b"untouched");
    assert!(!std::fs::symlink_metadata(&path).unwrap().is_symlink());
    let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    cassette.save(&path).unwrap();
    assert_eq!(mode(), 0o600);
    assert_eq!(Cassette::load(&path).unwrap(), cassette);
    // What cannot be written leaves nothing behind.
    std::fs::create_dir(directory.join("taken")).unwrap();
    cassette.save(directory.join("taken")).unwrap_err();
    cassette.save("/").unwrap_err();
    let left = std::fs::read_dir(&directory).unwrap().count();
    assert_eq!(left, 4);
    std::fs::remove_dir_all(&directory).unwrap();
}

#[tokio::test]
async fn secrets_in_texts_are_not_recorded_and_match_in_a_replay() {
    let url = "https://b.example/o?OSSAccessKeyId=hush1&Expires=1700&Signature=hush2&part=1";
    let outputs = r#"{"Password":"hush3","Url":"URL","Log":"login password=hush4 ok"}"#;
    let body = format!("{{\"Outputs\":{outputs:?}}}").replace("URL", url);
    let refusal = format!(r#"{{"Code":"Bad","Message":"token=hush5 in {url}","RequestId":"E"}}"#);
    let script = [
        MockResponse::json(200, body),
        MockResponse::json(400, refusal),
        MockResponse::new(
            403,
            "<Error><Code>No</Code><SecurityToken>hush6</SecurityToken></Error>",
        )
        .header("content-type", "application/xml; token=hush7"),
    ];
    let recorder = Recorder::new(MockClient::new(script)).secret("Pin");
    let call = async |client: Client, secrets: [&str; 3]| {
        let [password, pin, value] = secrets;
        let content = format!("run --password {password} Pin={pin} https://me:{value}@host/{url}");
        let parameters = [
            ("Content", content.as_str()),
            ("Tag.1.Key", "DbPassword"),
            ("Tag.1.Value", value),
            ("Tag.2.Value", "plain"),
        ];
        for _ in 0..3 {
            let call = client.call_raw("oos", "2019-06-01", "RunThing", &parameters);
            let _ = call.send().await;
        }
    };
    call(client(recorder.clone()), ["hush8", "hush9", "hush0"]).await;
    let text = recorder.cassette().to_json();
    assert!(!text.contains("hush") && !text.contains("1700"), "{text}");
    for shown in [
        "login password=REDACTED ok",
        "&part=1",
        "plain",
        "<Code>No</Code>",
    ] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    let replay = Replay::new(recorder.cassette());
    call(client(replay.clone()), ["other1", "other2", "other3"]).await;
    replay.assert_finished();
}

#[tokio::test]
async fn page_tokens_are_not_secrets() {
    let page = r#"{"NextToken":"2","Things":[]}"#;
    let recorder = Recorder::new(MockClient::new([
        MockResponse::json(200, page),
        MockResponse::json(200, r#"{"Things":[]}"#),
    ]));
    let read_all = async |client: Client| {
        let mut pages = alibabacloud_core::paginator::Pages::new(fixture::List::new(&client));
        let mut count = 0;
        while let Some(page) = pages.next().await {
            page.unwrap();
            count += 1;
        }
        count
    };
    assert_eq!(read_all(client(recorder.clone())).await, 2);
    let replay = Replay::new(recorder.cassette());
    assert_eq!(read_all(client(replay.clone())).await, 2);
    replay.assert_finished();
}
