//! No profile file and no response to a login causes a panic of a provider, and its errors do not
//! contain the secrets of the file.

#![no_main]

use alibabacloud_core::credentials::{
    CliProfileProvider, IniProfileProvider, MemoryEnvironment, ProvideCredentials, ProviderContext,
};
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_fuzz::RUNTIME;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;

const FILE: &str = "/profiles";

/// The secret in files that no error may contain.
const SECRET: &str = "fuzz-secret";

// The file, and after a NUL the response of every server that the file leads to.
fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == 0);
    let file = parts.next().unwrap_or_default();
    let response = parts.next().unwrap_or(b"{}");
    let http = MockClient::default();
    http.when("*")
        .respond_with(MockResponse::json(200, response.to_vec()));
    let environment = MemoryEnvironment::new().with_file(FILE, file);
    let context = ProviderContext::new(Arc::new(http), Arc::new(ManualTime::new()))
        .with_environment(Arc::new(environment));
    let providers: [&dyn ProvideCredentials; 2] = [
        &CliProfileProvider::new().file(FILE),
        &IniProfileProvider::new().file(FILE),
    ];
    for provider in providers {
        let shown = match RUNTIME.block_on(provider.provide(&context)) {
            Ok(credentials) => format!("{credentials:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.is_empty());
        // As an ID, name or URL it would not be secret.
        if is_whole_secret(file) {
            assert!(!shown.contains(SECRET), "{shown}");
        }
    }
});

/// Returns whether the secret is in the file only as the value of secret fields.
fn is_whole_secret(file: &[u8]) -> bool {
    let text = String::from_utf8_lossy(file);
    let fields = [
        format!(r#""access_key_secret":"{SECRET}""#),
        format!(r#""sts_token":"{SECRET}""#),
        format!("access_key_secret={SECRET}\n"),
        format!("security_token={SECRET}\n"),
    ];
    let marked: usize = fields.iter().map(|field| text.matches(field).count()).sum();
    marked > 0 && marked == text.matches(SECRET).count()
}
