//! Every route of the API, as the page uses it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is a test"
)]

mod common;

use common::{Server, builder, oos, with};
use serde_json::{Value, json};

const INSTANCE: &str = "i-emulator0000000001";

#[tokio::test]
async fn the_page_is_served_before_anything_is_loaded() {
    let server = Server::start(builder()).await;
    let host = server.host();
    let page = server.request("GET", "/", &[("host", &host)], "").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let browser = server.browser().await;
    let start = browser.get("/api/start").await.json();
    let opens = json!({
        "product": "oos", "version": "2019-06-01", "operation": "ListInstancePackageStates",
    });
    assert_eq!(start["opens"], opens);
    assert_eq!(start["defaultTarget"], "emulator");
    assert_eq!(start["targets"]["cloud"]["asked"], false);
    assert_eq!(start["targets"]["cloud"]["allowWrites"], false);
    let services = start["services"].as_array().unwrap();
    assert!(services.len() > 10);
    // Before they have been read.
    let ecs = services.iter().find(|service| service["product"] == "ecs");
    assert_eq!(ecs.unwrap()["title"], "Elastic Compute Service");
    assert!(ecs.unwrap()["operations"].as_u64() > Some(300));

    let start = browser.loaded().await;
    let ready =
        |service: &Value| service["ready"] == true && service["operations"].as_u64() > Some(0);
    assert!(
        start["services"].as_array().unwrap().iter().all(ready),
        "{start}"
    );
    assert_eq!(start["problems"], json!([]));
    assert_eq!(start["targets"]["emulator"]["ready"], true);
}

