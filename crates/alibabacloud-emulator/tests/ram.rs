//! Permissions: who may call what, how a refusal looks, and what a run needs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]
#![cfg(feature = "oos")]

mod common;

use alibabacloud_emulator::{Builder, Emulator, Key, RamMode};
use common::{OOS, Response, V3};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const ACCOUNT: &str = "1000000000000001";

const FILE: &str = r#"
policies:
  read-templates:
    Version: "1"
    Statement:
      - Effect: Allow
        Action: ["oos:Get*", "oos:List*"]
        Resource: "acs:oos:cn-hangzhou:*:template/app-*"
      - {Effect: Deny, Action: "oos:*", Resource: "acs:oos:*:*:template/app-secret"}
  run:
    Version: "1"
    Statement:
      - {Effect: Allow, Action: "oos:ListExecutions", Resource: "*"}
groups:
  - {name: operators, policies: [run]}
users:
  - {name: deploy, access_keys: [test], policies: [read-templates]}
  - name: operator
    access_keys: [{access_key_id: operator, access_key_secret: secret}]
    groups: [operators]
"#;

fn builder() -> Builder {
    Emulator::builder().without_example_data()
}

async fn start(builder: Builder) -> Emulator {
    builder.start().await.unwrap()
}

/// Calls an operation of OOS with a key whose secret is `secret`.
async fn call(
    emulator: &Emulator,
    key: &str,
    action: &str,
    parameters: &[(&str, &str)],
) -> Response {
    let request = V3::new(action, OOS, parameters).key(key, "secret").sign();
    request.send(emulator.address()).await.unwrap()
}

async fn get_template(emulator: &Emulator, name: &str) -> Response {
    call(emulator, "test", "GetTemplate", &[("TemplateName", name)]).await
}

#[tokio::test]
async fn by_default_every_key_may_do_everything() {
    let emulator = start(builder()).await;
    assert_eq!(emulator.ram_mode(), RamMode::Off);
    assert_eq!(
        get_template(&emulator, "other").await.code(),
        "EntityNotExists.Template"
    );
}

