//! Faults, as a client sees them on the wire.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_emulator::{Emulator, Fault, FaultKind, Key};
use common::{INSTANCE, OOS, Response, V3, call};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

const LIST: &str = "ListInstancePackageStates";

async fn list(address: SocketAddr) -> io::Result<Response> {
    V3::new(LIST, OOS, &[("InstanceId", INSTANCE)])
        .sign()
        .send(address)
        .await
}

#[tokio::test]
async fn throttling_comes_with_and_without_the_header() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.address();
    emulator
        .inject(Fault::throttle(Some(Duration::from_millis(1500))).times(1))
        .unwrap();
    emulator.inject(Fault::throttle(None).times(1)).unwrap();
    let with = FaultKind::Throttle {
        retry_after_millis: None,
        status: 429,
    };
    emulator.inject(Fault::new(with).times(1)).unwrap();
    for (status, header) in [(400, Some("1500")), (400, None), (429, None)] {
        let response = list(address).await.unwrap();
        assert_eq!(
            (response.status, response.code().as_str()),
            (status, "Throttling.User")
        );
        assert_eq!(response.headers.get("x-acs-retry-after"), header);
    }
    assert_eq!(list(address).await.unwrap().status, 200);
}

const LIMITED_SERVICE: &str = r#"openapi: 3.1.0
info: {title: Limited, version: "2024-07-07"}
x-acs-product: {code: limited, crate: alibabacloud-limited, style: rpc}
paths:
  /#Action=GetItem: {$ref: operations/GetItem.yaml}
"#;
const LIMITED_OPERATION: &str = r#"post:
  operationId: GetItem
  summary: Returns an item.
  x-acs-class: get
  x-acs-rate-limit: {requests: 2, seconds: 60}
  responses:
    "200":
      description: The item.
      content:
        application/json:
          schema:
            type: object
            properties:
              RequestId: {type: string, description: ID of the request.}
"#;

#[tokio::test]
async fn rate_limits_apply_on_request() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("limited");
    fs::create_dir_all(directory.join("operations")).unwrap();
    fs::write(directory.join("openapi.yaml"), LIMITED_SERVICE).unwrap();
    fs::write(directory.join("operations/GetItem.yaml"), LIMITED_OPERATION).unwrap();
    let builder = Emulator::builder().specs(&directory);
    let emulator = builder
        .frozen_at(std::time::SystemTime::now())
        .start()
        .await
        .unwrap();
    let get = || async {
        let request = V3::new("GetItem", "2024-07-07", &[]);
        request.sign().send(emulator.address()).await.unwrap()
    };
    for _ in 0..4 {
        assert_eq!(get().await.status, 200, "limits are off by default");
    }
    emulator.set_rate_limits(true);
    emulator.advance(Duration::from_secs(1));
    assert_eq!(get().await.status, 200);
    assert_eq!(get().await.status, 200);
    emulator.advance(Duration::from_secs(20));
    let refused = get().await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (400, "Throttling.User")
    );
    assert_eq!(refused.headers.get("x-acs-retry-after"), Some("40000"));
    emulator.advance(Duration::from_secs(40));
    assert_eq!(get().await.status, 200, "the next period");
}

#[tokio::test]
async fn responses_can_be_errors_html_and_garbage() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.address();
    emulator
        .inject(
            Fault::error(503, "ServiceUnavailable")
                .operation(LIST)
                .times(1),
        )
        .unwrap();
    let response = list(address).await.unwrap();
    assert_eq!(
        (response.status, response.code().as_str()),
        (503, "ServiceUnavailable")
    );
    emulator
        .inject(Fault::new(FaultKind::Html { status: 502 }).times(1))
        .unwrap();
    let response = list(address).await.unwrap();
    assert_eq!(
        (response.status, response.headers.get("content-type")),
        (502, Some("text/html"))
    );
    emulator
        .inject(Fault::new(FaultKind::Garbage).times(1))
        .unwrap();
    let response = list(address).await.unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&response.body).is_err());
}

