//! Calls to the cloud, which a second emulator plays: limits, confirmation, secrets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is a test"
)]

mod common;

use alibabacloud_core::credentials::Credentials;
use alibabacloud_emulator::{Emulator, Fault, Key};
use alibabacloud_explorer::Builder;
use common::{Server, builder, oos, with};
use serde_json::{Value, json};

const KEY_ID: &str = "LTAI5tPublicExampleKey01";
const SECRET: &str = "hunter2-access-key-secret";

async fn cloud() -> Emulator {
    let key = Key::new(KEY_ID, SECRET);
    Emulator::builder().key(key).start().await.unwrap()
}

fn explorer(cloud: &Emulator) -> Builder {
    builder()
        .endpoint(cloud.url())
        .region("cn-hangzhou")
        .credentials(Credentials::access_key(KEY_ID, SECRET).with_provider("test/provider"))
}

fn at_cloud(operation: &str, parameters: Value) -> Value {
    with(oos(operation, parameters), &json!({"target": "cloud"}))
}

#[tokio::test]
async fn the_page_learns_the_provider_and_a_masked_key_when_it_asks() {
    let cloud = cloud().await;
    let server = Server::start(explorer(&cloud)).await;
    let browser = server.browser().await;
    let start = browser.get("/api/start").await.json();
    let known = &start["targets"]["cloud"];
    assert_eq!(
        (&known["asked"], &known["keyId"]),
        (&json!(false), &Value::Null)
    );
    let known = browser.ok("/api/cloud", &json!({})).await;
    assert_eq!(known["keyId"], "LTAI****ey01");
    assert_eq!(known["provider"], "test/provider");
    assert_eq!(known["region"], "cn-hangzhou");
    assert_eq!(known["allowWrites"], false);
    let start = browser.get("/api/start").await;
    assert_eq!(start.json()["targets"]["cloud"], known);
    assert!(!start.text().contains(KEY_ID) && !start.text().contains(SECRET));
}

#[tokio::test]
async fn the_cloud_is_only_read() {
    let cloud = cloud().await;
    let server = Server::start(explorer(&cloud)).await;
    let browser = server.browser().await;
    let read = at_cloud("ListTemplates", json!({"MaxResults": 10}));
    let outcome = browser.ok("/api/call", &read).await;
    assert_eq!(outcome["ok"], true, "{outcome}");
    let write = at_cloud("DeleteTemplate", json!({"TemplateName": "t"}));
    for body in [
        write.clone(),
        with(write, &json!({"confirm": "DeleteTemplate"})),
    ] {
        let response = browser.post("/api/call", &body).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (403, "read_only")
        );
    }
    let sent = cloud.requests();
    let sent: Vec<Option<&str>> = sent.iter().map(|one| one.operation.as_deref()).collect();
    assert_eq!(sent, [Some("ListTemplates")]);
}

#[tokio::test]
async fn a_write_needs_the_name_of_the_operation() {
    let cloud = cloud().await;
    let server = Server::start(explorer(&cloud).allow_writes()).await;
    let browser = server.browser().await;
    let parameters = json!({"Name": "p", "Type": "String", "Value": "v"});
    let write = at_cloud("CreateParameter", parameters);
    for confirm in [
        json!(null),
        json!(""),
        json!("createparameter"),
        json!(true),
        json!("yes"),
    ] {
        let body = with(write.clone(), &json!({"confirm": confirm}));
        let response = browser.post("/api/call", &body).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (409, "confirm"),
            "{confirm}"
        );
    }
    assert!(cloud.requests().is_empty());
    let body = with(write, &json!({"confirm": "CreateParameter"}));
    assert_eq!(browser.ok("/api/call", &body).await["ok"], true);
    assert_eq!(cloud.requests().len(), 1);
}

#[tokio::test]
async fn deny_patterns_hold_on_both_targets() {
    let cloud = cloud().await;
    let builder = explorer(&cloud)
        .allow_writes()
        .deny("oos:Delete*")
        .deny("*:Get*");
    let server = Server::start(builder).await;
    let browser = server.browser().await;
    for (operation, target) in [
        ("DeleteTemplate", "cloud"),
        ("DeleteTemplate", "emulator"),
        ("GetTemplate", "cloud"),
        ("GetTemplate", "emulator"),
    ] {
        let call = oos(operation, json!({"TemplateName": "t"}));
        let call = with(call, &json!({"target": target, "confirm": operation}));
        let response = browser.post("/api/call", &call).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (403, "denied"),
            "{call}"
        );
    }
    assert!(cloud.requests().is_empty());
    let error = builder_error("Delete*").await;
    assert!(error.contains("invalid deny pattern"), "{error}");
}

async fn builder_error(pattern: &str) -> String {
    builder()
        .deny(pattern)
        .bind()
        .await
        .unwrap_err()
        .to_string()
}

