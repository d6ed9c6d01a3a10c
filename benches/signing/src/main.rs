//! Signs repeatedly with one implementation: `signing-bench NAME ROUNDS`. Without arguments, prints
//! nanoseconds of all.
//!
//! `instructions.sh` runs each implementation under callgrind; see docs/benchmarks.md.

use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{
    Algorithm, Signature, SignedHeaders, SigningKey, body_hash, push_query, v1_rpc, v3,
};
use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::hint::black_box;
use std::time::{Instant, SystemTime};

const ID: &str = "LTAI5tExampleKey00000001";
const SECRET: &str = "exampleSecretOfThirtyCharacte";

/// The parameters of a request: the query of V3, and in addition to the common parameters of V1.
const QUERY: [(&str, &str); 4] = [
    ("InstanceId", "i-bp1cpoexample0000000"),
    ("MaxResults", "50"),
    ("NextToken", "gAAAAABfTgv5ewUWmNdJ3g7JVLvX70sPH90GZOVGC+/="),
    ("RegionId", "cn-hangzhou"),
];

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

const IMPLEMENTATIONS: [(&str, fn(u32)); 6] = [
    ("v1-bare", v1_bare),
    ("v1-bare-keyed", v1_bare_keyed),
    ("v1-ours", v1_ours),
    ("v3-bare", v3_bare),
    ("v3-ours", v3_ours),
    ("aws-sigv4", aws_sigv4),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next(), arguments.next()) {
        (None, _) => table(),
        (Some(wanted), rounds) => {
            let rounds = rounds
                .map_or(Ok(1), |text| text.parse())
                .expect("ROUNDS is a number");
            let (_, run) = IMPLEMENTATIONS
                .iter()
                .find(|(name, _)| *name == wanted)
                .expect("NAME is one of v1-bare ... aws-sigv4");
            run(rounds);
        }
    }
}

/// Prints the minimum of seven runs of each implementation.
fn table() {
    for (name, run) in IMPLEMENTATIONS {
        let best = (0..7)
            .map(|_| {
                let start = Instant::now();
                run(20_000);
                start.elapsed().as_nanos() / 20_000
            })
            .min();
        println!("{name:14} {:6} ns", best.unwrap_or_default());
    }
}

/// HMAC and Base64 of the finished string to sign.
fn v1_bare(rounds: u32) {
    let text = signed_v1().string_to_sign().to_owned();
    let key = format!("{SECRET}&");
    for _ in 0..rounds {
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("any key");
        mac.update(black_box(text.as_bytes()));
        black_box(base64::prelude::BASE64_STANDARD.encode(mac.finalize().into_bytes()));
    }
}

/// The same with the keyed state reused.
fn v1_bare_keyed(rounds: u32) {
    let text = signed_v1().string_to_sign().to_owned();
    let keyed = Hmac::<Sha1>::new_from_slice(format!("{SECRET}&").as_bytes()).expect("any key");
    for _ in 0..rounds {
        let mut mac = keyed.clone();
        mac.update(black_box(text.as_bytes()));
        black_box(base64::prelude::BASE64_STANDARD.encode(mac.finalize().into_bytes()));
    }
}

fn v1_ours(rounds: u32) {
    let key = SigningKey::new(ID, SECRET);
    let mut signature = Signature::default();
    for _ in 0..rounds {
        sign_v1(&mut signature, &key);
        black_box(signature.signature());
    }
}

/// The hash of the finished canonical request, then HMAC and hexadecimal of the string to sign.
fn v3_bare(rounds: u32) {
    let signature = signed_v3();
    let (canonical, text) = (
        signature.canonical().to_owned(),
        signature.string_to_sign().to_owned(),
    );
    for _ in 0..rounds {
        black_box(hex(&Sha256::digest(black_box(canonical.as_bytes()))));
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key");
        mac.update(black_box(text.as_bytes()));
        black_box(hex(&mac.finalize().into_bytes()));
    }
}

fn v3_ours(rounds: u32) {
    let key = SigningKey::new(ID, SECRET);
    let (headers, mut query, mut signature) = (headers(), String::new(), Signature::default());
    for _ in 0..rounds {
        sign_v3(&mut signature, &key, &headers, &mut query);
        black_box(signature.authorization());
    }
}

/// The same request signed by aws-sigv4.
fn aws_sigv4(rounds: u32) {
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    let identity = aws_credential_types::Credentials::new(ID, SECRET, None, None, "bench").into();
    let mut query = String::from("https://oos.cn-hangzhou.aliyuncs.com/?");
    push_query(QUERY, &mut query);
    let headers = headers();
    for _ in 0..rounds {
        let parameters = aws_sigv4::sign::v4::SigningParams::builder()
            .identity(&identity)
            .region("cn-hangzhou")
            .name("oos")
            .time(SystemTime::UNIX_EPOCH)
            .settings(SigningSettings::default())
            .build()
            .expect("all parameters")
            .into();
        let request = SignableRequest::new(
            "POST",
            query.as_str(),
            headers.iter(),
            SignableBody::Bytes(b""),
        )
        .expect("a request");
        black_box(sign(request, &parameters).expect("a signature").signature());
    }
}

fn signed_v1() -> Signature {
    let mut signature = Signature::default();
    sign_v1(&mut signature, &SigningKey::new(ID, SECRET));
    signature
}

fn sign_v1(signature: &mut Signature, key: &SigningKey) {
    let mut parameters = [("", ""); 12];
    let all = COMMON.iter().chain(&QUERY);
    for (to, from) in parameters.iter_mut().zip(all) {
        *to = black_box(*from);
    }
    v1_rpc::sign(signature, key, "POST", &mut parameters);
}

fn signed_v3() -> Signature {
    let mut signature = Signature::default();
    sign_v3(
        &mut signature,
        &SigningKey::new(ID, SECRET),
        &headers(),
        &mut String::new(),
    );
    signature
}

/// Signs, including the encoding of the query.
fn sign_v3(signature: &mut Signature, key: &SigningKey, headers: &Headers, query: &mut String) {
    query.clear();
    push_query(black_box(QUERY), query);
    let request = v3::RequestParts {
        method: "POST",
        path: "/",
        query,
        headers,
        body_hash: &body_hash(Algorithm::HmacSha256, b""),
    };
    v3::sign(
        signature,
        key,
        Algorithm::HmacSha256,
        &request,
        SignedHeaders::Default,
    );
}

fn headers() -> Headers {
    let mut headers = Headers::new();
    for (name, value) in [
        ("host", "oos.cn-hangzhou.aliyuncs.com"),
        ("accept", "application/json"),
        (
            "user-agent",
            "AlibabaCloud (linux; x86_64) Rust/1.85 Core/0.1.0",
        ),
        ("x-acs-version", "2019-06-01"),
        ("x-acs-action", "ListInstancePackageStates"),
        ("x-acs-date", "2026-03-14T15:09:26Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        (
            "x-acs-content-sha256",
            &body_hash(Algorithm::HmacSha256, b""),
        ),
    ] {
        headers.set(name, value);
    }
    headers
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}
