//! The users, groups, roles and policies that operations of RAM create, attach and delete.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]
#![cfg(feature = "ram")]

mod common;

use alibabacloud_emulator::{Emulator, RamMode};
use common::V3;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const RAM: &str = "2015-05-01";
const DOCUMENT: &str = r#"{"Version":"1","Statement":[]}"#;

async fn call(emulator: &Emulator, action: &str, parameters: &[(&str, &str)]) -> common::Response {
    let request = V3::new(action, RAM, parameters).sign();
    request.send(emulator.address()).await.unwrap()
}

/// Calls an operation that must succeed.
async fn ok(emulator: &Emulator, action: &str, parameters: &[(&str, &str)]) -> Value {
    let response = call(emulator, action, parameters).await;
    assert_eq!(response.status, 200, "{action}: {}", response.body);
    response.json()
}

/// Calls an operation that must fail; returns the status and the code.
async fn refused(emulator: &Emulator, action: &str, parameters: &[(&str, &str)]) -> String {
    let response = call(emulator, action, parameters).await;
    format!("{} {}", response.status, response.code())
}

/// Returns the values of a field of the items of a list.
fn values(list: &Value, field: &str) -> Vec<Value> {
    let items = list.as_array().unwrap_or_else(|| panic!("{list}"));
    items.iter().map(|item| item[field].clone()).collect()
}

#[tokio::test]
async fn a_user_has_policies_and_keys() {
    let emulator = Emulator::start().await.unwrap();
    let ada = [("UserName", "ada")];
    let created = ok(
        &emulator,
        "CreateUser",
        &[("UserName", "ada"), ("DisplayName", "Ada")],
    )
    .await;
    let shown = ok(&emulator, "GetUser", &ada).await;
    for field in ["UserId", "UserName", "DisplayName", "CreateDate"] {
        assert_eq!(created["User"][field], shown["User"][field], "{field}");
    }
    assert_eq!(
        refused(&emulator, "CreateUser", &ada).await,
        "409 EntityAlreadyExists.User"
    );
    let none = [("UserName", "none")];
    assert_eq!(
        refused(&emulator, "GetUser", &none).await,
        "404 EntityNotExist.User"
    );
    let policies = refused(&emulator, "ListPoliciesForUser", &none).await;
    assert_eq!(policies, "404 EntityNotExist.User");
    let policies = ok(&emulator, "ListPoliciesForUser", &ada).await;
    assert_eq!(policies["Policies"]["Policy"], json!([]));

    let policy = [("PolicyName", "read"), ("PolicyDocument", DOCUMENT)];
    let policy = ok(&emulator, "CreatePolicy", &policy).await;
    assert_eq!(policy["Policy"]["PolicyType"], "Custom");
    let attach = [
        ("PolicyType", "Custom"),
        ("PolicyName", "read"),
        ("UserName", "ada"),
    ];
    ok(&emulator, "AttachPolicyToUser", &attach).await;
    let twice = refused(&emulator, "AttachPolicyToUser", &attach).await;
    assert_eq!(twice, "409 EntityAlreadyExists.User.Policy");
    let system = [
        ("PolicyType", "System"),
        ("PolicyName", "ReadOnlyAccess"),
        ("UserName", "ada"),
    ];
    ok(&emulator, "AttachPolicyToUser", &system).await;
    let policies = ok(&emulator, "ListPoliciesForUser", &ada).await;
    let policies = values(&policies["Policies"]["Policy"], "PolicyName");
    assert_eq!(policies, ["ReadOnlyAccess", "read"]);
    let shown = [("PolicyType", "Custom"), ("PolicyName", "read")];
    let entities = ok(&emulator, "ListEntitiesForPolicy", &shown).await;
    assert_eq!(values(&entities["Users"]["User"], "UserName"), ["ada"]);
    assert_eq!(entities["Roles"]["Role"], json!([]));
    let shown = ok(&emulator, "GetPolicy", &shown).await;
    assert_eq!(shown["Policy"]["AttachmentCount"], 1);
    assert_eq!(shown["DefaultPolicyVersion"]["PolicyDocument"], DOCUMENT);

    let key = ok(&emulator, "CreateAccessKey", &ada).await;
    let key = key["AccessKey"]["AccessKeyId"].as_str().unwrap();
    let inactive = [
        ("UserName", "ada"),
        ("UserAccessKeyId", key),
        ("Status", "Inactive"),
    ];
    ok(&emulator, "UpdateAccessKey", &inactive).await;
    let keys = ok(&emulator, "ListAccessKeys", &ada).await;
    assert_eq!(
        values(&keys["AccessKeys"]["AccessKey"], "AccessKeyId"),
        [key]
    );
    assert_eq!(
        values(&keys["AccessKeys"]["AccessKey"], "Status"),
        ["Inactive"]
    );

    // A user is deleted after what belongs to it.
    let used = refused(&emulator, "DeleteUser", &ada).await;
    assert_eq!(used, "409 DeleteConflict.User.AccessKey");
    ok(
        &emulator,
        "DeleteAccessKey",
        &[("UserName", "ada"), ("UserAccessKeyId", key)],
    )
    .await;
    let used = refused(&emulator, "DeleteUser", &ada).await;
    assert_eq!(used, "409 DeleteConflict.User.Policy");
    let used = refused(&emulator, "DeletePolicy", &[("PolicyName", "read")]).await;
    assert_eq!(used, "409 DeleteConflict.Policy.User");
    ok(&emulator, "DetachPolicyFromUser", &system).await;
    ok(&emulator, "DetachPolicyFromUser", &attach).await;
    let gone = refused(&emulator, "DetachPolicyFromUser", &attach).await;
    assert_eq!(gone, "404 EntityNotExist.User.Policy");
    ok(&emulator, "DeletePolicy", &[("PolicyName", "read")]).await;
    ok(&emulator, "DeleteUser", &ada).await;
    assert_eq!(
        ok(&emulator, "ListUsers", &[]).await["Users"]["User"],
        json!([])
    );
}

