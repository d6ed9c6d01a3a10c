//! What a program that embeds the emulator sees of it: specifications, state, faults, a reset.

#![cfg(feature = "oos")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;

use alibabacloud_emulator::{BuiltIn, Emulator, Fault};
use common::{INSTANCE, call};
use std::sync::Arc;

async fn create(emulator: &Emulator, name: &str) {
    let parameters = [
        ("RegionId", "cn-hangzhou"),
        ("Name", name),
        ("Type", "String"),
        ("Value", "v"),
    ];
    let response = call(emulator.address(), "CreateParameter", &parameters).await;
    assert_eq!(response.status, 200, "{}", response.body);
}

#[tokio::test]
async fn a_reset_returns_to_the_state_of_the_start() {
    let seed = "calls:\n  - CreateParameter: {Name: seeded, Type: String, Value: v}\n";
    let emulator = Emulator::builder().seed(seed).start().await.unwrap();
    let before = emulator.state();
    let text = before.to_string();
    assert!(text.contains("seeded") && text.contains(INSTANCE), "{text}");
    create(&emulator, "later").await;
    emulator
        .inject(Fault::throttle(None).operation("ListExecutions").times(2))
        .unwrap();
    assert_ne!(emulator.state(), before);
    assert_eq!(emulator.faults().len(), 1);
    assert_eq!(
        emulator.requests().first().unwrap().product.as_deref(),
        Some("oos")
    );

    emulator.reset().unwrap();
    let text = emulator.state().to_string();
    assert!(text.contains("seeded") && text.contains(INSTANCE), "{text}");
    assert!(!text.contains("later"), "{text}");
    assert!(emulator.faults().is_empty() && emulator.requests().is_empty());
    create(&emulator, "later").await;
}

#[tokio::test]
async fn a_reset_is_in_the_data_file() {
    let data = std::env::temp_dir().join(format!("emulator-reset-{}.json", std::process::id()));
    let start = || Emulator::builder().data_file(&data).start();
    let emulator = start().await.unwrap();
    create(&emulator, "later").await;
    emulator.reset().unwrap();
    drop(emulator);
    let emulator = start().await.unwrap();
    let text = emulator.state().to_string();
    assert!(text.contains(INSTANCE) && !text.contains("later"), "{text}");
    drop(emulator);
    for path in [data.clone(), data.with_file_name(lock_name(&data))] {
        // The name of the lock is that of the emulator.
        let _ = std::fs::remove_file(path);
    }
}

fn lock_name(data: &std::path::Path) -> String {
    format!("{}.lock", data.file_name().unwrap().to_str().unwrap())
}

#[tokio::test]
async fn specifications_are_shared() {
    let built_in = BuiltIn::all();
    let oos = built_in.first().unwrap();
    assert_eq!((oos.product(), oos.version()), ("oos", "2019-06-01"));
    let service = oos.load().unwrap();
    assert!(Arc::ptr_eq(&service, &oos.load().unwrap()));
    assert_eq!(oos.operations().count(), service.operations.len());

    // A specification that the program has loaded takes the place of the built-in one.
    let mut other = (*service).clone();
    other.operations.retain(|one| one.name == "ListTemplates");
    let emulator = Emulator::builder()
        .specification(other)
        .without_example_data()
        .start()
        .await
        .unwrap();
    let parameters = [("RegionId", "cn-hangzhou")];
    let listed = call(emulator.address(), "ListTemplates", &parameters).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    let gone = call(emulator.address(), "ListExecutions", &parameters).await;
    assert_eq!(gone.status, 404, "{}", gone.body);
}
