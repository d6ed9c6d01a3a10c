//! The permission in the error of a denied call: from the service, else from the documentation of
//! the operation and the request.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]
#![allow(
    unexpected_cfgs,
    reason = "the tables of generated code have a feature `serde`"
)]

mod fixture;

use alibabacloud_core::http::Method;
use alibabacloud_core::plumbing::{Access, Call, Operation, Param};
use alibabacloud_core::test_util::MockResponse;
use alibabacloud_core::{AccessDenied, Client, Error};
use alibabacloud_types::Sensitive;
use alibabacloud_types::fields;
use fixture::{EmptyOutput, Kit, PRODUCT};

static GET: Operation = Operation::rpc(&PRODUCT, "GetThing", Access::Read)
    .params(&[
        Param::query("RegionId"),
        Param::query("ThingName"),
        Param::form("BoxIds").simple(),
        Param::query("DiskIds").json(),
        Param::query("TrayIds"),
        Param::query("Password"),
    ])
    .permission(
        "oos:GetThing thing!acs:oos:{#regionId}:{#accountId}:thing/{#thingName} \
         box=acs:oos:{#regionId}:{#accountId}:box/{#boxId} \
         disk=acs:ecs:{#regionId}:{#accountId}:disk/{#diskId} \
         tray=acs:oos:{#regionId}:{#accountId}:tray/{#trayId} \
         password=acs:oos:{#regionId}:{#accountId}:password/{#password}\n\
         ram:PassRole",
    );

#[derive(Clone, Default)]
struct GetInput {
    region_id: Option<String>,
    thing_name: Option<String>,
    box_ids: Option<Vec<String>>,
    disk_ids: Option<Vec<String>>,
    tray_ids: Option<Vec<String>>,
    password: Option<Sensitive<String>>,
}
fields!(GetInput {
    region_id: "RegionId",
    thing_name: "ThingName",
    box_ids: "BoxIds",
    disk_ids: "DiskIds",
    tray_ids: "TrayIds",
    password: "Password"
});

static GET_SHELF: Operation = Operation::roa(
    &PRODUCT,
    "GetShelf",
    Method::Get,
    "/houses/{HouseId}/shelves/{ShelfId}",
    Access::Read,
)
.params(&[Param::path("HouseId"), Param::path("ShelfId")])
.permission(
    "oos:GetShelf shelf!acs:oos:{#regionId}:{#accountId}:house/{#houseId}/shelf/{#shelfId}",
);

#[derive(Clone, Default)]
struct ShelfInput {
    house_id: Option<String>,
    shelf_id: Option<String>,
}
fields!(ShelfInput {
    house_id: "HouseId",
    shelf_id: "ShelfId"
});

/// A response that denies `action`, with more members of the details.
fn denied(action: &str, more: &str) -> MockResponse {
    MockResponse::json(
        403,
        format!(
            r#"{{"Code":"Forbidden.RAM","Message":"No.","RequestId":"4A1B","AccessDeniedDetail":
                {{"AuthAction":"{action}","NoPermissionType":"ImplicitDeny"{more}}}}}"#
        ),
    )
}

async fn get(response: MockResponse, input: GetInput) -> Error {
    let kit = Kit::new([response]);
    let client = Client::new(kit.config.clone()).expect("a client");
    let call = Call::new(&client, &GET, input);
    call.send::<EmptyOutput>().await.expect_err("denied")
}

fn statement(error: &Error) -> Option<String> {
    error
        .access_denied()
        .and_then(AccessDenied::policy_statement)
}

fn thing(name: &str) -> GetInput {
    GetInput {
        thing_name: Some(name.to_owned()),
        ..GetInput::default()
    }
}

#[tokio::test]
async fn the_statement_has_the_resource_of_the_request() {
    let error = get(denied("oos:GetThing", ""), thing("lamp")).await;
    let expected = r#"{"Effect":"Allow","Action":"oos:GetThing","Resource":"acs:oos:cn-hangzhou:*:thing/lamp"}"#;
    assert_eq!(statement(&error).as_deref(), Some(expected));
    let line = error.to_string();
    assert!(
        line.ends_with(&format!("allow it with {expected})")),
        "{line}"
    );

    // The account of the principal is that of the resource; the region can be a parameter.
    let input = GetInput {
        region_id: Some("cn-beijing".to_owned()),
        ..thing("lamp")
    };
    let owner = r#","AuthPrincipalOwnerId":"1234567890123456""#;
    let error = get(denied("OOS:getthing", owner), input).await;
    assert_eq!(
        statement(&error).as_deref(),
        Some(
            r#"{"Effect":"Allow","Action":"OOS:getthing","Resource":"acs:oos:cn-beijing:1234567890123456:thing/lamp"}"#
        )
    );
}

