//! Malformed requests: thousands of them, the same in every run. Each has a 4xx response with a
//! code, and the emulator keeps running.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_emulator::Emulator;
use common::{INSTANCE, OOS, Response, V3, http_date, send, send_raw, v1_roa, v1_rpc};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

const REQUESTS: u64 = 5000;
const LIST: &str = "ListInstancePackageStates";
const ROA: &str = "2024-01-01";

/// Random numbers that are the same in every run (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// Returns text that is allowed in a query or a path.
    fn target(&mut self, longest: usize) -> String {
        let pieces = [
            "a",
            "Z",
            "9",
            "%",
            "%zz",
            "%00",
            "%FF",
            "%E6%B5",
            "&",
            "&&",
            "=",
            "==",
            "+",
            ".",
            ".1",
            ".0",
            ".99999999999",
            "/",
            "~",
            "*",
            "(",
            "'",
            ";",
            ":",
            "@",
            "Filter",
            "Tags",
            "Action",
            "Version",
            "RegionId",
        ];
        (0..self.below(longest))
            .map(|_| self.pick(&pieces))
            .collect()
    }

    /// Returns text that is allowed in a header, with characters outside ASCII.
    fn header(&mut self, longest: usize) -> String {
        let pieces = [
            "a",
            " ",
            ",",
            "=",
            ";",
            ":",
            "ACS3-HMAC-SHA256",
            "acs",
            "Credential=test",
            "SignedHeaders=",
            "Signature=",
            "host;;x-acs-date",
            "é",
            "\u{7ff}",
            "\u{ffff}",
            "-1",
            "99999999999999999999",
        ];
        (0..1 + self.below(longest))
            .map(|_| self.pick(&pieces))
            .collect()
    }

    fn bytes(&mut self, longest: usize) -> Vec<u8> {
        (0..self.below(longest))
            .map(|_| self.next() as u8)
            .collect()
    }

    /// Returns text that resembles JSON and often is not valid.
    fn json(&mut self) -> String {
        let pieces = [
            "{", "}", "[", "]", "\"", ":", ",", "null", "1e999", "-", "\\u0000", "\"a\"",
            "\"Key\":", "true",
        ];
        (0..self.below(40)).map(|_| self.pick(&pieces)).collect()
    }
}

fn list(parameters: &[(&str, &str)]) -> V3 {
    V3::new(LIST, OOS, parameters)
}

/// Sends one malformed request.
async fn spoil(random: &mut Random, address: SocketAddr) -> Response {
    let instance = ("InstanceId", INSTANCE);
    let request = match random.below(10) {
        // A query that differs from the signed one.
        0 => {
            let mut request = list(&[instance]).sign();
            request.query = format!("{}&x{}", random.target(30), random.target(10));
            request
        }
        // A header that differs from the signed one.
        1 => {
            let name = random.pick(&["x-acs-date", "x-acs-signature-nonce", "host"]);
            list(&[instance])
                .sign()
                .header(name, &format!("!{}", random.header(6)))
        }
        // A malformed authorization.
        2 => list(&[instance]).header("authorization", &format!("{}!", random.header(8))),
        // A signature with the wrong secret.
        3 => list(&[instance]).key("test", &random.header(3)).sign(),
        // A body that was not signed.
        4 => {
            let kind = random.pick(&[
                "application/json",
                "application/x-www-form-urlencoded",
                "text/plain",
            ]);
            let mut body = random.bytes(200);
            body.push(b'!');
            list(&[instance])
                .header("content-type", kind)
                .sign()
                .body(kind, body)
        }
        // A correct signature, with invalid parameters.
        5 => {
            let broken = format!("{}{}", random.json(), "[");
            let size = format!("{}x", random.target(5));
            match random.below(3) {
                0 => list(&[instance, ("TemplateNames", &broken)]).sign(),
                1 => list(&[instance, ("MaxResults", &size)]).sign(),
                _ => list(&[(&random.target(8), &size), ("NextToken", &broken)]).sign(),
            }
        }
        // A correct signature, with invalid list indices.
        6 => {
            let name = format!("Filter.{}z.Name", random.target(3));
            let mut request = V3::new("ListOpsItems", OOS, &[]);
            request.query = common::query(&[(&name, "x"), ("Filter..Value", "y")]);
            request.sign()
        }
        // A path, method or version that is not served.
        7 => {
            let path = format!("/x{}", random.target(10).replace(['&', '='], ""));
            let request = list(&[instance]).path(&path);
            let request = if random.below(2) == 0 {
                request.method("PUT")
            } else {
                request
            };
            request
                .header("x-acs-version", random.pick(&[OOS, ROA, "0"]))
                .sign()
        }
        // A correct signature, with a body of a ROA operation that is not valid JSON.
        8 => {
            let request = V3::new("createCluster", ROA, &[]).path("/clusters");
            let body = if random.below(2) == 0 {
                format!("{}[", random.json()).into_bytes()
            } else {
                [random.bytes(50), vec![0xff]].concat()
            };
            request.body("application/json", body).sign()
        }
        _ => return spoil_v1(random, address).await,
    };
    request.send(address).await.unwrap()
}

