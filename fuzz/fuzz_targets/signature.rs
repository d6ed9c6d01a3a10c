//! No received request causes a panic of the signature check, what is signed matches itself, and no
//! region or endpoint leads to another host.

#![no_main]

use alibabacloud_core::endpoint::Endpoint;
use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{
    Algorithm, Authorization, Received, Signature, SigningKey, parse_pairs,
};
use libfuzzer_sys::fuzz_target;

// Lines: value of `authorization`, path, query, endpoint; then the body.
fuzz_target!(|text: &str| {
    let mut lines = text.splitn(5, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (authorization, path, query, endpoint, body) = (line(), line(), line(), line(), line());
    check_endpoint(endpoint);
    parse_pairs(query);
    let mut headers = Headers::new();
    headers.set("host", "localhost");
    headers.set("content-type", "application/x-www-form-urlencoded");
    headers.set("x-acs-date", endpoint);
    let received = Received {
        method: "POST",
        path,
        query,
        headers: &headers,
        body: body.as_bytes(),
    };
    let key = SigningKey::new("id", "secret");
    let names = match Authorization::parse(authorization) {
        Ok(Authorization::V3 { signed_headers, .. }) => signed_headers,
        _ => vec!["host"],
    };
    let mut first = Signature::default();
    received.v3(&mut first, &key, Algorithm::HmacSha256, &names);
    // A signature that a client of the SDK creates is parsed again, unless a header name breaks the
    // list.
    if names
        .iter()
        .all(|name| !name.is_empty() && !name.contains([',', ' ']))
    {
        let Ok(Authorization::V3 { signature, .. }) = Authorization::parse(first.authorization())
        else {
            panic!("not read: {}", first.authorization());
        };
        assert!(first.matches(signature));
    }
    for sign in [Received::v1_rpc, Received::v1_roa] {
        sign(&received, &mut first, &key);
        let mut second = Signature::default();
        sign(&received, &mut second, &key);
        assert!(first.matches(second.signature()));
    }
});

/// Checks that a valid endpoint is only a host, and parses to the same value again.
fn check_endpoint(text: &str) {
    let Ok(endpoint) = text.parse::<Endpoint>() else {
        return;
    };
    assert!(
        !endpoint
            .host()
            .contains(['/', '?', '#', '@', '\\', ' ', '\r', '\n'])
    );
    assert_eq!(endpoint.to_string().parse(), Ok(endpoint));
}
