//! No response of a service that issues credentials makes a provider panic, none shows a secret,
//! and what is issued can be sent in a header.

#![no_main]

use alibabacloud_core::credentials::{
    AssumeRoleProvider, Credentials, EcsRamRoleProvider, MemoryEnvironment, OidcProvider,
    ProvideCredentials, ProviderContext, UriProvider,
};
use alibabacloud_core::test_util::{ManualTime, MockClient};
use alibabacloud_fuzz::{RUNTIME, response};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

/// The secret in responses that nothing may show.
const SECRET: &str = "fuzz-secret";

// Up to three responses, separated by `\0\0`: status, headers and body, as on the wire.
fuzz_target!(|input: &[u8]| {
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut rest = input;
    while let Some(at) = rest.windows(2).position(|two| two == b"\0\0") {
        parts.push(&rest[..at]);
        rest = &rest[at + 2..];
    }
    parts.push(rest);
    let arn = "acs:ram::1234567890123456:role/fuzz";
    let key = Credentials::access_key("id", "secret");
    let providers: [&dyn ProvideCredentials; 4] = [
        &EcsRamRoleProvider::new(),
        &OidcProvider::new()
            .token_file("/token")
            .role_arn(arn)
            .provider_arn("acs:ram::1234567890123456:oidc-provider/fuzz"),
        &UriProvider::new().uri("http://127.0.0.1:8080/credentials"),
        &AssumeRoleProvider::new(key, arn),
    ];
    for provider in providers {
        let http = MockClient::new(parts.iter().take(3).map(|part| response(part)));
        let environment = MemoryEnvironment::new().with_file("/token", "token");
        let context = ProviderContext::new(Arc::new(http.clone()), Arc::new(ManualTime::new()))
            .with_environment(Arc::new(environment));
        let result = RUNTIME.block_on(provider.provide(&context));
        assert!(http.requests().len() <= 10);
        let shown = match &result {
            Ok(credentials) => format!("{credentials:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.is_empty());
        if is_whole_secret(input) {
            assert!(!shown.contains(SECRET), "{shown}");
        }
        if let Ok(credentials) = result {
            let texts = [credentials.access_key_id(), credentials.security_token()];
            for text in texts.into_iter().flatten() {
                assert!(!text.contains(char::is_control), "{text:?}");
            }
        }
    }
});

/// Returns whether the secret is in the responses only as the value of secret fields.
fn is_whole_secret(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let fields = [
        format!(r#""AccessKeySecret":"{SECRET}""#),
        format!(r#""SecurityToken":"{SECRET}""#),
    ];
    let marked: usize = fields.iter().map(|field| text.matches(field).count()).sum();
    marked > 0 && marked == text.matches(SECRET).count()
}
