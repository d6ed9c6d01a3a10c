//! The program: its options, its exit, its data file and its control API.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "this is a test")]

mod common;
mod program;

use common::{OOS, V3};
use program::{Program, command, directory};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let data = directory("kill").join("data.json");
    let options = ["--data", data.to_str().unwrap()];
    let mut acknowledged = 0;
    for round in 0..4 {
        let program = Program::start(&options);
        for known in 0..acknowledged {
            let response = program
                .call("GetParameter", &[("Name", &format!("p{known}"))])
                .await
                .unwrap();
            assert_eq!(response.status, 200, "round {round}, p{known}");
        }
        for _ in 0..5 {
            let name = format!("p{acknowledged}");
            let create = [("Name", name.as_str()), ("Type", "String"), ("Value", "v")];
            assert_eq!(
                program
                    .call("CreateParameter", &create)
                    .await
                    .unwrap()
                    .status,
                200
            );
            acknowledged += 1;
        }
        // A write that is in progress when the program dies: the file holds all of it or nothing.
        let address = program.address;
        let last = tokio::spawn(async move {
            let create = [("Name", "unfinished"), ("Type", "String"), ("Value", "v")];
            V3::new("CreateParameter", OOS, &create)
                .key("me", "mine")
                .sign()
                .send(address)
                .await
        });
        tokio::task::yield_now().await;
        program.kill();
        drop(last.await.unwrap());
        let text = std::fs::read_to_string(&data).unwrap();
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
    }
}

#[tokio::test]
async fn executions_and_example_data_survive_a_restart_once() {
    let data = directory("restart").join("data.json");
    let options = ["--data", data.to_str().unwrap()];
    let program = Program::start(&options);
    let change = [
        ("InstanceId", common::INSTANCE),
        ("TemplateName", "ACS-ECS-Docker"),
        ("ConfigureAction", "uninstall"),
    ];
    assert_eq!(
        program
            .call("UpdateInstancePackageState", &change)
            .await
            .unwrap()
            .status,
        200
    );
    let started = program
        .call("StartExecution", &[("TemplateName", "ACS-ECS-RunCommand")])
        .await
        .unwrap()
        .json();
    program.kill();
    let program = Program::start(&options);
    let packages = program
        .call(
            "ListInstancePackageStates",
            &[("InstanceId", common::INSTANCE)],
        )
        .await
        .unwrap()
        .json();
    assert_eq!(packages["PackageStates"].as_array().unwrap().len(), 6);
    let listed = program.call("ListExecutions", &[]).await.unwrap().json();
    assert_eq!(
        listed["Executions"][0]["ExecutionId"],
        started["Execution"]["ExecutionId"]
    );
}

#[test]
fn a_broken_data_file_is_named_and_left_alone() {
    let data = directory("broken").join("data.json");
    std::fs::write(&data, "{").unwrap();
    let output = command(&["--data", data.to_str().unwrap()])
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        message.contains("data.json") && message.contains("not a data file of this emulator"),
        "{message}"
    );
    assert_eq!(std::fs::read_to_string(&data).unwrap(), "{");
}

#[test]
fn wrong_options_are_explained() {
    for (options, code, part) in [
        (&["--lisen", "x"][..], 2, "invalid option '--lisen'"),
        (&["--data"], 2, "missing argument for option '--data'"),
        (
            &["--control-host", "http://x"],
            1,
            "invalid control host \"http://x\"",
        ),
        (&["--control-token", ""], 1, "invalid control token"),
        (
            &["--seed", "/nowhere.yaml"],
            1,
            "cannot read the seed /nowhere.yaml",
        ),
        (
            &["--ram", "/nowhere.yaml"],
            1,
            "cannot read the RAM file /nowhere.yaml",
        ),
        (&["--ram-mode", "on"], 2, "expected off, record or enforce"),
        (&["--specs", "/nowhere"], 1, "/nowhere"),
        (
            &["--service", "ooss"],
            1,
            "cannot serve \"ooss\": the emulator has no such service; did you mean `oos`?",
        ),
        (&["--listen", "nowhere:1"], 1, "cannot listen on nowhere:1"),
    ] {
        let output = command(options).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{message}");
        assert!(
            message.starts_with("error: ") && message.contains(part),
            "{message}"
        );
    }
}

#[test]
fn help_and_version_are_printed() {
    let output = command(&["--help"]).output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--listen",
        "--access-key-id",
        "--access-key-secret",
        "--specs",
        "--control-token",
        "--control-host",
        "--data",
        "--seed",
    ] {
        assert!(help.contains(option), "{option}");
    }
    let output = command(&["--version"]).output().unwrap();
    let version = format!("alibabacloud-emulator {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), version);
}

