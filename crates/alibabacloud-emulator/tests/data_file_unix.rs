//! The data file: private, without links, and right when the disk is full.

#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;
mod program;

use common::{OOS, V3};
use program::{Program, command, directory};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_file_is_private_and_no_link_is_followed() {
    let directory = directory("links");
    let data = directory.join("data.json");
    let victim = directory.join("victim");
    fs::write(&victim, "untouched").unwrap();
    let options = ["--data", data.to_str().unwrap()];
    symlink(&victim, directory.join("data.json.tmp")).unwrap();
    let program = Program::start(&options);
    assert_eq!(program.create("p", "v").await, 200);
    program.kill();
    for name in ["data.json", "data.json.lock"] {
        assert_eq!(mode(&directory.join(name)), 0o600, "{name}");
    }
    // A file of before, which others may read.
    fs::set_permissions(&data, fs::Permissions::from_mode(0o644)).unwrap();
    let program = Program::start(&options);
    assert_eq!(mode(&data), 0o600);
    assert_eq!(program.get("p").await, 200);
    program.kill();

    let real = directory.join("real.json");
    fs::rename(&data, &real).unwrap();
    for (link, target) in [("data.json", &real), ("data.json.lock", &victim)] {
        let link = directory.join(link);
        let _ = fs::remove_file(&link);
        symlink(target, &link).unwrap();
        let output = command(&options).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(message.contains("is a symbolic link"), "{message}");
        fs::remove_file(&link).unwrap();
    }
    fs::create_dir(&data).unwrap();
    let output = command(&options).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("not a regular file"), "{message}");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "untouched");
}

/// Starts the program where files cannot become larger than some kilobytes, as on a full disk.
fn on_small_disk(options: &[&str]) -> Program {
    let program = command(options);
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 48; exec \"$@\"", "bash"]);
    shell.arg(program.get_program()).args(program.get_args());
    Program::of(shell.stdout(Stdio::piped()).spawn().unwrap())
}

#[tokio::test]
async fn what_cannot_be_saved_did_not_happen() {
    let data = directory("full").join("data.json");
    let options = ["--data", data.to_str().unwrap()];
    let program = on_small_disk(&options);
    assert_eq!(program.create("small", "v").await, 200);
    let before = fs::read(&data).unwrap();
    let large = "x".repeat(4000);
    let mut stored = Vec::new();
    for number in 0..40 {
        let name = format!("large{number}");
        match program.create(&name, &large).await {
            200 => stored.push(name),
            500 => break,
            other => panic!("{other}"),
        }
    }
    let failed = format!("large{}", stored.len());
    assert!((1..40).contains(&stored.len()), "{}", stored.len());
    assert!(fs::read(&data).unwrap().len() > before.len());
    // Neither visible nor in the way, as often as it is tried.
    for _ in 0..2 {
        assert_eq!(program.get(&failed).await, 404);
        assert_eq!(program.create(&failed, &large).await, 500);
    }
    let log = program.control("GET", "/requests", "").await.json();
    let last = log.as_array().unwrap().last().unwrap();
    assert_eq!(
        (last["status"].as_u64(), last["code"].as_str()),
        (Some(500), Some("InternalError"))
    );
    // Space is free again.
    let deleted = program
        .call("DeleteParameter", &[("Name", stored[0].as_str())])
        .await;
    assert_eq!(deleted.unwrap().status, 200);
    assert_eq!(program.create("little", "v").await, 200);
    program.kill();

    // It starts again while the disk is full.
    let program = on_small_disk(&options);
    for name in &stored[1..] {
        assert_eq!(program.get(name).await, 200, "{name}");
    }
    for name in [&stored[0], &failed] {
        assert_eq!(program.get(name).await, 404, "{name}");
    }
    assert_eq!(program.get("little").await, 200);
    program.kill();
    let program = Program::start(&options);
    assert_eq!(program.create(&failed, &large).await, 200);
}

#[tokio::test]
async fn concurrent_requests_share_the_fate_of_what_they_have_seen() {
    let data = directory("concurrent").join("data.json");
    let program = on_small_disk(&["--data", data.to_str().unwrap()]);
    let address = program.address;
    let large = "x".repeat(4000);
    let calls: Vec<_> = (0..60)
        .map(|number| {
            let large = large.clone();
            tokio::spawn(async move {
                let name = format!("p{number}");
                let create = [
                    ("Name", name.as_str()),
                    ("Type", "String"),
                    ("Value", &large),
                ];
                let request = V3::new("CreateParameter", OOS, &create).key("me", "mine");
                let created = request.sign().send(address).await.unwrap().status;
                let request = V3::new("GetParameter", OOS, &create[..1]).key("me", "mine");
                let read = request.sign().send(address).await.unwrap().status;
                (name, created, read)
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for call in calls {
        let (name, created, read) = call.await.unwrap();
        match created {
            200 => assert!(read == 200 || read == 500, "{name}: {read}"),
            500 => assert!(read == 404 || read == 500, "{name}: {read}"),
            other => panic!("{name}: {other}"),
        }
        outcomes.push((name, created == 200));
    }
    assert!(outcomes.iter().any(|(_, is_created)| *is_created));
    assert!(outcomes.iter().any(|(_, is_created)| !is_created));
    let text = fs::read_to_string(&data).unwrap();
    for (name, is_created) in outcomes {
        let is_read = program.get(&name).await == 200;
        let is_saved = text.contains(&format!("\"{name}\""));
        assert_eq!((is_read, is_saved), (is_created, is_created), "{name}");
    }
}
