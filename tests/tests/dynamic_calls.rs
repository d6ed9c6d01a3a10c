//! Calls of a specification that is loaded at run time, on a mock HTTP client: what they send, what
//! they refuse, and what they return.

use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_dynamic::credentials::Credentials;
use alibabacloud_dynamic::spec::ValueProblem;
use alibabacloud_dynamic::{Client, Config, Error, ErrorKind, Service};
use alibabacloud_fixture::model::shared::Tag;
use serde_json::{Value, json};

fn service(name: &str) -> Service {
    let specs = sdk_tests::repository().join("tests/fixtures/specs");
    Service::from_dir(specs.join(name).join("2024-01-01")).unwrap()
}

fn config(http: &MockClient) -> Config {
    Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .time(ManualTime::new())
        .http_client(http.clone())
}

fn client<'a>(responses: impl IntoIterator<Item = (u16, &'a str)>) -> (MockClient, Client) {
    let responses = responses.into_iter();
    let http = MockClient::new(
        responses.map(|(status, body)| MockResponse::json(status, body.to_owned())),
    );
    let client = service("fixture").client(config(&http)).unwrap();
    (http, client)
}

/// Returns the error of a call that cannot be made.
fn refused(client: &Client, operation: &str, parameters: Value) -> String {
    let error = client.call(operation, parameters).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    error.to_string()
}

#[test]
fn a_request_equals_that_of_the_generated_crate() {
    let http = MockClient::new([]);
    let generated = alibabacloud_fixture::Client::new(config(&http)).unwrap();
    let generated = generated
        .styles(["i-1", "i-2"])
        .content("a b")
        .header("x y")
        .json_list([1, 2])
        .tag([Tag::default().key("env").value("prod")])
        .disk_category("ssd")
        .labels([("a", "1")])
        .preview()
        .unwrap();
    let parameters = json!({
        "Header": "x y", "Ids": ["i-1", "i-2"], "JsonList": [1, "2"], "JsonObject": null,
        "Tag": [{"Key": "env", "Value": "prod"}], "Disk.Category": "ssd", "Content": "a b",
        "Labels": {"a": 1},
    });
    let (_, client) = client([]);
    let preview = client
        .call("Styles", parameters)
        .unwrap()
        .preview()
        .unwrap();
    assert_eq!(preview.url(), generated.url());
    assert_eq!(preview.body(), generated.body());
    let headers = |preview: &alibabacloud_dynamic::Preview| -> Vec<String> {
        let headers = preview.headers().filter(|(name, _)| *name != "user-agent");
        headers
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    };
    assert_eq!(headers(&preview), headers(&generated));
}

#[test]
fn what_cannot_be_sent_is_refused_with_its_place() {
    let (http, client) = client([]);
    assert_eq!(
        refused(&client, "Scalar", json!({})),
        "fixture 2024-01-01 has no operation \"Scalar\": did you mean `Scalars`?"
    );
    assert_eq!(
        refused(&client, "Unsupported", json!({})),
        "the client cannot call Unsupported of fixture 2024-01-01: Its gateway uses a different \
         signature."
    );
    let wrong = json!({"Text": [], "Int32": 5_000_000_000_i64, "Number": "x", "Txt": 1});
    assert_eq!(
        refused(&client, "Scalars", wrong),
        "invalid parameters of fixture:Scalars: Text: expected text; Int32: the integer does not \
         fit into 32 bits; Number: expected a number; Txt: unknown name, did you mean Text?"
    );
    let wrong = json!({"Ids": "i-1", "Tag": [{"Key": "a"}, {"Keys": "b"}], "Content": ""});
    assert_eq!(
        refused(&client, "Styles", wrong),
        "invalid parameters of fixture:Styles: Ids: expected an array; Tag[1].Keys: unknown name, \
         did you mean Key?"
    );
    assert_eq!(
        refused(&client, "Strings", json!({"Secret": "s", "Bytes": "?"})),
        "invalid parameters of fixture:Strings: Bytes: expected Base64 text"
    );
    assert!(refused(&client, "Scalars", json!([1])).contains("must be a JSON object"));
    assert!(http.requests().is_empty());
}