#[tokio::test]
async fn the_default_version_of_a_policy_changes() {
    let emulator = Emulator::start().await.unwrap();
    let policy = [("PolicyName", "p"), ("PolicyDocument", DOCUMENT)];
    ok(&emulator, "CreatePolicy", &policy).await;
    let version = r#"{"Version":"1"}"#;
    let policy = [("PolicyName", "p"), ("PolicyDocument", version)];
    let created = ok(&emulator, "CreatePolicyVersion", &policy).await;
    assert_eq!(created["PolicyVersion"]["VersionId"], "v2");
    let shown = [("PolicyType", "Custom"), ("PolicyName", "p")];
    let default = ok(&emulator, "GetPolicy", &shown).await;
    assert_eq!(default["DefaultPolicyVersion"]["PolicyDocument"], DOCUMENT);
    let policy = [
        ("PolicyName", "p"),
        ("PolicyDocument", version),
        ("SetAsDefault", "true"),
    ];
    ok(&emulator, "CreatePolicyVersion", &policy).await;
    let default = ok(&emulator, "GetPolicy", &shown).await;
    assert_eq!(default["Policy"]["DefaultVersion"], "v3");
    assert_eq!(default["DefaultPolicyVersion"]["VersionId"], "v3");
    let versions = ok(&emulator, "ListPolicyVersions", &shown).await;
    let versions = &versions["PolicyVersions"]["PolicyVersion"];
    assert_eq!(values(versions, "VersionId"), ["v3", "v2", "v1"]);
    assert_eq!(values(versions, "IsDefaultVersion"), [true, false, false]);
    ok(
        &emulator,
        "SetDefaultPolicyVersion",
        &[("PolicyName", "p"), ("VersionId", "v1")],
    )
    .await;
    let default = ok(&emulator, "GetPolicy", &shown).await;
    assert_eq!(default["DefaultPolicyVersion"]["PolicyDocument"], DOCUMENT);
    let system = [
        ("PolicyType", "System"),
        ("PolicyName", "AdministratorAccess"),
    ];
    let system = ok(&emulator, "GetPolicy", &system).await;
    assert_eq!(system["DefaultPolicyVersion"]["VersionId"], "v1");
}

#[tokio::test]
async fn a_policy_is_deleted_with_what_it_is_attached_to_on_request() {
    let emulator = Emulator::start().await.unwrap();
    ok(&emulator, "CreateUser", &[("UserName", "ada")]).await;
    let policy = [("PolicyName", "p"), ("PolicyDocument", DOCUMENT)];
    ok(&emulator, "CreatePolicy", &policy).await;
    let attach = [
        ("PolicyType", "Custom"),
        ("PolicyName", "p"),
        ("UserName", "ada"),
    ];
    ok(&emulator, "AttachPolicyToUser", &attach).await;
    let kept = [("PolicyName", "p"), ("CascadingDelete", "false")];
    let kept = refused(&emulator, "DeletePolicy", &kept).await;
    assert_eq!(kept, "409 DeleteConflict.Policy.User");
    let cascading = [("PolicyName", "p"), ("CascadingDelete", "true")];
    ok(&emulator, "DeletePolicy", &cascading).await;
    let policies = ok(&emulator, "ListPoliciesForUser", &[("UserName", "ada")]).await;
    assert_eq!(policies["Policies"]["Policy"], json!([]));
    let gone = [("PolicyType", "Custom"), ("PolicyName", "p")];
    assert_eq!(
        refused(&emulator, "GetPolicy", &gone).await,
        "404 EntityNotExist.Policy"
    );
}