#[tokio::test]
async fn lists_are_read_in_every_style() {
    let list = |names: [&str; 2]| Some(names.map(str::to_owned).to_vec());
    let input = GetInput {
        box_ids: list(["b1", "b2"]),
        disk_ids: list(["d1", "d2"]),
        tray_ids: list(["t1", "t2"]),
        password: Some("secret".into()),
        ..GetInput::default()
    };
    let error = get(denied("oos:GetThing", ""), input).await;
    let needed = error
        .access_denied()
        .and_then(|denied| denied.needed.as_ref());
    let needed = needed.expect("the documentation names the permission");
    let expected = [
        "acs:oos:cn-hangzhou:*:box/b1",
        "acs:oos:cn-hangzhou:*:box/b2",
        "acs:ecs:cn-hangzhou:*:disk/d1",
        "acs:ecs:cn-hangzhou:*:disk/d2",
        "acs:oos:cn-hangzhou:*:tray/t1",
        "acs:oos:cn-hangzhou:*:tray/t2",
    ];
    assert_eq!(needed.resources, expected);
    assert!(
        !format!("{error:?} {error:#?}").contains("secret"),
        "{error:#?}"
    );
    let statement = statement(&error).expect("a statement");
    assert!(
        statement.contains(r#""Resource":["acs:oos:cn-hangzhou:*:box/b1","#),
        "{statement}"
    );
}

#[tokio::test]
async fn the_resource_can_be_in_the_path() {
    let kit = Kit::new([denied("oos:GetShelf", "")]);
    let client = Client::new(kit.config.clone()).expect("a client");
    let input = ShelfInput {
        house_id: Some("h 1".to_owned()),
        shelf_id: Some("s/1".to_owned()),
    };
    let call = Call::new(&client, &GET_SHELF, input);
    let error = call.send::<EmptyOutput>().await.expect_err("denied");
    assert_eq!(
        statement(&error).as_deref(),
        Some(
            r#"{"Effect":"Allow","Action":"oos:GetShelf","Resource":"acs:oos:cn-hangzhou:*:house/h 1/shelf/s/1"}"#
        )
    );
}

#[tokio::test]
async fn what_the_service_reports_comes_first() {
    let reported = r#","AuthResource":"acs:oos:*:1:thing/*""#;
    let error = get(denied("oos:GetThing", reported), thing("lamp")).await;
    let expected = r#"{"Effect":"Allow","Action":"oos:GetThing","Resource":"acs:oos:*:1:thing/*"}"#;
    assert_eq!(statement(&error).as_deref(), Some(expected));

    // Another action of the operation, and one that the documentation does not name.
    for action in ["ram:PassRole", "oos:Other"] {
        let error = get(denied(action, ""), thing("lamp")).await;
        let expected = format!(r#"{{"Effect":"Allow","Action":"{action}","Resource":"*"}}"#);
        assert_eq!(statement(&error), Some(expected));
    }
}

#[tokio::test]
async fn a_service_can_deny_without_details() {
    let response = MockResponse::json(403, r#"{"Code":"Forbidden.RAM","Message":"No."}"#);
    let error = get(response, thing("lamp")).await;
    let expected = r#"{"Effect":"Allow","Action":"oos:GetThing","Resource":"acs:oos:cn-hangzhou:*:thing/lamp"}"#;
    assert_eq!(statement(&error).as_deref(), Some(expected));
    let line = error.to_string();
    let advice = format!("by its documentation the call needs {expected})");
    assert!(line.ends_with(&advice), "{line}");

    // An explicit deny has to be removed, and other errors are not about permissions.
    let explicit = MockResponse::json(
        403,
        r#"{"Code":"NoPermission","AccessDeniedDetail":{"NoPermissionType":"ExplicitDeny"}}"#,
    );
    assert_eq!(statement(&get(explicit, thing("lamp")).await), None);
    let other = MockResponse::json(400, r#"{"Code":"InvalidParameter"}"#);
    assert!(get(other, thing("lamp")).await.access_denied().is_none());
}

#[tokio::test]
async fn an_operation_without_documentation_has_no_statement() {
    let kit = Kit::new([MockResponse::json(403, r#"{"Code":"NoPermission"}"#)]);
    let client = Client::new(kit.config.clone()).expect("a client");
    let call = fixture::delete(&client);
    let error = call.send::<EmptyOutput>().await.expect_err("denied");
    assert!(error.is_access_denied());
    assert!(error.access_denied().is_none());
}
