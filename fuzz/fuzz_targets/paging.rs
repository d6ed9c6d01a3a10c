//! Whatever a service responds, reading a list ends after a bounded number of requests, and yields
//! each item that the service sent once, or an error.

#![no_main]

use alibabacloud_core::http::{HttpClient, HttpRequest, HttpResponse, TransportError};
use alibabacloud_core::signing::parse_pairs;
use alibabacloud_core::time::BoxFuture;
use alibabacloud_fixture::Client;
use alibabacloud_fuzz::{RUNTIME, config};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// Requests that a list may take for pages without items, in addition to those with some.
const MORE_REQUESTS: usize = 16;

/// Responds with pages. Two bytes describe one; after the last one, pages have no items and the
/// same token.
#[derive(Clone, Debug)]
struct Service {
    script: Arc<[u8]>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    requests: usize,
    /// The number of the next item that no page had.
    next: i64,
    /// The tokens of earlier pages.
    tokens: Vec<String>,
    /// The total of the last page.
    total: Value,
}

impl Service {
    fn page(&self, request: &HttpRequest) -> Value {
        let mut state = self.state.lock().expect("no other thread");
        let at = state.requests;
        state.requests += 1;
        let pages = self.script.len().div_ceil(2);
        assert!(at < pages + MORE_REQUESTS, "the list does not end");
        let byte = |n: usize| self.script.get(2 * at + n).copied();
        let (size, kind) = (byte(0).unwrap_or(0), byte(1).unwrap_or(0));
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let pairs = parse_pairs(query);
        let given = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| &**v);
        let count = i64::from(size % 8);
        // A service repeats items, or sends those that follow.
        let first = match size & 0x80 {
            0 => state.next,
            _ => (state.next - count).max(0),
        };
        state.next = state.next.max(first + count);
        let token = match kind % 8 {
            _ if at >= pages => json!("last"),
            0 => Value::Null,
            1 => json!(""),
            2 => json!(given("NextToken")),
            3 => json!(
                state
                    .tokens
                    .get(usize::from(kind / 8) % state.tokens.len().max(1))
            ),
            4 => json!(u64::from(kind) * 1_000_000_007),
            _ => json!(format!("t{at}")),
        };
        state.tokens.extend(token.as_str().map(str::to_owned));
        let total = match kind / 8 % 4 {
            _ if at >= pages => state.total.clone(),
            0 => json!(state.next),
            1 => json!(state.next + i64::from(kind)),
            2 => json!(i64::from(kind) - 16),
            _ => Value::Null,
        };
        state.total.clone_from(&total);
        let names: Vec<Value> = (first..first + count)
            .map(|n| json!({"Name": format!("n{n}"), "PolicyName": format!("n{n}")}))
            .collect();
        json!({
            "Data": {"Groups": {"Group": names}},
            "Policies": names,
            "PageInfo": {"Total": total},
            "NextToken": token,
        })
    }
}

impl HttpClient for Service {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let mut headers = alibabacloud_core::http::Headers::new();
        headers.set("content-type", "application/json");
        let body = self.page(&request).to_string();
        Box::pin(std::future::ready(Ok(HttpResponse::new(
            200, headers, body,
        ))))
    }
}

// The size of a page that is asked for, and two bytes for each page.
fuzz_target!(|input: &[u8]| {
    let Some((size, script)) = input.split_first().filter(|(_, script)| script.len() > 1) else {
        return;
    };
    let service = || Service {
        script: script.into(),
        state: Arc::default(),
    };
    let http = service();
    let client = Client::new(config(http.clone())).expect("the configuration is complete");
    let mut items = client
        .list_by_token()
        .max_results(i32::from(*size))
        .by_item();
    let (mut count, mut failed) = (0, false);
    RUNTIME.block_on(async {
        while let Some(item) = items.next().await {
            failed |= item.is_err();
            count += usize::from(item.is_ok());
        }
    });
    check(&http, count, failed);

    let http = service();
    let client = Client::new(config(http.clone())).expect("the configuration is complete");
    let list = client.list_by_number("all");
    let list = match size % 16 {
        0 => list,
        size => list.page_size(size),
    };
    let mut items = list.by_item();
    let (mut count, mut failed) = (0, false);
    RUNTIME.block_on(async {
        while let Some(item) = items.next().await {
            failed |= item.is_err();
            count += usize::from(item.is_ok());
        }
    });
    check(&http, count, failed);
});

fn check(service: &Service, count: usize, failed: bool) {
    let state = service.state.lock().expect("no other thread");
    let sent: BTreeSet<i64> = (0..state.next).collect();
    // Items that the service sent twice arrive twice.
    assert!(failed || count >= sent.len(), "{count} of {}", sent.len());
}
