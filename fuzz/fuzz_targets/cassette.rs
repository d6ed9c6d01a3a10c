//! No text makes the reader of cassettes panic, what it reads is written back, and no recording
//! contains a secret that a name announces.

#![no_main]

use alibabacloud_core::Client;
use alibabacloud_core::test_util::{Cassette, MockClient, MockResponse, Recorder, Replay};
use alibabacloud_fuzz::{RUNTIME, config};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "fuzz-secret";

// A text as a cassette, and within a parameter and a response.
fuzz_target!(|text: &str| {
    if let Ok(cassette) = Cassette::parse(text) {
        let again = Cassette::parse(&cassette.to_json()).expect("what was written can be read");
        assert_eq!(again, cassette);
        call(Replay::new(cassette), text, "");
    }
    if text.contains(SECRET) {
        return;
    }
    let string = serde_json::Value::from(text);
    let json = format!(r#"{{"a":{string},"b":{{"DbPassword":"{SECRET}"}},"c":[{string}]}}"#);
    let nested = serde_json::json!({ "Content": json, "Code": text }).to_string();
    let plain = format!("{text}\npassword={SECRET}");
    let script = [
        MockResponse::json(200, json.clone()),
        MockResponse::json(400, nested.clone()),
        MockResponse::new(403, plain.clone()),
    ];
    let recorder = Recorder::new(MockClient::new(script));
    for value in [&json, &nested, &plain] {
        call(recorder.clone(), text, value);
    }
    let cassette = recorder.cassette();
    let shown = cassette.to_json();
    assert!(!shown.contains(SECRET), "{shown}");
    let replay = Replay::new(cassette);
    for value in [&json, &nested, &plain] {
        call(replay.clone(), text, value);
    }
    replay.assert_finished();
});

fn call(http: impl alibabacloud_core::http::HttpClient, name: &str, value: &str) {
    let client = Client::new(config(http)).expect("the configuration is complete");
    let parameters = [("Content", value), ("Name", name)];
    let call = client.call_raw("oos", "2019-06-01", "RunThing", &parameters);
    // Nothing depends on the outcome.
    let _ = RUNTIME.block_on(call.send());
}
