//! The answers that the official clients read, and what the SDK makes of them. Failures name the vector.
//!
//! Where an official client lost what the answer said, [`DIFFERENT`] says what we make of it, and `docs/protocol.md` why.

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

/// What we make of an answer that the official clients fail to read, which costs them status, code and request id.
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
            "oos:ListInstancePackageStates 404 InvalidVersion: m (request id 9D57AE72-1111-4222-9333-3156853299F3)",
        ),
    ),
    (
        "resp-err-500-empty-body",
        Ours::Error("oos:ListInstancePackageStates 500: the answer is empty"),
    ),
    (
        "resp-err-502-html",
        Ours::Error(
            "oos:ListInstancePackageStates 502: the answer is an HTML page (no title), so something else than the service answered, a proxy perhaps",
        ),
    ),
];

#[derive(Clone, Copy)]
enum Ours {
    /// An output with these fields.
    Output(&'static str),
    /// An error of the service with these words.
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
        assert!(known, "{id} is no vector any more");
    }
}

async fn check(vector: &Value) -> Result<(), String> {
    let answer = receive(&vector["response"]).await;
    let expect = &vector["expect"];
    let id = text(&vector["id"]);
    match DIFFERENT.iter().find(|(different, _)| *different == id) {
        Some((_, ours)) => {
            let lost = expect["error"]["inner"]["class"] == "RuntimeError";
            lost.then_some(())
                .ok_or("the official client reads it, so there is no reason to differ")?;
            differs(ours, answer)
        }
        None if expect["error"].is_object() => official_error(&expect["error"], answer),
        None => official_output(&expect["result"]["body"], answer),
    }
}

/// Sends one call that gets this answer.
async fn receive(response: &Value) -> Result<ListInstancePackageStatesOutput, Error> {
    let status = response["status"].as_u64().expect("a status");
    let status = u16::try_from(status).expect("a status");
    let mut answer = MockResponse::new(status, text(&response["body"]));
    for (name, value) in response["headers"].as_object().expect("headers") {
        answer = answer.header(name, text(value));
    }
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .retry(RetryConfig::off())
        .http_client(MockClient::new([answer]));
    let client = Client::new(config).expect("a client");
    client.list_instance_package_states("i-1").send().await
}

fn differs(
    ours: &Ours,
    answer: Result<ListInstancePackageStatesOutput, Error>,
) -> Result<(), String> {
    match ours {
        Ours::Output(fields) => {
            official_output(&serde_json::from_str(fields).expect("JSON"), answer)
        }
        Ours::Error(words) => {
            let error = answer.err().ok_or("expected an error")?;
            same("kind", "Service", &format!("{:?}", error.kind()))?;
            same("error", words, &error.to_string())
        }
    }
}

/// Compares an output with the fields that the official client has. It keeps numbers and texts as they came, so they are compared as
/// texts.
fn official_output(
    expected: &Value,
    answer: Result<ListInstancePackageStatesOutput, Error>,
) -> Result<(), String> {
    let output = answer.map_err(|error| error.to_string())?;
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
    answer: Result<ListInstancePackageStatesOutput, Error>,
) -> Result<(), String> {
    let error = answer.err().ok_or("expected an error")?;
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

/// The official client dresses the message of the service: `code: 400, <message> request id: <id>`.
fn bare_message(error: &Value) -> String {
    let dressed = text(&error["message"]);
    let prefix = format!("code: {}, ", error["status_code"]);
    let suffix = format!(" request id: {}", text(&error["request_id"]));
    let bare = dressed.strip_prefix(&prefix);
    let bare = bare.and_then(|message| message.strip_suffix(&suffix));
    bare.unwrap_or(&dressed).to_owned()
}

/// A refused permission with the names of the wire.
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
