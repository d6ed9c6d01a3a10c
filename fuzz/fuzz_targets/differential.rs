//! What a client signs, the emulator accepts, and it reads the parameters that were sent.

#![no_main]

use alibabacloud_core::http::Method;
use alibabacloud_core::signing::Algorithm;
use alibabacloud_core::{CallOptions, Client, SignatureVersion};
use alibabacloud_fuzz::emulated::{RUNTIME, Shared, config};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

static EMULATOR: Shared = Shared::new();

/// Codes of a rejected signature.
const REJECTED: [&str; 5] = [
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "InvalidAccessKeyId.NotFound",
    "InvalidTimeStamp.Expired",
    "SignatureNonceUsed",
];

// The signature; then lines: a header, a path, `name=value` for each parameter.
fuzz_target!(|input: (u8, &str)| {
    let (version, text) = input;
    let version = match version % 3 {
        0 => SignatureVersion::V1,
        1 => SignatureVersion::V3(Algorithm::HmacSm3),
        _ => SignatureVersion::default(),
    };
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (header, path) = (line(), line());
    let parameters: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once('=')).collect();
    let emulator = EMULATOR.emulator();
    let config = config(&emulator).signature_version(version);
    let client = Client::new(config).expect("the configuration is complete");
    let options = CallOptions::new().header("x-acs-fuzz", header);
    let rpc = client.call_raw("oos", "2019-06-01", "ListTemplates", &parameters);
    let (product, api) = ("fixture-roa", "2024-01-01");
    let roa = client
        .call_raw_roa(
            product,
            api,
            "ResizeCluster",
            Method::Post,
            path,
            &parameters,
        )
        .body("application/json", text.as_bytes().to_vec());
    for call in [rpc, roa] {
        if let Err(error) = RUNTIME.block_on(call.with_options(options.clone()).send()) {
            let code = error.code().unwrap_or_default();
            assert!(!REJECTED.contains(&code), "{error}");
        }
    }
    let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in &parameters {
        expected.entry(name).or_default().push(value);
    }
    // What no operation fits is refused before its signature is read.
    let requests = emulator.requests().into_iter();
    for request in requests.filter(|request| request.operation.is_some()) {
        assert!(request.caller.is_some(), "{request:?}");
        for (name, value) in &request.parameters {
            if let (Some(text), Some(sent)) = (value.as_str(), expected.get(name.as_str())) {
                assert!(sent.contains(&text), "{name}={text:?}");
            }
        }
    }
});
