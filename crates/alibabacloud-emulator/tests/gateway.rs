//! What the gateway refuses, with the error code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_core::http::Headers;
use alibabacloud_emulator::{Emulator, Key};
use alibabacloud_types::plumbing::parse_http_date;
use common::{
    INSTANCE, OOS, Response, V3, call, http_date, nonce, query, send, stamp, v1_roa, v1_rpc,
};
use std::path::Path;
use std::time::{Duration, SystemTime};

const LIST: &str = "ListInstancePackageStates";
const ROA: &str = "2024-01-01";

async fn start() -> Emulator {
    let roa = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/specs/fixture-roa");
    let temporary = Key::new("sts", "secret").security_token("token");
    let expired = Key::new("old", "secret")
        .security_token("token")
        .expires(SystemTime::UNIX_EPOCH);
    let keys = [Key::new("test", "secret"), temporary, expired];
    let builder = Emulator::builder().specs(roa);
    let builder = keys
        .into_iter()
        .fold(builder, |builder, key| builder.key(key));
    builder.start().await.unwrap()
}

fn list() -> V3 {
    V3::new(LIST, OOS, &[("InstanceId", INSTANCE)])
}

fn assert_refused(response: &Response, status: u16, code: &str) {
    assert_eq!(
        (response.status, response.code().as_str()),
        (status, code),
        "{}",
        response.body
    );
}

