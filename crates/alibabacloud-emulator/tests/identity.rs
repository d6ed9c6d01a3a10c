//! What the Security Token Service refuses, with the error code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_core::http::Headers;
use alibabacloud_emulator::identity::IdentityServer;
use common::{Response, send, v1_rpc};
use std::net::SocketAddr;

async fn assume_role(address: SocketAddr, changes: &[(&str, Option<&str>)]) -> Response {
    let parameters = [("RoleArn", "acs:ram::1:role/r"), ("RoleSessionName", "s")];
    let changes = [&[("Version", Some("2015-04-01"))], changes].concat();
    let query = v1_rpc("GET", "AssumeRole", &parameters, &changes);
    let mut headers = Headers::new();
    headers.set("host", "127.0.0.1");
    send(address, "GET", &format!("/?{query}"), &headers, b"")
        .await
        .unwrap()
}

#[tokio::test]
async fn sts_requires_the_common_parameters_and_a_new_nonce() {
    let server = IdentityServer::builder().access_key("test", "secret");
    let server = server.start().await.unwrap();
    let address = server.url().trim_start_matches("http://").parse().unwrap();
    for (change, status, code) in [
        (("SignatureNonce", Some("once")), 200, ""),
        (("SignatureNonce", Some("once")), 400, "SignatureNonceUsed"),
        (("SignatureNonce", Some("")), 400, "MissingSignatureNonce"),
        (("SignatureNonce", None), 400, "MissingSignatureNonce"),
        (("SignatureMethod", None), 400, "MissingSignatureMethod"),
        (
            ("SignatureMethod", Some("HMAC-MD5")),
            400,
            "IncompleteSignature",
        ),
        (("SignatureVersion", None), 400, "MissingSignatureVersion"),
        (
            ("SignatureVersion", Some("9.9")),
            400,
            "IncompleteSignature",
        ),
        (("Timestamp", None), 400, "MissingTimestamp"),
        (("AccessKeyId", None), 400, "MissingAccessKeyId"),
    ] {
        let response = assume_role(address, &[change]).await;
        let actual = (response.status, response.code());
        assert_eq!(actual, (status, code.to_owned()), "{}", response.body);
    }
}
