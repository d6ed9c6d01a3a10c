//! A program under the permissions that the SDK says it needs: it runs with the policy of its
//! operations, and not without any statement of it.

use alibabacloud_core::Config;
use alibabacloud_core::transport::{HyperClient, TransportConfig};
use alibabacloud_emulator::{Emulator, RamMode};
use alibabacloud_oos::{Client, Error, ram};
use serde_json::{Value, json};

/// The operations that [`program`] calls.
const OPERATIONS: [&str; 10] = [
    "CreateParameter",
    "CreateTemplate",
    "DeleteTemplate",
    "GetParameter",
    "GetTemplate",
    "ListExecutions",
    "ListInstancePackageStates",
    "ListTemplates",
    "StartExecution",
    "TagResources",
];

const TEMPLATE: &str = r#"{
    "FormatVersion": "OOS-2019-06-01",
    "Tasks": [{"Name": "wait", "Action": "ACS::Sleep", "Properties": {"Duration": "PT1S"}}]
}"#;

/// Calls operations that need permissions on templates, parameters, executions and everything.
async fn program(client: &Client) -> Result<(), Error> {
    client.create_template("nightly", TEMPLATE).send().await?;
    client.get_template("nightly").send().await?;
    client.list_templates().send().await?;
    client
        .start_execution()
        .template_name("nightly")
        .send()
        .await?;
    client.list_executions().send().await?;
    client
        .create_parameter("greeting", "String", "hello")
        .send()
        .await?;
    client.get_parameter("greeting").send().await?;
    client
        .list_instance_package_states("i-emulator0000000001")
        .send()
        .await?;
    client
        .tag_resources("template", ["nightly"], [("team", "dev")])
        .send()
        .await?;
    client
        .delete_template("nightly")
        .auto_delete_executions(true)
        .send()
        .await?;
    Ok(())
}

fn config(emulator: &Emulator) -> Config {
    let transport = TransportConfig::new().no_proxy();
    let http = HyperClient::new(transport).expect("a transport");
    emulator.config().http_client(http)
}

/// Runs the program as a user with one policy.
async fn run_with(policy: &Value) -> Result<(), Error> {
    let file = json!({
        "policies": {"program": policy},
        "users": [{"name": "program", "access_keys": ["test"], "policies": ["program"]}],
    });
    let emulator = Emulator::builder()
        .ram(file.to_string())
        .start()
        .await
        .expect("an emulator");
    program(&Client::new(config(&emulator))?).await
}

fn document(policy: &str) -> Value {
    serde_json::from_str(policy).expect("a policy is JSON")
}

#[tokio::test]
async fn a_program_runs_with_its_policy_and_not_without_any_statement() {
    let policy = document(&ram::policy(OPERATIONS).expect("operations").to_json());
    run_with(&policy).await.expect("the policy is enough");
    let statements = policy["Statement"].as_array().expect("statements");
    assert!(statements.len() > 3, "{policy}");
    for index in 0..statements.len() {
        let mut reduced = policy.clone();
        let removed = reduced["Statement"]
            .as_array_mut()
            .map(|all| all.remove(index));
        let error = run_with(&reduced)
            .await
            .expect_err("a statement is missing");
        assert!(error.is_access_denied(), "{error}");
        let denied = error.access_denied().expect("the service explains it");
        assert_eq!(denied.auth_principal_type.as_deref(), Some("SubUser"));
        let policy_type = denied.policy_type.as_deref();
        assert_eq!(policy_type, Some("AccountLevelIdentityBasedPolicy"));
        let action = denied.auth_action.as_deref().expect("an action");
        let removed = removed.expect("a statement").to_string();
        assert!(removed.contains(action), "{action} {removed}");
        // The statement to add names the resource of the request.
        let resource = denied.auth_resource.as_deref().expect("a resource");
        let statement = document(&denied.policy_statement().expect("a statement"));
        let expected = json!({"Effect": "Allow", "Action": action, "Resource": resource});
        assert_eq!(statement, expected);
    }
}

#[tokio::test]
async fn a_recorded_run_needs_the_policy_of_its_operations() {
    let emulator = Emulator::builder()
        .ram_mode(RamMode::Record)
        .start()
        .await
        .expect("an emulator");
    program(&Client::new(config(&emulator)).expect("a client"))
        .await
        .expect("everything is allowed");
    let expected = ram::policy(OPERATIONS).expect("operations").to_json();
    assert_eq!(emulator.needed_policy(), expected);

    // The narrower policy is enough too, and names the template.
    let narrow = emulator.needed_policy_for_resources();
    assert!(
        narrow.contains(":1000000000000001:template/nightly"),
        "{narrow}"
    );
    run_with(&document(&narrow))
        .await
        .expect("the policy is enough");
    emulator.clear_needed_policy();
    assert_eq!(document(&emulator.needed_policy())["Statement"], json!([]));
}