/// Returns what the program prints until it has a line with this beginning.
fn printed(child: &mut Child, last: &str) -> String {
    let mut text = String::new();
    let mut out = BufReader::new(child.stdout.as_mut().unwrap());
    while !text.lines().any(|line| line.starts_with(last)) {
        assert_ne!(out.read_line(&mut text).unwrap(), 0, "{text}");
    }
    text
}

#[cfg(unix)]
#[test]
fn it_prints_what_clients_need() {
    let secret = "it's a $(secret)";
    let options = ["--access-key-secret", secret, "--region", "cn-beijing"];
    let mut child = command(&options).stdout(Stdio::piped()).spawn().unwrap();
    let text = printed(&mut child, "export ALIBABA_CLOUD_ACCESS_KEY_SECRET=");
    child.kill().unwrap();
    child.wait().unwrap();
    let (first, _) = text.split_once('\n').unwrap();
    let url = first.strip_prefix("listening on ").unwrap();
    let exports: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("export"))
        .collect();
    // The lines do what they promise.
    let script = format!(
        "{}\nprintf '%s|' \"$ALIBABA_CLOUD_ENDPOINT\" \"$ALIBABA_CLOUD_REGION_ID\" \
         \"$ALIBABA_CLOUD_ACCESS_KEY_ID\" \"$ALIBABA_CLOUD_ACCESS_KEY_SECRET\"",
        exports.join("\n")
    );
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let values = String::from_utf8(output.stdout).unwrap();
    assert_eq!(values, format!("{url}|cn-beijing|me|{secret}|"));
}

#[test]
fn an_address_that_others_reach_comes_with_a_warning() {
    for (options, part) in [
        (
            &[][..],
            Some("the control API is closed; set a token with --control-token"),
        ),
        (&["--control-token", "hush-hush"], Some("need the token")),
        (&["--listen", "127.0.0.1:0"], None),
    ] {
        let mut command = command(&["--listen", "0.0.0.0:0"]);
        command
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let text = printed(
            &mut child,
            "export ALIBABA_CLOUD_ENDPOINT=http://127.0.0.1:",
        );
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let warning = String::from_utf8(output.stderr).unwrap();
        match part {
            Some(part) => assert!(
                warning.starts_with("warning: ") && warning.contains(part),
                "{warning}"
            ),
            None => assert_eq!(warning, ""),
        }
        assert!(!format!("{text}{warning}").contains("hush"));
    }
}

