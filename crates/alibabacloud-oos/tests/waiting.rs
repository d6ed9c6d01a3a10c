//! Tests waiting for executions and packages with the emulator. Only callbacks advance the clock of
//! the emulator, and only waits that of the client, so that every test is deterministic.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use alibabacloud_core::test_util::ManualTime;
use alibabacloud_emulator::{Emulator, Outcome as Script};
use alibabacloud_oos::ext::WaitingFor;
use alibabacloud_oos::types::Value;
use alibabacloud_oos::waiter::{Outcome, WaiterStatus};
use alibabacloud_oos::{CallOptions, Client, ErrorKind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const ONE_TASK: &str = r#"{"FormatVersion":"OOS-2019-06-01","Tasks":[{"Name":"rest","Action":"ACS::Sleep","Properties":{"Duration":"PT5S"}}]}"#;
const APPROVAL: &str = r#"{"FormatVersion":"OOS-2019-06-01","Tasks":[{"Name":"ask","Action":"ACS::Approve","Properties":{"NotifyType":"DingDing","Approvers":["alice"]}}]}"#;
const TIMER: &str = r#"{"FormatVersion":"OOS-2019-06-01","Tasks":[{"Name":"tick","Action":"ACS::TimerTrigger","Properties":{"Type":"rate","Expression":"1 hours"}},{"Name":"rest","Action":"ACS::Sleep","Properties":{"Duration":"PT5S"}}]}"#;

struct Kit {
    emulator: Arc<Emulator>,
    client: Client,
}

impl Kit {
    async fn new() -> Self {
        let frozen = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let emulator = Emulator::builder().frozen_at(frozen).start().await;
        let emulator = emulator.expect("an emulator");
        // Deadlines pass on this clock, and never because the machine is busy. It starts with the
        // present, because the emulator compares timestamps of signatures with the real time.
        let time = ManualTime::starting_at(SystemTime::now());
        let client = Client::new(emulator.config().time(time)).expect("a client");
        Self {
            emulator: Arc::new(emulator),
            client,
        }
    }

    async fn template(&self, name: &str, content: &str) {
        let request = self.client.create_template(name, content);
        request.send().await.expect("a template");
    }

    async fn start(&self, template: &str) -> String {
        let request = self.client.start_execution().template_name(template);
        let started = request.send().await.expect("an execution");
        let execution = started.execution.expect("an execution");
        execution.execution_id.expect("an ID")
    }

    /// Returns a callback that advances the clock of the emulator.
    fn ticking(&self) -> impl FnMut() + Send + Sync + 'static {
        let emulator = self.emulator.clone();
        move || emulator.advance(Duration::from_secs(2))
    }
}

const POLL: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_run_ends_and_every_log_line_is_delivered_once() {
    let kit = Kit::new().await;
    kit.template("rest", ONE_TASK).await;
    let lines = Arc::new(Mutex::new(Vec::new()));
    let (log, mut tick) = (lines.clone(), kit.ticking());
    let outcome = kit
        .client
        .start_execution()
        .template_name("rest")
        .run()
        .poll_interval(POLL)
        .follow_logs(move |line| log.lock().expect("no panic").extend(line.message.clone()))
        .on_progress(move |_| tick())
        .wait()
        .await
        .expect("an outcome");
    assert!(outcome.is_success(), "{outcome:?}");
    let execution = outcome.output().expect("an execution");
    let id = execution.execution_id.clone().expect("an ID");
    let all = kit
        .client
        .list_execution_logs(id)
        .send()
        .await
        .expect("a log");
    let all: Vec<_> = all
        .execution_logs
        .into_iter()
        .filter_map(|line| line.message)
        .collect();
    assert!(all.len() > 2, "{all:?}");
    assert_eq!(*lines.lock().expect("no panic"), all);
}

#[tokio::test]
async fn a_run_is_followed_in_the_region_where_it_started() {
    let kit = Kit::new().await;
    let elsewhere = || CallOptions::new().region("ap-southeast-1");
    let request = kit.client.create_template("rest", ONE_TASK);
    let created = request.with_options(elsewhere()).send().await;
    created.expect("a template");
    let lines = Arc::new(Mutex::new(0));
    let (count, mut tick) = (lines.clone(), kit.ticking());
    let outcome = kit
        .client
        .start_execution()
        .template_name("rest")
        .with_options(elsewhere())
        .run()
        .poll_interval(POLL)
        .deadline(Duration::from_secs(5))
        .follow_logs(move |_| *count.lock().expect("no panic") += 1)
        .on_progress(move |_| tick())
        .wait()
        .await;
    assert!(outcome.expect("an outcome").is_success());
    assert!(*lines.lock().expect("no panic") > 2);
}

