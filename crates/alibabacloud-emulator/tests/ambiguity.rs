//! Requests whose signature is right, and that two readers could understand differently; and
//! requests of other clients, which differ in form only.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_core::http::Headers;
use alibabacloud_core::signing::{Algorithm, Signature, SigningKey, body_hash, v1_roa};
use alibabacloud_emulator::{Emulator, Key};
use common::{INSTANCE, OOS, Response, V3, http_date, query, send, v1_rpc};
use std::path::Path;

const LIST: &str = "ListInstancePackageStates";
const ROA: &str = "2024-01-01";
const FORM: &str = "application/x-www-form-urlencoded";
const CREATE: [(&str, &str); 3] = [("Name", "p"), ("Type", "String"), ("Value", "v")];

async fn start() -> Emulator {
    let roa = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/specs/fixture-roa");
    let builder = Emulator::builder()
        .key(Key::new("test", "secret"))
        .key(Key::new("sts", "secret").security_token("token"));
    builder.specs(roa).start().await.unwrap()
}

fn host() -> Headers {
    let mut headers = Headers::new();
    headers.set("host", "127.0.0.1");
    headers
}

fn with(mut headers: Headers, pairs: &[(&str, &str)]) -> Headers {
    for (name, value) in pairs {
        headers.append(name, value);
    }
    headers
}

fn list() -> V3 {
    V3::new(LIST, OOS, &[("InstanceId", INSTANCE)])
}

fn assert_incomplete(what: &str, response: &Response, part: &str) {
    assert_eq!(
        (response.status, response.code().as_str()),
        (400, "IncompleteSignature"),
        "{what}: {}",
        response.body
    );
    assert!(response.body.contains(part), "{what}: {}", response.body);
}

#[tokio::test]
async fn a_signature_that_does_not_cover_the_form_is_not_for_rpc() {
    let emulator = start().await;
    let sign = |action: &str| {
        let mut headers = common::v1_roa("POST", "/", OOS, &http_date(0));
        headers.remove("authorization");
        headers.set("x-acs-action", action);
        headers.set("content-type", FORM);
        let mut signature = Signature::default();
        let key = SigningKey::new("test", "secret");
        v1_roa::sign(&mut signature, &key, "POST", "/", &mut [], &headers);
        headers.set("authorization", signature.authorization());
        headers
    };
    // Signed with one form, sent with another: the signature is the same.
    let body = query(&CREATE);
    let headers = sign("CreateParameter");
    let response = send(emulator.address(), "POST", "/", &headers, body.as_bytes());
    let response = response.await.unwrap();
    assert_incomplete("ROA for RPC", &response, "does not cover the form");
}

#[tokio::test]
async fn common_parameters_and_headers_are_sent_once() {
    let emulator = start().await;
    let address = emulator.address();
    for name in ["x-acs-action", "x-acs-version", "x-acs-date", "x-acs-other"] {
        let mut request = V3::new("CreateParameter", OOS, &CREATE);
        if name == "x-acs-other" {
            request.headers.append(name, "one");
        }
        request.headers.append(name, "DeleteParameter");
        let response = request.sign().send(address).await.unwrap();
        let part = format!("the header {name} is sent twice");
        assert_incomplete(name, &response, &part);
    }
    for (name, value) in [
        ("host", "127.0.0.1"),
        ("authorization", "ACS3-HMAC-SHA256 Credential=test"),
        ("content-type", "text/plain"),
        ("x-acs-content-sha256", "00"),
    ] {
        let mut request = list().body(FORM, "").sign();
        request.headers.append(name, value);
        let response = request.send(address).await.unwrap();
        assert_incomplete(name, &response, "is sent twice");
    }
    for name in ["Action", "Version", "Format", "Timestamp", "AccessKeyId"] {
        for (first, second) in [("query", "query"), ("query", "form"), ("form", "form")] {
            let more = [(name, "DeleteParameter")];
            let all: Vec<_> = CREATE.iter().copied().chain(more).collect();
            let signed = v1_rpc("POST", "CreateParameter", &all, &[]);
            let (mut in_query, mut in_form) = (Vec::new(), Vec::new());
            let mut seen = false;
            for pair in signed.split('&') {
                let is_it = pair.split('=').next() == Some(name);
                let place = if is_it && seen { second } else { first };
                seen |= is_it;
                match place {
                    "query" => in_query.push(pair),
                    _ => in_form.push(pair),
                }
            }
            let target = format!("/?{}", in_query.join("&"));
            let headers = with(host(), &[("content-type", FORM)]);
            let body = in_form.join("&");
            let response = send(address, "POST", &target, &headers, body.as_bytes());
            let what = format!("{name} in {first} and {second}");
            assert_incomplete(&what, &response.await.unwrap(), "is sent twice");
        }
    }
    let twice = V3::new(
        LIST,
        OOS,
        &[("InstanceId", INSTANCE), ("InstanceId", "i-2")],
    );
    let response = twice.sign().send(address).await.unwrap();
    assert_eq!(response.code(), "InvalidInstanceId");
    assert!(response.body.contains("it is sent twice"));
}