#[tokio::test]
async fn users_may_do_what_their_policies_allow() {
    let emulator = start(builder().ram(FILE)).await;
    assert_eq!(emulator.ram_mode(), RamMode::Enforce);
    // Allowed: the error is one of the service.
    let allowed = get_template(&emulator, "app-1").await;
    assert_eq!(allowed.code(), "EntityNotExists.Template");
    // Neither the resource nor the action nor the region is allowed.
    assert_eq!(get_template(&emulator, "other").await.status, 403);
    let delete = [("TemplateName", "app-1")];
    assert_eq!(
        call(&emulator, "test", "DeleteTemplate", &delete)
            .await
            .status,
        403
    );
    let elsewhere = [("TemplateName", "app-1"), ("RegionId", "cn-beijing")];
    assert_eq!(
        call(&emulator, "test", "GetTemplate", &elsewhere)
            .await
            .status,
        403
    );
    // Policies of groups count.
    assert_eq!(
        call(&emulator, "operator", "ListExecutions", &[])
            .await
            .status,
        200
    );
    assert_eq!(
        call(&emulator, "operator", "ListTemplates", &[])
            .await
            .status,
        403
    );
    // The mode can change.
    emulator.set_ram_mode(RamMode::Off);
    assert_eq!(
        call(&emulator, "operator", "ListTemplates", &[])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_refusal_has_the_shape_of_the_service() {
    let emulator = start(builder().ram(FILE)).await;
    let refused = get_template(&emulator, "other").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "NoPermission")
    );
    let resource = format!("acs:oos:cn-hangzhou:{ACCOUNT}:template/other");
    let body = refused.json();
    assert_eq!(
        body["Message"],
        format!(
            "You are not authorized to do this action. Resource: {resource} Action: oos:GetTemplate"
        )
    );
    let detail = &body["AccessDeniedDetail"];
    let user = detail["AuthPrincipalDisplayName"].as_str().unwrap();
    assert!(user.len() == 18 && user.parse::<u64>().is_ok(), "{detail}");
    let mut expected = json!({
        "AuthAction": "oos:GetTemplate",
        "AuthPrincipalDisplayName": user,
        "AuthPrincipalOwnerId": ACCOUNT,
        "AuthPrincipalType": "SubUser",
        "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    });
    expected["EncodedDiagnosticMessage"] = detail["EncodedDiagnosticMessage"].clone();
    assert_eq!(*detail, expected);

    let refused = get_template(&emulator, "app-secret").await.json();
    assert_eq!(
        refused["AccessDeniedDetail"]["NoPermissionType"],
        "ExplicitDeny"
    );
    // The log explains both.
    let denied: Vec<_> = emulator
        .requests()
        .into_iter()
        .filter_map(|r| r.denied)
        .collect();
    assert_eq!(
        denied,
        [
            format!("no policy allows oos:GetTemplate on {resource}"),
            format!(
                "the policy read-templates denies oos:GetTemplate on \
                 acs:oos:cn-hangzhou:{ACCOUNT}:template/app-secret"
            ),
        ]
    );
}

#[tokio::test]
async fn a_refusal_in_xml_has_the_same_details() {
    let emulator = start(builder().ram(FILE)).await;
    let query = common::v1_rpc("GET", "ListTemplates", &[], &[("Format", Some("XML"))]);
    let headers = alibabacloud_core::http::Headers::new();
    let target = format!("/?{query}");
    let response = common::send(emulator.address(), "GET", &target, &headers, b"")
        .await
        .unwrap();
    assert_eq!(response.status, 403);
    let action = "<AccessDeniedDetail><AuthAction>oos:ListTemplates</AuthAction>";
    assert!(response.body.contains(action), "{}", response.body);
}

#[tokio::test]
async fn conditions_see_the_connection() {
    let emulator = start(builder().ram(FILE)).await;
    for (address, expected) in [("127.0.0.0/8", 200), ("192.0.2.0/24", 403)] {
        let file = json!({
            "policies": {"local": {
                "Version": "1",
                "Statement": [{
                    "Effect": "Allow",
                    "Action": "oos:ListTemplates",
                    "Resource": "*",
                    "Condition": {"IpAddress": {"acs:SourceIp": address}},
                }],
            }},
            "users": [{"name": "deploy", "access_keys": ["test"], "policies": ["local"]}],
        });
        emulator.add_ram(&file.to_string()).unwrap();
        assert_eq!(
            call(&emulator, "test", "ListTemplates", &[]).await.status,
            expected
        );
    }
}

#[tokio::test]
async fn an_unknown_condition_key_is_told() {
    let emulator = start(builder()).await;
    let file = r#"
policies:
  tagged:
    Version: "1"
    Statement:
      - Effect: Allow
        Action: "oos:ListTemplates"
        Resource: "*"
        Condition: {StringEquals: {"acs:ResourceTag/team": dev}}
users:
  - {name: deploy, access_keys: [test], policies: [tagged]}
"#;
    emulator.add_ram(file).unwrap();
    assert_eq!(
        call(&emulator, "test", "ListTemplates", &[]).await.status,
        403
    );
    let denied = emulator.requests().remove(0).denied.unwrap();
    let note = "; statement 1 of the policy tagged does not apply: the condition key \
                acs:ResourceTag/team is unknown here";
    assert!(denied.ends_with(note), "{denied}");
}

#[tokio::test]
async fn files_are_checked_before_anything_changes() {
    let emulator = start(builder()).await;
    let policy = "policies: {p: {Version: '1', Statement: []}}\n";
    for (file, expected) in [
        ("user: []", "invalid RAM file: unknown field `user`"),
        ("mode: enforced", "did you mean `enforce`?"),
        (
            "policies: {p: {Version: '1'}}",
            "invalid policy p: Statement must be a list",
        ),
        (
            "users: [{name: a, policies: [q]}]",
            "invalid user a: there is no policy q",
        ),
        (
            "users: [{name: a, groups: [g]}]",
            "invalid user a: there is no group g",
        ),
        (
            "users: [{name: a, access_keys: [k]}]",
            "invalid user a: no key k is accepted",
        ),
        (
            "account: '2'\nusers: [{name: a, access_keys: [test]}]",
            "invalid user a: the key test is one of the account 1000000000000001, not 2",
        ),
        (
            "roles: [{name: r, trust: {Version: '1', Statement: [{Effect: Allow, Action: '*'}]}}]",
            "invalid trust policy of the role r: statement 1: Principal is missing",
        ),
    ] {
        let file = if file.starts_with("policies") {
            file.to_owned()
        } else {
            format!("{policy}{file}")
        };
        let error = emulator.add_ram(&file).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(emulator.ram_mode(), RamMode::Off);
    let overview = control(&emulator, "GET", "ram", "").await;
    assert_eq!(
        overview.json(),
        json!({"mode": "off", "users": [], "groups": [], "roles": [], "policies": []})
    );
}

/// Sends a request to the control API.
async fn control(emulator: &Emulator, method: &str, path: &str, body: &str) -> Response {
    let mut headers = alibabacloud_core::http::Headers::new();
    headers.set("host", "127.0.0.1");
    headers.set("content-type", "application/json");
    let target = format!("/_emulator/{path}");
    let body = body.as_bytes();
    common::send(emulator.address(), method, &target, &headers, body)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_control_api_has_users_and_needed_policies() {
    let emulator = start(builder()).await;
    let file = json!({
        "mode": "record",
        "policies": {"p": {"Version": "1", "Statement": []}},
        "users": [{"name": "deploy", "access_keys": ["test"], "policies": ["p"]}],
    });
    let added = control(&emulator, "POST", "ram", &file.to_string()).await;
    let user = &added.json()["users"][0];
    assert_eq!(user["name"], "deploy");
    assert_eq!(user["access_keys"], json!(["test"]));
    assert_eq!(get_template(&emulator, "a").await.status, 404);

    let needed = control(&emulator, "GET", "ram/needed-policy", "")
        .await
        .json();
    let resource = |policy: &str| needed[policy]["Statement"][0]["Resource"].clone();
    assert_eq!(resource("policy"), json!(["acs:oos:*:*:template/*"]));
    let exact = format!("acs:oos:cn-hangzhou:{ACCOUNT}:template/a");
    assert_eq!(resource("policy_for_resources"), json!([exact]));

    control(&emulator, "DELETE", "ram/needed-policy", "").await;
    let needed = control(&emulator, "GET", "ram/needed-policy", "")
        .await
        .json();
    assert_eq!(needed["policy"], json!({"Version": "1", "Statement": []}));
    let removed = control(&emulator, "DELETE", "ram", "").await.json();
    assert_eq!(
        (&removed["mode"], &removed["users"]),
        (&json!("off"), &json!([]))
    );
    let invalid = control(&emulator, "POST", "ram", r#"{"user": []}"#).await;
    assert_eq!(invalid.status, 400);
}

/// Writes a small specification, so that the test does not depend on which are built in.
fn specification(product: &str, operations: &[(&str, &[&str], Value)]) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("ram-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(directory.join("operations")).unwrap();
    let mut main = format!(
        "openapi: 3.1.0\ninfo: {{title: Test, version: \"2000-01-01\"}}\n\
         x-acs-product: {{code: {product}, crate: alibabacloud-test, style: rpc}}\npaths:\n"
    );
    for (name, parameters, schema) in operations {
        main.push_str(&format!(
            "  /#Action={name}:\n    $ref: operations/{name}.yaml\n"
        ));
        let parameters: Vec<Value> = parameters
            .iter()
            .map(|name| json!({"name": name, "in": "query", "schema": {"type": "string"}}))
            .collect();
        let operation = json!({"post": {
            "operationId": name,
            "x-acs-class": "get",
            "parameters": parameters,
            "responses": {"200": {
                "description": "Done.",
                "content": {"application/json": {"schema": schema}},
            }},
        }});
        let file = directory.join(format!("operations/{name}.yaml"));
        fs::write(file, operation.to_string()).unwrap();
    }
    fs::write(directory.join("openapi.yaml"), main).unwrap();
    directory
}

fn object(fields: &[(&str, &str)]) -> Value {
    let fields = fields
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), json!({"type": kind})));
    json!({"type": "object", "properties": fields.collect::<serde_json::Map<_, _>>()})
}

const TOKENS: &str = "2000-01-01";

fn tokens() -> PathBuf {
    let credentials = object(&[
        ("AccessKeyId", "string"),
        ("AccessKeySecret", "string"),
        ("SecurityToken", "string"),
        ("Expiration", "string"),
    ]);
    let session = object(&[("Arn", "string"), ("AssumedRoleId", "string")]);
    let assumed = json!({
        "type": "object",
        "properties": {"AssumedRoleUser": session, "Credentials": credentials},
    });
    let identity = object(&[("Arn", "string"), ("IdentityType", "string")]);
    specification(
        "sts",
        &[
            (
                "AssumeRole",
                &["RoleArn", "RoleSessionName", "Policy", "ExternalId"],
                assumed,
            ),
            ("GetCallerIdentity", &[], identity),
        ],
    )
}

const ROLES: &str = r#"
policies:
  templates:
    Version: "1"
    Statement: [{Effect: Allow, Action: ["oos:GetTemplate", "oos:ListTemplates"], Resource: "*"}]
users:
  - {name: deploy, access_keys: [test], policies: [AliyunSTSAssumeRoleAccess]}
  - name: other
    access_keys: [{access_key_id: other, access_key_secret: secret}]
    policies: [AliyunSTSAssumeRoleAccess]
  - {name: nobody, access_keys: [{access_key_id: nobody, access_key_secret: secret}]}
roles:
  - name: reader
    policies: [templates]
    trust:
      Version: "1"
      Statement:
        - Effect: Allow
          Action: "sts:AssumeRole"
          Principal:
            RAM: ["acs:ram::1000000000000001:user/deploy", "acs:ram::1000000000000001:user/nobody"]
          Condition: {StringEquals: {"sts:ExternalId": abc}}
"#;
const ROLE: &str = "acs:ram::1000000000000001:role/reader";

async fn assume(emulator: &Emulator, key: &str, role: &str, more: &[(&str, &str)]) -> Response {
    let mut parameters = vec![("RoleArn", role), ("RoleSessionName", "job")];
    parameters.extend_from_slice(more);
    let request = V3::new("AssumeRole", TOKENS, &parameters).key(key, "secret");
    request.sign().send(emulator.address()).await.unwrap()
}

/// A temporary key.
struct Session {
    id: String,
    secret: String,
    token: String,
}

impl Session {
    fn of(response: &Response) -> Self {
        let body = response.json();
        let field = |name: &str| body["Credentials"][name].as_str().unwrap().to_owned();
        Self {
            id: field("AccessKeyId"),
            secret: field("AccessKeySecret"),
            token: field("SecurityToken"),
        }
    }

    async fn call(&self, emulator: &Emulator, action: &str, version: &str) -> Response {
        let request = V3::new(action, version, &[("TemplateName", "a")]);
        let request = request.key(&self.id, &self.secret);
        let request = request.header("x-acs-security-token", &self.token);
        request.sign().send(emulator.address()).await.unwrap()
    }
}

#[tokio::test]
async fn a_role_is_assumed_by_those_whom_it_trusts() {
    let emulator = start(builder().specs(tokens()).ram(ROLES)).await;
    let secret = [("ExternalId", "abc")];
    let refused = assume(&emulator, "nobody", ROLE, &secret).await.json();
    let policy_type = &refused["AccessDeniedDetail"]["PolicyType"];
    assert_eq!(policy_type, "AccountLevelIdentityBasedPolicy");
    for (key, external) in [("other", "abc"), ("test", "ab")] {
        let refused = assume(&emulator, key, ROLE, &[("ExternalId", external)]).await;
        assert_eq!(refused.code(), "NoPermission");
        let detail = &refused.json()["AccessDeniedDetail"];
        assert_eq!(detail["PolicyType"], "AssumeRolePolicy");
    }
    for (role, code) in [
        (
            "acs:ram::1000000000000001:role/readers",
            "EntityNotExist.Role",
        ),
        (
            "acs:ram::1000000000000001:user/deploy",
            "InvalidParameter.RoleArn",
        ),
    ] {
        let refused = assume(&emulator, "test", role, &secret).await;
        assert_eq!(refused.code(), code);
    }
    let invalid = [("ExternalId", "abc"), ("Policy", "{}")];
    let invalid = assume(&emulator, "test", ROLE, &invalid).await;
    assert_eq!(invalid.code(), "InvalidParameter.PolicyGrammar");
    let assumed = assume(&emulator, "test", ROLE, &secret).await;
    let arn = &assumed.json()["AssumedRoleUser"]["Arn"];
    assert_eq!(*arn, format!("{ROLE}/job"));
    // The owner of the account cannot assume a role.
    emulator.add_key(Key::new("root", "secret"));
    let refused = assume(&emulator, "root", ROLE, &secret).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn a_session_has_the_permissions_of_its_role_and_its_policy() {
    let emulator = start(builder().specs(tokens()).ram(ROLES)).await;
    let statement = json!({
        "Effect": "Allow",
        "Action": ["oos:GetTemplate", "oos:ListExecutions"],
        "Resource": "*",
    });
    let policy = json!({"Version": "1", "Statement": [statement]}).to_string();
    for (policy, list_templates) in [(None, 200), (Some(("Policy", policy.as_str())), 403)] {
        let parameters: Vec<_> = [("ExternalId", "abc")].into_iter().chain(policy).collect();
        let assumed = assume(&emulator, "test", ROLE, &parameters).await;
        let session = Session::of(&assumed);
        assert!(session.id.starts_with("STS."), "{}", session.id);
        let allowed = session.call(&emulator, "GetTemplate", OOS).await;
        assert_eq!(allowed.code(), "EntityNotExists.Template");
        let response = session.call(&emulator, "ListTemplates", OOS).await;
        assert_eq!(response.status, list_templates);
        if policy.is_some() {
            let detail = &response.json()["AccessDeniedDetail"];
            assert_eq!(detail["PolicyType"], "SessionPolicy");
        }
        // What only the session policy allows is not allowed.
        let refused = session.call(&emulator, "ListExecutions", OOS).await.json();
        let detail = &refused["AccessDeniedDetail"];
        assert_eq!(detail["AuthPrincipalType"], "AssumedRoleUser");
        assert_eq!(detail["AuthPrincipalDisplayName"], "reader:job");
        assert_eq!(detail["PolicyType"], "AccountLevelIdentityBasedPolicy");
    }
}

#[tokio::test]
async fn a_session_has_an_identity_and_an_end() {
    let emulator = start(
        builder()
            .specs(tokens())
            .ram(ROLES)
            .ram_mode(RamMode::Record),
    )
    .await;
    let session = Session::of(&assume(&emulator, "test", ROLE, &[]).await);
    let identity = session
        .call(&emulator, "GetCallerIdentity", TOKENS)
        .await
        .json();
    assert_eq!(identity["IdentityType"], "AssumedRoleUser");
    let arn = "acs:ram::1000000000000001:assumed-role/reader/job";
    assert_eq!(identity["Arn"], arn);
    emulator.advance(Duration::from_secs(3_599));
    assert_eq!(
        session.call(&emulator, "ListTemplates", OOS).await.status,
        200
    );
    emulator.advance(Duration::from_secs(2));
    let expired = session.call(&emulator, "ListTemplates", OOS).await;
    assert_eq!(expired.code(), "InvalidSecurityToken.Expired");
}

#[tokio::test]
async fn a_message_can_be_decoded() {
    let text = json!({"type": "string"});
    let decoded = json!({
        "type": "object",
        "properties": {"DecodedDiagnosticMessage": {
            "type": "object",
            "properties": {"AuthAction": text, "AuthResource": text},
        }},
    });
    let parameters: &[&str] = &["EncodedDiagnosticMessage"];
    let specs = specification("ram", &[("DecodeDiagnosticMessage", parameters, decoded)]);
    let emulator = start(builder().specs(specs).ram(FILE)).await;
    let refused = get_template(&emulator, "other").await.json();
    let message = refused["AccessDeniedDetail"]["EncodedDiagnosticMessage"]
        .as_str()
        .unwrap();
    emulator.set_ram_mode(RamMode::Off);
    let parameters = [("EncodedDiagnosticMessage", message)];
    let request = V3::new("DecodeDiagnosticMessage", TOKENS, &parameters).sign();
    let response = request.send(emulator.address()).await.unwrap().json();
    let decoded = &response["DecodedDiagnosticMessage"];
    assert_eq!(decoded["AuthAction"], "oos:GetTemplate");
    let resource = format!("acs:oos:cn-hangzhou:{ACCOUNT}:template/other");
    assert_eq!(decoded["AuthResource"], resource);
    assert_eq!(decoded["ExplicitDeny"], false);
}

#[tokio::test]
async fn what_a_program_creates_with_ram_counts() {
    let key = object(&[("AccessKeyId", "string"), ("AccessKeySecret", "string")]);
    let access_key = json!({"type": "object", "properties": {"AccessKey": key}});
    let nothing = object(&[]);
    let specs = specification(
        "ram",
        &[
            ("CreateUser", &["UserName"], nothing.clone()),
            ("CreateAccessKey", &["UserName"], access_key),
            (
                "CreatePolicy",
                &["PolicyName", "PolicyDocument"],
                nothing.clone(),
            ),
            (
                "AttachPolicyToUser",
                &["PolicyType", "PolicyName", "UserName"],
                nothing.clone(),
            ),
            (
                "DetachPolicyFromUser",
                &["PolicyType", "PolicyName", "UserName"],
                nothing,
            ),
        ],
    );
    let emulator = start(builder().specs(specs).ram_mode(RamMode::Enforce)).await;
    let ram = |action: &'static str, parameters: Vec<(&'static str, String)>| {
        let address = emulator.address();
        async move {
            let parameters: Vec<(&str, &str)> = parameters
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            // The key of the account, which may do everything.
            V3::new(action, TOKENS, &parameters)
                .sign()
                .send(address)
                .await
                .unwrap()
        }
    };
    let user = || ("UserName", "deploy".to_owned());
    let policy = || ("PolicyName", "templates".to_owned());
    let document = |action: &str| {
        let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
        let document = json!({"Version": "1", "Statement": [statement]});
        ("PolicyDocument", document.to_string())
    };
    assert_eq!(ram("CreateUser", vec![user()]).await.status, 200);
    let created = ram("CreateAccessKey", vec![user()]).await.json();
    let field = |name: &str| created["AccessKey"][name].as_str().unwrap().to_owned();
    let (id, secret) = (field("AccessKeyId"), field("AccessKeySecret"));
    let list = || async {
        let request = V3::new("ListTemplates", OOS, &[]).key(&id, &secret).sign();
        request.send(emulator.address()).await.unwrap().status
    };
    assert_eq!(list().await, 403);
    let malformed = ram("CreatePolicy", vec![policy(), document("ListTemplates")]).await;
    assert_eq!(
        (malformed.status, malformed.code().as_str()),
        (400, "MalformedPolicyDocument")
    );
    let created = ram(
        "CreatePolicy",
        vec![policy(), document("oos:ListTemplates")],
    )
    .await;
    assert_eq!(created.status, 200);
    assert_eq!(list().await, 403);
    ram("AttachPolicyToUser", vec![policy(), user()]).await;
    assert_eq!(list().await, 200);
    ram("DetachPolicyFromUser", vec![policy(), user()]).await;
    assert_eq!(list().await, 403);
}
