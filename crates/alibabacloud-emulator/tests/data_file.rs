//! The data file: of one process, and free when that ends.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;
mod program;

use alibabacloud_emulator::Emulator;
use common::call;
use program::{Program, command, directory};
use std::fs;

#[tokio::test]
async fn a_second_process_is_refused() {
    let data = directory("second").join("data.json");
    let options = ["--data", data.to_str().unwrap()];
    let first = Program::start(&options);
    assert_eq!(first.create("p", "v").await, 200);
    let output = command(&options).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("another emulator uses it"), "{message}");
    assert_eq!(first.create("q", "v").await, 200);
    // The lock ends with the process, however that ends.
    first.kill();
    let third = Program::start(&options);
    assert_eq!((third.get("p").await, third.get("q").await), (200, 200));
}

#[tokio::test]
async fn the_file_is_free_when_the_emulator_is_dropped() {
    let data = directory("dropped").join("data.json");
    for round in 0..5 {
        let emulator = Emulator::builder().data_file(&data).start().await.unwrap();
        let again = Emulator::builder().data_file(&data).start().await;
        assert!(again.unwrap_err().to_string().contains("another emulator"));
        let name = format!("p{round}");
        let parameters = [("Name", name.as_str()), ("Type", "String"), ("Value", "v")];
        let created = call(emulator.address(), "CreateParameter", &parameters).await;
        assert_eq!(created.status, 200);
        let seed =
            format!("calls: [{{CreateParameter: {{Name: s{round}, Type: String, Value: v}}}}]");
        emulator.seed(&seed).unwrap();
        let text = fs::read_to_string(&data).unwrap();
        assert!(text.contains(&name) && text.contains(&format!("s{round}")));
    }
}