#[tokio::test]
async fn what_a_signature_does_not_cover_changes_nothing() {
    let emulator = start().await;
    let address = emulator.address();
    let send_v1 = async |signed: &str, headers: &[(&str, &str)], body: &[u8]| {
        let headers = with(host(), headers);
        let target = format!("/?{signed}");
        send(address, "POST", &target, &headers, body)
            .await
            .unwrap()
    };
    let v1 = |changes: &[(&str, Option<&str>)]| {
        v1_rpc("POST", LIST, &[("InstanceId", INSTANCE)], changes)
    };
    let other = [("x-acs-action", "DeleteParameter")];
    let response = send_v1(&v1(&[]), &other, b"").await;
    assert_incomplete("action", &response, "Action differs from the header");
    let response = send_v1(&v1(&[]), &[("x-acs-version", ROA)], b"").await;
    assert_incomplete("version", &response, "Version differs from the header");
    // Official clients send the same in both places.
    let same = [("x-acs-action", LIST), ("x-acs-version", OOS)];
    assert_eq!(send_v1(&v1(&[]), &same, b"").await.status, 200);
    let response = send_v1(&v1(&[("Action", None)]), &same, b"").await;
    assert_eq!(response.code(), "MissingAction");
    let response = send_v1(&v1(&[("Version", None)]), &same, b"").await;
    assert_eq!(response.code(), "MissingVersion");
    let kind = [("content-type", "application/json")];
    let response = send_v1(&v1(&[]), &kind, b"{}").await;
    assert_incomplete("body", &response, "the body is not a form");
    let sts = v1(&[("AccessKeyId", Some("sts"))]);
    let response = send_v1(&sts, &[("x-acs-security-token", "token")], b"").await;
    assert_eq!(response.code(), "MissingSecurityToken");

    let mut both = list().sign();
    both.query = v1(&[]);
    let response = both.send(address).await.unwrap();
    assert_incomplete("two signatures", &response, "in more than one way");
    let bearer = list().header("x-acs-bearer-token", "t").sign();
    let response = bearer.send(address).await.unwrap();
    assert_incomplete("bearer", &response, "in more than one way");
    let mut twice = list().sign();
    let value = twice.headers.get("authorization").unwrap().to_owned();
    twice
        .headers
        .set("authorization", format!("{value},Credential=other"));
    let response = twice.send(address).await.unwrap();
    assert_incomplete("credential", &response, "is sent twice");
    let line = list().sign();
    let target = format!("http://other.example{}", line.target());
    let response = send(address, "POST", &target, &line.headers, b"")
        .await
        .unwrap();
    assert_incomplete("request line", &response, "names another host");

    // The old signature of ROA does not cover a form, which therefore names no operation.
    let headers = roa("POST", "/clusters", &[("content-type", FORM)]);
    let response = send(
        address,
        "POST",
        "/clusters",
        &headers,
        b"Action=NoSuchOperation",
    );
    assert_eq!(response.await.unwrap().code(), "Invalidcluster");
}

/// Signs a request of V1 for ROA with these headers.
fn roa(method: &str, resource: &str, headers: &[(&str, &str)]) -> Headers {
    let mut all = with(common::v1_roa(method, "/", ROA, &http_date(0)), headers);
    all.remove("authorization");
    let mut signature = Signature::default();
    let key = SigningKey::new("test", "secret");
    v1_roa::sign(&mut signature, &key, method, resource, &mut [], &all);
    all.set("authorization", signature.authorization());
    all
}

#[tokio::test]
async fn hashes_of_the_body_are_compared() {
    let emulator = start().await;
    let address = emulator.address();
    let json = ("content-type", "application/json");
    let body = br#"{"name":"a","size":1}"#;
    let md5 = "DgYDz1zLYblnkOWoa9GnvA==";
    let other = "1B2M2Y8AsgTpgAmY7PhCfg==";
    let sha256 = body_hash(Algorithm::HmacSha256, body);
    for (hash, code) in [
        (None, ""),
        (Some(("content-md5", md5)), ""),
        (Some(("content-md5", other)), "IncompleteSignature"),
        (Some(("x-acs-content-sha256", &*sha256)), ""),
        (Some(("x-acs-content-sha256", "00")), "IncompleteSignature"),
    ] {
        let headers: Vec<_> = [json].into_iter().chain(hash).collect();
        let headers = roa("POST", "/clusters", &headers);
        let response = send(address, "POST", "/clusters", &headers, body).await;
        assert_eq!(response.unwrap().code(), code, "{hash:?}");
    }
    for (hash, code) in [(md5, ""), (other, "IncompleteSignature")] {
        let request = V3::new("createCluster", ROA, &[])
            .path("/clusters")
            .header("content-md5", hash)
            .body("application/json", *body)
            .sign();
        assert_eq!(request.send(address).await.unwrap().code(), code, "{hash}");
    }
}