#[tokio::test]
async fn services_and_operations_are_described() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let service = browser.get("/api/services/oos/2019-06-01").await.json();
    assert_eq!(service["crate"], "alibabacloud-oos");
    assert_eq!(service["style"], "RPC");
    let groups = service["groups"].as_array().unwrap();
    let listed: usize = groups
        .iter()
        .map(|group| group["operations"].as_array().unwrap().len())
        .sum();
    assert_eq!(json!(listed), service["operations"]);

    let path = "/api/operations/oos/2019-06-01/ListInstancePackageStates";
    let operation = browser.get(path).await.json();
    assert_eq!(operation["access"], "read");
    assert_eq!(operation["required"], json!(["InstanceId"]));
    let pagination = json!({"kind": "token", "items": "PackageStates", "input": "NextToken"});
    assert_eq!(operation["pagination"], pagination);
    assert_eq!(
        operation["ram"]["actions"][0]["action"],
        "oos:ListInstancePackageStates"
    );
    assert_eq!(operation["response"]["type"], "object");
    assert_eq!(operation["rust"]["method"], "list_instance_package_states");
    assert!(operation["example"]["request"]["InstanceId"].is_string());
    let region = operation["parameters"].as_array().unwrap().iter();
    assert!(
        region.clone().any(|one| one["region"] == true),
        "{operation}"
    );

    let path = "/api/operations/oos/2019-06-01/GetTemplate";
    let operation = browser.get(path).await.json();
    let errors = operation["errors"].as_array().unwrap().iter();
    let known = errors.filter(|error| error["code"] == "EntityNotExists.Template");
    assert!(known.clone().all(|error| error["meaning"] != "") && known.count() == 1);

    for path in [
        "/api/services/oos/2019-06-02",
        "/api/services/nosuch/2019-06-01",
        "/api/operations/oos/2019-06-01/NoSuch",
        "/api/nosuch",
    ] {
        let response = browser.get(path).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (404, "not_found"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn search_has_first_what_is_meant_most_often() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    browser.loaded().await;
    for (query, product, first) in [
        // Several services have it; that of Redis comes first in their order.
        ("DescribeInstances", "ecs", "DescribeInstances"),
        ("describeinstances", "ecs", "DescribeInstances"),
        (
            "r-kvstore%20DescribeInstances",
            "r-kvstore",
            "DescribeInstances",
        ),
        // Deprecated in ECS.
        ("CreateVpc", "vpc", "CreateVpc"),
        ("CreateLoadBalancer", "slb", "CreateLoadBalancer"),
        // The begin of a name, of a word in it, any part of it.
        ("RunInst", "ecs", "RunInstances"),
        ("configstates", "cs", "ListUserKubeConfigStates"),
        ("lleridentity", "sts", "GetCallerIdentity"),
    ] {
        let found = browser.get(&format!("/api/search?q={query}")).await.json();
        let hit = &found["hits"][0];
        assert_eq!(
            (&hit["product"], &hit["name"]),
            (&product.into(), &first.into()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn search_finds_names_parameters_errors_and_actions() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    browser.loaded().await;
    let first = async |query: &str| {
        let found = browser.get(&format!("/api/search?q={query}")).await.json();
        let hit = &found["hits"][0];
        let text = |name: &str| hit[name].as_str().unwrap_or_default().to_owned();
        (text("product"), text("name"), text("match"))
    };
    let hit = |product: &str, name: &str, place: &str| {
        (product.to_owned(), name.to_owned(), place.to_owned())
    };
    assert_eq!(
        first("listinstancepackagestates").await,
        hit("oos", "ListInstancePackageStates", "name")
    );
    assert_eq!(first("runinst").await, hit("ecs", "RunInstances", "name"));
    let (product, _, place) = first("oos%20configureaction").await;
    assert_eq!((product.as_str(), place.as_str()), ("oos", "parameter"));
    let (_, _, place) = first("EntityNotExists.Execution").await;
    assert_eq!(place, "error");
    let (_, name, place) = first("oos%3AListInstancePackageStates").await;
    assert_eq!(
        (name.as_str(), place.as_str()),
        ("ListInstancePackageStates", "action")
    );
    assert_eq!(first("nosuchword").await, hit("", "", ""));

    let many = browser.get("/api/search?q=list&limit=3").await.json();
    assert_eq!(
        (many["hits"].as_array().unwrap().len(), &many["more"]),
        (3, &json!(true))
    );
    let none = browser.get("/api/search?q=").await.json();
    assert_eq!(none["hits"], json!([]));
    for query in ["limit=0", "limit=x", "limit=100000", "other=1"] {
        let response = browser.get(&format!("/api/search?{query}")).await;
        assert_eq!(response.status, 400, "{query}");
    }
}

#[tokio::test]
async fn the_first_click_shows_data() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let call = oos(
        "ListInstancePackageStates",
        json!({"InstanceId": INSTANCE, "MaxResults": 3}),
    );
    let target = json!({"target": "emulator"});
    let outcome = browser.ok("/api/call", &with(call.clone(), &target)).await;
    assert_eq!(
        (&outcome["ok"], &outcome["status"]),
        (&json!(true), &json!(200))
    );
    assert_eq!(
        outcome["body"]["PackageStates"].as_array().unwrap().len(),
        3
    );
    assert!(outcome["raw"].as_str().unwrap().contains("PackageStates"));
    assert!(outcome["requestId"].is_string() && outcome["error"].is_null());
    assert_eq!(outcome["attempts"].as_array().unwrap().len(), 1);
    assert_eq!(outcome["redacted"], false);

    // The next page is a call with the parameters that the outcome has.
    let next = &outcome["next"]["parameters"];
    assert_eq!(next["InstanceId"], INSTANCE);
    let call = oos("ListInstancePackageStates", next.clone());
    let second = browser.ok("/api/call", &with(call.clone(), &target)).await;
    assert_ne!(
        second["body"]["PackageStates"],
        outcome["body"]["PackageStates"]
    );

    let call = oos(
        "ListInstancePackageStates",
        json!({"InstanceId": INSTANCE, "MaxResults": 3}),
    );
    let pages = browser.ok("/api/pages", &with(call.clone(), &target)).await;
    assert_eq!(pages["items"].as_array().unwrap().len(), 7);
    assert_eq!(
        (&pages["pages"], &pages["truncated"]),
        (&json!(3), &json!(false))
    );
    let limited = with(call, &json!({"target": "emulator", "limit": 4}));
    let pages = browser.ok("/api/pages", &limited).await;
    assert_eq!(pages["items"].as_array().unwrap().len(), 4);
    assert_eq!(pages["truncated"], true);
    let single = with(oos("GetTemplate", json!({"TemplateName": "t"})), &target);
    let response = browser.post("/api/pages", &single).await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (400, "not_a_list")
    );
}

#[tokio::test]
async fn an_error_has_its_meaning_and_a_write_works_in_the_emulator() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let target = json!({"target": "emulator"});
    let missing = with(
        oos("GetTemplate", json!({"TemplateName": "no-such"})),
        &target,
    );
    let outcome = browser.ok("/api/call", &missing).await;
    assert_eq!(outcome["ok"], false);
    let error = &outcome["error"];
    assert_eq!(error["kind"], "service");
    assert_eq!(error["code"], "EntityNotExists.Template");
    assert!(error["meaning"].is_string(), "{error}");
    assert_eq!(outcome["body"]["Code"], "EntityNotExists.Template");

    let content = r#"{"FormatVersion": "OOS-2019-06-01", "Tasks": [{"Name": "a", "Action": "ACS::Sleep", "Properties": {"Duration": "PT1S"}}]}"#;
    let create = oos(
        "CreateTemplate",
        json!({"TemplateName": "t", "Content": content}),
    );
    let outcome = browser.ok("/api/call", &with(create, &target)).await;
    assert_eq!(outcome["ok"], true, "{outcome}");
    let state = browser.get("/api/emulator/state").await.text();
    assert!(state.contains("ACS::Sleep"), "{state}");
}

#[tokio::test]
async fn parameters_are_checked() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let call = oos(
        "ListInstancePackageStates",
        json!({"MaxResults": 1000, "Instnce": "i"}),
    );
    let problems = browser.ok("/api/check", &call).await;
    let paths: Vec<&str> = problems["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["path"].as_str().unwrap())
        .collect();
    assert!(
        paths.contains(&"InstanceId") && paths.contains(&"Instnce"),
        "{problems}"
    );
    let response = browser
        .post("/api/call", &with(call, &json!({"target": "emulator"})))
        .await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (400, "invalid_parameters")
    );
    assert_eq!(response.json()["error"]["problems"][0]["path"], "Instnce");
    // What only the service knows is left to it.
    let unset = with(
        oos("ListInstancePackageStates", json!({})),
        &json!({"target": "emulator"}),
    );
    let outcome = browser.ok("/api/call", &unset).await;
    assert_eq!(outcome["error"]["kind"], "invalid_input", "{outcome}");
}

