//! What is saved compiles and works: a test with its cassette, and a project.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is a test"
)]

mod common;

use common::{Server, builder, oos, with};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the files of an archive that the Explorer wrote: it does not compress them.
fn unzip(bytes: &[u8]) -> Vec<(String, String)> {
    let number = |at: usize, length: usize| {
        let digits = bytes[at..at + length].iter().rev();
        digits.fold(0, |sum, byte| sum * 256 + usize::from(*byte))
    };
    let (mut files, mut at) = (Vec::new(), 0);
    while bytes[at..].starts_with(b"PK\x03\x04") {
        let (size, name) = (number(at + 22, 4), number(at + 26, 2));
        let text = |from: usize, length: usize| {
            String::from_utf8(bytes[from..from + length].to_vec()).unwrap()
        };
        files.push((text(at + 30, name), text(at + 30 + name, size)));
        at += 30 + name + size;
    }
    files
}

/// Returns the workspace; `None` where the crate is tested alone.
fn workspace() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    path.join("Cargo.lock").is_file().then_some(path)
}

/// Calls that differ in what is written of them.
fn calls() -> Vec<Value> {
    let cs = |operation: &str, parameters: Value| {
        json!({
            "product": "cs", "version": "2015-12-15", "operation": operation,
            "parameters": parameters,
        })
    };
    vec![
        oos(
            "ListInstancePackageStates",
            json!({"InstanceId": "i-emulator0000000001"}),
        ),
        oos(
            "GetTemplate",
            json!({"TemplateName": "no \"such\" \\ template"}),
        ),
        oos(
            "CreateSecretParameter",
            json!({"Name": "s", "Type": "Secret", "Value": "hush-hush"}),
        ),
        cs("DescribeClustersV1", json!({"page_size": 5})),
        cs("DescribeClusterDetail", json!({"ClusterId": "c-1/x"})),
        json!({
            "product": "ecs", "version": "2014-05-26", "operation": "DescribeInstances",
            "parameters": {"RegionId": "cn-hangzhou", "Tag": [{"Key": "k", "Value": "v\r\n#\"#"}]},
        }),
    ]
}

#[tokio::test]
async fn what_is_saved_compiles_and_the_tests_pass() {
    let Some(workspace) = workspace() else {
        return;
    };
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let mut manifest = String::new();
    for (index, call) in calls().into_iter().enumerate() {
        let emulator = with(call.clone(), &json!({"target": "emulator"}));
        let outcome = browser.ok("/api/call", &emulator).await;
        let save = json!({"call": call, "outcome": outcome["id"]});
        let saved = browser.post("/api/save-test", &save).await;
        assert_eq!(
            saved.header("content-type"),
            Some("application/zip"),
            "{}",
            saved.text()
        );
        for (name, text) in unzip(&saved.body) {
            assert!(!text.contains("hush-hush"), "{name}: {text}");
            if name != "README.md" {
                write(&name, &text);
            }
        }
        if call["product"] == "ecs" {
            // Its crate takes long to compile.
            continue;
        }
        let project = browser.post("/api/save-project", &call).await;
        assert_eq!(project.status, 200, "{}", project.text());
        for (name, text) in unzip(&project.body) {
            assert!(!text.contains("hush-hush"), "{name}: {text}");
            match name.as_str() {
                "src/main.rs" => write(&format!("src/bin/project{index}.rs"), &text),
                "Cargo.toml" => {
                    let product = call["product"].as_str().unwrap();
                    let library = format!("\nalibabacloud-{product} = \"0.");
                    assert!(text.contains(&library), "{text}");
                    manifest = text;
                }
                _ => {}
            }
        }
        let code = browser.ok("/api/code", &emulator).await;
        let text = |name: &str| code[name].as_str().unwrap().to_owned();
        write(
            &format!("src/bin/blocking{index}.rs"),
            &text("rustBlocking"),
        );
        write(&format!("tests/mock{index}.rs"), &text("rustTest"));
    }
    // The crates of this workspace are those that a registry would have, and one package checks
    // all programs.
    let (head, _) = manifest.split_once("[dependencies]").unwrap();
    let mut manifest = format!("{head}[workspace]\n\n[dependencies]\nserde_json = \"1\"\n");
    for package in ["core", "cs", "oos"] {
        let path = workspace.join(format!("crates/alibabacloud-{package}"));
        let path = path.canonicalize().unwrap();
        manifest += &format!(
            "alibabacloud-{package} = {{ path = {:?}, features = [\"blocking\", \"test-util\"] }}\n",
            path.to_str().unwrap()
        );
    }
    manifest += "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
    write("Cargo.toml", &manifest);
    fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or(workspace.join("target"), PathBuf::from);
    let output = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet", "--bins", "--tests"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target.join("explorer-saved"))
        .env("RUSTFLAGS", "-Dwarnings")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[tokio::test]
async fn an_outcome_can_be_saved_only_as_what_it_is() {
    let server = Server::start(builder()).await;
    let browser = server.browser().await;
    let call = oos("GetTemplate", json!({"TemplateName": "t"}));
    let outcome = browser
        .ok(
            "/api/call",
            &with(call.clone(), &json!({"target": "emulator"})),
        )
        .await;
    let other = oos("DeleteTemplate", json!({"TemplateName": "t"}));
    let save = json!({"call": other, "outcome": outcome["id"]});
    let response = browser.post("/api/save-test", &save).await;
    assert_eq!(
        (response.status, response.code().as_str()),
        (400, "invalid_request")
    );
    let unset = oos("GetTemplate", json!({}));
    assert_eq!(browser.post("/api/save-project", &unset).await.status, 400);
}