#[test]
fn enum_values_and_limits_are_checked_only_on_request() {
    let (http, client) = client([]);
    let outside = json!({"Text": "", "Int32": 101, "Number": 1});
    assert!(client.call("Scalars", outside.clone()).is_ok());
    let unknown = json!({"Tag": [{"Key": "a"}], "Rule": [{"Key": "new"}]});
    assert!(client.call("Pairs", unknown.clone()).is_ok());

    let strict = client.clone().check_values(true);
    assert_eq!(
        refused(&strict, "Scalars", outside),
        "invalid parameters of fixture:Scalars: Text: expected at least 1 character; Int32: \
         expected at most 100"
    );
    assert_eq!(
        refused(&strict, "Pairs", unknown),
        "invalid parameters of fixture:Pairs: Rule[0].Key: expected one of zone, type"
    );
    let config = config(&http).check_values(true);
    let configured = client.service().client(config).unwrap();
    assert!(configured.call("Scalars", json!({})).is_err());
    // The region and the token are filled in.
    assert!(strict.call("CreateIdempotent", json!({})).is_ok());
    let errors = client
        .service()
        .check("Styles", &json!({"Ids": []}))
        .unwrap();
    let missing: Vec<_> = errors
        .iter()
        .map(|error| (error.path.as_str(), &error.problem))
        .collect();
    assert_eq!(missing, [("Content", &ValueProblem::Missing)]);
}

#[tokio::test]
async fn a_required_parameter_is_missed_before_anything_is_sent() {
    let (http, client) = client([]);
    let error = client
        .call("Styles", json!({}))
        .unwrap()
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.to_string().contains("parameters Ids, Content"),
        "{error}"
    );
    assert!(http.requests().is_empty());
}

