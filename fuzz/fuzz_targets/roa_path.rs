//! A path is refused, or sent with the same segments to the same host; a parameter in a path stays
//! one segment of it.

#![no_main]

use alibabacloud_core::http::Method;
use alibabacloud_core::test_util::{MockClient, MockResponse};
use alibabacloud_core::{Client, SignatureVersion};
use alibabacloud_fixture_roa::Client as RoaClient;
use alibabacloud_fuzz::{RUNTIME, config};
use alibabacloud_types::plumbing::percent_decode;
use libfuzzer_sys::fuzz_target;

// A path of a raw call, and after a NUL a parameter in a path.
fuzz_target!(|input: &str| {
    let (path, name) = input.split_once('\0').unwrap_or((input, input));
    for version in [SignatureVersion::default(), SignatureVersion::V1] {
        raw(path, version);
        described(name, version);
    }
});

fn mock() -> MockClient {
    let http = MockClient::default();
    http.when("*").respond_with(MockResponse::json(200, "{}"));
    http
}

/// Returns the path of the only request; `None` if there was none.
fn sent(http: &MockClient) -> Option<String> {
    let request = http.requests().pop()?;
    let url = request.url.strip_prefix("https://").expect("https");
    let at = url.find(['/', '?', '#', '\\']).expect("a path");
    let (host, path) = url.split_at(at);
    assert_eq!(Some(host), request.headers.get("host"));
    let path = path.split('?').next().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}#".contains(c);
    assert!(path.chars().all(is_plain), "{path}");
    for segment in path.split('/') {
        let decoded = percent_decode(segment).expect("what is sent can be decoded");
        assert!(!matches!(&*decoded, "." | ".."), "{path}");
    }
    Some(path.to_owned())
}

fn raw(path: &str, version: SignatureVersion) {
    let http = mock();
    let config = config(http.clone()).signature_version(version);
    let client = Client::new(config).expect("the configuration is complete");
    let call = client.call_raw_roa("cs", "2015-12-15", "Fuzz", Method::Get, path, &[]);
    let result = RUNTIME.block_on(call.send());
    match sent(&http) {
        Some(sent) => {
            let segments = |path: &str| path.split('/').map(percent_decode).collect::<Vec<_>>();
            assert_eq!(segments(&sent), segments(path));
        }
        None => assert!(result.is_err()),
    }
}

fn described(name: &str, version: SignatureVersion) {
    let http = mock();
    let config = config(http.clone()).signature_version(version);
    let client = RoaClient::new(config).expect("the configuration is complete");
    let result = RUNTIME.block_on(client.resize_cluster(name).send());
    match sent(&http) {
        Some(path) => {
            let segments: Vec<&str> = path.split('/').collect();
            let [_, "clusters", segment, "size"] = segments[..] else {
                panic!("{path}");
            };
            assert_eq!(percent_decode(segment).as_deref(), Some(name));
        }
        None => assert!(result.is_err()),
    }
    // With slashes, below the same directory.
    let http = mock();
    let client = RoaClient::new(config_of(&http)).expect("the configuration is complete");
    let result = RUNTIME.block_on(client.put_file(name, Vec::new()).send());
    match sent(&http) {
        Some(path) => assert!(path.starts_with("/files/"), "{path}"),
        None => assert!(result.is_err()),
    }
}

fn config_of(http: &MockClient) -> alibabacloud_core::Config {
    config(http.clone())
}