#[tokio::test]
async fn a_user_that_is_renamed_keeps_its_groups_and_policies() {
    let emulator = Emulator::start().await.unwrap();
    ok(&emulator, "CreateUser", &[("UserName", "ada")]).await;
    ok(&emulator, "CreateGroup", &[("GroupName", "dev")]).await;
    ok(
        &emulator,
        "AddUserToGroup",
        &[("UserName", "ada"), ("GroupName", "dev")],
    )
    .await;
    let attach = [
        ("PolicyType", "System"),
        ("PolicyName", "ReadOnlyAccess"),
        ("UserName", "ada"),
    ];
    ok(&emulator, "AttachPolicyToUser", &attach).await;
    ok(&emulator, "CreateUser", &[("UserName", "bob")]).await;
    let taken = [("UserName", "ada"), ("NewUserName", "bob")];
    let taken = refused(&emulator, "UpdateUser", &taken).await;
    assert_eq!(taken, "409 EntityAlreadyExists.User");
    let renamed = [
        ("UserName", "ada"),
        ("NewUserName", "eve"),
        ("NewComments", "new"),
    ];
    let renamed = ok(&emulator, "UpdateUser", &renamed).await;
    assert_eq!(
        (&renamed["User"]["UserName"], &renamed["User"]["Comments"]),
        (&json!("eve"), &json!("new"))
    );
    let eve = [("UserName", "eve")];
    let groups = ok(&emulator, "ListGroupsForUser", &eve).await;
    assert_eq!(values(&groups["Groups"]["Group"], "GroupName"), ["dev"]);
    let members = ok(&emulator, "ListUsersForGroup", &[("GroupName", "dev")]).await;
    assert_eq!(values(&members["Users"]["User"], "UserName"), ["eve"]);
    assert_eq!(members["IsTruncated"], false);
    let policies = ok(&emulator, "ListPoliciesForUser", &eve).await;
    assert_eq!(
        values(&policies["Policies"]["Policy"], "PolicyName"),
        ["ReadOnlyAccess"]
    );
    let gone = refused(&emulator, "GetUser", &[("UserName", "ada")]).await;
    assert_eq!(gone, "404 EntityNotExist.User");
    let used = refused(&emulator, "DeleteUser", &eve).await;
    assert_eq!(used, "409 DeleteConflict.User.Group");
}

