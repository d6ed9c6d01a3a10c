//! What several targets use.

#![forbid(unsafe_code)]

pub mod emulated;
pub mod generated;

use alibabacloud_core::Config;
use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::http::HttpClient;
use alibabacloud_core::test_util::{ManualTime, MockResponse};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

/// A runtime without sockets and timers.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_current_thread()
        .build()
        .expect("a runtime without I/O can be made")
});

/// Returns the configuration of a client that sends through `http`, on a clock that does not wait.
pub fn config(http: impl HttpClient) -> Config {
    Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .http_client(http)
        .time(ManualTime::new())
}

/// Returns the response that `wire` describes: two bytes for the status, lines `name: value`, an
/// empty line and the body, as on the wire.
pub fn response(wire: &[u8]) -> MockResponse {
    let (status, wire) = match wire.split_first_chunk() {
        Some((&[high, low], rest)) => (100 + u16::from_be_bytes([high, low]) % 500, rest),
        None => (200, wire),
    };
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
