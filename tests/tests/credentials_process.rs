//! Programs that print credentials, and the operating system that runs them.

use alibabacloud_core::credentials::{
    CommandOutput, Credentials, Environment, MemoryEnvironment, ProcessProvider,
    ProvideCredentials, SystemEnvironment,
};
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use sdk_tests::credentials::context;
use serde_json::{Value, json};
use std::time::Duration;

/// The value of every secret; no message may contain it.
const SECRET: &str = "s3cr3t";

fn printed(profile: &Value) -> CommandOutput {
    CommandOutput::new(true, "exit status: 0", profile.to_string())
}

fn sts() -> Value {
    json!({ "mode": "StsToken", "access_key_id": "i", "access_key_secret": SECRET, "sts_token": SECRET })
}

async fn run(command: &str, machine: impl Environment) -> Result<Credentials, String> {
    let issued = json!({ "Credentials": {
        "AccessKeyId": "STS.id", "AccessKeySecret": "s", "SecurityToken": "t", "Expiration": "2099-01-02T03:04:05Z",
    }});
    let http = MockClient::new([MockResponse::json(200, issued.to_string())]);
    let context = context(http, &ManualTime::new(), machine);
    let provided = ProcessProvider::new(command).provide(&context).await;
    provided.map_err(|error| {
        let message = error.to_string();
        assert!(!message.contains(SECRET), "{message}");
        message
    })
}

/// Returns an environment in which `tool` with a secret argument has this result.
fn tool(output: CommandOutput) -> MemoryEnvironment {
    MemoryEnvironment::new().with_command(&["tool", SECRET], output)
}

#[tokio::test]
async fn a_command_is_split_as_by_the_cli_without_expansion_and_comments() {
    let with_backslash: &[&str] = match cfg!(windows) {
        true => &["/opt/my tool", r"C:\a\b", ""],
        false => &["/opt/my tool", "C:ab", ""],
    };
    for (command, words) in [
        ("tool a \"b c\"", &["tool", "a", "b c"][..]),
        (r"'/opt/my tool' C:\a\b ''", with_backslash),
        (
            "tool $HOME `id` * ; x | y > z #1 # a",
            &[
                "tool", "$HOME", "`id`", "*", ";", "x", "|", "y", ">", "z", "#1", "#", "a",
            ],
        ),
    ] {
        let machine = MemoryEnvironment::new().with_command(words, printed(&sts()));
        let found = run(command, machine).await.unwrap();
        assert_eq!(found.provider(), "external");
    }
}

#[tokio::test]
async fn a_printed_profile_can_have_any_mode_that_needs_nothing_else() {
    let mut with_expiry = sts();
    with_expiry["expiration"] = "2099-01-02T03:04:05Z".into();
    let found = run("tool s3cr3t", tool(printed(&with_expiry)))
        .await
        .unwrap();
    assert_eq!(found.security_token(), Some(SECRET));
    assert!(found.expiry().is_some());
    let key = json!({ "mode": "AK", "access_key_id": "i", "access_key_secret": "s" });
    let found = run("tool s3cr3t", tool(printed(&key))).await.unwrap();
    assert_eq!((found.access_key_id(), found.expiry()), (Some("i"), None));
    let role = json!({ "mode": "RamRoleArn", "access_key_id": "i", "access_key_secret": "s", "ram_role_arn": "acs:ram::1:role/r" });
    let found = run("tool s3cr3t", tool(printed(&role))).await.unwrap();
    assert_eq!(found.role(), Some("acs:ram::1:role/r"));
    assert!(found.expiry().is_some());
}

