//! For every response of a server, a call ends with one outcome that can be shown, and sends no
//! more requests than allowed.

#![no_main]

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_core::{Client, Config, Error};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_current_thread()
        .build()
        .expect("a runtime without I/O can be made")
});

// The first two bytes are the status; then follow lines `name: value`, an empty line and the body,
// as on the wire.
fuzz_target!(|input: &[u8]| {
    let Some((&[high, low], rest)) = input.split_first_chunk() else {
        return;
    };
    let status = 100 + u16::from_be_bytes([high, low]) % 500;
    let http = MockClient::default();
    http.when("*").respond_with(mock(status, rest));
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .http_client(http.clone())
        .time(ManualTime::new());
    let client = Client::new(config).expect("the configuration is complete");
    let call = client.call_raw("oos", "2019-06-01", "FuzzResponses", &[]);
    match RUNTIME.block_on(call.send()) {
        Ok(response) => assert!((200..300).contains(&response.status())),
        Err(error) => show(&error),
    }
    assert!((1..=4).contains(&http.requests().len()));
});

fn mock(status: u16, wire: &[u8]) -> MockResponse {
    let (head, body) = match wire.windows(2).position(|two| two == b"\n\n") {
        Some(at) => (&wire[..at], &wire[at + 2..]),
        None => (&[][..], wire),
    };
    let head = String::from_utf8_lossy(head);
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    headers.fold(
        MockResponse::new(status, body.to_vec()),
        |response, (name, value)| response.header(name, value.trim()),
    )
}

fn show(error: &Error) {
    assert!(!error.to_string().is_empty());
    assert!(!format!("{error:?}").is_empty());
    if let Some(statement) = error
        .access_denied()
        .and_then(|denied| denied.policy_statement())
    {
        assert!(statement.starts_with(r#"{"Effect":"Allow""#));
    }
}
