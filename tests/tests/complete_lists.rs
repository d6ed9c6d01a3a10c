//! Lists and waits of the generated client against services that return less, or something else,
//! than what was requested.

use alibabacloud_core::credentials::Credentials;
use alibabacloud_core::test_util::{ManualTime, MockClient, MockResponse};
use alibabacloud_emulator::{Emulator, Fault};
use alibabacloud_oos::waiter::Outcome;
use alibabacloud_oos::{Client, Config, ErrorKind};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Returns a client on a script and a clock that waits for nothing.
fn client(script: impl IntoIterator<Item = Value>) -> (MockClient, ManualTime, Client) {
    let script = script.into_iter().map(|body| {
        let status = if body["Code"].is_string() { 404 } else { 200 };
        MockResponse::json(status, body.to_string())
    });
    let (http, time) = (MockClient::new(script), ManualTime::new());
    let config = Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .time(time.clone())
        .http_client(http.clone());
    (http, time, Client::new(config).unwrap())
}

/// A page of repositories.
fn repositories(ids: &[i64], total: i64) -> Value {
    let repositories: Vec<_> = ids.iter().map(|id| json!({"RepoId": id})).collect();
    json!({"GitRepos": repositories, "Count": total})
}

#[tokio::test]
async fn a_capped_page_size_and_a_hole_lose_no_repository() {
    let capped = [
        repositories(&[1, 2], 5),
        repositories(&[3, 4], 5),
        repositories(&[5], 5),
    ];
    let hole = [
        repositories(&[1, 2], 5),
        repositories(&[], 5),
        repositories(&[3, 4, 5], 5),
    ];
    for script in [capped, hole] {
        let (http, _, client) = client(script);
        let request = client.list_git_repositories("github", "me").page_size(50);
        let mut items = request.by_item();
        let mut ids = Vec::new();
        while let Some(item) = items.next().await {
            ids.extend(item.unwrap().repo_id);
        }
        assert_eq!(ids, [1, 2, 3, 4, 5]);
        assert_eq!((items.shortfall(), http.requests().len()), (None, 3));
    }
}

#[test]
fn blocking_lists_have_the_same_rules() {
    let short = || {
        let empty = || repositories(&[], 5);
        [repositories(&[1, 2], 5), empty(), empty(), empty()]
    };
    let (_, _, first) = client(short());
    let mut items = first
        .list_git_repositories("github", "me")
        .by_item_blocking();
    assert_eq!(items.by_ref().filter(Result::is_ok).count(), 2);
    assert_eq!(items.shortfall(), Some(3));

    let (_, _, second) = client(short());
    let request = second.list_git_repositories("github", "me");
    let mut pages = request.by_page_blocking().strict();
    let error = pages.by_ref().find_map(Result::err).unwrap();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("3 of 5 items are missing"),
        "{error}"
    );
    assert_eq!(pages.shortfall(), Some(3));
    assert!(pages.next().is_none());

    for refused in [
        second
            .list_git_repositories("github", "me")
            .by_page_blocking()
            .resume("")
            .err(),
        second.list_executions().by_item_blocking().resume("").err(),
    ] {
        assert_eq!(refused.unwrap().kind(), ErrorKind::InvalidInput);
    }
}

#[tokio::test]
async fn pages_with_holes_of_the_emulator_lose_and_repeat_nothing() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(emulator.config()).unwrap();
    for number in 0..23 {
        let request = client.create_template(format!("template-{number}"), "Tasks: [{Name: a, Action: 'ACS::Sleep', Properties: {Duration: PT1S}}]\nFormatVersion: OOS-2019-06-01");
        request.send().await.unwrap();
    }
    for seed in 0..12 {
        emulator.inject(Fault::pages(3, 0.4, seed)).unwrap();
        let mut templates = client.list_templates().by_item().strict();
        let mut names = HashSet::new();
        while let Some(template) = templates.next().await {
            names.extend(template.unwrap().template_name);
        }
        assert!(names.len() >= 23, "{seed}: {names:?}");
        let mut repositories = client.list_git_repositories("github", "me").by_item();
        let mut count = 0;
        while let Some(repository) = repositories.next().await {
            repository.unwrap();
            count += 1;
        }
        assert_eq!((count, repositories.shortfall()), (5, None), "{seed}");
        emulator.clear_faults();
    }
}

/// An entry of the list of executions.
fn execution(id: &str, status: &str) -> Value {
    json!({"ExecutionId": id, "Status": status, "StatusMessage": format!("{id} is {status}")})
}

fn executions(entries: &[Value], next: &str) -> Value {
    json!({"Executions": entries, "NextToken": next})
}

fn started() -> Value {
    json!({"Execution": execution("exec-1", "Running")})
}