#[tokio::test]
async fn retries_have_a_timeline() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let fault = json!({"kind": "throttle", "count": 2, "operation": "ListInstancePackageStates"});
    let faults = browser.ok("/api/emulator/faults", &fault).await;
    assert_eq!(
        (&faults[0]["kind"], &faults[0]["times"]),
        (&json!("throttle"), &json!(2))
    );
    let call = oos("ListInstancePackageStates", json!({"InstanceId": INSTANCE}));
    let call = with(call, &json!({"target": "emulator"}));
    let outcome = browser.ok("/api/call", &call).await;
    assert_eq!(outcome["ok"], true, "{outcome}");
    let attempts = outcome["attempts"].as_array().unwrap();
    let reasons: Vec<&Value> = attempts.iter().map(|attempt| &attempt["reason"]).collect();
    assert_eq!(
        reasons,
        [&json!("throttled"), &json!("throttled"), &Value::Null]
    );
    assert_eq!(attempts[0]["error"], "Throttling.User");
    assert_eq!(attempts[0]["waitMs"], 0.0);
    assert!(attempts[2]["waitMs"].is_f64());

    let skew = json!({"kind": "clock_skew", "count": 10});
    browser.ok("/api/emulator/faults", &skew).await;
    let outcome = browser.ok("/api/call", &call).await;
    assert_eq!(outcome["attempts"][0]["reason"], "clock", "{outcome}");
    assert!(
        outcome["clockSkewMs"].as_i64().unwrap() > 1_000_000,
        "{outcome}"
    );
    let cleared = browser.ok("/api/emulator/faults/clear", &json!({})).await;
    assert_eq!(cleared, json!([]));
    for fault in [
        json!({"kind": "meteor"}),
        json!({"kind": "throttle", "count": 0}),
        json!({"kind": "throttle", "count": "many"}),
        json!({"kind": "throttle", "operation": "NoSuchOperation"}),
        json!({"kind": "throttle", "operation": 7}),
        json!({}),
    ] {
        let response = browser.post("/api/emulator/faults", &fault).await;
        assert_eq!(response.status, 400, "{fault}");
    }
}

#[tokio::test]
async fn the_emulator_has_a_log_and_can_be_reset() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let create = oos(
        "CreateParameter",
        json!({"Name": "p", "Type": "String", "Value": "v"}),
    );
    browser
        .ok("/api/call", &with(create, &json!({"target": "emulator"})))
        .await;
    let log = browser.get("/api/emulator/requests").await.json();
    assert_eq!(
        (&log[0]["product"], &log[0]["operation"]),
        (&json!("oos"), &json!("CreateParameter"))
    );
    assert_eq!(log[0]["parameters"]["Name"], "p");
    assert_eq!(
        browser.ok("/api/emulator/reset", &json!({})).await,
        json!({})
    );
    assert_eq!(
        browser.get("/api/emulator/requests").await.json(),
        json!([])
    );
    let state = browser.get("/api/emulator/state").await.text();
    assert!(
        state.contains(INSTANCE) && !state.contains("\"p\""),
        "{state}"
    );
}