#[tokio::test]
async fn faults_break_connections() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.address();
    emulator
        .inject(Fault::new(FaultKind::Drop).times(1))
        .unwrap();
    let dropped = list(address).await.unwrap_err();
    assert_eq!(dropped.to_string(), "no end of headers");
    emulator
        .inject(Fault::new(FaultKind::Reset).times(1))
        .unwrap();
    let reset = list(address).await.unwrap_err();
    assert_eq!(reset.kind(), io::ErrorKind::ConnectionReset);
    emulator
        .inject(Fault::new(FaultKind::Truncate { bytes: 10 }).times(1))
        .unwrap();
    let truncated = list(address).await.unwrap_err();
    assert_eq!(truncated.to_string(), "the body is shorter than announced");
    assert_eq!(list(address).await.unwrap().status, 200);
    let statuses: Vec<_> = emulator
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [None, None, Some(200), Some(200)]);
}

#[tokio::test]
async fn a_fault_can_apply_after_the_request_took_effect() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.address();
    let create = || {
        V3::new(
            "CreateParameter",
            OOS,
            &[("Name", "p"), ("Type", "String"), ("Value", "v")],
        )
        .sign()
    };
    emulator
        .inject(Fault::new(FaultKind::Drop).times(1))
        .unwrap();
    create().send(address).await.unwrap_err();
    assert_eq!(
        call(address, "GetParameter", &[("Name", "p")]).await.status,
        404
    );
    emulator
        .inject(Fault::new(FaultKind::Drop).executed().times(1))
        .unwrap();
    create().send(address).await.unwrap_err();
    assert_eq!(
        call(address, "GetParameter", &[("Name", "p")]).await.status,
        200
    );
}

#[tokio::test]
async fn clocks_and_tokens_can_be_wrong_for_a_while() {
    let emulator = Emulator::builder()
        .key(Key::new("test", "secret").security_token("token"))
        .start()
        .await
        .unwrap();
    let address = emulator.address();
    let list = || {
        V3::new(LIST, OOS, &[("InstanceId", INSTANCE)])
            .header("x-acs-security-token", "token")
            .sign()
    };
    emulator
        .inject(Fault::new(FaultKind::ClockOffset { millis: -3_600_000 }).times(1))
        .unwrap();
    let response = list().send(address).await.unwrap();
    assert_eq!(response.code(), "InvalidTimeStamp.Expired");
    emulator
        .inject(Fault::new(FaultKind::ExpiredToken).times(1))
        .unwrap();
    let response = list().send(address).await.unwrap();
    assert_eq!(response.code(), "InvalidSecurityToken.Expired");
    assert_eq!(list().send(address).await.unwrap().status, 200);
}

#[tokio::test]
async fn faults_apply_only_to_their_operation_and_can_be_removed() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.address();
    emulator
        .inject(Fault::error(500, "InternalError").operation("Get*"))
        .unwrap();
    assert_eq!(list(address).await.unwrap().status, 200);
    assert_eq!(call(address, "GetInventorySchema", &[]).await.status, 500);
    emulator.clear_faults();
    assert_eq!(call(address, "GetInventorySchema", &[]).await.status, 200);
    let counters = emulator.counters();
    assert_eq!(
        (
            counters.requests,
            counters.by_operation[LIST],
            counters.by_code["InternalError"]
        ),
        (3, 1, 1)
    );
}

#[tokio::test]
async fn lists_come_in_smaller_pages_and_with_empty_ones() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.address();
    let json = r#"{"kind": "pages", "max_items": 2, "holes": 0.5, "seed": 5}"#;
    let fault: Fault = serde_json::from_str(json).unwrap();
    assert_eq!(fault, Fault::pages(2, 0.5, 5));
    emulator.inject(fault).unwrap();
    let (mut names, mut sizes) = (Vec::new(), Vec::new());
    let mut token = String::new();
    loop {
        let parameters = [("InstanceId", INSTANCE), ("NextToken", token.as_str())];
        let request = V3::new(LIST, OOS, &parameters).sign();
        let page = request.send(address).await.unwrap().json();
        let items = page["PackageStates"].as_array().unwrap();
        sizes.push(items.len());
        names.extend(items.iter().map(|item| item["TemplateName"].to_string()));
        match page["NextToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    assert!(
        sizes.contains(&0) && sizes.iter().all(|size| *size <= 2),
        "{sizes:?}"
    );
    assert_eq!(names.len(), 7);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 7);
}
