//! Signatures, checked against a second implementation that follows the documentation literally,
//! without regard to speed.

use super::{
    Algorithm, Authorization, AuthorizationError, Received, Signature, SignedHeaders, SigningKey,
    body_hash, parse_pairs, push_query, query, v1_roa, v1_rpc, v3,
};
use crate::http::Headers;
use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

type Pairs = Vec<(String, String)>;

fn encode(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if unreserved(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn canonical_query(pairs: &Pairs) -> String {
    let mut sorted = pairs.clone();
    sorted.sort();
    let encoded: Vec<_> = sorted
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    encoded.join("&")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hmac_sha1(key: &str, text: &str) -> String {
    let mac = Hmac::<Sha1>::new_from_slice(key.as_bytes())
        .unwrap()
        .chain_update(text);
    base64::prelude::BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

fn plain_v3(secret: &str, method: &str, pairs: &Pairs, headers: &Headers, body: &[u8]) -> String {
    let mut signed = BTreeMap::<&str, Vec<&str>>::new();
    for (name, value) in headers.iter() {
        if name == "host" || name == "content-type" || name.starts_with("x-acs-") {
            signed
                .entry(name)
                .or_default()
                .push(value.trim_matches([' ', '\t']));
        }
    }
    let mut lines = String::new();
    for (name, values) in &mut signed {
        values.sort_unstable();
        lines += &format!("{name}:{}\n", values.join(","));
    }
    let names: Vec<_> = signed.into_keys().collect();
    let canonical = [
        method,
        "/",
        &canonical_query(pairs),
        &lines,
        &names.join(";"),
        &hex(&Sha256::digest(body)),
    ]
    .join("\n");
    let text = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .unwrap()
        .chain_update(text);
    hex(&mac.finalize().into_bytes())
}

fn plain_v1_rpc(secret: &str, method: &str, pairs: &Pairs) -> String {
    let text = format!(
        "{method}&{}&{}",
        encode("/"),
        encode(&canonical_query(pairs))
    );
    hmac_sha1(&format!("{secret}&"), &text)
}

fn plain_v1_roa(
    secret: &str,
    method: &str,
    path: &str,
    pairs: &Pairs,
    headers: &Headers,
) -> String {
    let header = |name| headers.get(name).unwrap_or("");
    let mut acs: Vec<_> = headers
        .iter()
        .filter(|(name, _)| name.starts_with("x-acs-"))
        .collect();
    acs.sort_unstable();
    let acs: String = acs
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", value.trim_matches([' ', '\t'])))
        .collect();
    let mut sorted = pairs.clone();
    sorted.sort();
    let query: Vec<_> = sorted
        .iter()
        .map(|(name, value)| {
            if value.is_empty() {
                name.clone()
            } else {
                format!("{name}={value}")
            }
        })
        .collect();
    let question = if query.is_empty() { "" } else { "?" };
    let text = format!(
        "{method}\n{}\n{}\n{}\n{}\n{acs}{path}{question}{}",
        header("accept"),
        header("content-md5"),
        header("content-type"),
        header("date"),
        query.join("&")
    );
    hmac_sha1(secret, &text)
}

fn borrowed(pairs: &Pairs) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn any_pairs() -> impl Strategy<Value = Pairs> {
    prop::collection::vec((".{1,12}", ".{0,20}"), 0..12)
}

/// Generates headers of which some are signed, with repeated names and whitespace around values.
fn any_headers() -> impl Strategy<Value = Headers> {
    const NAMES: [&str; 9] = [
        "host",
        "accept",
        "date",
        "content-type",
        "content-md5",
        "user-agent",
        "x-acs-a",
        "x-acs-b",
        "x-other",
    ];
    prop::collection::vec(
        (
            prop::sample::select(&NAMES[..]),
            "[ \t]{0,2}[!-~é]{0,12}[ \t]{0,2}",
        ),
        0..14,
    )
    .prop_map(|list| {
        let mut headers = Headers::new();
        for (name, value) in list {
            headers.append(name, value);
        }
        headers
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn v3_equals_the_plain_implementation(
        secret in ".{0,80}", pairs in any_pairs(), headers in any_headers(), body in prop::collection::vec(any::<u8>(), 0..80)
    ) {
        let mut sorted = pairs.clone();
        sorted.sort();
        let mut query = String::new();
        push_query(borrowed(&sorted), &mut query);
        let hash = body_hash(Algorithm::HmacSha256, &body);
        let request = v3::RequestParts { method: "POST", path: "/", query: &query, headers: &headers, body_hash: &hash };
        let mut signature = Signature::default();
        v3::sign(&mut signature, &SigningKey::new("id", secret.as_str()), Algorithm::HmacSha256, &request, SignedHeaders::Default);
        prop_assert_eq!(signature.signature(), plain_v3(&secret, "POST", &pairs, &headers, &body));
    }

    #[test]
    fn v1_of_rpc_equals_the_plain_implementation(secret in ".{0,80}", pairs in any_pairs()) {
        let mut signature = Signature::default();
        v1_rpc::sign(&mut signature, &SigningKey::new("id", secret.as_str()), "GET", &mut borrowed(&pairs));
        prop_assert_eq!(signature.signature(), plain_v1_rpc(&secret, "GET", &pairs));
        prop_assert_eq!(signature.canonical(), canonical_query(&pairs));
    }

    #[test]
    fn v1_of_roa_equals_the_plain_implementation(
        secret in ".{0,80}", path in "(/[a-z]{0,5}){1,4}", pairs in any_pairs(), headers in any_headers()
    ) {
        let mut signature = Signature::default();
        v1_roa::sign(&mut signature, &SigningKey::new("id", secret.as_str()), "PUT", &path, &mut borrowed(&pairs), &headers);
        prop_assert_eq!(signature.signature(), plain_v1_roa(&secret, "PUT", &path, &pairs, &headers));
    }

    #[test]
    fn a_query_parses_to_the_pairs_that_were_written(pairs in any_pairs()) {
        let mut query = String::new();
        push_query(borrowed(&pairs), &mut query);
        let read: Pairs = parse_pairs(&query).into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        prop_assert_eq!(read, pairs);
    }

    #[test]
    fn a_server_accepts_any_encoding_of_a_client(pairs in any_pairs(), seed in any::<u64>()) {
        let key = SigningKey::new("id", "secret");
        let mut sent = Signature::default();
        v1_rpc::sign(&mut sent, &key, "POST", &mut borrowed(&pairs));
        let mut wire: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value).replace("%20", "+"))).collect();
        wire.push(format!("Signature={}", encode(sent.signature())));
        let turns = usize::try_from(seed % 13).unwrap() % wire.len();
        wire.rotate_left(turns);
        let received = Received { method: "POST", path: "/", query: &wire.join("&"), headers: &Headers::new(), body: b"" };
        let mut expected = Signature::default();
        received.v1_rpc(&mut expected, &key);
        // A server does not sign a parameter that is itself called Signature.
        prop_assume!(pairs.iter().all(|(name, _)| name != "Signature"));
        prop_assert!(expected.matches(sent.signature()));
    }

    #[test]
    fn no_received_request_causes_a_panic(path in ".{0,20}", query in ".{0,60}", authorization in ".{0,60}", body in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut headers = Headers::new();
        headers.set("content-type", "application/x-www-form-urlencoded");
        headers.set("authorization", authorization.as_str());
        let received = Received { method: "POST", path: &path, query: &query, headers: &headers, body: &body };
        let (mut signature, key) = (Signature::default(), SigningKey::new("id", "secret"));
        received.v1_rpc(&mut signature, &key);
        received.v1_roa(&mut signature, &key);
        let listed: Vec<_> = authorization.split(';').collect();
        received.v3(&mut signature, &key, Algorithm::HmacSha256, &listed);
        let _ = Authorization::parse(&authorization);
    }
}

#[test]
fn a_reused_signature_is_the_same_as_a_new_one() {
    let key = SigningKey::new("id", "secret");
    let (mut reused, mut fresh) = (Signature::default(), Signature::default());
    v1_rpc::sign(
        &mut reused,
        &key,
        "GET",
        &mut [("A", "a long value before a short one")],
    );
    v1_rpc::sign(&mut reused, &key, "GET", &mut [("B", "1")]);
    v1_rpc::sign(&mut fresh, &key, "GET", &mut [("B", "1")]);
    assert_eq!(reused.string_to_sign(), fresh.string_to_sign());
    assert_eq!(reused.signature(), fresh.signature());
}

#[test]
fn only_the_whole_signature_matches() {
    let mut signature = Signature::default();
    assert!(!signature.matches(""));
    v1_rpc::sign(
        &mut signature,
        &SigningKey::new("id", "secret"),
        "GET",
        &mut [("A", "1")],
    );
    let whole = signature.signature().to_owned();
    assert!(signature.matches(&whole));
    assert!(!signature.matches(&whole[1..]));
    assert!(!signature.matches(&whole.replace(char::is_alphanumeric, "x")));
}

#[test]
fn a_named_header_that_is_absent_is_signed_as_empty() {
    let headers = Headers::new();
    let request = v3::RequestParts {
        method: "GET",
        path: "/",
        query: "",
        headers: &headers,
        body_hash: "h",
    };
    let mut signature = Signature::default();
    let named = SignedHeaders::Named(&["x-acs-b", "host"]);
    v3::sign(
        &mut signature,
        &SigningKey::new("id", "secret"),
        Algorithm::HmacSha256,
        &request,
        named,
    );
    assert_eq!(
        signature.canonical(),
        "GET\n/\n\nhost:\nx-acs-b:\n\nhost;x-acs-b\nh"
    );
}

#[test]
fn a_path_is_made_canonical() {
    let headers = Headers::new();
    for (path, canonical) in [
        ("", "/"),
        ("/", "/"),
        ("/a%7Eb/c*d/", "/a~b/c%2Ad/"),
        ("/a%2fb", "/a%2Fb"),
        ("/%ff", "/%25ff"),
    ] {
        let received = Received {
            method: "GET",
            path,
            query: "",
            headers: &headers,
            body: b"",
        };
        let mut signature = Signature::default();
        received.v3(
            &mut signature,
            &SigningKey::new("id", "secret"),
            Algorithm::HmacSha256,
            &[],
        );
        assert_eq!(signature.canonical().lines().nth(1), Some(canonical));
    }
}

#[test]
fn authorization_headers_are_parsed() {
    let parsed = Authorization::parse(
        "ACS3-HMAC-SHA256 Credential=id, SignedHeaders=host;x-acs-date, Signature=ab",
    )
    .unwrap();
    let expected = Authorization::V3 {
        algorithm: Algorithm::HmacSha256,
        access_key_id: "id",
        signed_headers: vec!["host", "x-acs-date"],
        signature: "ab",
    };
    assert_eq!(parsed, expected);
    let parsed = Authorization::parse("acs id:YWI=").unwrap();
    assert_eq!(
        parsed,
        Authorization::V1Roa {
            access_key_id: "id",
            signature: "YWI="
        }
    );
    for (value, error) in [
        (
            "",
            AuthorizationError::Incomplete("parts after the algorithm"),
        ),
        ("Basic abc", AuthorizationError::UnknownAlgorithm),
        (
            "acs id:",
            AuthorizationError::Incomplete("AccessKeyId:signature"),
        ),
        (
            "ACS3-HMAC-SHA256 Credential=id,Signature=ab",
            AuthorizationError::Incomplete("SignedHeaders="),
        ),
        (
            "ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=ab",
            AuthorizationError::Incomplete("Credential="),
        ),
    ] {
        assert_eq!(Authorization::parse(value), Err(error), "{value}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let key = SigningKey::new("id", "hunter2");
    let mut headers = Headers::new();
    headers.set("x-acs-security-token", "hunter2");
    let request = v3::RequestParts {
        method: "GET",
        path: "/",
        query: "a=hunter2",
        headers: &headers,
        body_hash: "",
    };
    let received = Received {
        method: "GET",
        path: "/",
        query: "a=hunter2",
        headers: &headers,
        body: b"hunter2",
    };
    let mut signature = Signature::default();
    v3::sign(
        &mut signature,
        &key,
        Algorithm::HmacSha256,
        &request,
        SignedHeaders::Default,
    );
    let shown = format!("{key:?} {request:?} {received:?} {signature:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_query_is_made_canonical() {
    for (query, canonical) in [
        ("", ""),
        ("a=1&b=2", "a=1&b=2"),
        ("a=-_.~&b=", "a=-_.~&b="),
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&a=1", "a=1&a=2"),
        // Sorted by name: a dash is less than an equals sign.
        ("a-=1&a=1", "a=1&a-=1"),
        ("=1", "=1"),
        ("a", "a="),
        ("a=1=2", "a=1%3D2"),
        ("a=1&&b=2&", "a=1&b=2"),
        ("a=+", "a=%20"),
        ("a=%7E&b=%2f", "a=~&b=%2F"),
        ("a=€", "a=%E2%82%AC"),
    ] {
        assert_eq!(query::canonical_query(query), canonical, "{query}");
    }
}
