//! Calls `ListInstancePackageStates` of a running emulator as often as possible, with a new
//! signature for each request, and prints the number of calls.
//!
//! ```text
//! cargo run --release -p alibabacloud-emulator -- --listen 127.0.0.1:8080
//! cargo run --release -p alibabacloud-emulator --example load -- 127.0.0.1:8080 [SECONDS] [CONNECTIONS]
//! ```

use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{Algorithm, Signature, SignedHeaders, SigningKey, body_hash, v3};
use alibabacloud_types::plumbing::format_utc;
use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Failure = Box<dyn Error + Send + Sync>;

const QUERY: &str = "InstanceId=i-emulator0000000001&MaxResults=50&RegionId=cn-hangzhou";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let address: SocketAddr = arguments
        .next()
        .ok_or("no ADDRESS given: name the address that the emulator listens on")?
        .parse()?;
    let seconds: u64 = arguments.next().map_or(Ok(10), |text| text.parse())?;
    let connections: u64 = arguments.next().map_or(Ok(16), |text| text.parse())?;
    let end = Instant::now() + Duration::from_secs(seconds);
    let callers: Vec<_> = (0..connections)
        .map(|number| tokio::spawn(call_until(address, number, end)))
        .collect();
    let mut calls = 0;
    for caller in callers {
        calls += caller.await??;
    }
    println!(
        "{calls} calls in {seconds} s over {connections} connections: {} per second",
        calls / seconds
    );
    Ok(())
}

/// Calls on one connection, one request after the other; returns the number of responses with 200.
async fn call_until(address: SocketAddr, number: u64, end: Instant) -> Result<u64, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut requests = Requests::new(number);
    let mut response = Vec::with_capacity(16 * 1024);
    let mut calls = 0;
    while Instant::now() < end {
        stream.write_all(requests.next().as_bytes()).await?;
        read_response(&mut stream, &mut response).await?;
        if !response.starts_with(b"HTTP/1.1 200") {
            return Err(String::from_utf8_lossy(&response).into_owned().into());
        }
        calls += 1;
    }
    Ok(calls)
}

/// Reads a response to the end of its body, as `content-length` says.
async fn read_response(stream: &mut TcpStream, response: &mut Vec<u8>) -> Result<(), Failure> {
    response.clear();
    loop {
        if stream.read_buf(response).await? == 0 {
            return Err("the connection was closed".into());
        }
        let Some(head) = response.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&response[..head])?;
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length
            .ok_or("the response has no content-length")?
            .parse()?;
        if response.len() >= head + 4 + length {
            return Ok(());
        }
    }
}

/// Signed requests, each with a new nonce.
struct Requests {
    key: SigningKey,
    signature: Signature,
    /// Identifies the run: the time when it started.
    run: u128,
    connection: u64,
    count: u64,
}

impl Requests {
    fn new(connection: u64) -> Self {
        Self {
            key: SigningKey::new("test", "secret"),
            signature: Signature::default(),
            run: SystemTime::UNIX_EPOCH
                .elapsed()
                .unwrap_or_default()
                .as_nanos(),
            connection,
            count: 0,
        }
    }

    fn next(&mut self) -> String {
        self.count += 1;
        let now = SystemTime::now();
        let hash = body_hash(Algorithm::HmacSha256, b"");
        let mut headers = Headers::new();
        headers.set("host", "127.0.0.1");
        headers.set("x-acs-action", "ListInstancePackageStates");
        headers.set("x-acs-content-sha256", &*hash);
        headers.set("x-acs-date", format_utc(now));
        headers.set(
            "x-acs-signature-nonce",
            format!("{}-{}-{}", self.run, self.connection, self.count),
        );
        headers.set("x-acs-version", "2019-06-01");
        let request = v3::RequestParts {
            method: "POST",
            path: "/",
            query: QUERY,
            headers: &headers,
            body_hash: &hash,
        };
        v3::sign(
            &mut self.signature,
            &self.key,
            Algorithm::HmacSha256,
            &request,
            SignedHeaders::Default,
        );
        let mut text = format!("POST /?{QUERY} HTTP/1.1\r\ncontent-length: 0\r\n");
        for (name, value) in headers.iter() {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!(
            "authorization: {}\r\n\r\n",
            self.signature.authorization()
        ));
        text
    }
}