#[tokio::test]
async fn v3_requests_are_refused_with_the_code_of_what_is_wrong() {
    let emulator = start().await;
    let address = emulator.address();
    let replayed = list().sign();
    assert_eq!(replayed.send(address).await.unwrap().status, 200);
    let (past, future, stale) = (stamp(-14 * 60), stamp(14 * 60), stamp(-16 * 60));
    for good in [
        list().sign(),
        list().method("GET").sign(),
        list().header("x-acs-date", &past).sign(),
        list().header("x-acs-date", &future).sign(),
        list()
            .key("sts", "secret")
            .header("x-acs-security-token", "token")
            .sign(),
        list().header("x-acs-extra", "signed as well").sign(),
    ] {
        let response = good.send(address).await.unwrap();
        assert_eq!(response.status, 200, "{}", response.body);
    }
    let token = |key: &str, token: &str| {
        list()
            .key(key, "secret")
            .header("x-acs-security-token", token)
            .sign()
    };
    for (request, status, code) in [
        (list(), 400, "MissingAccessKeyId"),
        (
            list().key("test", "wrong").sign(),
            400,
            "SignatureDoesNotMatch",
        ),
        (
            list().key("nobody", "secret").sign(),
            404,
            "InvalidAccessKeyId.NotFound",
        ),
        (
            list()
                .sign()
                .header("x-acs-extra", "not signed")
                .sign()
                .header("x-acs-extra", "changed"),
            400,
            "SignatureDoesNotMatch",
        ),
        (
            list()
                .body("text/plain", "signed")
                .sign()
                .body("text/plain", "not signed"),
            400,
            "SignatureDoesNotMatch",
        ),
        (
            list().header("x-acs-date", &stale).sign(),
            400,
            "InvalidTimeStamp.Expired",
        ),
        (
            list().header("x-acs-date", "2026-03-14 15:09:26").sign(),
            400,
            "InvalidTimeStamp.Format",
        ),
        (list().without("x-acs-date").sign(), 400, "MissingTimestamp"),
        (
            list().without("x-acs-signature-nonce").sign(),
            400,
            "IncompleteSignature",
        ),
        (
            list().header("x-acs-signature-nonce", "").sign(),
            400,
            "MissingSignatureNonce",
        ),
        (
            list().header("authorization", "ACS3-HMAC-SHA256 Credential=test"),
            400,
            "IncompleteSignature",
        ),
        (
            list().header("authorization", "Basic dGVzdA=="),
            400,
            "IncompleteSignature",
        ),
        (
            list().header(
                "authorization",
                "ACS3-HMAC-SHA256 Credential=test,SignedHeaders=host,Signature=00",
            ),
            400,
            "IncompleteSignature",
        ),
        (replayed, 400, "SignatureNonceUsed"),
        (token("old", "token"), 400, "InvalidSecurityToken.Expired"),
        (
            token("sts", "another"),
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
        (
            token("sts", "not a token"),
            400,
            "InvalidSecurityToken.Malformed",
        ),
        (
            token("test", "token"),
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
        (
            list().key("sts", "secret").sign(),
            400,
            "MissingSecurityToken",
        ),
        (
            list().header("x-acs-bearer-token", "unknown"),
            403,
            "InvalidBearerToken",
        ),
        (
            V3::new("NoSuchOperation", OOS, &[]).sign(),
            404,
            "InvalidApi.NotFound",
        ),
        (
            V3::new(LIST, "1999-01-01", &[]).sign(),
            400,
            "InvalidVersion",
        ),
        (
            list().without("x-acs-version").sign(),
            400,
            "MissingVersion",
        ),
        (list().without("x-acs-action").sign(), 400, "MissingAction"),
        (list().path("/elsewhere").sign(), 404, "InvalidApi.NotFound"),
        (
            list()
                .header("host", "nowhere.cn-hangzhou.aliyuncs.com")
                .sign(),
            404,
            "InvalidProduct.NotFound",
        ),
        (list().method("PUT").sign(), 405, "UnsupportedHTTPMethod"),
    ] {
        let response = request.send(address).await.unwrap();
        assert_refused(&response, status, code);
        assert_eq!(
            response.headers.get("x-acs-request-id").map(str::len),
            Some(36)
        );
    }
}

#[tokio::test]
async fn v3_requests_must_sign_the_common_headers_and_the_hash_of_the_body() {
    let emulator = start().await;
    let address = emulator.address();
    let request = || {
        list()
            .key("sts", "secret")
            .header("accept", "application/json")
            .header("x-acs-security-token", "token")
            .body("text/plain", "body")
    };
    let unsigned_is_fine = request().sign_without("accept");
    assert_eq!(unsigned_is_fine.send(address).await.unwrap().status, 200);
    for name in [
        "host",
        "content-type",
        "x-acs-action",
        "x-acs-content-sha256",
        "x-acs-date",
        "x-acs-security-token",
        "x-acs-signature-nonce",
        "x-acs-version",
    ] {
        let response = request().sign_without(name).send(address).await.unwrap();
        assert_refused(&response, 400, "IncompleteSignature");
        let says = format!("{name} is not signed");
        assert!(response.body.contains(&says), "{}", response.body);
    }
    for (hash, says) in [
        ("", "x-acs-content-sha256 is missing"),
        (
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "x-acs-content-sha256 is not the hash of the body",
        ),
    ] {
        let request = request().header("x-acs-content-sha256", hash).sign();
        let response = request.send(address).await.unwrap();
        assert_refused(&response, 400, "IncompleteSignature");
        assert!(response.body.contains(says), "{}", response.body);
    }
}

#[tokio::test]
async fn bearer_requests_declare_their_type_and_are_accepted_once() {
    let emulator = start().await;
    emulator.add_bearer_token("bearer", "1234567890123456");
    let address = emulator.address();
    let instance = ("InstanceId", INSTANCE);
    let v3 = |kind| {
        V3::new(LIST, OOS, &[instance, ("SignatureType", kind)])
            .header("x-acs-bearer-token", "bearer")
    };
    let roa = || {
        V3::new("DescribeCluster", ROA, &[])
            .method("GET")
            .path("/clusters/7")
            .header("x-acs-bearer-token", "bearer")
            .header("x-acs-signature-type", "BEARERTOKEN")
    };
    // V1 of ROA has its timestamp in another header.
    let roa_v1 = || roa().without("x-acs-date").header("date", &http_date(0));
    let stale = stamp(-16 * 60);
    let replayed = v3("BEARERTOKEN");
    for (request, status, code) in [
        (&replayed, 200, ""),
        (&replayed, 400, "SignatureNonceUsed"),
        (&v3("HMAC"), 400, "IncompleteSignature"),
        (
            &list().header("x-acs-bearer-token", "bearer"),
            400,
            "MissingSignatureType",
        ),
        (
            &v3("BEARERTOKEN").without("x-acs-signature-nonce"),
            400,
            "MissingSignatureNonce",
        ),
        (
            &v3("BEARERTOKEN").without("x-acs-date"),
            400,
            "MissingTimestamp",
        ),
        (
            &v3("BEARERTOKEN").header("x-acs-date", &stale),
            400,
            "InvalidTimeStamp.Expired",
        ),
        (&roa(), 200, ""),
        (&roa_v1(), 200, ""),
        (
            &roa_v1().header("date", &http_date(-16 * 60)),
            400,
            "InvalidTimeStamp.Expired",
        ),
        (
            &roa().without("x-acs-signature-type"),
            400,
            "MissingSignatureType",
        ),
    ] {
        let response = request.send(address).await.unwrap();
        assert_refused(&response, status, code);
    }
    for (missing, status, code) in [
        ("", 200, ""),
        ("SignatureType", 400, "MissingSignatureType"),
        ("SignatureNonce", 400, "MissingSignatureNonce"),
        ("Timestamp", 400, "MissingTimestamp"),
    ] {
        let (nonce, stamp) = (nonce(), stamp(0));
        let mut pairs = vec![
            ("Action", LIST),
            ("Version", OOS),
            ("Format", "JSON"),
            ("BearerToken", "bearer"),
            ("SignatureType", "BEARERTOKEN"),
            ("SignatureNonce", &nonce),
            ("Timestamp", &stamp),
            instance,
        ];
        pairs.retain(|(name, _)| *name != missing);
        let target = format!("/?{}", query(&pairs));
        let response = send(address, "GET", &target, &host(), b"").await.unwrap();
        assert_refused(&response, status, code);
    }
}

#[tokio::test]
async fn parameters_are_refused_with_their_name() {
    let emulator = start().await;
    let address = emulator.address();
    for (operation, parameters, status, code) in [
        (LIST, vec![], 400, "MissingInstanceId"),
        (LIST, vec![("InstanceId", "")], 400, "MissingInstanceId"),
        (
            LIST,
            vec![("InstanceId", INSTANCE), ("MaxResults", "many")],
            400,
            "InvalidMaxResults",
        ),
        (
            LIST,
            vec![("InstanceId", INSTANCE), ("MaxResults", "4294967296")],
            400,
            "InvalidMaxResults",
        ),
        (
            LIST,
            vec![("InstanceId", INSTANCE), ("NextToken", "bad")],
            400,
            "InvalidNextToken",
        ),
        (
            LIST,
            vec![("InstanceId", INSTANCE), ("TemplateNames", "[")],
            400,
            "InvalidTemplateNames",
        ),
        (
            LIST,
            vec![("InstanceId", INSTANCE), ("TemplateNames", "{}")],
            400,
            "InvalidTemplateNames",
        ),
        (
            LIST,
            vec![("InstanceId", INSTANCE), ("RegionId", "mars-1")],
            404,
            "InvalidRegionId.NotFound",
        ),
        (
            "GetParametersByPath",
            vec![("Path", "/"), ("Recursive", "perhaps")],
            400,
            "InvalidRecursive",
        ),
        (
            "ListOpsItems",
            vec![("Filter.x.Name", "a")],
            400,
            "InvalidFilter",
        ),
        (
            "GetTemplate",
            vec![("TemplateName", "none")],
            404,
            "EntityNotExists.Template",
        ),
        (
            "CreateTemplate",
            vec![("TemplateName", "t"), ("Content", "no template")],
            400,
            "InvalidParameter",
        ),
    ] {
        let response = call(address, operation, &parameters).await;
        assert_refused(&response, status, code);
        let body = response.json();
        assert_eq!(
            body["RequestId"],
            response.headers.get("x-acs-request-id").unwrap()
        );
        assert_eq!(body["HostId"], "127.0.0.1");
        assert!(
            body["Message"]
                .as_str()
                .is_some_and(|message| !message.is_empty())
        );
    }
}

#[tokio::test]
async fn a_wrong_signature_does_not_use_up_the_nonce() {
    let emulator = start().await;
    let address = emulator.address();
    let wrong = list()
        .header("x-acs-signature-nonce", "once")
        .key("test", "wrong")
        .sign();
    assert_refused(
        &wrong.send(address).await.unwrap(),
        400,
        "SignatureDoesNotMatch",
    );
    let right = list().header("x-acs-signature-nonce", "once").sign();
    assert_eq!(right.send(address).await.unwrap().status, 200);
}

#[tokio::test]
async fn the_error_of_a_wrong_signature_has_the_string_to_sign() {
    let emulator = start().await;
    let response = list()
        .key("test", "wrong")
        .sign()
        .send(emulator.address())
        .await
        .unwrap();
    let body = response.json();
    let message = body["Message"].as_str().unwrap();
    let string = message.split("server string to sign is:").nth(1).unwrap();
    let (algorithm, hash) = string.split_once('\n').unwrap();
    assert_eq!((algorithm, hash.len()), ("ACS3-HMAC-SHA256", 64));
}

#[tokio::test]
async fn v1_rpc_takes_its_parameters_from_query_and_form() {
    let emulator = start().await;
    let address = emulator.address();
    let mut headers = Headers::new();
    headers.set("host", "127.0.0.1");
    let parameters = [("InstanceId", INSTANCE), ("MaxResults", "2")];
    let get = v1_rpc("GET", LIST, &parameters, &[]);
    let response = send(address, "GET", &format!("/?{get}"), &headers, b"")
        .await
        .unwrap();
    assert_eq!(
        response.json()["PackageStates"].as_array().unwrap().len(),
        2
    );

    headers.set("content-type", "application/x-www-form-urlencoded");
    let post = v1_rpc("POST", LIST, &parameters, &[]);
    let response = send(address, "POST", "/", &headers, post.as_bytes())
        .await
        .unwrap();
    assert_eq!(response.status, 200, "{}", response.body);
}

#[tokio::test]
async fn v1_rpc_requests_are_refused_with_the_code_of_what_is_wrong() {
    let emulator = start().await;
    let address = emulator.address();
    let (fresh, stale) = (stamp(-30 * 60), stamp(-32 * 60));
    for (change, status, code) in [
        (("Timestamp", Some(fresh.as_str())), 200, ""),
        (("Timestamp", Some(&stale)), 400, "InvalidTimeStamp.Expired"),
        (
            ("Timestamp", Some("yesterday")),
            400,
            "InvalidTimeStamp.Format",
        ),
        (("Timestamp", None), 400, "MissingTimestamp"),
        (("SignatureNonce", None), 400, "MissingSignatureNonce"),
        (("SignatureMethod", None), 400, "MissingSignatureMethod"),
        (
            ("SignatureMethod", Some("HMAC-MD5")),
            400,
            "IncompleteSignature",
        ),
        (
            ("SignatureVersion", Some("9.9")),
            400,
            "IncompleteSignature",
        ),
        (
            ("AccessKeyId", Some("nobody")),
            404,
            "InvalidAccessKeyId.NotFound",
        ),
        (("AccessKeyId", None), 400, "MissingAccessKeyId"),
        (
            ("SecurityToken", Some("token")),
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
        ),
        (("Action", None), 400, "MissingAction"),
        (("Version", None), 400, "MissingVersion"),
    ] {
        let query = v1_rpc("GET", LIST, &[("InstanceId", INSTANCE)], &[change]);
        let response = send(address, "GET", &format!("/?{query}"), &host(), b"")
            .await
            .unwrap();
        assert_refused(&response, status, code);
    }
}

fn host() -> Headers {
    let mut headers = Headers::new();
    headers.set("host", "127.0.0.1");
    headers
}

#[tokio::test]
async fn v1_rpc_returns_xml_unless_json_is_requested() {
    let emulator = start().await;
    let address = emulator.address();
    let parameters = [("InstanceId", INSTANCE), ("MaxResults", "1")];
    for (format, is_xml) in [(None, true), (Some("XML"), true), (Some("JSON"), false)] {
        let query = v1_rpc("GET", LIST, &parameters, &[("Format", format)]);
        let response = send(address, "GET", &format!("/?{query}"), &host(), b"")
            .await
            .unwrap();
        assert_eq!(response.status, 200, "{}", response.body);
        assert_eq!(
            response
                .body
                .contains("<ListInstancePackageStatesResponse>"),
            is_xml
        );
        assert_eq!(
            response
                .body
                .contains("<TemplateName>ACS-ECS-BaoTa</TemplateName>"),
            is_xml
        );
        let kind = response.headers.get("content-type").unwrap();
        assert_eq!(kind == "text/xml;charset=utf-8", is_xml, "{kind}");
    }
    let target = format!("/?{}", query(&[("Action", LIST), ("Version", OOS)]));
    let response = send(address, "GET", &target, &host(), b"").await.unwrap();
    assert!(response.body.contains("<Error>"), "{}", response.body);
    assert_refused(&response, 400, "MissingAccessKeyId");
}

#[tokio::test]
async fn roa_is_served_with_both_signatures() {
    let emulator = start().await;
    let address = emulator.address();
    let v3 = V3::new("DescribeCluster", ROA, &[("verbose", "true")])
        .method("GET")
        .path("/clusters/7");
    let response = v3.sign().send(address).await.unwrap();
    assert!(response.json()["size"].is_i64(), "{}", response.body);

    let headers = v1_roa("GET", "/clusters/7", ROA, &http_date(0));
    let response = send(address, "GET", "/clusters/7", &headers, b"")
        .await
        .unwrap();
    assert!(response.json()["size"].is_i64(), "{}", response.body);

    let file = V3::new("PutFile", ROA, &[])
        .method("PUT")
        .path("/files/a/b.txt");
    let response = file
        .body("application/octet-stream", [0, 255])
        .sign()
        .send(address)
        .await
        .unwrap();
    assert_eq!(response.status, 204, "{}", response.body);
}

#[tokio::test]
async fn roa_requests_are_refused_in_the_roa_style() {
    let emulator = start().await;
    let address = emulator.address();
    let describe = || {
        V3::new("DescribeCluster", ROA, &[])
            .method("GET")
            .path("/clusters/7")
    };
    let create = || V3::new("createCluster", ROA, &[]).path("/clusters");
    for (request, status, code) in [
        (
            describe().key("test", "wrong").sign(),
            400,
            "SignatureDoesNotMatch",
        ),
        (
            describe().path("/clusters/seven").sign(),
            400,
            "InvalidClusterId",
        ),
        (
            describe().method("PATCH").sign(),
            405,
            "UnsupportedHTTPMethod",
        ),
        (
            describe().without("x-acs-action").method("PATCH").sign(),
            405,
            "UnsupportedHTTPMethod",
        ),
        (
            describe()
                .without("x-acs-action")
                .path("/nothing/here")
                .sign(),
            404,
            "InvalidApi.NotFound",
        ),
        (create().sign(), 400, "Missingcluster"),
        (
            create().body("application/json", "{").sign(),
            400,
            "Invalidcluster",
        ),
        (
            create().body("application/json", "[]").sign(),
            400,
            "Invalidcluster",
        ),
        (
            create().body("application/json", [0xff]).sign(),
            400,
            "Invalidcluster",
        ),
        (
            create()
                .body("application/json", r#"{"size": "large"}"#)
                .sign(),
            400,
            "Invalidcluster",
        ),
    ] {
        let response = request.send(address).await.unwrap();
        assert_refused(&response, status, code);
        let body = response.json();
        assert_eq!(
            body["requestId"],
            response.headers.get("x-acs-request-id").unwrap()
        );
        assert!(body["message"].is_string());
    }
    let stale = v1_roa("GET", "/clusters/7", ROA, &http_date(-16 * 60));
    let mut no_method = v1_roa("GET", "/clusters/7", ROA, &http_date(0));
    no_method.remove("x-acs-signature-method");
    for (headers, code) in [
        (stale, "InvalidTimeStamp.Expired"),
        (no_method, "MissingSignatureMethod"),
    ] {
        let response = send(address, "GET", "/clusters/7", &headers, b"")
            .await
            .unwrap();
        assert_refused(&response, 400, code);
    }
}

#[tokio::test]
async fn the_gateway_clock_can_be_wrong() {
    let emulator = start().await;
    let address = emulator.address();
    emulator.set_gateway_offset(3_600_000);
    let response = list().sign().send(address).await.unwrap();
    assert_refused(&response, 400, "InvalidTimeStamp.Expired");
    let date = parse_http_date(response.headers.get("date").unwrap()).unwrap();
    assert!(date > SystemTime::now() + Duration::from_secs(3000));
    let ahead = list().header("x-acs-date", &stamp(3600)).sign();
    assert_eq!(ahead.send(address).await.unwrap().status, 200);
}

#[tokio::test]
async fn packages_are_paged() {
    let emulator = start().await;
    let address = emulator.address();
    let (mut names, mut sizes, mut token) = (Vec::new(), Vec::new(), String::new());
    loop {
        let parameters = [
            ("InstanceId", INSTANCE),
            ("MaxResults", "3"),
            ("NextToken", &token),
        ];
        let body = call(address, LIST, &parameters).await.json();
        assert_eq!(body["MaxResults"], "3");
        let page = body["PackageStates"].as_array().unwrap();
        sizes.push(page.len());
        names.extend(
            page.iter()
                .map(|state| state["TemplateName"].as_str().unwrap().to_owned()),
        );
        match body["NextToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(sizes, [3, 3, 1]);
    names.dedup();
    assert_eq!(names.len(), 7);

    let wanted = [
        ("InstanceId", INSTANCE),
        ("TemplateNames", r#"["ACS-ECS-Docker"]"#),
    ];
    let body = call(address, LIST, &wanted).await.json();
    assert_eq!(body["PackageStates"].as_array().unwrap().len(), 1);
    let elsewhere = [("InstanceId", "i-other"), ("NextToken", "")];
    assert_eq!(
        call(address, LIST, &elsewhere).await.json()["PackageStates"],
        serde_json::json!([])
    );
}

#[tokio::test]
async fn neither_log_nor_debug_shows_secrets() {
    let emulator = start().await;
    let address = emulator.address();
    let value = "hunter2-hunter2";
    let created = call(
        address,
        "CreateSecretParameter",
        &[("Name", "s"), ("Value", value)],
    )
    .await;
    assert_eq!(created.status, 200, "{}", created.body);
    let token = list()
        .key("sts", "secret")
        .header("x-acs-security-token", "token")
        .sign();
    token.send(address).await.unwrap();
    let log = serde_json::to_string(&emulator.requests()).unwrap();
    assert!(log.contains("**REDACTED**"), "{log}");
    assert!(!log.contains(value) && !log.contains("Signature="), "{log}");
    let key = Key::new("id", "hush-hush").security_token("hush-token");
    assert!(!format!("{key:?}").contains("hush"));
}