#[tokio::test]
async fn errors_of_a_program_are_reported_without_its_arguments_and_output() {
    let mut no_token = sts();
    no_token["sts_token"] = Value::Null;
    let mut number = sts();
    number["sts_token"] = 7.into();
    let mut bad_expiry = sts();
    bad_expiry["expiration"] = SECRET.into();
    let external = json!({ "mode": "External", "process_command": "tool s3cr3t" });
    for (output, expected) in [
        (
            CommandOutput::new(false, "exit status: 3", SECRET),
            "failed (exit status: 3)",
        ),
        (
            CommandOutput::new(true, "exit status: 0", ""),
            "printed invalid JSON (line 1, column 0)",
        ),
        (
            CommandOutput::new(true, "exit status: 0", SECRET),
            "printed invalid JSON (line 1, column 1)",
        ),
        (
            CommandOutput::new(true, "exit status: 0", "[]"),
            "printed an array instead of an object",
        ),
        (
            printed(&json!({})),
            "printed an invalid profile: mode is missing",
        ),
        (
            printed(&no_token),
            "printed an invalid profile: sts_token is missing",
        ),
        (
            printed(&number),
            "printed an invalid profile: sts_token must be a string, not a number",
        ),
        (
            printed(&bad_expiry),
            "printed an invalid profile: expiration must be a time such as",
        ),
        (
            printed(&external),
            "printed an invalid profile: mode must be AK, StsToken",
        ),
        (
            CommandOutput::new(true, "exit status: 0", "x".repeat(65_537)),
            "printed more than 65536 bytes",
        ),
    ] {
        let error = run("tool s3cr3t", tool(output)).await.unwrap_err();
        assert!(
            error.starts_with("the credentials program tool "),
            "{error}"
        );
        assert!(error.contains(expected), "{expected}\n{error}");
    }
    for (command, expected) in [
        ("nothing", "the credentials program nothing was not found"),
        ("", "the credentials command is empty"),
        ("'' s3cr3t", "the credentials command is empty"),
        (
            "tool 's3cr3t",
            "the credentials command has an unclosed quote",
        ),
    ] {
        let error = run(command, MemoryEnvironment::new()).await.unwrap_err();
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn programs_can_be_disabled() {
    let machine =
        tool(printed(&sts())).with_variable("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1");
    let error = run("tool s3cr3t", machine.clone()).await.unwrap_err();
    assert!(
        error.contains("disabled by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"),
        "{error}"
    );
    assert_eq!(machine.runs(), 0);
}

#[tokio::test]
async fn a_program_that_does_not_end_times_out() {
    let time = ManualTime::new();
    let machine = MemoryEnvironment::new().with_hanging_command(&["tool"]);
    let context = context(MockClient::default(), &time, machine.clone());
    let provider = ProcessProvider::new("tool").time_limit(Duration::from_secs(5));
    let running = tokio::spawn(async move { provider.provide(&context).await });
    while machine.runs() == 0 {
        tokio::task::yield_now().await;
    }
    time.advance(Duration::from_secs(5));
    let error = running.await.unwrap().unwrap_err().to_string();
    assert!(
        error.contains("timed out after 5 s and was killed"),
        "{error}"
    );
}

#[cfg(unix)]
mod on_the_real_machine {
    use super::*;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use tempfile::TempDir;

    fn words(command: &[&str]) -> Vec<String> {
        command.iter().map(|&word| word.to_owned()).collect()
    }

    #[tokio::test]
    async fn a_program_is_run_with_unchanged_words() {
        let profile = sts().to_string();
        let found = run(&format!("printf %s '{profile}'"), SystemEnvironment).await;
        assert_eq!(found.unwrap().access_key_id(), Some("i"));
        let output = SystemEnvironment
            .run(&words(&["printf", "%s", "$HOME;x"]), 100)
            .await;
        assert_eq!(output.unwrap().stdout, b"$HOME;x");
        let failed = SystemEnvironment
            .run(&words(&["sh", "-c", "exit 3"]), 100)
            .await
            .unwrap();
        assert_eq!(
            (failed.success, failed.status.as_str()),
            (false, "exit status: 3")
        );
    }

    #[tokio::test]
    async fn a_program_without_end_of_output_is_stopped_at_the_limit() {
        let error = run("yes", SystemEnvironment).await.unwrap_err();
        assert!(error.contains("printed more than 65536 bytes"), "{error}");
    }

    #[tokio::test]
    async fn a_program_that_closes_its_output_is_awaited() {
        let command = words(&["sh", "-c", "printf x; exec >&-; sleep 0.05; exit 4"]);
        let output = SystemEnvironment.run(&command, 100).await.unwrap();
        assert_eq!(
            (output.stdout.as_slice(), output.status.as_str()),
            (&b"x"[..], "exit status: 4")
        );
    }

    /// Returns the process ID that a program wrote to a file, once it is there.
    async fn process_id(file: &Path) -> String {
        loop {
            match std::fs::read_to_string(file) {
                Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
                _ => tokio::task::yield_now().await,
            }
        }
    }

    fn is_alive(process: &str) -> bool {
        let status = Command::new("kill")
            .args(["-0", process])
            .stderr(Stdio::null())
            .status();
        status.unwrap().success()
    }

    #[tokio::test]
    async fn a_program_is_killed_when_the_caller_stops_waiting() {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("pid");
        let script = format!("echo $$ > '{}'; exec sleep 1000", file.display());
        let running = tokio::spawn(async move {
            let command = words(&["sh", "-c", &script]);
            SystemEnvironment.run(&command, 100).await
        });
        let process = process_id(&file).await;
        assert!(is_alive(&process));
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        while is_alive(&process) {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn other_work_of_the_runtime_continues_while_a_program_runs() {
        // In a runtime of one thread: the program ends only when the other task has created the
        // file that it waits for.
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("go");
        let script = format!("while [ ! -e '{}' ]; do sleep 0.01; done", file.display());
        let command = words(&["sh", "-c", &script]);
        let program = SystemEnvironment.run(&command, 100);
        let other = async {
            tokio::task::yield_now().await;
            std::fs::write(&file, "").unwrap();
        };
        let (output, ()) = tokio::join!(program, other);
        assert!(output.unwrap().success);
    }
}
