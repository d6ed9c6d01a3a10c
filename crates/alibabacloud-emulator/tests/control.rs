//! Who may use the control API, over real connections.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_core::http::Headers;
use alibabacloud_emulator::{Builder, Emulator};
use common::{Response, send};

const FAULT: &str = r#"{"kind": "drop", "operation": "List*"}"#;

fn headers(pairs: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in pairs {
        headers.append(name, value);
    }
    headers
}

async fn post(emulator: &Emulator, target: &str, pairs: &[(&str, &str)], body: &str) -> Response {
    let headers = headers(pairs);
    send(
        emulator.address(),
        "POST",
        target,
        &headers,
        body.as_bytes(),
    )
    .await
    .unwrap()
}

const HOST: (&str, &str) = ("host", "127.0.0.1");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn web_pages_cannot_steer_it() {
    let emulator = Emulator::start().await.unwrap();
    for (name, sent, status) in [
        ("DNS rebinding", &[("host", "evil.example"), JSON][..], 403),
        (
            "another origin",
            &[HOST, JSON, ("origin", "https://evil.example")],
            403,
        ),
        ("a sandboxed page", &[HOST, JSON, ("origin", "null")], 403),
        (
            "a page of another site",
            &[HOST, JSON, ("sec-fetch-site", "cross-site")],
            403,
        ),
        (
            "a request that needs no consent",
            &[HOST, ("content-type", "text/plain")],
            415,
        ),
        (
            "a form",
            &[HOST, ("content-type", "application/x-www-form-urlencoded")],
            415,
        ),
        ("no content type", &[HOST], 415),
        ("two hosts", &[HOST, ("host", "evil.example"), JSON], 400),
        ("no host", &[JSON], 400),
    ] {
        for route in ["faults", "outcomes", "time", "seed"] {
            let response = post(&emulator, &format!("/_emulator/{route}"), sent, "{}").await;
            assert_eq!(response.status, status, "{name}: {}", response.body);
            assert!(response.json()["error"].is_string());
            let allowed = response.headers.get("access-control-allow-origin");
            assert_eq!(allowed, None);
        }
        let response = post(&emulator, "/_emulator/faults", sent, FAULT).await;
        assert_eq!(response.status, status, "{name}");
    }
    // The same without a body: what a page could read, or delete.
    for method in ["GET", "DELETE"] {
        let sent = headers(&[("host", "evil.example")]);
        let response = send(
            emulator.address(),
            method,
            "/_emulator/requests",
            &sent,
            b"",
        )
        .await;
        assert_eq!(response.unwrap().status, 403);
    }
    let line = "http://evil.example/_emulator/faults";
    assert_eq!(
        post(&emulator, line, &[HOST, JSON], FAULT).await.status,
        403
    );
    let sent = headers(&[HOST]);
    let listed = send(emulator.address(), "GET", "/_emulator/faults", &sent, b"");
    assert_eq!(listed.await.unwrap().body, "[]");
    let own = format!("http://{}", emulator.address());
    let host = emulator.address().to_string();
    let same = [
        ("host", host.as_str()),
        ("origin", &own),
        ("sec-fetch-site", "same-origin"),
        JSON,
    ];
    let response = post(&emulator, "/_emulator/faults", &same, FAULT).await;
    assert_eq!(response.status, 200, "{}", response.body);
}

async fn started(builder: Builder) -> Emulator {
    builder.listen("0.0.0.0:0").start().await.unwrap()
}

