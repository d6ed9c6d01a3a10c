//! Signatures of the request of `benches/signing`.

use super::{Failure, counted_section};
use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{
    Algorithm, Signature, SignedHeaders, SigningKey, body_hash, push_query, v1_rpc, v3,
};
use std::hint::black_box;

const ID: &str = "LTAI5tExampleKey00000001";
const SECRET: &str = "exampleSecretOfThirtyCharacte";

const QUERY: [(&str, &str); 4] = [
    ("InstanceId", "i-bp1cpoexample0000000"),
    ("MaxResults", "50"),
    ("NextToken", "gAAAAABfTgv5ewUWmNdJ3g7JVLvX70sPH90GZOVGC+/="),
    ("RegionId", "cn-hangzhou"),
];

/// The parameters that V1 adds.
const COMMON: [(&str, &str); 8] = [
    ("AccessKeyId", ID),
    ("Action", "ListInstancePackageStates"),
    ("Format", "JSON"),
    ("SignatureMethod", "HMAC-SHA1"),
    ("SignatureNonce", "3156853299f313e23d1673dc12e1703d"),
    ("SignatureVersion", "1.0"),
    ("Timestamp", "2026-03-14T15:09:26Z"),
    ("Version", "2019-06-01"),
];

pub(super) fn v1(times: u32) -> Result<(), Failure> {
    let key = SigningKey::new(ID, SECRET);
    let mut signature = Signature::default();
    counted_section(&mut || {
        for _ in 0..times {
            let mut parameters = [("", ""); 12];
            let all = COMMON.iter().chain(&QUERY);
            for (to, from) in parameters.iter_mut().zip(all) {
                *to = black_box(*from);
            }
            v1_rpc::sign(&mut signature, &key, "POST", &mut parameters);
            black_box(signature.signature());
        }
        Ok(())
    })
}

/// Signs with V3, which includes the encoding of the query.
pub(super) fn v3(times: u32) -> Result<(), Failure> {
    let key = SigningKey::new(ID, SECRET);
    let body_hash = body_hash(Algorithm::HmacSha256, b"");
    let mut headers = Headers::new();
    for (name, value) in [
        ("host", "oos.cn-hangzhou.aliyuncs.com"),
        ("accept", "application/json"),
        ("x-acs-version", "2019-06-01"),
        ("x-acs-action", "ListInstancePackageStates"),
        ("x-acs-date", "2026-03-14T15:09:26Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-content-sha256", &body_hash),
    ] {
        headers.set(name, value);
    }
    let (mut query, mut signature) = (String::new(), Signature::default());
    counted_section(&mut || {
        for _ in 0..times {
            query.clear();
            push_query(black_box(QUERY), &mut query);
            let request = v3::RequestParts {
                method: "POST",
                path: "/",
                query: &query,
                headers: &headers,
                body_hash: &body_hash,
            };
            v3::sign(
                &mut signature,
                &key,
                Algorithm::HmacSha256,
                &request,
                SignedHeaders::Default,
            );
            black_box(signature.authorization());
        }
        Ok(())
    })
}