/// What the service returns to a program whose filter by ID it ignores.
fn unfiltered() -> [Value; 4] {
    let other = || execution("exec-other", "Failed");
    [
        executions(&[other()], ""),
        executions(&[other(), execution("exec-1", "Running")], ""),
        executions(&[other()], "2"),
        executions(
            &[
                execution("exec-1", "Success"),
                execution("exec-2", "Failed"),
            ],
            "",
        ),
    ]
}

#[tokio::test]
async fn another_execution_in_the_list_does_not_end_a_run() {
    let (http, _, client) = client([started()].into_iter().chain(unfiltered()));
    let run = client.start_execution().template_name("t").run();
    let outcome = run.wait().await.unwrap();
    let Outcome::Success {
        output: execution, ..
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(execution.execution_id.as_deref(), Some("exec-1"));
    assert_eq!(http.remaining(), 0);
}

#[tokio::test]
async fn another_execution_in_the_list_does_not_end_a_wait() {
    let (http, _, first) = client(unfiltered());
    let outcome = first.wait_until_execution_finished("exec-1").wait().await;
    assert!(outcome.unwrap().is_success());
    assert_eq!(http.remaining(), 0);

    // Runs of another trigger.
    let run = |parent: &str, status: &str| json!({"ParentExecutionId": parent, "Status": status});
    let (_, _, second) = client([
        executions(&[run("exec-2", "Failed")], ""),
        executions(&[run("exec-2", "Failed"), run("exec-1", "Success")], ""),
    ]);
    let since = "2026-01-01T00:00:00Z";
    let wait = second.wait_until_triggered_execution_finished("exec-1", since);
    assert!(wait.wait().await.unwrap().is_success());
}

#[tokio::test]
async fn a_trigger_of_another_execution_does_not_end_a_run() {
    let waiting = json!({"ExecutionId": "exec-2", "Status": "Waiting", "Category": "TimerTrigger"});
    let (_, _, client) = client([
        started(),
        executions(&[waiting.clone(), execution("exec-1", "Running")], ""),
        executions(&[waiting, execution("exec-1", "Success")], ""),
    ]);
    let run = client.start_execution().template_name("t").run();
    assert!(run.wait().await.unwrap().is_success());
}

fn unknown() -> Value {
    json!({"Code": "EntityNotExists.Execution", "Message": "No such execution.", "RequestId": "R"})
}

#[tokio::test]
async fn a_run_waits_for_a_late_index() {
    let line = json!({"ExecutionLogs": [{"Message": "hello"}]});
    let (http, time, client) = client([
        started(),
        unknown(),
        unknown(),
        executions(&[execution("exec-1", "Running")], ""),
        // The log is later still.
        unknown(),
        executions(&[execution("exec-1", "Success")], ""),
        line,
    ]);
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = lines.clone();
    let run = client.start_execution().template_name("t").run();
    let run = run.follow_logs(move |line| log.lock().unwrap().extend(line.message.clone()));
    assert!(run.wait().await.unwrap().is_success());
    assert_eq!(*lines.lock().unwrap(), ["hello"]);
    assert_eq!(http.remaining(), 0);
    let waited: Duration = time.waits().into_iter().sum();
    assert!(waited < Duration::from_secs(15), "{waited:?}");
}

#[tokio::test]
async fn an_execution_that_does_not_exist_ends_the_wait_after_some_seconds() {
    let (_, _, client) = client((0..20).map(|_| unknown()));
    let wait = client.wait_until_execution_finished("exec-1").wait().await;
    assert!(wait.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_log_whose_page_tokens_form_a_cycle_is_an_error() {
    let log = |next: &str| json!({"ExecutionLogs": [], "NextToken": next});
    let running = executions(&[execution("exec-1", "Running")], "");
    let (_, _, client) = client([running, log("a"), log("b"), log("a"), log("b"), log("a")]);
    let follow = client.follow_execution("exec-1").follow_logs(|_| {});
    let error = follow.wait().await.unwrap_err();
    assert!(error.to_string().contains("twice"), "{error}");
}

#[tokio::test]
async fn a_package_on_the_second_page_is_installed() {
    let page = |name: &str, next: &str| json!({"PackageStates": [{"TemplateName": name, "TemplateVersion": "v1"}], "NextToken": next});
    let script = || [page("other", "2"), page("ours", "")];
    let (_, _, first) = client(script());
    let installed = first
        .wait_until_package_installed("i-1", "ours")
        .wait()
        .await;
    let outcome = installed.unwrap();
    assert_eq!(
        outcome.output().unwrap().package_states[0]
            .template_name
            .as_deref(),
        Some("ours")
    );

    // It is not removed before it is on no page.
    let removed = [page("other", "2"), page("another", "")];
    let (http, _, second) = client(script().into_iter().chain(removed));
    let wait = second
        .wait_until_package_removed("i-1", "ours")
        .wait()
        .await;
    assert!(wait.unwrap().is_success());
    assert_eq!(http.requests().len(), 4);
}
