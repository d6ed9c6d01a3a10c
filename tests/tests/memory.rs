//! How much memory a response may cost, counted by the allocator.
//!
//! One test alone, because the allocator counts for the whole process.

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::test_util::{MockClient, MockResponse};
use alibabacloud_core::{Config, ErrorKind};
use alibabacloud_oos::Client;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const MB: usize = 1_000_000;

/// The size of each response.
const SIZE: usize = 6 * MB;

/// Fills a body of [`SIZE`] bytes with repetitions of `element`.
fn body(start: &str, element: &str, end: &str) -> String {
    let count = (SIZE - start.len() - end.len()) / (element.len() + 1);
    format!("{start}{}{end}", vec![element; count].join(","))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Typed,
    Raw,
}

#[tokio::test]
async fn a_response_of_6_mb_takes_less_than_64_mb() {
    let executions = |element: &str| body(r#"{"Executions":["#, element, "]}");
    let too_much = "raise max_decoded_bytes to accept it";
    for (call, status, text, expected) in [
        (Call::Typed, 200, executions("{}"), too_much),
        (
            Call::Typed,
            200,
            executions(r#"{"Tasks":[{}],"CurrentTasks":[{}]}"#),
            too_much,
        ),
        (
            Call::Typed,
            200,
            body(r#"{"Executions":{"Execution":["#, "{}", "]}}"),
            too_much,
        ),
        (Call::Typed, 200, executions(r#""{}""#), too_much),
        (
            Call::Typed,
            200,
            executions("{\"StatusMessage\":\"\u{1}\"}"),
            too_much,
        ),
        (
            Call::Typed,
            200,
            executions("[0]"),
            "expected an object, found an array",
        ),
        (
            Call::Typed,
            200,
            body(r#"{"Unheard":["#, r#"{"a":[0]}"#, "]}"),
            "done",
        ),
        (Call::Raw, 200, body("[", "0", "]"), too_much),
        (Call::Raw, 200, body("[", r#"{"":[]}"#, "]"), too_much),
        (Call::Raw, 200, body("[", "\"\u{1}\"", "]"), too_much),
        (
            Call::Raw,
            400,
            body("[", "0", "]"),
            "the response is not valid JSON: [0,0,",
        ),
        (
            Call::Raw,
            400,
            body(r#"{"Message":["#, "{}", "]}"),
            "{\"Message\":[{},",
        ),
        (
            Call::Typed,
            502,
            body(r#"{"Code":"Busy","Data":["#, "{}", "]}"),
            "502 Busy: ",
        ),
    ] {
        let start = format!("{call:?} {status} {}", &text[..40]);
        let client = client(MockResponse::json(status, text));
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage();
        let outcome = match call {
            Call::Typed => client.list_executions().send().await.map(drop),
            Call::Raw => {
                let call = client.call_raw("NewApi", &[]);
                call.send().await.map(drop)
            }
        };
        let used = ALLOCATOR.peak_usage() - before;
        let outcome = outcome.map_or_else(
            |error| {
                let kind = if status == 200 {
                    ErrorKind::Decode
                } else {
                    ErrorKind::Service
                };
                assert_eq!(error.kind(), kind, "{error}");
                error.to_string()
            },
            |()| "done".to_owned(),
        );
        assert!(outcome.contains(expected), "{start}: {outcome}");
        // The body itself is held by the script.
        assert!(used + SIZE < 64 * MB, "{start}: {used} bytes");
    }
}

fn client(response: MockResponse) -> Client {
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .retry(RetryConfig::off())
        .http_client(MockClient::new([response]));
    Client::new(config).expect("a client")
}