#[tokio::test]
async fn clients_differ_in_form() {
    let emulator = start().await;
    let address = emulator.address();
    // Timestamps of ISO 8601.
    let base = common::stamp(0);
    let seconds = base.trim_end_matches('Z');
    for zone in ["Z", ".5Z", ".424349774Z", "+00:00", ".123+0000"] {
        let stamp = format!("{seconds}{zone}");
        let signed = v1_rpc(
            "GET",
            LIST,
            &[("InstanceId", INSTANCE)],
            &[("Timestamp", Some(&stamp))],
        );
        let response = send(address, "GET", &format!("/?{signed}"), &host(), b"").await;
        assert_eq!(response.unwrap().status, 200, "{stamp}");
        let v3 = list().header("x-acs-date", &stamp).sign();
        assert_eq!(v3.send(address).await.unwrap().status, 200, "{stamp}");
    }
    // A parameter of the operation with the name of a common one.
    let own = [
        ("InstanceId", INSTANCE),
        ("Version", "v1"),
        ("Action", "Own"),
    ];
    let request = V3::new(LIST, OOS, &own).sign();
    assert_eq!(request.send(address).await.unwrap().status, 200);
    // The host without the port that it is sent with.
    let mut request = list().sign();
    request.headers.set("host", address.to_string());
    assert_eq!(request.send(address).await.unwrap().status, 200);
    request = list().header("host", "127.0.0.1:1").sign();
    request.headers.set("host", address.to_string());
    let response = request.send(address).await.unwrap();
    assert_eq!(response.code(), "SignatureDoesNotMatch");

    // Another spelling of the content type, of percent-encoding and of spaces, in any order.
    let text = "a b/ä*~";
    let signed = v1_rpc(
        "POST",
        "CreateParameter",
        &[("Name", "p"), ("Type", "String"), ("Value", text)],
        &[("Format", Some("json"))],
    );
    let mut pairs: Vec<&str> = signed.split('&').collect();
    pairs.reverse();
    let body = pairs
        .join("&")
        .replace("a%20b%2F%C3%A4%2A~", "a+b%2f%c3%a4*%7e");
    let headers = with(
        host(),
        &[(
            "Content-Type",
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
        )],
    );
    let response = send(address, "POST", "/", &headers, body.as_bytes()).await;
    assert_eq!(response.unwrap().status, 200);
    let stored = common::call(address, "GetParameter", &[("Name", "p")]).await;
    assert_eq!(stored.json()["Parameter"]["Value"], text);
    let mut request = list();
    request.query = "InstanceId=i%2demulator0000000001&MaxResults=5".to_owned();
    let mut request = request.sign_as("InstanceId=i-emulator0000000001&MaxResults=5");
    request.query = "MaxResults=5&InstanceId=i%2demulator0000000001".to_owned();
    assert_eq!(request.send(address).await.unwrap().status, 200);

    // A value of the query that is empty, with and without an equals sign in the signed text.
    for resource in ["/clusters/7?verbose", "/clusters/7?verbose="] {
        for target in ["/clusters/7?verbose", "/clusters/7?verbose="] {
            let headers = roa("GET", resource, &[]);
            let response = send(address, "GET", target, &headers, b"").await.unwrap();
            assert_eq!(response.status, 200, "{resource}: {}", response.body);
        }
    }
    // Old clients of ROA, which name neither the version of the API nor that of the signature.
    let mut headers = common::v1_roa("GET", "/", ROA, &http_date(0));
    for name in ["authorization", "x-acs-version", "x-acs-signature-version"] {
        headers.remove(name);
    }
    let mut signature = Signature::default();
    let key = SigningKey::new("test", "secret");
    v1_roa::sign(
        &mut signature,
        &key,
        "GET",
        "/clusters/7",
        &mut [],
        &headers,
    );
    headers.set("authorization", signature.authorization());
    let response = send(address, "GET", "/clusters/7", &headers, b"").await;
    assert_eq!(response.unwrap().status, 200);

    // No format: XML, as from the old gateways.
    let signed = v1_rpc(
        "GET",
        LIST,
        &[("InstanceId", INSTANCE)],
        &[("Format", None)],
    );
    let response = send(address, "GET", &format!("/?{signed}"), &host(), b"").await;
    assert!(response.unwrap().body.starts_with("<?xml"));
}

trait SignAs {
    /// Signs with another spelling of the query.
    fn sign_as(self, query: &str) -> V3;
}

impl SignAs for V3 {
    fn sign_as(mut self, query: &str) -> V3 {
        let sent = std::mem::replace(&mut self.query, query.to_owned());
        let mut signed = self.sign();
        signed.query = sent;
        signed
    }
}