#[tokio::test]
async fn a_preview_shows_what_is_signed_and_compares_it() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let call = oos("ListInstancePackageStates", json!({"InstanceId": INSTANCE}));
    let call = with(call, &json!({"target": "emulator"}));
    let preview = browser.ok("/api/preview", &call).await;
    assert_eq!(preview["algorithm"], "ACS3-HMAC-SHA256");
    let canonical = preview["canonicalRequest"].as_str().unwrap();
    assert!(
        canonical.contains(&format!("InstanceId={INSTANCE}")),
        "{canonical}"
    );
    let signature = preview["signature"].as_str().unwrap();
    let headers = preview["headers"].to_string();
    assert!(headers.contains(signature), "{headers}");

    let same = format!("server string to sign is:{canonical}");
    let compared = browser
        .ok(
            "/api/signature",
            &with(call.clone(), &json!({"message": same})),
        )
        .await;
    assert_eq!(compared["what"], "canonicalRequest");
    assert!(compared["line"].is_null(), "{compared}");
    let other = same.replace(INSTANCE, "i-other");
    let compared = browser
        .ok(
            "/api/signature",
            &with(call.clone(), &json!({"message": other})),
        )
        .await;
    assert_eq!(compared["line"], 3);
    assert!(compared["explanation"].as_str().unwrap().contains("query"));
    let response = browser
        .post("/api/signature", &with(call, &json!({"message": "no"})))
        .await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (400, "nothing_quoted")
    );
}

#[tokio::test]
async fn calls_have_a_policy() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let calls = json!({
        "calls": [
            oos("GetTemplate", json!({"TemplateName": "web"})),
            oos("DeleteTemplate", json!({"TemplateName": "w*"})),
            oos("ListInstancePackageStates", json!({"TemplateNames": ["a", "b"]})),
            oos("CreateParameter", json!({"Name": "host"})),
        ],
        "account": "123",
        "region": "cn-hangzhou",
    });
    let policy = browser.ok("/api/policy", &calls).await;
    let document = policy["json"].as_str().unwrap();
    assert!(
        document.contains("acs:oos:cn-hangzhou:123:template/web"),
        "{document}"
    );
    assert!(
        document.contains("acs:oos:cn-hangzhou:123:template/*"),
        "{document}"
    );
    assert!(!document.contains("w*"), "{document}");
    for name in ["template/a", "template/b", "parameter/host"] {
        let resource = format!("acs:oos:cn-hangzhou:123:{name}\"");
        assert!(document.contains(&resource), "{document}");
    }
    assert!(
        policy["terraform"]
            .as_str()
            .unwrap()
            .contains("alicloud_ram_policy")
    );
    assert!(
        policy["markdown"]
            .as_str()
            .unwrap()
            .contains("oos:DeleteTemplate")
    );
    for (name, value) in [("account", "1:2"), ("region", "cn*"), ("calls", "")] {
        let mut wrong = calls.clone();
        wrong[name] = value.into();
        assert_eq!(
            browser.post("/api/policy", &wrong).await.status,
            400,
            "{name}"
        );
    }
}

#[tokio::test]
async fn code_is_shown_for_the_parameters() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let call = |parameters: Value| {
        let call = oos("ListInstancePackageStates", parameters);
        with(call, &json!({"target": "emulator"}))
    };
    let code = call(json!({"InstanceId": INSTANCE}));
    let code = browser.ok("/api/code", &code).await;
    let cli = code["aliyun"].as_str().unwrap();
    assert!(
        cli.starts_with("aliyun oos ListInstancePackageStates"),
        "{cli}"
    );
    assert!(cli.contains(&format!("--InstanceId {INSTANCE}")), "{cli}");
    assert!(
        code["policy"]
            .as_str()
            .unwrap()
            .contains("oos:ListInstancePackageStates")
    );
    assert_eq!(code["problems"], json!([]));
    let code = browser.ok("/api/code", &call(json!({}))).await;
    assert_eq!(code["problems"][0]["path"], "InstanceId");
}

#[tokio::test]
async fn bodies_and_targets_that_do_not_exist_are_refused() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let call = oos("GetTemplate", json!({}));
    for body in [
        json!(null),
        json!([]),
        json!({}),
        with(call.clone(), &json!({"target": "moon"})),
        with(
            call.clone(),
            &json!({"target": "emulator", "parameters": []}),
        ),
        with(call.clone(), &json!({"target": "emulator", "region": 7})),
        with(call.clone(), &json!({"target": "emulator", "version": 7})),
    ] {
        let response = browser.post("/api/call", &body).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (400, "invalid_request"),
            "{body}"
        );
    }
    let unknown = with(call, &json!({"target": "emulator", "operation": "NoSuch"}));
    assert_eq!(browser.post("/api/call", &unknown).await.status, 404);
    let response = browser.get("/api/call").await;
    assert_eq!(
        (response.status, response.header("allow")),
        (405, Some("POST"))
    );
}
