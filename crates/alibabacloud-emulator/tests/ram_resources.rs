//! The users, groups, roles and policies that operations of RAM create, attach and delete.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]
#![cfg(feature = "ram")]

mod common;

use alibabacloud_emulator::Emulator;
use common::V3;
use serde_json::{Value, json};

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