#[tokio::test]
async fn a_role_has_an_arn_and_tags() {
    let emulator = Emulator::start().await.unwrap();
    let role = [
        ("RoleName", "deploy"),
        ("AssumeRolePolicyDocument", DOCUMENT),
        ("Tag", r#"[{"Key":"team","Value":"blue"}]"#),
    ];
    ok(&emulator, "CreateRole", &role).await;
    let shown = ok(&emulator, "GetRole", &[("RoleName", "deploy")]).await;
    let arn = shown["Role"]["Arn"].as_str().unwrap();
    assert!(
        arn.starts_with("acs:ram::") && arn.ends_with(":role/deploy"),
        "{arn}"
    );
    assert_eq!(shown["Role"]["MaxSessionDuration"], 3600);
    let update = [("RoleName", "deploy"), ("NewMaxSessionDuration", "7200")];
    ok(&emulator, "UpdateRole", &update).await;
    let roles = ok(&emulator, "ListRoles", &[("Tag", r#"[{"Key":"team"}]"#)]).await;
    assert_eq!(
        values(&roles["Roles"]["Role"], "MaxSessionDuration"),
        [7200]
    );
    let green = [("Tag", r#"[{"Key":"team","Value":"green"}]"#)];
    assert_eq!(
        ok(&emulator, "ListRoles", &green).await["Roles"]["Role"],
        json!([])
    );
    let tags = [("ResourceType", "role"), ("ResourceNames", r#"["deploy"]"#)];
    let tags = ok(&emulator, "ListTagResources", &tags).await;
    assert_eq!(values(&tags["TagResources"], "TagValue"), ["blue"]);
    let policies = ok(&emulator, "ListPoliciesForRole", &[("RoleName", "deploy")]).await;
    assert_eq!(policies["Policies"]["Policy"], json!([]));
}

/// Calls an operation with a key of its own.
async fn call_as(
    emulator: &Emulator,
    (id, secret): (&str, &str),
    action: &str,
    parameters: &[(&str, &str)],
) -> common::Response {
    let request = V3::new(action, RAM, parameters).key(id, secret).sign();
    request.send(emulator.address()).await.unwrap()
}

const LIST_USERS: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ram:ListUsers","Resource":"*"}]}"#;
const NOTHING: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"*"}]}"#;

/// Creates a user who may list users, and returns its key.
async fn create_lister(emulator: &Emulator) -> (String, String) {
    ok(emulator, "CreateUser", &[("UserName", "ada")]).await;
    let policy = [("PolicyName", "list"), ("PolicyDocument", LIST_USERS)];
    ok(emulator, "CreatePolicy", &policy).await;
    let attach = [
        ("PolicyType", "Custom"),
        ("PolicyName", "list"),
        ("UserName", "ada"),
    ];
    ok(emulator, "AttachPolicyToUser", &attach).await;
    let key = ok(emulator, "CreateAccessKey", &[("UserName", "ada")]).await;
    let field = |name: &str| key["AccessKey"][name].as_str().unwrap().to_owned();
    (field("AccessKeyId"), field("AccessKeySecret"))
}

#[tokio::test]
async fn a_created_key_signs_as_its_user_while_it_is_active() {
    let builder = Emulator::builder().ram_mode(RamMode::Enforce);
    let emulator = builder.start().await.unwrap();
    let (id, secret) = create_lister(&emulator).await;
    let key = (id.as_str(), secret.as_str());
    let listed = call_as(&emulator, key, "ListUsers", &[]).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    let refused = call_as(&emulator, key, "ListRoles", &[]).await;
    assert_eq!(refused.code(), "NoPermission");
    assert_eq!(
        refused.json()["AccessDeniedDetail"]["AuthPrincipalType"],
        "SubUser"
    );
    // Keys of a call that names no user are those of the caller.
    let refused = call_as(&emulator, key, "CreateAccessKey", &[]).await;
    let message = refused.json()["Message"].as_str().unwrap().to_owned();
    assert!(message.contains(":user/ada "), "{message}");

    let listed = ok(&emulator, "ListAccessKeys", &[("UserName", "ada")]).await;
    assert!(!listed.to_string().contains(&secret), "{listed}");
    let set = async |status: &str| {
        let parameters = [
            ("UserName", "ada"),
            ("UserAccessKeyId", id.as_str()),
            ("Status", status),
        ];
        ok(&emulator, "UpdateAccessKey", &parameters).await;
    };
    set("Inactive").await;
    let inactive = call_as(&emulator, key, "ListUsers", &[]).await;
    assert_eq!(inactive.status, 400);
    assert_eq!(inactive.code(), "InvalidAccessKeyId.Inactive");
    set("Active").await;
    assert_eq!(call_as(&emulator, key, "ListUsers", &[]).await.status, 200);
    // The default version of the policy counts.
    let version = [("PolicyName", "list"), ("PolicyDocument", NOTHING)];
    ok(&emulator, "CreatePolicyVersion", &version).await;
    assert_eq!(call_as(&emulator, key, "ListUsers", &[]).await.status, 200);
    let default = async |version: &str| {
        let parameters = [("PolicyName", "list"), ("VersionId", version)];
        ok(&emulator, "SetDefaultPolicyVersion", &parameters).await;
    };
    default("v2").await;
    assert_eq!(call_as(&emulator, key, "ListUsers", &[]).await.status, 403);
    default("v1").await;
    assert_eq!(call_as(&emulator, key, "ListUsers", &[]).await.status, 200);
    let key_of = [("UserName", "ada"), ("UserAccessKeyId", id.as_str())];
    ok(&emulator, "DeleteAccessKey", &key_of).await;
    let deleted = call_as(&emulator, key, "ListUsers", &[]).await;
    assert_eq!(deleted.code(), "InvalidAccessKeyId.NotFound");
}

#[tokio::test]
async fn the_data_file_keeps_users_and_their_keys() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ram-data");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    let data = directory.join("data.json");
    let start = async || {
        let builder = Emulator::builder().ram_mode(RamMode::Enforce);
        builder.data_file(&data).start().await.unwrap()
    };
    let emulator = start().await;
    let (id, secret) = create_lister(&emulator).await;
    let key = (id.as_str(), secret.as_str());
    let file = r#"
users: [{name: bob, access_keys: [{access_key_id: bob, access_key_secret: secret}]}]
"#;
    emulator.add_ram(file).unwrap();
    let attach = [
        ("PolicyType", "Custom"),
        ("PolicyName", "list"),
        ("GroupName", "listers"),
    ];
    ok(&emulator, "CreateGroup", &[("GroupName", "listers")]).await;
    ok(&emulator, "AttachPolicyToGroup", &attach).await;
    drop(emulator);

    let emulator = start().await;
    assert_eq!(call_as(&emulator, key, "ListUsers", &[]).await.status, 200);
    assert_eq!(call_as(&emulator, key, "ListRoles", &[]).await.status, 403);
    // The group has its policy still.
    let member = [("UserName", "ada"), ("GroupName", "listers")];
    ok(&emulator, "AddUserToGroup", &member).await;
    let detach = [
        ("PolicyType", "Custom"),
        ("PolicyName", "list"),
        ("UserName", "ada"),
    ];
    ok(&emulator, "DetachPolicyFromUser", &detach).await;
    assert_eq!(call_as(&emulator, key, "ListUsers", &[]).await.status, 200);
    let inactive = [("UserAccessKeyId", id.as_str()), ("Status", "Inactive")];
    ok(&emulator, "UpdateAccessKey", &inactive).await;
    drop(emulator);

    let emulator = start().await;
    let inactive = call_as(&emulator, key, "ListUsers", &[]).await;
    assert_eq!(inactive.code(), "InvalidAccessKeyId.Inactive");
}

#[tokio::test]
async fn a_seed_creates_users_and_their_keys() {
    let seed = format!(
        r#"
calls:
  - ram/CreateUser: {{UserName: ada}}
  - ram/CreatePolicy: {{PolicyName: list, PolicyDocument: '{LIST_USERS}'}}
  - ram/AttachPolicyToUser: {{PolicyType: Custom, PolicyName: list, UserName: ada}}
resources:
  - kind: ram/AccessKey
    id: LTAIada
    fields: {{UserName: ada, AccessKeySecret: secret}}
"#
    );
    let builder = Emulator::builder().ram_mode(RamMode::Enforce).seed(&seed);
    let emulator = builder.start().await.unwrap();
    let key = ("LTAIada", "secret");
    let listed = call_as(&emulator, key, "ListUsers", &[]).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    assert_eq!(call_as(&emulator, key, "ListRoles", &[]).await.status, 403);
    // A later seed changes what an earlier one created.
    let detach = "calls: [{ram/DetachPolicyFromUser: {PolicyType: Custom, PolicyName: list, UserName: ada}}]";
    emulator.seed(detach).unwrap();
    assert_eq!(call_as(&emulator, key, "ListUsers", &[]).await.status, 403);
}

#[tokio::test]
async fn a_condition_can_ask_for_the_tags_of_a_resource() {
    let tagged = |effect: &str, key: &str| {
        json!({
            "Effect": effect, "Action": "ram:GetRole", "Resource": "*",
            "Condition": {"StringEquals": {key: "dev"}},
        })
    };
    let file = |statements: Value| {
        let file = json!({
            "policies": {"p": {"Version": "1", "Statement": statements}},
            "users": [{
                "name": "ada", "policies": ["p"],
                "access_keys": [{"access_key_id": "ada", "access_key_secret": "secret"}],
            }],
        });
        file.to_string()
    };
    let by_tag = file(json!([tagged("Allow", "acs:ResourceTag/team")]));
    let emulator = Emulator::builder().ram(by_tag).start().await.unwrap();
    for (name, team) in [("one", "dev"), ("two", "ops")] {
        let role = [
            ("RoleName", name),
            ("AssumeRolePolicyDocument", TRUST),
            ("Tag", &format!(r#"[{{"Key":"team","Value":"{team}"}}]"#)),
        ];
        ok(&emulator, "CreateRole", &role).await;
    }
    let get = async |name: &str| {
        let role = [("RoleName", name)];
        call_as(&emulator, ("ada", "secret"), "GetRole", &role).await
    };
    assert_eq!(get("one").await.status, 200);
    assert_eq!(get("two").await.status, 403);
    // The tags of a role that does not exist are unknown.
    let message = async |name: &str| {
        get(name).await.json()["Message"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let unknown = message("none").await;
    assert!(
        unknown.ends_with(
            " Emulator: statement 1 of the policy p does not apply: the condition key \
             acs:ResourceTag/team is unknown here."
        ),
        "{unknown}"
    );
    // A key that the emulator cannot know denies, whatever the effect of the statement.
    let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    emulator
        .add_ram(&file(json!([all, tagged("Deny", "acs:SourceVpc")])))
        .unwrap();
    let unknown = message("one").await;
    assert!(
        unknown.ends_with(
            "statement 2 of the policy p denies: the condition key acs:SourceVpc is unknown here."
        ),
        "{unknown}"
    );
}

const TRUST: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::1000000000000001:root"]}}]}"#;