#[tokio::test]
async fn an_address_that_others_reach_needs_a_token() {
    let closed = started(Emulator::builder()).await;
    assert!(closed.is_control_closed());
    assert!(closed.url().starts_with("http://127.0.0.1:"));
    let response = post(&closed, "/_emulator/faults", &[HOST, JSON], FAULT).await;
    assert_eq!(response.status, 403);
    assert!(response.body.contains("--control-token"));

    let builder = Emulator::builder()
        .control_token("hush-hush")
        .control_host("emulator");
    assert!(!format!("{builder:?}").contains("hush"));
    let guarded = started(builder).await;
    assert!(!format!("{guarded:?}").contains("hush"));
    for (host, token, status) in [
        ("127.0.0.1", None, 401),
        ("127.0.0.1", Some("hush"), 401),
        ("127.0.0.1", Some("hush-hush"), 200),
        ("emulator:8080", Some("hush-hush"), 200),
        ("evil.example", Some("hush-hush"), 403),
    ] {
        let mut sent = vec![("host", host), JSON];
        sent.extend(token.map(|token| ("x-emulator-token", token)));
        let response = post(&guarded, "/_emulator/faults", &sent, FAULT).await;
        assert_eq!(response.status, status, "{}", response.body);
        assert!(!response.body.contains("hush"), "{}", response.body);
    }
}

#[tokio::test]
async fn no_other_path_leads_to_it() {
    let emulator = started(Emulator::builder()).await;
    for path in [
        "/%5Femulator/faults",
        "/_Emulator/faults",
        "//_emulator/faults",
        "/./_emulator/faults",
        "/x/../_emulator/faults",
        "/_emulator%2Ffaults",
        "/_emulatorfaults",
        "/?path=/_emulator/faults",
    ] {
        let response = post(&emulator, path, &[HOST, JSON], FAULT).await;
        assert!(!response.code().is_empty(), "{path}: {}", response.body);
    }
    let token = post(
        &emulator,
        "/?Action=ListTemplates&Version=2019-06-01",
        &[HOST, ("x-emulator-token", "any")],
        "",
    );
    assert_eq!(token.await.code(), "MissingAccessKeyId");
    let log = serde_json::to_string(&emulator.requests()).unwrap();
    assert!(!log.contains("any"), "{log}");
}

#[tokio::test]
async fn nesting_is_limited_before_anything_is_parsed() {
    let emulator = Emulator::start().await.unwrap();
    let deep = "[".repeat(200_000);
    for (route, body) in [
        ("faults", deep.clone()),
        ("outcomes", format!("{{\"outputs\": {deep}")),
        ("seed", format!("{{\"calls\": {deep}")),
        ("time", format!("{{\"a\": {deep}")),
    ] {
        let response = post(
            &emulator,
            &format!("/_emulator/{route}"),
            &[HOST, JSON],
            &body,
        )
        .await;
        assert_eq!(response.status, 400);
        assert!(response.body.contains("64 levels"), "{}", response.body);
    }
    for content in [
        format!("FormatVersion: OOS-2019-06-01\nTasks: {deep}"),
        format!(
            "FormatVersion: OOS-2019-06-01\nTasks: {}",
            "- ".repeat(50_000)
        ),
        format!("{{\"FormatVersion\": \"OOS-2019-06-01\", \"Tasks\": {deep}"),
    ] {
        let body = common::query(&[("TemplateName", "t"), ("Content", &content)]);
        let request = common::V3::new("CreateTemplate", common::OOS, &[]);
        let request = request
            .body("application/x-www-form-urlencoded", body)
            .sign();
        let response = request.send(emulator.address()).await.unwrap();
        assert_eq!(
            response.code(),
            "InvalidParameter",
            "{:.200}",
            response.body
        );
        assert!(
            response.body.contains("64 levels"),
            "{:.200}",
            response.body
        );
    }
}

#[tokio::test]
async fn a_fault_that_can_never_apply_is_refused() {
    use alibabacloud_emulator::Fault;
    let emulator = Emulator::start().await.unwrap();
    let error = emulator.inject(Fault::throttle(None).operation("ListExecution"));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("the closest are ListExecutions"), "{error}");
    assert!(emulator.inject(Fault::error(700, "X")).is_err());
    assert!(
        emulator
            .inject(Fault::throttle(None).operation("List*"))
            .is_ok()
    );
}
