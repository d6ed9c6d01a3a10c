//! Which web pages may call the services from a browser, over real connections.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_core::http::Headers;
use alibabacloud_emulator::{Emulator, Fault};
use common::{Response, send};

const PAGE: &str = "http://localhost:3000";

fn headers(pairs: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in pairs {
        headers.append(name, value);
    }
    headers
}

async fn allowing(origins: &[&str]) -> Emulator {
    let mut builder = Emulator::builder();
    for origin in origins {
        builder = builder.allow_origin(*origin);
    }
    builder.start().await.unwrap()
}

/// Asks, as a browser does for a page of `origin`, whether it may send a call.
async fn preflight(emulator: &Emulator, path: &str, origin: &str) -> Response {
    let sent = headers(&[
        ("host", &emulator.address().to_string()),
        ("origin", origin),
        ("access-control-request-method", "POST"),
        (
            "access-control-request-headers",
            "authorization,x-acs-action,X-ACS-Date,x-evil,content-type",
        ),
    ]);
    send(emulator.address(), "OPTIONS", path, &sent, b"")
        .await
        .unwrap()
}

/// Sends a call without a signature, which is an error of the service.
async fn call(emulator: &Emulator, origin: &str) -> Response {
    let sent = headers(&[
        ("host", &emulator.address().to_string()),
        ("origin", origin),
        ("x-acs-action", "ListTemplates"),
        ("x-acs-version", common::OOS),
    ]);
    send(emulator.address(), "POST", "/", &sent, b"")
        .await
        .unwrap()
}

fn allowed(response: &Response) -> Option<&str> {
    response.headers.get("access-control-allow-origin")
}

#[tokio::test]
async fn no_page_is_allowed_by_default() {
    let emulator = allowing(&[]).await;
    for origin in [PAGE, "null"] {
        let response = preflight(&emulator, "/", origin).await;
        assert_eq!(allowed(&response), None, "{response:?}");
        assert_ne!(response.status, 204);
        let response = call(&emulator, origin).await;
        let names = response.headers.iter().map(|(name, _)| name.to_owned());
        let names: Vec<_> = names.collect();
        assert!(
            !names
                .iter()
                .any(|name| name.starts_with("access-control") || name == "vary"),
            "{names:?}"
        );
    }
}

#[tokio::test]
async fn a_page_that_is_allowed_can_send_signed_headers_and_read_errors() {
    let emulator = allowing(&["https://app.example", PAGE]).await;
    let response = preflight(&emulator, "/", PAGE).await;
    assert_eq!((response.status, allowed(&response)), (204, Some(PAGE)));
    let header = |name| response.headers.get(name).unwrap_or_default();
    assert_eq!(
        header("access-control-allow-headers"),
        "authorization, x-acs-action, X-ACS-Date, content-type"
    );
    assert!(header("access-control-allow-methods").contains("POST"));
    assert_eq!(header("vary"), "origin");
    // The preflight is not a call.
    assert_eq!(emulator.counters().requests, 0);

    let response = call(&emulator, PAGE).await;
    assert_eq!(allowed(&response), Some(PAGE));
    assert!((400..500).contains(&response.status), "{response:?}");
    let exposed = response.headers.get("access-control-expose-headers");
    assert!(exposed.unwrap().contains("x-acs-request-id"));
    // What faults make of a response can be read too.
    let fault = Fault::throttle(None).operation("ListTemplates").times(1);
    emulator.inject(fault).unwrap();
    assert_eq!(allowed(&call(&emulator, PAGE).await), Some(PAGE));

    for origin in ["http://localhost:3001", "https://localhost:3000", "null"] {
        assert_eq!(allowed(&preflight(&emulator, "/", origin).await), None);
        let response = call(&emulator, origin).await;
        assert_eq!(allowed(&response), None, "{origin}");
        assert_eq!(response.headers.get("vary"), Some("origin"));
    }
}

#[tokio::test]
async fn all_pages_can_be_allowed_but_never_the_control_api() {
    let emulator = allowing(&["*"]).await;
    for origin in [PAGE, "https://app.example"] {
        assert_eq!(
            allowed(&preflight(&emulator, "/", origin).await),
            Some(origin)
        );
        let response = preflight(&emulator, "/_emulator/faults", origin).await;
        assert_eq!((response.status, allowed(&response)), (403, None));
        let sent = headers(&[
            ("host", &emulator.address().to_string()),
            ("origin", origin),
        ]);
        let target = "/_emulator/requests";
        let response = send(emulator.address(), "GET", target, &sent, b"").await;
        let response = response.unwrap();
        assert_eq!((response.status, allowed(&response)), (403, None));
    }
    let invalid = Emulator::builder().allow_origin("localhost:3000/");
    let error = invalid.start().await.unwrap_err().to_string();
    assert!(error.contains("invalid origin"), "{error}");
}
