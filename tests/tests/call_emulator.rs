//! Calls of the core against the emulator, which checks signatures, timestamps and nonces as the
//! gateway does.

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::retry::RetryConfig;
use alibabacloud_core::signing::Algorithm;
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_core::{CallOptions, Config, Error, ErrorKind, SignatureVersion};
use alibabacloud_emulator::{Emulator, Fault, FaultKind};
use alibabacloud_oos::Client;
use std::time::Duration;

/// Returns a configuration for the emulator without proxy and with short backoffs.
fn config(emulator: &Emulator) -> Config {
    let transport = TransportConfig::new().no_proxy();
    emulator
        .config()
        .http_client(HyperClient::new(transport).expect("a transport"))
        .retry(RetryConfig::standard().base_delay(Duration::from_millis(1)))
}

async fn call(config: Config) -> Result<u32, Error> {
    let client = Client::new(config)?;
    let response = client
        .list_executions()
        .max_results(10)
        .send_with_response()
        .await?;
    assert!(response.request_id().is_some());
    Ok(response.attempts())
}

#[tokio::test]
async fn every_signature_is_accepted() {
    let emulator = Emulator::start().await.expect("an emulator");
    for version in [
        SignatureVersion::V3(Algorithm::HmacSha256),
        SignatureVersion::V3(Algorithm::HmacSm3),
        SignatureVersion::V1,
    ] {
        let config = config(&emulator).signature_version(version);
        assert_eq!(call(config).await.expect("a response"), 1, "{version:?}");
    }
    emulator.add_bearer_token("token", "1234567890123456");
    let bearer = config(&emulator).credentials(Credentials::bearer("token"));
    assert_eq!(call(bearer).await.expect("a response"), 1);
}

#[tokio::test]
async fn the_error_of_a_wrong_secret_says_so() {
    let emulator = Emulator::start().await.expect("an emulator");
    for version in [
        SignatureVersion::V3(Algorithm::HmacSha256),
        SignatureVersion::V1,
    ] {
        let wrong = Credentials::access_key(emulator.access_key_id(), "hush");
        let config = config(&emulator)
            .credentials(wrong)
            .signature_version(version);
        let error = call(config).await.expect_err("an error");
        assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
        assert!(
            error.message().contains("so the AccessKey secret is wrong"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_clock_skew_is_corrected_after_one_error() {
    let emulator = Emulator::start().await.expect("an emulator");
    emulator.set_gateway_offset(3_600_000);
    let client = Client::new(config(&emulator)).expect("a client");
    for expected in [2, 1] {
        let response = client
            .list_executions()
            .send_with_response()
            .await
            .expect("a response");
        assert_eq!(response.attempts(), expected);
    }
}

#[tokio::test]
async fn calls_are_retried_after_faults_where_that_is_safe() {
    let emulator = Emulator::start().await.expect("an emulator");
    for kind in [
        FaultKind::Drop,
        FaultKind::Reset,
        FaultKind::Truncate { bytes: 10 },
        FaultKind::Html { status: 502 },
    ] {
        emulator
            .inject(Fault::new(kind.clone()).times(2))
            .expect("a fault that can apply");
        assert_eq!(
            call(config(&emulator)).await.expect("a response"),
            3,
            "{kind:?}"
        );
    }
    let wait = Some(Duration::from_millis(1));
    emulator
        .inject(Fault::throttle(wait).times(2))
        .expect("a fault that can apply");
    assert_eq!(call(config(&emulator)).await.expect("a response"), 3);
    emulator
        .inject(Fault::throttle(wait).times(3))
        .expect("a fault that can apply");
    let error = call(config(&emulator)).await.expect_err("an error");
    assert!(error.is_throttling() && error.attempts() == 3, "{error}");
    emulator
        .inject(Fault::new(FaultKind::Garbage).times(1))
        .expect("a fault that can apply");
    let error = call(config(&emulator)).await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn a_write_whose_response_is_lost_is_executed_once() {
    let emulator = Emulator::start().await.expect("an emulator");
    let client = Client::new(config(&emulator)).expect("a client");
    // The first attempt is executed and its response lost. The second has the same token and
    // returns the same execution.
    emulator
        .inject(
            Fault::new(FaultKind::Drop)
                .operation("StartExecution")
                .times(1)
                .executed(),
        )
        .expect("a fault that can apply");
    client
        .create_template("stop", r#"{"FormatVersion":"OOS-2019-06-01","Tasks":[{"Name":"a","Action":"ACS::Sleep","Properties":{"Duration":"PT1H"}}]}"#)
        .send()
        .await
        .expect("a template");
    let before = executions(&client).await;
    let started = client
        .start_execution()
        .template_name("stop")
        .send_with_response()
        .await
        .expect("an execution");
    assert_eq!(started.attempts(), 2);
    let requests = emulator.requests();
    let tokens: Vec<_> = requests
        .iter()
        .filter(|request| request.operation.as_deref() == Some("StartExecution"))
        .map(|request| request.parameters.get("ClientToken").expect("a token"))
        .rev()
        .take(2)
        .collect();
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(executions(&client).await, before + 1);
}

/// Returns a template in Chinese of about 64 KB, of which 190 KB would be in a URL.
fn chinese_template() -> String {
    let mut text = "FormatVersion: OOS-2019-06-01\nTasks:\n".to_owned();
    while text.len() < 64_000 {
        text.push_str("- Name: 等待一小时\n  Action: ACS::Sleep\n  Properties:\n");
        text.push_str("    Duration: PT1H\n    备注: 重新启动之前请先检查实例\n");
    }
    text
}

#[tokio::test]
async fn long_parameters_arrive_whole() {
    let emulator = Emulator::start().await.expect("an emulator");
    let template = chinese_template();
    assert!((64_000..65_536).contains(&template.len()));
    let filler = "模板 &=\n".repeat(100_000);
    for (number, version) in [SignatureVersion::default(), SignatureVersion::V1]
        .into_iter()
        .enumerate()
    {
        let config = config(&emulator).signature_version(version);
        let client = Client::new(config).expect("a client");
        let name = format!("long-{number}");
        let created = client.create_template(&name, &template).send().await;
        created.expect("a template");
        let read = client.get_template(&name).send().await.expect("a template");
        assert_eq!(read.content, Some(template.clone()));

        // More than a megabyte, in a typed call and in a raw one.
        emulator.clear_requests();
        let listed = client.list_templates().template_name(&filler).send().await;
        listed.expect("a list");
        let parameters = [("RegionId", "cn-hangzhou"), ("TemplateName", &filler)];
        let listed = client.call_raw("ListTemplates", &parameters).send().await;
        listed.expect("a list");
        assert_eq!(emulator.requests().len(), 2);
        for request in emulator.requests() {
            assert_eq!(request.status, Some(200));
            assert_eq!(request.parameters["TemplateName"], *filler);
        }
    }
    // The transport itself never rejects a length.
    emulator.clear_requests();
    let client = Client::new(config(&emulator)).expect("a client");
    let long = "x".repeat(70_000);
    let options = CallOptions::new().header("x-acs-long", &long);
    let listed = client.list_templates().with_options(options).send().await;
    let error = listed.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error
            .to_string()
            .contains("x-acs-long with a value of 70000 bytes"),
        "{error}"
    );
    assert!(emulator.requests().is_empty());
}

async fn executions(client: &Client) -> usize {
    let mut items = client.list_executions().by_item();
    let mut count = 0;
    while let Some(execution) = items.next().await {
        execution.expect("an execution");
        count += 1;
    }
    count
}