#[tokio::test]
async fn a_failed_execution_is_an_outcome_with_its_message() {
    let kit = Kit::new().await;
    kit.template("rest", ONE_TASK).await;
    kit.emulator
        .script(Script::failure("the instance was deleted"));
    let id = kit.start("rest").await;
    let mut tick = kit.ticking();
    let outcome = kit
        .client
        .wait_until_execution_finished(id)
        .poll_interval(POLL)
        .on_progress(move |_| tick())
        .wait()
        .await
        .expect("an outcome");
    let Outcome::Failure {
        state,
        message: why,
        output,
        ..
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(state, "Failed");
    let message = output.executions[0].status_message.as_deref();
    assert!(
        message.is_some_and(|m| m.contains("the instance was deleted")),
        "{message:?}"
    );
    assert_eq!(why.as_deref(), message);
}

#[tokio::test]
async fn a_decision_ends_the_wait_only_on_request() {
    let kit = Kit::new().await;
    kit.template("ask", APPROVAL).await;
    let run = || kit.client.start_execution().template_name("ask").run();
    let outcome = run().poll_interval(POLL).stop_for_attention().wait().await;
    let outcome = outcome.expect("an outcome");
    assert!(matches!(outcome, Outcome::Attention { .. }), "{outcome:?}");
    let execution = outcome.output().expect("an execution");
    assert_eq!(WaitingFor::of(execution), Some(WaitingFor::Decision));

    // Approve as soon as the waiter reports that a decision is needed.
    let id = execution.execution_id.clone().expect("an ID");
    let mut states = kit
        .client
        .wait_until_execution_finished(&id)
        .poll_interval(POLL)
        .states();
    let mut seen = Vec::new();
    while let Some(progress) = states.next().await {
        let progress = progress.expect("a response");
        seen.push(progress.status());
        if progress.needs_attention() {
            let request = kit.client.notify_execution(&id, "Approve");
            request.send().await.expect("approved");
        }
        kit.emulator.advance(Duration::from_secs(2));
    }
    assert_eq!(seen.first(), Some(&WaiterStatus::Attention));
    assert_eq!(seen.last(), Some(&WaiterStatus::Success));
}

#[tokio::test]
async fn a_trigger_always_ends_the_wait() {
    let kit = Kit::new().await;
    kit.template("hourly", TIMER).await;
    let id = kit.start("hourly").await;
    let outcome = kit
        .client
        .follow_execution(&id)
        .poll_interval(POLL)
        .wait()
        .await;
    let outcome = outcome.expect("an outcome");
    assert!(matches!(outcome, Outcome::Attention { .. }), "{outcome:?}");
    let execution = outcome.output().expect("an execution");
    assert_eq!(WaitingFor::of(execution), Some(WaitingFor::Trigger));

    kit.client
        .cancel_execution(&id)
        .send()
        .await
        .expect("cancelled");
    let outcome = kit
        .client
        .wait_until_execution_cancelled(&id)
        .poll_interval(POLL)
        .wait()
        .await;
    assert!(outcome.expect("an outcome").is_success());
}

#[tokio::test]
async fn a_skipped_execution_is_a_failure() {
    let kit = Kit::new().await;
    kit.template("ask", APPROVAL).await;
    let id = kit.start("ask").await;
    let request = kit.client.notify_execution(&id, "CompleteExecution");
    let completed = request.execution_status("Skipped").send().await;
    completed.expect("completed");
    let outcome = kit.client.wait_until_execution_finished(&id).wait().await;
    let outcome = outcome.expect("an outcome");
    assert!(matches!(outcome, Outcome::Failure { .. }), "{outcome:?}");
    assert_eq!(outcome.state(), Some("Skipped"));
}

#[tokio::test]
async fn the_wait_covers_the_runs_of_a_trigger_on_all_pages() {
    let kit = Kit::new().await;
    kit.template("hourly", TIMER).await;
    let id = kit.start("hourly").await;
    // Lists start with the newest run, and a page has 50. The first run, which is slow, is
    // therefore on the second page.
    let slow = Script::success(Value::Null).takes(Duration::from_secs(60));
    kit.emulator.script(slow.task("triggered").times(1));
    for _ in 0..51 {
        let request = kit.client.trigger_execution(&id, "Timer");
        request.send().await.expect("a run");
    }
    kit.emulator.advance(Duration::from_secs(10));
    let mut states = kit
        .client
        .wait_until_triggered_execution_finished(&id, "2026-01-01T00:00:00Z")
        .poll_interval(POLL)
        .states();
    let mut seen = Vec::new();
    while let Some(progress) = states.next().await {
        seen.push(progress.expect("a response").status());
        kit.emulator.advance(Duration::from_secs(30));
    }
    assert_eq!(
        seen,
        [
            WaiterStatus::Pending,
            WaiterStatus::Pending,
            WaiterStatus::Success
        ]
    );
}

#[tokio::test]
async fn errors_during_the_wait_contain_the_execution_id() {
    let kit = Kit::new().await;
    kit.template("rest", ONE_TASK).await;
    let error = kit
        .client
        .start_execution()
        .template_name("rest")
        .run()
        .poll_interval(POLL)
        .deadline(Duration::from_millis(20))
        .wait()
        .await
        .expect_err("the clock is frozen");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.to_string();
    assert!(text.contains("the last state was Running"), "{text}");
    assert!(text.contains("execution exec-"), "{text}");
}

#[tokio::test]
async fn packages_are_installed_and_removed() {
    let kit = Kit::new().await;
    let (instance, package) = ("i-waiting", "ACS-ECS-Docker");
    let update = |action: &str| {
        kit.client
            .update_instance_package_state(instance, package, action)
    };
    let wait = |installed: bool| {
        let waiter = match installed {
            true => kit.client.wait_until_package_installed(instance, package),
            false => kit.client.wait_until_package_removed(instance, package),
        };
        waiter.poll_interval(POLL)
    };
    assert!(wait(false).wait().await.expect("an outcome").is_success());
    let error = wait(true).deadline(Duration::from_millis(500)).wait().await;
    let error = error.expect_err("it is not installed").to_string();
    assert!(
        error.contains("the last state was not installed"),
        "{error}"
    );

    update("install").send().await.expect("installed");
    assert!(wait(true).wait().await.expect("an outcome").is_success());
    let outcome = wait(true).wait().await.expect("an outcome");
    let page = outcome.output().expect("a page");
    let version = page.package_states[0].template_version.clone();
    let outcome = kit
        .client
        .wait_until_package_version_installed(instance, package, version.expect("a version"))
        .poll_interval(POLL)
        .wait()
        .await;
    assert!(outcome.expect("an outcome").is_success());
    update("uninstall").send().await.expect("removed");
    assert!(wait(false).wait().await.expect("an outcome").is_success());
}

#[tokio::test]
async fn a_deleted_template_ends_the_wait_with_outcome_gone() {
    let kit = Kit::new().await;
    kit.template("rest", ONE_TASK).await;
    kit.client
        .delete_template("rest")
        .send()
        .await
        .expect("deleted");
    let outcome = kit.client.wait_until_template_deleted("rest").wait().await;
    let outcome = outcome.expect("an outcome");
    assert!(matches!(outcome, Outcome::Gone(_)), "{outcome:?}");
}

#[tokio::test]
async fn tasks_and_application_groups_end_the_wait() {
    let kit = Kit::new().await;
    kit.template("rest", ONE_TASK).await;
    let id = kit.start("rest").await;
    let tasks = kit
        .client
        .list_task_executions()
        .execution_id(&id)
        .send()
        .await;
    let task = tasks.expect("tasks").task_executions[0]
        .task_execution_id
        .clone();
    let mut tick = kit.ticking();
    let outcome = kit
        .client
        .wait_until_task_execution_finished(task.expect("an ID"))
        .poll_interval(POLL)
        .on_progress(move |_| tick())
        .wait()
        .await;
    assert!(outcome.expect("an outcome").is_success());

    kit.client
        .create_application("shop")
        .send()
        .await
        .expect("an application");
    let group = kit
        .client
        .create_application_group("shop", "prod", "cn-hangzhou");
    group.send().await.expect("a group");
    let outcome = kit
        .client
        .wait_until_application_group_deployed("shop", "prod")
        .wait()
        .await;
    assert!(outcome.expect("an outcome").is_success());
}