#[tokio::test]
async fn reads_and_writes_with_a_token_are_retried() {
    let busy = (503, r#"{"Code":"ServiceUnavailable"}"#);
    let (http, client) = client([busy, (200, r#"{"Text":"a"}"#)]);
    let call = client
        .call("Scalars", json!({"Text": "a", "Number": 1}))
        .unwrap();
    let response = call.send_with_response().await.unwrap();
    assert_eq!(
        (response.attempts(), &response.output()["Text"]),
        (2, &json!("a"))
    );
    http.assert_finished();

    let (http, client) = self::client([busy, (200, r#"{"Success":true,"RequestId":"r"}"#)]);
    let call = client.call("CreateIdempotent", json!({})).unwrap();
    let response = call.send_with_response().await.unwrap();
    assert_eq!(response.request_id(), Some("r"));
    let calls = http.calls("CreateIdempotent");
    let tokens: Vec<_> = calls
        .iter()
        .map(|call| call.parameter("ClientToken"))
        .collect();
    assert!(tokens[0].is_some() && tokens[0] == tokens[1], "{tokens:?}");
    assert_eq!(calls[0].parameter("RegionId"), Some("cn-hangzhou"));

    let (http, client) = self::client([busy]);
    let call = client.call("Strings", json!({"Secret": "s"})).unwrap();
    assert_eq!(call.send().await.unwrap_err().attempts(), 1);
    http.assert_finished();
}

#[tokio::test]
async fn guards_and_failures_are_those_of_the_core() {
    let (http, client) = client([(200, r#"{"Success":false,"Code":"Busy"}"#)]);
    let error = client
        .call("CreateIdempotent", json!({}))
        .unwrap()
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Service, Some("Busy"))
    );
    assert_eq!(error.operation(), Some("fixture:CreateIdempotent"));

    let guarded = client
        .read_only()
        .call("CreateIdempotent", json!({}))
        .unwrap();
    assert_eq!(guarded.send().await.unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(http.requests().len(), 1);

    let mistyped = config(&http).deny("fixture:Craete*");
    let error: Error = service("fixture").client(mistyped).unwrap_err();
    assert!(
        error.to_string().contains("matches no operation"),
        "{error}"
    );
}

#[test]
fn secrets_are_not_shown() {
    let (_, client) = client([]);
    let parameters = json!({
        "Secret": "hunter2", "Secrets": ["hunter2"], "SecretMap": {"a": "hunter2"},
        "Vault": {"Code": "hunter2"}, "SecretObject": {"Password": "hunter2"},
    });
    let call = client.call("Strings", parameters).unwrap();
    let preview = call.preview().unwrap();
    for text in [
        format!("{call:?}"),
        format!("{preview:?}"),
        preview.to_string(),
    ] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn parameters_and_outputs_can_be_shown_without_secrets() {
    let service = service("fixture");
    let parameters = json!({
        "Secret": "hunter2", "Secrets": ["hunter2"], "SecretMap": {"a": "hunter2"},
        "Vault": {"Code": "hunter2"}, "Json": "{}",
    });
    assert_eq!(
        service.redact_parameters("Strings", parameters).unwrap(),
        json!({
            "Secret": "REDACTED", "Secrets": ["REDACTED"], "SecretMap": {"a": "REDACTED"},
            "Vault": "REDACTED", "Json": "{}",
        })
    );
    let output = json!({"Secret": "hunter2", "SecretNumber": 7, "Json": "{}", "New": 1});
    assert_eq!(
        service.redact_output("Strings", output).unwrap(),
        json!({"Secret": "REDACTED", "SecretNumber": "REDACTED", "Json": "{}", "New": 1})
    );
    assert!(service.redact_output("Sting", json!({})).is_err());
}

#[tokio::test]
async fn a_specification_cannot_send_requests_to_another_domain() {
    let dir = sdk_tests::repository().join("tests/fixtures/specs/fixture/2024-01-01");
    let mut spec = alibabacloud_dynamic::spec::Service::load(&dir).unwrap();
    let hosts = &mut spec.endpoints.public;
    hosts.insert("cn-evil".to_owned(), "aliyuncs.com.evil.example".to_owned());
    let service = Service::new(spec);
    let http = MockClient::new([MockResponse::json(200, "{}")]);
    let config = Config::new()
        .region("cn-evil")
        .credentials(Credentials::access_key("id", "secret"))
        .http_client(http.clone());
    let call = |config: Config| {
        let client = service.client(config).unwrap();
        client.call("Strings", json!({"Secret": "s"})).unwrap()
    };
    let error = call(config.clone()).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.to_string().contains("not a host of aliyuncs.com"),
        "{error}"
    );
    assert!(call(config.clone()).preview().is_err());
    assert!(http.requests().is_empty());
    // Who sets the endpoint trusts it.
    let trusted = config.endpoint("aliyuncs.com.evil.example");
    call(trusted).send().await.unwrap();
    assert_eq!(http.requests().len(), 1);
}

#[tokio::test]
async fn pages_follow_tokens_and_numbers() {
    let (http, client) = client([
        (
            200,
            r#"{"NextToken":"t","TotalCount":2,"Hosts":{"Host":[{"HostId":"a"}]}}"#,
        ),
        (
            200,
            r#"{"NextToken":"","TotalCount":2,"Hosts":{"Host":[{"HostId":"b"}]}}"#,
        ),
    ]);
    let mut items = client
        .call("ListBothWays", json!({}))
        .unwrap()
        .by_item()
        .unwrap()
        .strict();
    let items = items.collect_up_to(10).await.unwrap();
    assert_eq!(items, [json!({"HostId": "a"}), json!({"HostId": "b"})]);
    let calls = http.calls("ListBothWays");
    assert_eq!(calls[0].parameter("MaxResults"), Some("50"));
    assert_eq!(
        (
            calls[0].parameter("NextToken"),
            calls[1].parameter("NextToken")
        ),
        (None, Some("t"))
    );

    let call = client
        .call("ListBothWays", json!({"PageNumber": 2}))
        .unwrap();
    let error = call.by_page().unwrap().next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("PageNumber"), "{error}");

    let (http, client) = self::client([
        (200, r#"{"Total":"3","Data":{"Data":["a","b"]}}"#),
        (200, r#"{"Total":"3","Data":{"Data":["c"]}}"#),
    ]);
    let mut pages = client
        .call("ListByTextNumber", json!({}))
        .unwrap()
        .by_page()
        .unwrap();
    assert_eq!(
        pages.next().await.unwrap().unwrap()["Data"]["Data"],
        json!(["a", "b"])
    );
    assert_eq!(
        pages.cursor().map(ToString::to_string).as_deref(),
        Some("2:2:3")
    );
    assert_eq!(
        pages.next().await.unwrap().unwrap()["Data"]["Data"],
        json!(["c"])
    );
    assert!(pages.next().await.is_none());
    assert_eq!(
        http.calls("ListByTextNumber")[1].parameter("PageNumber"),
        Some("2")
    );

    // The service ignores the number: the list would never end.
    let same = (200, r#"{"Total":"4","Data":{"Data":["a","b"]}}"#);
    let (_, client) = self::client([same, same]);
    let mut pages = client
        .call("ListByTextNumber", json!({}))
        .unwrap()
        .by_page()
        .unwrap();
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.unwrap().is_err());

    let call = client
        .call("Scalars", json!({"Text": "a", "Number": 1}))
        .unwrap();
    let error = call.by_page().unwrap_err();
    assert!(error.to_string().contains("use `send`"), "{error}");
}

#[tokio::test]
async fn outputs_are_json_whatever_the_response_is() {
    let (http, client) = client([]);
    for (operation, body, expected) in [
        ("BinaryRoot", &b"\0\xff"[..], json!("AP8=")),
        ("TextRoot", "plain \u{e9}".as_bytes(), json!("plain \u{e9}")),
        ("EmptyRoot", b"", Value::Null),
        ("ArrayRoot", b"[]", json!([])),
    ] {
        http.push(MockResponse::new(200, body.to_vec()));
        let required = match operation {
            "ArrayRoot" => json!({}),
            _ => Value::Null,
        };
        let output = client.call(operation, required).unwrap().send().await;
        assert_eq!(output.unwrap(), expected, "{operation}");
    }
    let body = "data: {\"Text\":\"a\"}\n\ndata: [DONE]\n\n";
    http.push(MockResponse::new(200, body).header("content-type", "text/event-stream"));
    let mut events = client
        .call("EventsRoot", json!({}))
        .unwrap()
        .send_stream()
        .await
        .unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().data()["Text"], "a");
    assert!(events.next().await.is_none());
}

#[test]
fn calls_can_block() {
    let (_, client) = client([
        (200, r#"{"Text":"a"}"#),
        (200, r#"{"Total":"1","Data":{"Data":["a"]}}"#),
    ]);
    let call = client
        .call("Scalars", json!({"Text": "a", "Number": 1}))
        .unwrap();
    assert_eq!(call.send_blocking().unwrap()["Text"], "a");
    let items = client
        .call("ListByTextNumber", json!({}))
        .unwrap()
        .by_item_blocking()
        .unwrap();
    let items: Result<Vec<Value>, Error> = items.collect();
    assert_eq!(items.unwrap(), [json!("a")]);
}

#[test]
fn an_invalid_specification_is_refused() {
    let errors = Service::from_yaml("broken.yaml", "openapi: 3.1.0\n").unwrap_err();
    assert!(errors.to_string().contains("broken.yaml"), "{errors}");
    assert!(Service::from_bundle("{").is_err());
    assert!(Service::from_dir("no/such/directory").is_err());
}
