//! STS: who calls. The specification is a small one, so that the test does not depend on which
//! specifications are built in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_emulator::{Emulator, Key};
use common::V3;
use std::fs;
use std::path::Path;

const VERSION: &str = "2000-01-01";

const SERVICE: &str = r#"openapi: 3.1.0
info: {title: Tokens, version: "2000-01-01"}
x-acs-product: {code: sts, crate: alibabacloud-tokens, style: rpc}
paths:
  /#Action=GetCallerIdentity:
    $ref: operations/GetCallerIdentity.yaml
"#;

const OPERATION: &str = r#"post:
  operationId: GetCallerIdentity
  x-acs-class: get
  responses:
    "200":
      description: The caller.
      content:
        application/json:
          schema:
            type: object
            properties:
              AccountId: {type: string}
              Arn: {type: string}
              IdentityType: {type: string}
              PrincipalId: {type: string}
              RoleId: {type: string}
              UserId: {type: string}
"#;

#[tokio::test]
async fn the_identity_is_that_of_the_key() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tokens");
    fs::create_dir_all(directory.join("operations")).unwrap();
    fs::write(directory.join("openapi.yaml"), SERVICE).unwrap();
    let operation = directory.join("operations/GetCallerIdentity.yaml");
    fs::write(operation, OPERATION).unwrap();
    let emulator = Emulator::builder()
        .specs(&directory)
        .key(Key::new("bot", "secret").account("1000000000000002"))
        .key(Key::new("STS.role", "secret").security_token("token"))
        .start()
        .await
        .unwrap();
    let ask = |request: V3| async {
        let response = request.sign().send(emulator.address()).await.unwrap();
        assert_eq!(response.status, 200, "{}", response.body);
        response.json()
    };
    let request = || V3::new("GetCallerIdentity", VERSION, &[]);

    let user = ask(request().key("bot", "secret")).await;
    assert_eq!(user["AccountId"], "1000000000000002");
    assert_eq!(user["IdentityType"], "RAMUser");
    assert_eq!(user["Arn"], "acs:ram::1000000000000002:user/bot");
    assert_eq!(user["PrincipalId"], user["UserId"]);
    assert!(user.get("RoleId").is_none(), "{user}");

    let temporary = request().key("STS.role", "secret");
    let role = ask(temporary.header("x-acs-security-token", "token")).await;
    assert_eq!(role["IdentityType"], "AssumedRoleUser");
    let arn = role["Arn"].as_str().unwrap();
    assert!(arn.ends_with(":assumed-role/emulator/session"), "{arn}");
    let role_id = role["RoleId"].as_str().unwrap();
    assert_eq!(role["PrincipalId"], format!("{role_id}:session"));
    assert!(role.get("UserId").is_none(), "{role}");
}
