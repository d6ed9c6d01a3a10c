//! No body of an event stream makes the reader panic or run for ever, and it is read the same way
//! however the network cuts it.

#![no_main]

use alibabacloud_core::CallOptions;
use alibabacloud_core::events::EventStream;
use alibabacloud_core::http::{
    BodyStream, Headers, HttpClient, HttpRequest, HttpResponse, TransportError,
};
use alibabacloud_core::time::BoxFuture;
use alibabacloud_fixture::Client;
use alibabacloud_fuzz::{RUNTIME, config};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use std::fmt::Debug;

/// Responds with a body in chunks of this size.
#[derive(Clone, Debug)]
struct Server {
    body: Bytes,
    size: usize,
}

impl HttpClient for Server {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let mut headers = Headers::new();
        headers.set("content-type", "text/event-stream");
        let response = HttpResponse::streaming(200, headers, self.clone());
        Box::pin(std::future::ready(Ok(response)))
    }
}

impl BodyStream for Server {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        let size = self.size.min(self.body.len());
        let chunk = (size > 0).then(|| Ok(self.body.split_to(size)));
        Box::pin(std::future::ready(chunk))
    }
}

// The size of a chunk, and the body.
fuzz_target!(|input: (u8, &[u8])| {
    let (size, body) = input;
    let start = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let start = start.iter().find(|byte| !byte.is_ascii_whitespace());
    if start.is_some_and(|byte| matches!(byte, 0xbb | 0xbf | 0xef)) {
        // Parts of a byte order mark are skipped if they arrive alone.
        return;
    }
    let whole = read(body, body.len());
    let cut = read(body, usize::from(size).max(1));
    // Each call has its own signature. A text that ends like one begins is masked, by chance.
    let is_masked = |shown: &[String]| shown.iter().any(|line| line.contains("REDACTED"));
    if !is_masked(&whole) && !is_masked(&cut) {
        assert_eq!(cut, whole);
    }
});

/// Returns how the events and the end of a stream are shown.
fn read(body: &[u8], size: usize) -> Vec<String> {
    let server = Server {
        body: Bytes::copy_from_slice(body),
        size,
    };
    let client = Client::new(config(server)).expect("the configuration is complete");
    RUNTIME.block_on(async {
        let options = CallOptions::new().max_response_bytes(1000);
        let call = client.events_root().with_options(options);
        let stream = match call.send_stream().await {
            Ok(stream) => stream,
            Err(error) => return vec![error.to_string()],
        };
        drain(stream, body.len()).await
    })
}

async fn drain<T: alibabacloud_types::plumbing::Field + Default + Debug + 'static>(
    mut stream: EventStream<T>,
    bytes: usize,
) -> Vec<String> {
    let mut shown = Vec::new();
    while let Some(event) = stream.next().await {
        shown.push(match event {
            Ok(event) => format!("{event:?}"),
            // Blank lines that arrive alone are not counted.
            Err(error) => match error.to_string().split_once(" (line ") {
                Some((message, _)) => message.to_owned(),
                None => error.to_string(),
            },
        });
        assert!(shown.len() <= bytes + 1, "more events than bytes");
    }
    shown
}