/// Sends one malformed request with a V1 signature.
async fn spoil_v1(random: &mut Random, address: SocketAddr) -> Response {
    let mut headers = alibabacloud_core::http::Headers::new();
    headers.set("host", "127.0.0.1");
    if random.below(2) == 0 {
        let name = random.pick(&[
            "Signature",
            "Timestamp",
            "SignatureNonce",
            "SignatureMethod",
            "AccessKeyId",
            "Version",
        ]);
        let junk = format!("!{}", random.target(10));
        let query = v1_rpc(
            "GET",
            LIST,
            &[("InstanceId", INSTANCE)],
            &[(name, Some(&junk))],
        );
        // The added parameter was not signed.
        let target = format!("/?{query}&y={}", random.target(10).replace('&', ""));
        return send(address, "GET", &target, &headers, b"").await.unwrap();
    }
    let mut headers = v1_roa("GET", "/clusters/7", ROA, &http_date(0));
    headers.set(
        random.pick(&["date", "authorization", "accept"]),
        format!("!{}", random.header(5)),
    );
    send(address, "GET", "/clusters/7", &headers, b"")
        .await
        .unwrap()
}

async fn start() -> Emulator {
    let roa = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/specs/fixture-roa");
    Emulator::builder().specs(roa).start().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_malformed_request_has_an_error_code() {
    let emulator = start().await;
    let address = emulator.address();
    let workers = (0..4_u64).map(|worker| {
        tokio::spawn(async move {
            for number in 0..REQUESTS / 4 {
                let mut random = Random(worker << 32 | number);
                let response =
                    tokio::time::timeout(Duration::from_secs(60), spoil(&mut random, address))
                        .await;
                let response =
                    response.unwrap_or_else(|_| panic!("request {worker}/{number} hangs"));
                assert!(
                    (400..500).contains(&response.status),
                    "request {worker}/{number}: {response:?}"
                );
                assert!(
                    !response.code().is_empty(),
                    "request {worker}/{number}: {response:?}"
                );
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    let good = list(&[("InstanceId", INSTANCE)])
        .sign()
        .send(address)
        .await
        .unwrap();
    assert_eq!(good.status, 200);
    assert_eq!(emulator.counters().requests, REQUESTS + 1);
}

#[tokio::test]
async fn invalid_http_is_refused_and_the_server_keeps_running() {
    let emulator = start().await;
    let address = emulator.address();
    for number in 0..300 {
        let mut random = Random(number);
        let mut bytes = b"POST /?Action=".to_vec();
        let spoilt = random.below(bytes.len());
        bytes[spoilt] = random.next() as u8;
        bytes.extend(random.bytes(100));
        bytes.extend(b" HTTP/9.9\r\nx\r\n\r\n");
        // Refused or disconnected; both are correct, a 2xx response is not.
        if let Ok(response) = send_raw(address, &bytes).await {
            assert!(
                response.is_empty() || response.starts_with(b"HTTP/1.1 4"),
                "request {number}"
            );
        }
    }
    let good = list(&[("InstanceId", INSTANCE)])
        .sign()
        .send(address)
        .await
        .unwrap();
    assert_eq!(good.status, 200);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let emulator = start().await;
    let mut request = list(&[("InstanceId", INSTANCE)]);
    request.body = vec![b'x'; 33 * 1024 * 1024];
    // The server responds without reading the whole body, which the client may see as a reset.
    if let Ok(response) = request.send(emulator.address()).await {
        assert_eq!(
            (response.status, response.code().as_str()),
            (413, "RequestTooLarge")
        );
    }
    let good = list(&[("InstanceId", INSTANCE)])
        .sign()
        .send(emulator.address())
        .await
        .unwrap();
    assert_eq!(good.status, 200);
}