#[cfg(unix)]
#[test]
fn it_exits_cleanly_on_a_signal() {
    for signal in ["TERM", "INT"] {
        let mut program = Program::start(&[]);
        let id = program.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", signal, &id])
            .status()
            .unwrap();
        assert!(sent.success());
        assert!(program.child.wait().unwrap().success(), "SIG{signal}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn it_prints_the_policy_that_was_needed() {
    let mut command = command(&["--ram-mode", "record"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();
    let request = V3::new("GetTemplate", OOS, &[("TemplateName", "a")]);
    let request = request.key("me", "mine").sign();
    request.send(address.parse().unwrap()).await.unwrap();
    let id = child.id().to_string();
    Command::new("kill")
        .args(["-s", "TERM", &id])
        .status()
        .unwrap();
    assert!(child.wait().unwrap().success());
    let mut text = String::new();
    out.read_to_string(&mut text).unwrap();
    let (_, policy) = text.split_once("\n{").unwrap();
    let policy: Value = serde_json::from_str(&format!("{{{policy}")).unwrap();
    let resource = &policy["Statement"][0]["Resource"];
    assert_eq!(*resource, json!(["acs:oos:*:*:template/*"]));
}

#[tokio::test]
async fn permissions_are_those_of_a_file() {
    let file = directory("ram").join("ram.yaml");
    std::fs::write(&file, "users: [{name: deploy, access_keys: [me]}]").unwrap();
    let program = Program::start(&["--ram", file.to_str().unwrap()]);
    let refused = program.call("ListExecutions", &[]).await.unwrap();
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn a_service_is_chosen_by_name() {
    let program = Program::start(&["--service", "oos"]);
    let overview = program.control("GET", "", "").await.json();
    assert_eq!(overview["services"].as_array().unwrap().len(), 1);
    assert_eq!(overview["services"][0]["product"], "oos");
    let listed = program.call("ListExecutions", &[]).await.unwrap();
    assert_eq!(listed.status, 200);
}

#[tokio::test]
async fn the_control_api_controls_it() {
    let program = Program::start(&["--frozen-clock"]);
    let overview = program.control("GET", "", "").await.json();
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-specs/oos");
    let files = std::fs::read_dir(specs.join(OOS).join("operations")).unwrap();
    assert_eq!(
        overview["services"][0],
        json!({"product": "oos", "version": OOS, "operations": files.count()})
    );

    let fault =
        r#"{"kind": "throttle", "retry_after_millis": 7, "operation": "List*", "times": 1}"#;
    assert_eq!(program.control("POST", "/faults", fault).await.status, 200);
    let listed = program.control("GET", "/faults", "").await.json();
    assert_eq!(
        (&listed[0]["kind"], &listed[0]["times"]),
        (&json!("throttle"), &json!(1))
    );
    let throttled = program.call("ListExecutions", &[]).await.unwrap();
    assert_eq!(throttled.headers.get("x-acs-retry-after"), Some("7"));
    assert_eq!(
        program.control("GET", "/faults", "").await.json(),
        json!([])
    );

    let outcome = r#"{"task": "run", "failed": true, "message": "no", "millis": 60000}"#;
    assert_eq!(
        program.control("POST", "/outcomes", outcome).await.status,
        200
    );
    program
        .call("StartExecution", &[("TemplateName", "ACS-ECS-RunCommand")])
        .await
        .unwrap();
    let before = program.control("GET", "/time", "").await.json();
    let after = program
        .control("POST", "/time", r#"{"advance_seconds": 60}"#)
        .await
        .json();
    assert_ne!(before["services"], after["services"]);
    let execution = program.call("ListExecutions", &[]).await.unwrap().json();
    assert_eq!(execution["Executions"][0]["StatusMessage"], "no");

    let seed = r#"{"calls": [{"CreateParameter": {"Name": "p", "Type": "String", "Value": "v"}}]}"#;
    assert_eq!(program.control("POST", "/seed", seed).await.status, 200);
    assert_eq!(
        program
            .call("GetParameter", &[("Name", "p")])
            .await
            .unwrap()
            .status,
        200
    );
    assert_eq!(program.control("POST", "/seed", seed).await.status, 400);

    let requests = program.control("GET", "/requests", "").await.json();
    let operations: Vec<_> = requests
        .as_array()
        .unwrap()
        .iter()
        .map(|request| request["operation"].clone())
        .collect();
    assert_eq!(
        operations,
        [
            "ListExecutions",
            "StartExecution",
            "ListExecutions",
            "GetParameter"
        ]
    );
    assert_eq!(requests[0]["code"], "Throttling.User");
    let counters = program.control("GET", "/counters", "").await.json();
    assert_eq!(counters["by_operation"]["ListExecutions"], 2);
    program.control("DELETE", "/requests", "").await;
    assert_eq!(
        program.control("GET", "/requests", "").await.json(),
        json!([])
    );
}

#[tokio::test]
async fn the_control_api_explains_what_is_invalid() {
    let program = Program::start(&[]);
    for (method, path, body, status, part) in [
        ("POST", "/faults", "{}", 400, "missing field `kind`"),
        (
            "POST",
            "/faults",
            r#"{"kind": "magic"}"#,
            400,
            "unknown variant `magic`",
        ),
        (
            "POST",
            "/time",
            r#"{"advance": 1}"#,
            400,
            "unknown field `advance`",
        ),
        (
            "POST",
            "/time",
            r#"{"advance_second": 1}"#,
            400,
            "did you mean `advance_seconds`?",
        ),
        (
            "POST",
            "/faults",
            r#"{"kind": "drop", "tims": 1}"#,
            400,
            "unknown field `tims`, expected one of `operation`, `skip`, `times`",
        ),
        (
            "POST",
            "/faults",
            r#"{"kind": "drop", "tims": 1}"#,
            400,
            "did you mean `times`?",
        ),
        (
            "POST",
            "/faults",
            r#"{"kind": "drop", "operation": "ListExecution"}"#,
            400,
            "the closest are ListExecutions",
        ),
        (
            "POST",
            "/outcomes",
            r#"{"template": "t", "tsak": "run"}"#,
            400,
            "unknown field `tsak`",
        ),
        ("POST", "/seed", r#"{"calls": 1}"#, 400, "invalid seed"),
        ("POST", "/seed", "calls: []", 400, "invalid seed"),
        ("POST", "/seed?x=1", "{}", 400, "takes no query"),
        ("POST", "/fault", "{}", 404, "did you mean `faults`?"),
        ("PUT", "/time", "", 404, "use GET or POST"),
        (
            "PUT",
            "/faults",
            "",
            404,
            "there is no PUT /_emulator/faults",
        ),
        (
            "GET",
            "/nothing",
            "",
            404,
            "there is no GET /_emulator/nothing",
        ),
    ] {
        let response = program.control(method, path, body).await;
        assert_eq!(response.status, status, "{}", response.body);
        assert!(
            response.json()["error"].as_str().unwrap().contains(part),
            "{}",
            response.body
        );
    }
}
