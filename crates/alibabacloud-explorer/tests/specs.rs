//! Specifications of directories.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is a test"
)]

mod common;

use common::{Server, builder, with};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Returns a directory of the repository; `None` where the crate is tested alone.
fn specs(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../api-specs")
        .join(name);
    path.is_dir().then_some(path)
}

#[tokio::test]
async fn an_rpc_and_a_roa_product_can_be_called() {
    let (Some(ecs), Some(cs)) = (specs("ecs"), specs("cs/2015-12-15")) else {
        return;
    };
    let server = Server::start(builder().specs(ecs).specs(cs)).await;
    let browser = server.browser().await;
    let start = browser.loaded().await;
    assert_eq!(start["problems"], json!([]));
    let services = start["services"].as_array().unwrap();
    let of = |product: &str| -> Vec<&Value> {
        let services = services.iter();
        services
            .filter(|service| service["product"] == product)
            .collect()
    };
    assert_eq!(
        (of("ecs").len(), of("cs").len()),
        (1, 1),
        "a built-in one is replaced"
    );
    let cs = browser.get("/api/services/cs/2015-12-15").await.json();
    assert_eq!(cs["style"], "ROA");

    let target = json!({"target": "emulator"});
    let list = json!({
        "product": "ecs", "version": "2014-05-26", "operation": "DescribeInstances",
        "parameters": {"RegionId": "cn-hangzhou", "PageSize": 10},
    });
    let outcome = browser.ok("/api/call", &with(list.clone(), &target)).await;
    assert_eq!(outcome["ok"], true, "{outcome}");
    assert!(
        outcome["body"]["Instances"]["Instance"].is_array(),
        "{outcome}"
    );
    let preview = browser.ok("/api/preview", &with(list, &target)).await;
    assert!(
        preview["canonicalRequest"]
            .as_str()
            .unwrap()
            .contains("DescribeInstances")
    );

    let list = json!({
        "product": "cs", "version": "2015-12-15", "operation": "DescribeClustersV1",
        "parameters": {"page_size": 5},
    });
    let outcome = browser.ok("/api/call", &with(list.clone(), &target)).await;
    assert_eq!(outcome["ok"], true, "{outcome}");
    assert!(outcome["body"]["clusters"].is_array(), "{outcome}");
    let preview = browser.ok("/api/preview", &with(list, &target)).await;
    assert_eq!(preview["method"], "GET");
    assert!(
        preview["url"]
            .as_str()
            .unwrap()
            .contains("/api/v1/clusters"),
        "{preview}"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_directory_is_shown_and_the_others_work() {
    let directory = tempfile::tempdir().unwrap();
    let broken = directory.path().join("p/v");
    std::fs::create_dir_all(&broken).unwrap();
    std::fs::write(broken.join("openapi.yaml"), "openapi: 3.1.0\n").unwrap();
    let empty = tempfile::tempdir().unwrap();
    let builder = builder()
        .specs(directory.path())
        .specs("no/such/directory")
        .specs(empty.path());
    let server = Server::start(builder).await;
    let browser = server.browser().await;
    let start = browser.loaded().await;
    let problems = start["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(
        problems[0].as_str().unwrap().contains("openapi.yaml"),
        "{problems:?}"
    );
    assert!(
        problems[1].as_str().unwrap().contains("no/such/directory"),
        "{problems:?}"
    );
    assert!(
        problems[2]
            .as_str()
            .unwrap()
            .contains("there is no specification"),
        "{problems:?}"
    );
    assert_eq!(start["targets"]["emulator"]["ready"], true, "{start}");
}

#[tokio::test]
async fn a_seed_that_is_invalid_ends_the_program() {
    let explorer = builder().seed("nonsense: 1").bind().await.unwrap();
    let error = explorer.serve().await.unwrap_err().to_string();
    assert!(
        error.starts_with("cannot start the emulator: invalid seed"),
        "{error}"
    );
}

#[tokio::test]
async fn the_state_can_be_kept_in_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let parameters = json!({"Name": "kept", "Type": "String", "Value": "v"});
    {
        let server = Server::start(builder().state_file(&file)).await;
        let browser = server.browser().await;
        let create = with(
            common::oos("CreateParameter", parameters),
            &json!({"target": "emulator"}),
        );
        assert_eq!(browser.ok("/api/call", &create).await["ok"], true);
    }
    assert!(std::fs::read_to_string(&file).unwrap().contains("kept"));
}
