//! The span of a blocking call, which runs on another thread than its caller.

use alibabacloud_oos::credentials::Credentials;
use alibabacloud_oos::test_util::{MockClient, MockResponse};
use alibabacloud_oos::{Client, Config};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// The lines of a subscriber.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_blocking_call_is_in_the_span_of_its_caller() {
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .http_client(MockClient::new([MockResponse::json(200, "{}")]));
    let client = Client::new(config).unwrap();
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let _entered = tracing::info_span!("nightly_report").entered();
        client.get_template("t").send_blocking().unwrap();
    });
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    // The attempt is an event in the span of the call, in that of the program.
    let attempt = text.lines().find(|line| line.contains("oos/GetTemplate"));
    let attempt = attempt.unwrap_or_else(|| panic!("no attempt in {text:?}"));
    assert!(attempt.contains(" nightly_report:"), "{attempt}");
}
