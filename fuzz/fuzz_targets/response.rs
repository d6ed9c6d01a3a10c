//! For every response of a server, a call ends with one outcome that can be shown, and sends no
//! more requests than allowed.

#![no_main]

use alibabacloud_core::test_util::MockClient;
use alibabacloud_core::{Client, Error};
use alibabacloud_fuzz::{RUNTIME, config, response};
use libfuzzer_sys::fuzz_target;

// Status, headers and body, as on the wire.
fuzz_target!(|input: &[u8]| {
    let http = MockClient::default();
    http.when("*").respond_with(response(input));
    let client = Client::new(config(http.clone())).expect("the configuration is complete");
    let call = client.call_raw("oos", "2019-06-01", "FuzzResponses", &[]);
    match RUNTIME.block_on(call.send()) {
        Ok(response) => assert!((200..300).contains(&response.status())),
        Err(error) => show(&error),
    }
    assert!((1..=4).contains(&http.requests().len()));
});

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
