//! The emulator responds to every request, signed or not, and never with an internal error.

#![no_main]

use alibabacloud_core::http::Method;
use alibabacloud_core::{Client, ErrorKind};
use alibabacloud_fuzz::emulated::{RUNTIME, Shared, config};
use libfuzzer_sys::fuzz_target;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

static EMULATOR: Shared = Shared::new();

// A request that a client signs: lines with the operation and `name=value`; after an empty line the
// body. If the first line begins with a blank, all of the input is sent as it is.
fuzz_target!(|input: &str| {
    let emulator = EMULATOR.emulator();
    if let Some(raw) = input.strip_prefix(' ') {
        let address = emulator.address();
        let mut stream = TcpStream::connect(address).expect("the emulator listens");
        let limit = Some(Duration::from_secs(20));
        stream.set_read_timeout(limit).expect("a time limit");
        let head = format!("{}\r\nconnection: close\r\n\r\n", raw.replace('\n', "\r\n"));
        // It may close the connection before it has read everything.
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response);
        assert!(!response.starts_with(b"HTTP/1.1 5"), "{raw}");
        return;
    }
    let (head, body) = input.split_once("\n\n").unwrap_or((input, ""));
    let mut lines = head.lines();
    let operation = lines.next().unwrap_or_default();
    let parameters: Vec<_> = lines.filter_map(|line| line.split_once('=')).collect();
    let client = Client::new(config(&emulator)).expect("the configuration is complete");
    let call = match operation.split_once(' ') {
        None => client.call_raw("oos", "2019-06-01", operation, &parameters),
        Some((operation, path)) => {
            let (product, version) = ("fixture-roa", "2024-01-01");
            client
                .call_raw_roa(product, version, operation, Method::Post, path, &parameters)
                .body("application/json", body.as_bytes().to_vec())
        }
    };
    let sent = RUNTIME.block_on(call.send());
    if let Err(error) = sent {
        let status = error.http_status().unwrap_or(400);
        assert!(status < 500, "{error}");
        let is_lost = matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::Timeout);
        assert!(!is_lost, "{error}");
    }
});
