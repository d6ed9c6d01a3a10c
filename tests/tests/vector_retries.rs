//! Calls that the official clients retried, repeated with the SDK. Failures name the vector.

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_core::{Config, Error};
use alibabacloud_oos::Client;
use sdk_tests::vectors::{same, text};
use sdk_tests::{check_all, json_files, vectors_dir};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn every_retry_vector_is_retried_equally() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let mut outcomes = Vec::new();
    for vector in json_files(&directory.join("retries")) {
        let retry = as_configured(&vector["retry_options"]);
        let expected = official(&vector["expect"]);
        let outcome = same("call", &expected, &call(&vector, retry).await);
        outcomes.push((text(&vector["id"]), outcome));
    }
    check_all(outcomes);
}

/// A difference (`docs/protocol.md`): official clients retry only if they are configured to, even
/// when throttled.
#[tokio::test]
async fn retry_default_none_is_retried_by_default() {
    let Some(directory) = vectors_dir() else {
        return;
    };
    let vectors = json_files(&directory.join("retries"));
    let vector = vectors
        .iter()
        .find(|vector| vector["id"] == "retry-default-none")
        .expect("the vector");
    let expected = json!({
        "attempts": 2,
        "sleeps_ms": [40],
        "retry_headers": [{}, {"x-acs-retry-attempts": "1", "x-acs-retry-delay": "40"}],
        "outcome": {"request_id": "ok"},
    });
    let outcome = call(vector, RetryConfig::default()).await;
    assert_eq!(outcome, expected.to_string());
}

/// Returns the configuration that corresponds to the options of an official client. Official
/// clients list what is retried; the SDK retries what is safe.
fn as_configured(options: &Value) -> RetryConfig {
    let Some(condition) = options["retryCondition"].get(0) else {
        return RetryConfig::off();
    };
    let attempts = condition["maxAttempts"].as_u64().expect("attempts");
    let retry = RetryConfig::standard()
        .jitter(false)
        .max_attempts(u32::try_from(attempts).expect("attempts"));
    let backoff = &condition["backoff"];
    let ms = |name: &str| Duration::from_millis(backoff[name].as_u64().expect("milliseconds"));
    let (first, longest) = match backoff["policy"].as_str() {
        // The first wait of the official clients is twice the period.
        Some("Exponential") => (2 * ms("period"), ms("cap")),
        Some("Fixed") => (ms("period"), ms("period")),
        Some(other) => panic!("a policy of waits that is not known here: {other}"),
        // The delay that the service requests takes precedence.
        None => return retry,
    };
    retry
        .base_delay(first)
        .throttling_base_delay(first)
        .max_delay(longest)
}

/// Makes the call of a vector. Returns its outcome in the terms of [`official`].
async fn call(vector: &Value, retry: RetryConfig) -> String {
    let time = ManualTime::new();
    let responses = vector["responses"].as_array().expect("responses");
    let http = MockClient::new(responses.iter().map(mock_response));
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .retry(retry)
        .time(time.clone())
        .http_client(http.clone());
    let client = Client::new(config).expect("a client");
    let outcome = client.list_instance_package_states("i-1").send().await;
    let requests = http.requests();
    let retry_headers: Value = requests
        .iter()
        .map(|request| {
            let sent = ["x-acs-retry-attempts", "x-acs-retry-delay"].map(|name| {
                let value = request.headers.get(name)?;
                Some((name.to_owned(), Value::from(value)))
            });
            Value::Object(sent.into_iter().flatten().collect())
        })
        .collect();
    let waits: Vec<_> = time.waits().iter().map(Duration::as_millis).collect();
    json!({
        "attempts": requests.len(),
        "sleeps_ms": waits,
        "retry_headers": retry_headers,
        "outcome": match outcome {
            Ok(output) => json!({"request_id": output.request_id}),
            Err(error) => reported(&error),
        },
    })
    .to_string()
}

fn reported(error: &Error) -> Value {
    json!({
        "code": error.code(),
        "status": error.http_status(),
        "request_id": error.request_id(),
        "retry_after": error.retry_after().map(|wait| wait.as_millis()),
    })
}

fn official(expect: &Value) -> String {
    let outcome = &expect["outcome"];
    let outcome = match &outcome["error"] {
        Value::Null => json!({"request_id": outcome["result"]["body"]["RequestId"]}),
        error => json!({
            "code": error["code"],
            "status": error["status_code"],
            "request_id": error["request_id"],
            "retry_after": error["retry_after"],
        }),
    };
    json!({
        "attempts": expect["attempts"],
        "sleeps_ms": expect["sleeps_ms"],
        "retry_headers": expect["retry_headers"],
        "outcome": outcome,
    })
    .to_string()
}

fn mock_response(response: &Value) -> MockResponse {
    let status = response["status"].as_u64().expect("a status");
    let status = u16::try_from(status).expect("a status");
    let mut mock = MockResponse::new(status, text(&response["body"]));
    for (name, value) in response["headers"].as_object().expect("headers") {
        mock = mock.header(name, text(value));
    }
    mock
}
