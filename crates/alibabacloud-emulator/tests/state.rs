//! The state that the services keep, by account and region.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_emulator::{Emulator, Key, Outcome};
use common::{INSTANCE, OOS, Response, V3};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

async fn start() -> Emulator {
    let builder =
        Emulator::builder().frozen_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_500_966));
    builder.start().await.unwrap()
}

/// Calls an operation in the region `cn-hangzhou`, unless the parameters name another.
async fn call(address: SocketAddr, action: &str, parameters: &[(&str, &str)]) -> Response {
    let mut parameters = parameters.to_vec();
    if !parameters.iter().any(|(name, _)| *name == "RegionId") {
        parameters.push(("RegionId", "cn-hangzhou"));
    }
    common::call(address, action, &parameters).await
}

/// Calls an operation that must succeed.
async fn ok(address: SocketAddr, action: &str, parameters: &[(&str, &str)]) -> Value {
    let response = call(address, action, parameters).await;
    assert_eq!(response.status, 200, "{action}: {}", response.body);
    response.json()
}

fn template(action: &str) -> String {
    json!({"FormatVersion": "OOS-2019-06-01", "Description": "A test.", "Tasks": [{"Name": "a", "Action": action}]}).to_string()
}

#[tokio::test]
async fn templates_have_versions() {
    let emulator = start().await;
    let address = emulator.address();
    let (first, second) = (template("ACS::A"), template("ACS::TimerTrigger"));
    ok(
        address,
        "CreateTemplate",
        &[
            ("TemplateName", "t"),
            ("Content", &first),
            ("Tags", r#"{"a":"b"}"#),
        ],
    )
    .await;
    let twice = call(
        address,
        "CreateTemplate",
        &[("TemplateName", "t"), ("Content", &first)],
    )
    .await;
    assert_eq!(
        (twice.status, twice.code().as_str()),
        (409, "EntityAlreadyExists.Template")
    );
    let updated = ok(
        address,
        "UpdateTemplate",
        &[("TemplateName", "t"), ("Content", &second)],
    )
    .await;
    assert_eq!(updated["Template"]["TemplateVersion"], "v2");
    assert_eq!(updated["Template"]["HasTrigger"], true);
    for (version, content) in [(None, &second), (Some("v1"), &first), (Some("v2"), &second)] {
        let mut parameters = vec![("TemplateName", "t")];
        parameters.extend(version.map(|version| ("TemplateVersion", version)));
        assert_eq!(
            ok(address, "GetTemplate", &parameters).await["Content"],
            **content
        );
    }
    let versions = ok(address, "ListTemplateVersions", &[("TemplateName", "t")]).await;
    let versions = versions["TemplateVersions"].as_array().unwrap();
    let versions: Vec<_> = versions
        .iter()
        .map(|version| version["TemplateVersion"].clone())
        .collect();
    assert_eq!(versions, ["v2", "v1"]);
    let listed = ok(
        address,
        "ListTemplates",
        &[("ShareType", "Private"), ("Tags", r#"{"a":"b"}"#)],
    )
    .await;
    assert_eq!(listed["Templates"][0]["TemplateName"], "t");
    assert_eq!(listed["Templates"][0]["Tags"], json!({"a": "b"}));
    let none = ok(
        address,
        "ListTemplates",
        &[("ShareType", "Private"), ("Tags", r#"{"a":"c"}"#)],
    )
    .await;
    assert_eq!(none["Templates"], json!([]));
    ok(address, "DeleteTemplate", &[("TemplateName", "t")]).await;
    assert_eq!(
        call(address, "GetTemplate", &[("TemplateName", "t")])
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn executions_proceed_with_the_clock_and_end_as_scripted() {
    let emulator = start().await;
    let address = emulator.address();
    let text = template("ACS::A");
    ok(
        address,
        "CreateTemplate",
        &[("TemplateName", "t"), ("Content", &text)],
    )
    .await;
    emulator.script(
        Outcome::failure("gone")
            .template("t")
            .takes(Duration::from_secs(60))
            .times(1),
    );
    emulator.script(Outcome::success(json!({"count": 3})).template("t"));
    let failing = ok(address, "StartExecution", &[("TemplateName", "t")]).await;
    let passing = ok(
        address,
        "StartExecution",
        &[("TemplateName", "t"), ("Parameters", r#"{"x":1}"#)],
    )
    .await;
    let show = async |started: &Value| {
        let id = started["Execution"]["ExecutionId"].as_str().unwrap();
        ok(address, "ListExecutions", &[("ExecutionId", id)]).await["Executions"][0].clone()
    };
    emulator.advance(Duration::from_secs(1));
    assert_eq!(show(&failing).await["Status"], "Running");
    let passed = show(&passing).await;
    assert_eq!(
        (&passed["Status"], &passed["Parameters"]),
        (&json!("Success"), &json!({"x": 1}))
    );
    assert_eq!(passed["EndDate"], "2026-03-14T15:09:27Z");
    emulator.advance(Duration::from_secs(59));
    let failed = show(&failing).await;
    assert_eq!(
        (&failed["Status"], &failed["StatusMessage"]),
        (&json!("Failed"), &json!("gone"))
    );
    let tasks = ok(address, "ListTaskExecutions", &[("Status", "Success")]).await;
    assert_eq!(tasks["TaskExecutions"][0]["Outputs"], r#"{"count":3}"#);
    let running = ok(address, "ListExecutions", &[("Status", "Running")]).await;
    assert_eq!(running["Executions"], json!([]));
}

#[tokio::test]
async fn a_template_can_script_its_own_end() {
    let emulator = start().await;
    let address = emulator.address();
    let content = json!({"FormatVersion": "OOS-2019-06-01", "Tasks": [{
        "Name": "a", "Action": "ACS::A", "Properties": {"Emulator": {"failed": true, "message": "as written", "millis": 10}},
    }]});
    let content = content.to_string();
    ok(address, "StartExecution", &[("TemplateContent", &content)]).await;
    emulator.advance(Duration::from_millis(10));
    let listed = ok(address, "ListExecutions", &[]).await;
    assert_eq!(listed["Executions"][0]["StatusMessage"], "as written");
}

#[tokio::test]
async fn a_repeated_start_with_the_same_client_token_starts_once() {
    let emulator = start().await;
    let address = emulator.address();
    let parameters = [
        ("TemplateName", "ACS-ECS-RunCommand"),
        ("ClientToken", "token-1"),
    ];
    let first = ok(address, "StartExecution", &parameters).await;
    let second = ok(address, "StartExecution", &parameters).await;
    assert_eq!(
        first["Execution"]["ExecutionId"],
        second["Execution"]["ExecutionId"]
    );
    let other = call(
        address,
        "StartExecution",
        &[
            ("TemplateName", "ACS-ECS-RebootInstance"),
            ("ClientToken", "token-1"),
        ],
    )
    .await;
    assert_eq!(other.code(), "IdempotentParameterMismatch");
}

#[tokio::test]
async fn a_trigger_starts_children_until_it_is_cancelled() {
    let emulator = start().await;
    let address = emulator.address();
    let text = template("ACS::TimerTrigger");
    let parent = ok(address, "StartExecution", &[("TemplateContent", &text)]).await;
    let id = parent["Execution"]["ExecutionId"].as_str().unwrap();
    ok(
        address,
        "TriggerExecution",
        &[("ExecutionId", id), ("Type", "Timer")],
    )
    .await;
    let children = ok(address, "ListExecutions", &[("ParentExecutionId", id)]).await;
    assert_eq!(children["Executions"].as_array().unwrap().len(), 1);
    let child = &children["Executions"][0]["ExecutionId"];
    for (filter, value, shown) in [
        ("Depth", "RootDepth", vec![&json!(id)]),
        ("Depth", "FirstChildDepth", vec![child]),
        ("IncludeChildExecution", "false", vec![&json!(id)]),
        ("IncludeChildExecution", "true", vec![child, &json!(id)]),
        ("ExecutionId", child.as_str().unwrap(), vec![child]),
    ] {
        let listed = ok(address, "ListExecutions", &[(filter, value)]).await;
        let listed = listed["Executions"].as_array().unwrap();
        let listed: Vec<&Value> = listed.iter().map(|one| &one["ExecutionId"]).collect();
        assert_eq!(listed, shown, "{filter}={value}");
    }
    ok(address, "CancelExecution", &[("ExecutionId", id)]).await;
    let again = call(address, "CancelExecution", &[("ExecutionId", id)]).await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (409, "OperationConflict")
    );
}

#[tokio::test]
async fn parameters_have_versions_and_paths() {
    let emulator = start().await;
    let address = emulator.address();
    for (name, value) in [
        ("/app/db/user", "u"),
        ("/app/db/port", "1"),
        ("/app/name", "n"),
        ("/other", "o"),
    ] {
        ok(
            address,
            "CreateParameter",
            &[("Name", name), ("Type", "String"), ("Value", value)],
        )
        .await;
    }
    for (path, recursive, count) in [
        ("/app/db", "false", 2),
        ("/app", "false", 1),
        ("/app", "true", 3),
    ] {
        let found = ok(
            address,
            "GetParametersByPath",
            &[("Path", path), ("Recursive", recursive)],
        )
        .await;
        assert_eq!(
            found["Parameters"].as_array().unwrap().len(),
            count,
            "{path}"
        );
    }
    ok(
        address,
        "UpdateParameter",
        &[("Name", "/other"), ("Value", "second")],
    )
    .await;
    let newest = ok(address, "GetParameter", &[("Name", "/other")]).await;
    assert_eq!(
        (
            &newest["Parameter"]["Value"],
            &newest["Parameter"]["ParameterVersion"]
        ),
        (&json!("second"), &json!(2))
    );
    let first = ok(
        address,
        "GetParameter",
        &[("Name", "/other"), ("ParameterVersion", "1")],
    )
    .await;
    assert_eq!(first["Parameter"]["Value"], "o");
    let many = ok(
        address,
        "GetParameters",
        &[("Names", r#"["/other","none"]"#)],
    )
    .await;
    assert_eq!(many["InvalidParameters"], json!(["none"]));
    // The same field is a text in lists.
    let listed = ok(address, "ListParameters", &[("Name", "/other")]).await;
    assert_eq!(listed["Parameters"][0]["ParameterVersion"], "2");
    let versions = ok(address, "ListParameterVersions", &[("Name", "/other")]).await;
    assert_eq!(versions["ParameterVersions"][0]["Value"], "second");
}

#[tokio::test]
async fn constraints_apply_to_later_values_too() {
    let emulator = start().await;
    let address = emulator.address();
    let constraints = r#"{"AllowedValues":["a","b"]}"#;
    ok(
        address,
        "CreateParameter",
        &[
            ("Name", "p"),
            ("Type", "String"),
            ("Value", "a"),
            ("Constraints", constraints),
        ],
    )
    .await;
    let refused = call(address, "UpdateParameter", &[("Name", "p"), ("Value", "c")]).await;
    assert_eq!(refused.code(), "InvalidParameter");
    ok(address, "UpdateParameter", &[("Name", "p"), ("Value", "b")]).await;
}

#[tokio::test]
async fn secrets_are_returned_only_on_request() {
    let emulator = start().await;
    let address = emulator.address();
    let created = ok(
        address,
        "CreateSecretParameter",
        &[("Name", "s"), ("Value", "hush")],
    )
    .await;
    assert_eq!(created["Parameter"].get("Value"), None);
    assert_eq!(
        ok(address, "GetSecretParameter", &[("Name", "s")]).await["Parameter"].get("Value"),
        None
    );
    let shown = ok(
        address,
        "GetSecretParameter",
        &[("Name", "s"), ("WithDecryption", "true")],
    )
    .await;
    assert_eq!(shown["Parameter"]["Value"], "hush");
    // The error code of a missing secret is that of a parameter.
    assert_eq!(
        call(address, "GetSecretParameter", &[("Name", "x")])
            .await
            .code(),
        "EntityNotExists.Parameter"
    );
}

#[tokio::test]
async fn packages_are_installed_and_uninstalled() {
    let emulator = start().await;
    let address = emulator.address();
    let change = |action: &'static str| {
        [
            ("InstanceId", "i-1"),
            ("TemplateName", "ACS-ECS-Docker"),
            ("ConfigureAction", action),
        ]
    };
    ok(address, "UpdateInstancePackageState", &change("install")).await;
    let listed = ok(
        address,
        "ListInstancePackageStates",
        &[("InstanceId", "i-1")],
    )
    .await;
    assert_eq!(
        listed["PackageStates"][0]["UpdateTime"],
        "2026-03-14T15:09:26"
    );
    ok(address, "UpdateInstancePackageState", &change("uninstall")).await;
    assert_eq!(
        call(address, "UpdateInstancePackageState", &change("uninstall"))
            .await
            .status,
        404
    );
    let listed = ok(
        address,
        "ListInstancePackageStates",
        &[("InstanceId", "i-1")],
    )
    .await;
    assert_eq!(listed["PackageStates"], json!([]));
}

#[tokio::test]
async fn an_installation_can_take_time_or_fail() {
    let emulator = start().await;
    let address = emulator.address();
    let install = |package| {
        [
            ("InstanceId", "i-1"),
            ("TemplateName", package),
            ("ConfigureAction", "install"),
        ]
    };
    let slow = Outcome::success(json!({})).takes(Duration::from_secs(30));
    emulator.script(slow.template("ACS-ECS-Docker").task("install"));
    emulator.script(Outcome::failure("no space left").template("ACS-ECS-Nginx"));
    for package in ["ACS-ECS-Docker", "ACS-ECS-Nginx"] {
        ok(address, "UpdateInstancePackageState", &install(package)).await;
    }
    let packages = async || {
        let parameters = [("InstanceId", "i-1")];
        let listed = ok(address, "ListInstancePackageStates", &parameters).await;
        listed["PackageStates"].clone()
    };
    emulator.advance(Duration::from_secs(29));
    assert_eq!(packages().await, json!([]));
    emulator.advance(Duration::from_secs(60));
    let packages = packages().await;
    assert_eq!(packages[0]["TemplateName"], "ACS-ECS-Docker");
    assert_eq!(packages[0]["UpdateTime"], "2026-03-14T15:09:56");
    assert_eq!(packages[1], Value::Null);
}

#[tokio::test]
async fn patch_counts_match_the_listed_patches() {
    let emulator = start().await;
    let address = emulator.address();
    let instances = ["i-1", "i-2", "i-3"];
    let all = json!(instances).to_string();
    let counted = ok(
        address,
        "ListInstancePatchStates",
        &[("InstanceIds", all.as_str())],
    )
    .await;
    let mut seen = 0;
    for (index, instance) in instances.into_iter().enumerate() {
        let state = &counted["InstancePatchStates"][index];
        assert_eq!(state["InstanceId"], instance);
        for (status, field) in [("Missing", "MissingCount"), ("Failed", "FailedCount")] {
            let parameters = [("InstanceId", instance), ("PatchStatuses", status)];
            let listed = ok(address, "ListInstancePatches", &parameters).await;
            let count = listed["Patches"].as_array().unwrap().len();
            assert_eq!(state[field], count.to_string());
            seen += count;
        }
    }
    assert!(seen > 0);
    let many = json!(vec!["i-1"; 101]).to_string();
    let refused = call(
        address,
        "ListInstancePatchStates",
        &[("InstanceIds", many.as_str())],
    )
    .await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn tags_belong_to_resources() {
    let emulator = start().await;
    let address = emulator.address();
    let text = template("ACS::A");
    ok(
        address,
        "CreateTemplate",
        &[("TemplateName", "t"), ("Content", &text)],
    )
    .await;
    let resource = [("ResourceType", "template"), ("ResourceIds", r#"["t"]"#)];
    let tag = [
        resource[0],
        resource[1],
        ("Tags", r#"{"team":"blue","stage":"test"}"#),
    ];
    ok(address, "TagResources", &tag).await;
    let listed = ok(address, "ListTagResources", &resource).await;
    assert_eq!(
        listed["TagResources"]["TagResource"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        ok(address, "ListTagKeys", &[]).await["Keys"],
        json!(["stage", "team"])
    );
    assert_eq!(
        ok(address, "ListTagValues", &[("Key", "team")]).await["Values"],
        json!(["blue"])
    );
    ok(
        address,
        "UntagResources",
        &[resource[0], resource[1], ("TagKeys", r#"["team"]"#)],
    )
    .await;
    assert_eq!(
        ok(address, "ListTagKeys", &[]).await["Keys"],
        json!(["stage"])
    );
    let missing = call(
        address,
        "TagResources",
        &[
            resource[0],
            ("ResourceIds", r#"["x"]"#),
            ("Tags", r#"{"a":"b"}"#),
        ],
    )
    .await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn ops_items_state_configurations_and_applications_keep_state() {
    let emulator = start().await;
    let address = emulator.address();
    let item = [
        ("Title", "disk"),
        ("Severity", "High"),
        ("Source", "me"),
        ("Category", "Cost"),
        ("Resources", r#"["i-1"]"#),
    ];
    let created = ok(address, "CreateOpsItem", &item).await;
    let id = created["OpsItem"]["OpsItemId"].as_str().unwrap();
    // A text in the response of CreateOpsItem, a list in that of GetOpsItem.
    assert_eq!(created["OpsItem"]["Resources"], r#"["i-1"]"#);
    assert_eq!(
        ok(address, "GetOpsItem", &[("OpsItemId", id)]).await["OpsItem"]["Resources"],
        json!(["i-1"])
    );
    let filter = [
        ("Filter.1.Name", "Severity"),
        ("Filter.1.Value.1", "High"),
        ("Filter.1.Operator", "Equal"),
    ];
    assert_eq!(
        ok(address, "ListOpsItems", &filter).await["OpsItems"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let filter = [("Filter.1.Name", "Severity"), ("Filter.1.Value.1", "Low")];
    assert_eq!(
        ok(address, "ListOpsItems", &filter).await["OpsItems"],
        json!([])
    );
    ok(address, "DeleteOpsItems", &[("OpsItemIds.1", id)]).await;

    let configuration = [
        ("TemplateName", "ACS-ECS-RunCommand"),
        ("ScheduleType", "rate"),
        ("ScheduleExpression", "1 hour"),
        ("Targets", "{}"),
    ];
    let created = ok(address, "CreateStateConfiguration", &configuration).await;
    let id = created["StateConfiguration"]["StateConfigurationId"]
        .as_str()
        .unwrap();
    let updated = ok(
        address,
        "UpdateStateConfiguration",
        &[("StateConfigurationId", id), ("Description", "new")],
    )
    .await;
    assert_eq!(updated["StateConfiguration"][0]["Description"], "new");
    ok(
        address,
        "DeleteStateConfigurations",
        &[("StateConfigurationIds", &format!("[\"{id}\"]"))],
    )
    .await;
    assert_eq!(
        ok(address, "ListStateConfigurations", &[]).await["StateConfigurations"],
        json!([])
    );

    ok(address, "CreateApplication", &[("Name", "app")]).await;
    let group = [
        ("ApplicationName", "app"),
        ("Name", "blue"),
        ("DeployRegionId", "cn-hangzhou"),
    ];
    ok(address, "CreateApplicationGroup", &group).await;
    ok(
        address,
        "DeployApplicationGroup",
        &[group[0], group[1], ("DeployParameters", "{}")],
    )
    .await;
    let deployed = ok(address, "GetApplicationGroup", &group[..2]).await;
    assert_eq!(deployed["ApplicationGroup"]["Status"], "Created");
    assert_eq!(
        call(address, "DeleteApplication", &[("Name", "app")])
            .await
            .code(),
        "OperationConflict"
    );
    ok(
        address,
        "DeleteApplication",
        &[("Name", "app"), ("Force", "true")],
    )
    .await;
    assert_eq!(
        call(address, "GetApplicationGroup", &group[..2])
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn accounts_and_regions_do_not_see_each_other() {
    let emulator = start().await;
    let address = emulator.address();
    emulator.add_key(Key::new("second", "key").account("2"));
    let as_second = async |action: &str, parameters: &[(&str, &str)]| -> Response {
        V3::new(action, OOS, parameters)
            .key("second", "key")
            .sign()
            .send(address)
            .await
            .unwrap()
    };
    let create = [("Name", "p"), ("Type", "String"), ("Value", "first")];
    ok(address, "CreateParameter", &create).await;
    assert_eq!(
        as_second("GetParameter", &[("Name", "p")]).await.status,
        404
    );
    assert_eq!(as_second("CreateParameter", &create).await.status, 200);
    ok(address, "DeleteParameter", &[("Name", "p")]).await;
    assert_eq!(
        as_second("GetParameter", &[("Name", "p")]).await.status,
        200
    );

    let elsewhere = [create[0], create[1], create[2], ("RegionId", "cn-shanghai")];
    ok(address, "CreateParameter", &elsewhere).await;
    assert_eq!(
        call(address, "GetParameter", &[("Name", "p")]).await.status,
        404
    );
    ok(
        address,
        "GetParameter",
        &[("Name", "p"), ("RegionId", "cn-shanghai")],
    )
    .await;
}

#[tokio::test]
async fn a_page_token_is_invalid_for_another_account() {
    let emulator = start().await;
    let address = emulator.address();
    emulator.add_key(Key::new("second", "key").account("2"));
    let operation = "ListInstancePackageStates";
    let page = [("InstanceId", INSTANCE), ("MaxResults", "2")];
    let first = ok(address, operation, &page).await;
    let token = first["NextToken"].as_str().unwrap();
    let request = V3::new(operation, OOS, &[page[0], page[1], ("NextToken", token)]);
    let response = request
        .key("second", "key")
        .sign()
        .send(address)
        .await
        .unwrap();
    assert_eq!(response.code(), "InvalidNextToken");
}

#[tokio::test]
async fn the_instance_of_the_readme_has_packages() {
    let readme = include_str!("../../../README.md");
    let rest = readme.split("let instance = \"").nth(1).unwrap();
    let instance = rest.split('"').next().unwrap();
    let emulator = start().await;
    let operation = "ListInstancePackageStates";
    let body = ok(emulator.address(), operation, &[("InstanceId", instance)]).await;
    assert_eq!(body["PackageStates"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn synthetic_responses_are_the_same_every_time() {
    let emulator = start().await;
    let address = emulator.address();
    let parameters = [("Platform", "github"), ("Owner", "me"), ("PageSize", "2")];
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let mut body = ok(address, "ListGitRepositories", &parameters).await;
        body.as_object_mut().unwrap().remove("RequestId");
        bodies.push(body);
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0]["GitRepos"].as_array().unwrap().len(), 2);
    assert_eq!(bodies[0]["Count"], 5);
    let last = ok(
        address,
        "ListGitRepositories",
        &[
            parameters[0],
            parameters[1],
            parameters[2],
            ("PageNumber", "3"),
        ],
    )
    .await;
    assert_eq!(last["GitRepos"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn seeds_create_keys_and_resources_and_name_what_is_wrong() {
    let seed = "
keys:
  - {access_key_id: seeded, access_key_secret: s, account: '7'}
faults:
  - {kind: error, status: 500, code: InternalError, operation: GetInventorySchema, times: 1}
calls:
  - CreateParameter: {Name: p, Type: String, Value: v}
accounts:
  - id: '7'
    calls:
      - CreateParameter: {Name: q, Type: String, Value: v}
";
    let emulator = Emulator::builder().seed(seed).start().await.unwrap();
    let address = emulator.address();
    ok(address, "GetParameter", &[("Name", "p")]).await;
    let seventh = V3::new("GetParameter", OOS, &[("Name", "q")])
        .key("seeded", "s")
        .sign();
    assert_eq!(seventh.send(address).await.unwrap().status, 200);
    assert_eq!(call(address, "GetInventorySchema", &[]).await.status, 500);
    for (bad, part) in [
        (
            "calls: [{NoSuch: {}}]",
            "call 1 of the seed, NoSuch: no such operation",
        ),
        (
            "calls: [{CreateParametr: {}}]",
            "no such operation is served; the closest are CreateParameter",
        ),
        (
            "faults: [{kind: drop, operation: Lst*}]",
            "no operation that is served matches \"Lst*\"",
        ),
        ("faults: [{kind: drop, tims: 1}]", "did you mean `times`?"),
        ("outcomes: [{tsak: run}]", "unknown field `tsak`"),
        (
            "calls: [{CreateParameter: {Nmae: p}}]",
            "unknown parameter Nmae",
        ),
        (
            "calls: [{CreateParameter: {Nam: p}}]",
            "unknown parameter Nam; did you mean `Name`?",
        ),
        (
            "calls: [{CreateParameter: {Name: p, Type: String}}]",
            "MissingValue",
        ),
        ("colls: []", "unknown field `colls`"),
        ("colls: []", "did you mean `calls`?"),
        ("calls: {", "invalid seed"),
        (&format!("calls: {}", "[".repeat(16_384)), "64 levels"),
    ] {
        let error = emulator.seed(bad).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn the_example_data_is_what_calls_would_make() {
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_500_966);
    let template = |instance: &str, name: &str, more: &str| {
        format!(
            "  - UpdateInstancePackageState: {{InstanceId: {instance}, TemplateName: ACS-ECS-{name}, \
             ConfigureAction: install{more}}}\n"
        )
    };
    let configuration = r#", ConfigurationInfo: '{"publicUrl": "https://192.0.2.10:8888/5eff94f8", "username": "user", "password": "not-a-real-password"}'"#;
    let mut seed = String::from("calls:\n");
    seed.push_str(&template("i-emulator0000000001", "BaoTa", configuration));
    for name in [
        "CloudMonitor",
        "Docker",
        "JavaRuntime",
        "Nginx",
        "Nodejs",
        "Python",
    ] {
        seed.push_str(&template("i-emulator0000000001", name, ""));
    }
    for name in ["CloudMonitor", "Docker", "Nginx"] {
        seed.push_str(&template("i-bp1cpoxxxwxxxxxxxxxx", name, ""));
    }
    let called = Emulator::builder()
        .frozen_at(moment)
        .without_example_data()
        .seed(seed);
    let called = called.start().await.unwrap();
    let example = start().await;
    let packages = |emulator: &Emulator| {
        let state = emulator.state();
        let accounts = state["accounts"].as_object().unwrap();
        let (_, regions) = accounts.iter().next().unwrap();
        regions["cn-hangzhou"]["tables"]["packages"].clone()
    };
    assert_eq!(packages(&example), packages(&called));
    assert_eq!(packages(&example).as_object().unwrap().len(), 10);
    let before = packages(&example);
    let body = [("InstanceId", INSTANCE), ("TemplateName", "ACS-ECS-Nginx")];
    let uninstall = [body[0], body[1], ("ConfigureAction", "uninstall")];
    let address = example.address();
    ok(address, "UpdateInstancePackageState", &uninstall).await;
    assert_ne!(packages(&example), before);
    example.reset().unwrap();
    assert_eq!(
        packages(&example)[format!("{INSTANCE}/ACS-ECS-Nginx")]["TemplateName"],
        "ACS-ECS-Nginx"
    );
}

#[tokio::test]
async fn a_list_shows_changes_of_what_it_has_shown() {
    let emulator = start().await;
    let address = emulator.address();
    let name = [("Name", "shop")];
    ok(
        address,
        "CreateApplication",
        &[name[0], ("Description", "one")],
    )
    .await;
    let listed = || async {
        let body = ok(address, "ListApplications", &[]).await;
        let applications = body["Applications"].as_array().unwrap().clone();
        let descriptions = applications.iter().map(|one| one["Description"].clone());
        descriptions.collect::<Vec<Value>>()
    };
    assert_eq!(listed().await, [json!("one")]);
    assert_eq!(listed().await, [json!("one")]);
    ok(
        address,
        "UpdateApplication",
        &[name[0], ("Description", "two")],
    )
    .await;
    assert_eq!(listed().await, [json!("two")]);
    ok(address, "DeleteApplication", &name).await;
    assert!(listed().await.is_empty());
}
