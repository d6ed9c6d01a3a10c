//! A denied call reports the statement that permits it: with the resource of the request, whether
//! the service reports a resource (OOS, RAM) or not (ECS).

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_core::{Config, Error};
use alibabacloud_emulator::Emulator;
use serde_json::{Value, json};

const SEED: &str = r#"
calls:
  - CreateTemplate:
      TemplateName: nightly
      Content: |
        {"FormatVersion": "OOS-2019-06-01", "Tasks": [{"Name": "wait", "Action": "ACS::Sleep",
         "Properties": {"Duration": "PT1S"}}]}
resources:
  - {kind: ram/User, id: deploy, fields: {UserId: "200000000000000001"}}
  - {kind: ecs/Instance, id: i-1, fields: {Status: Running}}
  - {kind: ecs/NetworkInterface, id: eni-1, fields: {Status: Available}}
"#;

/// The user of the program, with one policy.
fn user(statement: &Value) -> String {
    let file = json!({
        "policies": {"program": {"Version": "1", "Statement": [statement]}},
        "users": [{"name": "program", "access_keys": ["test"], "policies": ["program"]}],
    });
    file.to_string()
}

/// Starts an emulator in which the program may do nothing of what it does.
async fn start() -> (Emulator, Config) {
    let other = json!({"Effect": "Allow", "Action": "oss:GetObject", "Resource": "*"});
    let builder = Emulator::builder().seed(SEED).ram(user(&other));
    let emulator = builder.start().await.expect("an emulator");
    let transport = TransportConfig::new().no_proxy();
    let http = HyperClient::new(transport).expect("a transport");
    let config = emulator.config().http_client(http);
    (emulator, config)
}

/// Makes a call that is denied, adds the statement of its error to the policy, and makes it again.
async fn check<O>(emulator: &Emulator, call: impl AsyncFn() -> Result<O, Error>, expected: &str) {
    let Err(error) = call().await else {
        panic!("permitted without {expected}");
    };
    let denied = error.access_denied().expect("a missing permission");
    let statement = denied.policy_statement().expect("a statement");
    assert_eq!(statement, expected, "{error}");
    assert!(error.to_string().contains(expected), "{error}");
    let statement = serde_json::from_str(&statement).expect("JSON");
    emulator.add_ram(&user(&statement)).expect("a policy");
    if let Err(error) = call().await {
        panic!("{expected} is not enough: {error}");
    }
}

#[tokio::test]
async fn the_statement_of_a_denied_call_permits_it() {
    let (emulator, config) = start().await;
    let oos = alibabacloud_oos::Client::new(config.clone()).expect("a client");
    check(
        &emulator,
        async || oos.get_template("nightly").send().await,
        r#"{"Effect":"Allow","Action":"oos:GetTemplate","Resource":"acs:oos:cn-hangzhou:1000000000000001:template/nightly"}"#,
    )
    .await;

    let ram = alibabacloud_ram::Client::new(config.clone()).expect("a client");
    check(
        &emulator,
        async || ram.get_user("deploy").send().await,
        r#"{"Effect":"Allow","Action":"ram:GetUser","Resource":"acs:ram:*:1000000000000001:user/deploy"}"#,
    )
    .await;

    let ecs = alibabacloud_ecs::Client::new(config).expect("a client");
    check(
        &emulator,
        async || ecs.stop_instance("i-1").send().await,
        r#"{"Effect":"Allow","Action":"ecs:StopInstance","Resource":"acs:ecs:cn-hangzhou:1000000000000001:instance/i-1"}"#,
    )
    .await;
    // The parameter has another name than the resource in the ARN.
    check(
        &emulator,
        async || ecs.delete_network_interface("eni-1").send().await,
        r#"{"Effect":"Allow","Action":"ecs:DeleteNetworkInterface","Resource":"acs:ecs:cn-hangzhou:1000000000000001:eni/eni-1"}"#,
    )
    .await;
}
