//! Requests to an emulator in this process: signed `ListInstancePackageStates` on one connection,
//! as `examples/load` of the emulator sends them. The client, which only writes and reads bytes, is
//! counted too; it signs its requests before.

use super::{Failure, counted_section, runtime};
use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{Algorithm, Signature, SignedHeaders, SigningKey, body_hash, v3};
use alibabacloud_emulator::Emulator;
use alibabacloud_types::plumbing::format_utc;
use std::time::SystemTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const QUERY: &str = "InstanceId=i-emulator0000000001&MaxResults=50&RegionId=cn-hangzhou";

/// Requests before those that are counted, after which the specification is read and all buffers
/// have their size.
const BEFORE: u32 = 20;

pub(super) fn run(times: u32) -> Result<(), Failure> {
    let runtime = runtime()?;
    let requests = signed(BEFORE + times);
    let (before, counted) = requests.split_at(BEFORE as usize);
    let mut client = runtime.block_on(Client::start())?;
    runtime.block_on(client.send(before))?;
    counted_section(&mut || runtime.block_on(client.send(counted)))
}

/// A connection to an emulator.
struct Client {
    stream: TcpStream,
    response: Vec<u8>,
    /// The size of a response; all have the same. 0 before the first.
    size: usize,
    _emulator: Emulator,
}

impl Client {
    async fn start() -> Result<Self, Failure> {
        let emulator = Emulator::start().await?;
        let stream = TcpStream::connect(emulator.address()).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            response: Vec::with_capacity(64 * 1024),
            size: 0,
            _emulator: emulator,
        })
    }

    /// Sends requests, each after the response to the one before.
    async fn send(&mut self, requests: &[String]) -> Result<(), Failure> {
        for request in requests {
            self.response.clear();
            self.stream.write_all(request.as_bytes()).await?;
            while self.size == 0 || self.response.len() < self.size {
                if self.stream.read_buf(&mut self.response).await? == 0 {
                    return Err("the connection was closed".into());
                }
                if self.size == 0 {
                    self.size = size(&self.response)?;
                }
            }
            if !self.response.starts_with(b"HTTP/1.1 200") || self.response.len() != self.size {
                return Err(String::from_utf8_lossy(&self.response).into_owned().into());
            }
        }
        Ok(())
    }
}

/// Returns the size of a response with its head, as `content-length` says; 0 if the head is not
/// complete.
fn size(response: &[u8]) -> Result<usize, Failure> {
    let text = std::str::from_utf8(response)?;
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return Ok(0);
    };
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.ok_or("there is no content-length")?.parse()?;
    Ok(head.len() + 4 + length)
}

/// Returns signed requests, each with its nonce.
fn signed(count: u32) -> Vec<String> {
    let key = SigningKey::new("test", "secret");
    let hash = body_hash(Algorithm::HmacSha256, b"");
    let mut signature = Signature::default();
    let requests = (0..count).map(|number| {
        let mut headers = Headers::new();
        headers.set("host", "127.0.0.1");
        headers.set("x-acs-action", "ListInstancePackageStates");
        headers.set("x-acs-content-sha256", &*hash);
        headers.set("x-acs-date", format_utc(SystemTime::now()));
        headers.set("x-acs-signature-nonce", format!("{number:032x}"));
        headers.set("x-acs-version", "2019-06-01");
        let request = v3::RequestParts {
            method: "POST",
            path: "/",
            query: QUERY,
            headers: &headers,
            body_hash: &hash,
        };
        let algorithm = Algorithm::HmacSha256;
        v3::sign(
            &mut signature,
            &key,
            algorithm,
            &request,
            SignedHeaders::Default,
        );
        let mut text = format!("POST /?{QUERY} HTTP/1.1\r\ncontent-length: 0\r\n");
        for (name, value) in headers.iter() {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let authorization = signature.authorization();
        text.push_str(&format!("authorization: {authorization}\r\n\r\n"));
        text
    });
    requests.collect()
}
