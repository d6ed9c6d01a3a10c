//! The responses that the official clients read, read by the SDK. Failures name the vector.
//!
//! [`DIFFERENT`] has the responses from which an official client loses information, with the result
//! of the SDK; `docs/protocol.md` has the reasons.

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{MockClient, MockResponse};
use alibabacloud_core::{AccessDenied, Config, Error, ErrorKind};
use alibabacloud_oos::Client;
use alibabacloud_oos::model::ListInstancePackageStatesOutput;
use alibabacloud_types::plumbing::{Field, write_json};
use sdk_tests::vectors::{same, text};
use sdk_tests::{check_all, json_files, vectors_dir};
use serde_json::{Value, json};

/// The results for responses that the official clients cannot read: they lose status, code and
/// request ID.
const DIFFERENT: [(&str, Ours); 6] = [
    ("resp-ok-204", Ours::Output(r#"{"PackageStates":[]}"#)),
    (
        "resp-ok-empty-body",
        Ours::Output(r#"{"PackageStates":[]}"#),
    ),
    (
        "resp-ok-bom",
        Ours::Output(r#"{"PackageStates":[],"RequestId":"9D57AE72-1111-4222-9333-3156853299F3"}"#),
    ),
    (
        "resp-err-404-xml-other-content-type",
        Ours::Error(
            "oos:ListInstancePackageStates 404 InvalidVersion: m (request ID 9D57AE72-1111-4222-9333-3156853299F3)",
        ),
    ),
    (
        "resp-err-500-empty-body",
        Ours::Error("oos:ListInstancePackageStates 500: the response is empty"),
    ),
    (
        "resp-err-502-html",
        Ours::Error(
            "oos:ListInstancePackageStates 502: the response is an HTML page (without title) and probably comes from a proxy, not from the service",
        ),
    ),
];

#[derive(Clone, Copy)]
enum Ours {
    /// An output with these fields.
    Output(&'static str),
    /// An error of the service with this message.
    Error(&'static str),
}

#[tokio::test]
async fn every_response_vector_is_read() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let vectors = json_files(&directory.join("responses"));
    let mut outcomes = Vec::new();
    for vector in &vectors {
        outcomes.push((text(&vector["id"]), check(vector).await));
    }
    check_all(outcomes);
    for (id, _) in DIFFERENT {
        let known = vectors.iter().any(|vector| vector["id"] == id);
        assert!(known, "{id} is not a vector");
    }
}

async fn check(vector: &Value) -> Result<(), String> {
    let result = receive(&vector["response"]).await;
    let expect = &vector["expect"];
    let id = text(&vector["id"]);
    match DIFFERENT.iter().find(|(different, _)| *different == id) {
        Some((_, ours)) => {
            let lost = expect["error"]["inner"]["class"] == "RuntimeError";
            lost.then_some(())
                .ok_or("the official client reads it, so there is no reason to differ")?;
            differs(ours, result)
        }
        None if expect["error"].is_object() => official_error(&expect["error"], result),
        None => official_output(&expect["result"]["body"], result),
    }
}

/// Makes one call with this response.
async fn receive(response: &Value) -> Result<ListInstancePackageStatesOutput, Error> {
    let status = response["status"].as_u64().expect("a status");
    let status = u16::try_from(status).expect("a status");
    let mut mock = MockResponse::new(status, text(&response["body"]));
    for (name, value) in response["headers"].as_object().expect("headers") {
        mock = mock.header(name, text(value));
    }
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .retry(RetryConfig::off())
        .http_client(MockClient::new([mock]));
    let client = Client::new(config).expect("a client");
    client.list_instance_package_states("i-1").send().await
}

fn differs(
    ours: &Ours,
    result: Result<ListInstancePackageStatesOutput, Error>,
) -> Result<(), String> {
    match ours {
        Ours::Output(fields) => {
            official_output(&serde_json::from_str(fields).expect("JSON"), result)
        }
        Ours::Error(words) => {
            let error = result.err().ok_or("expected an error")?;
            same("kind", "Service", &format!("{:?}", error.kind()))?;
            same("error", words, &error.to_string())
        }
    }
}

/// Compares an output with the fields of the official client, which keeps numbers and strings as
/// received. Therefore all values are compared as strings.
fn official_output(
    expected: &Value,
    result: Result<ListInstancePackageStatesOutput, Error>,
) -> Result<(), String> {
    let output = result.map_err(|error| error.to_string())?;
    let mut fields = String::new();
    write_json(output.value(), &mut fields).map_err(|error| error.to_string())?;
    let fields = serde_json::from_str(&fields).expect("JSON");
    let texts = |value| as_texts(value).to_string();
    same("output", &texts(expected.clone()), &texts(fields))
}

fn as_texts(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(list) => list.into_iter().map(as_texts).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, as_texts(value)))
            .collect(),
        other => other,
    }
}

fn official_error(
    expected: &Value,
    result: Result<ListInstancePackageStatesOutput, Error>,
) -> Result<(), String> {
    let error = result.err().ok_or("expected an error")?;
    if error.kind() != ErrorKind::Service {
        return Err(format!("expected an error of the service: {error}"));
    }
    let ours = json!({
        "code": error.code(),
        "message": error.message(),
        "status_code": error.http_status(),
        "request_id": error.request_id(),
        "retry_after": error.retry_after().map(|wait| wait.as_millis()),
        "recommend": error.recommend(),
        "access_denied": error.access_denied().map(fields_of),
    });
    let theirs = json!({
        "code": expected["code"],
        "message": bare_message(expected),
        "status_code": expected["status_code"],
        "request_id": expected["request_id"],
        "retry_after": expected["retry_after"],
        "recommend": expected["data"]["Recommend"],
        "access_denied": expected["access_denied_detail"],
    });
    same("error", &theirs.to_string(), &ours.to_string())
}

/// Returns the message of the service. The official client extends it: `code: 400, <message>
/// request id: <id>`.
fn bare_message(error: &Value) -> String {
    let dressed = text(&error["message"]);
    let prefix = format!("code: {}, ", error["status_code"]);
    let suffix = format!(" request id: {}", text(&error["request_id"]));
    let bare = dressed.strip_prefix(&prefix);
    let bare = bare.and_then(|message| message.strip_suffix(&suffix));
    bare.unwrap_or(&dressed).to_owned()
}

/// Returns the details of a denied permission by their wire names.
fn fields_of(detail: &AccessDenied) -> Value {
    json!({
        "AuthAction": detail.auth_action,
        "AuthPrincipalDisplayName": detail.auth_principal_display_name,
        "AuthPrincipalOwnerId": detail.auth_principal_owner_id,
        "AuthPrincipalType": detail.auth_principal_type,
        "EncodedDiagnosticMessage": detail.encoded_diagnostic_message,
        "NoPermissionType": detail.no_permission_type,
        "PolicyType": detail.policy_type,
    })
}