#[tokio::test]
async fn secrets_of_the_cloud_do_not_reach_the_page() {
    let cloud = cloud().await;
    let server = Server::start(explorer(&cloud).allow_writes()).await;
    let browser = server.browser().await;
    let create = at_cloud(
        "CreateSecretParameter",
        json!({"Name": "s", "Type": "Secret", "Value": "hush-hush"}),
    );
    let create = with(create, &json!({"confirm": "CreateSecretParameter"}));
    let outcome = browser.ok("/api/call", &create).await;
    assert_eq!(outcome["ok"], true, "{outcome}");
    let get = at_cloud(
        "GetSecretParameter",
        json!({"Name": "s", "WithDecryption": true}),
    );
    let read = browser.ok("/api/call", &get).await;
    assert_eq!(
        (&read["ok"], &read["redacted"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(read["body"]["Parameter"]["Value"], "REDACTED");
    let preview = browser.ok("/api/preview", &create).await;
    assert_eq!(preview["signature"], Value::Null);
    let list = at_cloud("ListSecretParameters", json!({}));
    let pages = browser.ok("/api/pages", &list).await;
    let code = browser.ok("/api/code", &create).await;
    let save = json!({"call": get, "outcome": read["id"]});
    let saved = browser.post("/api/save-test", &save).await;
    assert_eq!(saved.status, 200);
    for text in [
        outcome.to_string(),
        read.to_string(),
        preview.to_string(),
        pages.to_string(),
        code.to_string(),
        saved.text(),
        browser.get("/api/start").await.text(),
    ] {
        for secret in ["hush-hush", SECRET, KEY_ID] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

#[tokio::test]
async fn secrets_of_the_emulator_are_shown_only_in_its_responses() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let target = json!({"target": "emulator"});
    let create = oos(
        "CreateSecretParameter",
        json!({"Name": "s", "Type": "Secret", "Value": "hush-hush"}),
    );
    let created = browser
        .ok("/api/call", &with(create.clone(), &target))
        .await;
    let get = oos(
        "GetSecretParameter",
        json!({"Name": "s", "WithDecryption": true}),
    );
    let read = browser.ok("/api/call", &with(get.clone(), &target)).await;
    assert_eq!(read["body"]["Parameter"]["Value"], "hush-hush", "{read}");
    let log = browser.get("/api/emulator/requests").await.text();
    assert!(
        log.contains("CreateSecretParameter") && !log.contains("hush-hush"),
        "{log}"
    );
    for (call, outcome) in [(create, created), (get, read)] {
        let save = json!({"call": call, "outcome": outcome["id"]});
        let saved = browser.post("/api/save-test", &save).await;
        assert_eq!(saved.status, 200, "{}", saved.text());
        assert!(!saved.text().contains("hush-hush"));
    }
}

#[tokio::test]
async fn errors_of_the_cloud_have_a_card() {
    let cloud = cloud().await;
    let server = Server::start(explorer(&cloud)).await;
    let browser = server.browser().await;
    let list = at_cloud("ListTemplates", json!({}));
    cloud
        .inject(Fault::error(403, "NoPermission").times(1))
        .unwrap();
    let outcome = browser.ok("/api/call", &list).await;
    let statement = outcome["error"]["statement"].as_str().unwrap();
    assert!(statement.contains("oos:ListTemplates"), "{statement}");
    assert_eq!(outcome["attempts"][0]["reason"], "error");
    assert!(outcome["headers"].to_string().contains("x-acs-request-id"));

    let unknown = builder()
        .endpoint(cloud.url())
        .credentials(Credentials::access_key("LTAI5tUnknownExampleKey9", "s"));
    let server = Server::start(unknown).await;
    let browser = server.browser().await;
    let region = with(list, &json!({"region": "cn-hangzhou"}));
    let outcome = browser.ok("/api/call", &region).await;
    assert_eq!(outcome["ok"], false);
    assert_eq!(
        outcome["error"]["code"], "InvalidAccessKeyId.NotFound",
        "{outcome}"
    );
}

#[tokio::test]
async fn a_huge_response_is_cut_and_says_so() {
    let cloud = cloud().await;
    let server = Server::start(explorer(&cloud).allow_writes()).await;
    let browser = server.browser().await;
    // Nothing that the emulator returns is that large, so a server of our own does.
    let huge = huge().await;
    let other = builder()
        .endpoint(format!("http://{huge}"))
        .region("cn-hangzhou")
        .credentials(Credentials::access_key(KEY_ID, SECRET));
    let other = Server::start(other).await;
    let page = other.browser().await;
    let list = at_cloud("ListTemplates", json!({}));
    let outcome = page.ok("/api/call", &list).await;
    assert_eq!(outcome["ok"], true, "{}", outcome["error"]);
    assert!(outcome["truncated"].as_u64().unwrap() > 5 * 1024 * 1024);
    assert_eq!(outcome["body"], Value::Null);
    assert!(outcome["raw"].as_str().unwrap().len() <= 4 * 1024 * 1024);
    assert_eq!(
        browser.ok("/api/call", &list).await["truncated"],
        Value::Null
    );
}

/// Starts a server whose every response has more than 5 MiB.
async fn huge() -> std::net::SocketAddr {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let name = "x".repeat(6 * 1024 * 1024);
        let body = json!({"Templates": [{"TemplateName": name}]}).to_string();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 8192];
            let _ = stream.read(&mut request).await;
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(body.as_bytes()).await;
        }
    });
    address
}
