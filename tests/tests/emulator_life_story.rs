//! The life cycle of a template, an execution, a package and a secret. The official Python client
//! does the same in `tests/interop/life_story.py`; both must observe
//! `tests/interop/life_story.json`.

use alibabacloud_emulator::Emulator;
use alibabacloud_oos::model::list_executions::Execution;
use alibabacloud_oos::{Client, Result};
use std::time::{Duration, SystemTime};

const CONTENT: &str = "\
FormatVersion: OOS-2019-06-01
Tasks:
  - Name: ask
    Action: ACS::Approve
    Properties: {Approvers: [somebody]}
  - Name: say
    Action: ACS::ECS::RunCommand
    Properties: {commandContent: echo hello}
";
const INSTANCE: &str = "i-life0000000000001";

/// What the client observed, step by step.
#[derive(Default)]
struct Story(Vec<Vec<String>>);

impl Story {
    fn record(&mut self, step: &str, details: impl IntoIterator<Item = String>) {
        let step = std::iter::once(step.to_owned());
        self.0.push(step.chain(details).collect());
    }
}

#[tokio::test]
async fn the_rust_client_sees_what_the_python_client_sees() {
    let expected = include_str!("../interop/life_story.json");
    let expected: Vec<Vec<String>> = serde_json::from_str(expected).unwrap();
    let builder = Emulator::builder().frozen_at(SystemTime::now());
    let emulator = builder.start().await.unwrap();
    let client = Client::new(emulator.config()).unwrap();
    let mut story = Story::default();
    execution(&emulator, &client, &mut story).await.unwrap();
    package(&client, &mut story).await.unwrap();
    secret(&client, &mut story).await.unwrap();
    assert_eq!(story.0, expected);
}

async fn executions(client: &Client) -> Result<Vec<Execution>> {
    let page = client
        .list_executions()
        .template_name("greet")
        .send()
        .await?;
    Ok(page.executions)
}

async fn execution(emulator: &Emulator, client: &Client, story: &mut Story) -> Result<()> {
    let created = client.create_template("greet", CONTENT).send().await?;
    let template = created.template.unwrap();
    story.record(
        "template created",
        [
            template.template_name.unwrap(),
            template.template_version.unwrap(),
        ],
    );
    let started = client
        .start_execution()
        .template_name("greet")
        .send()
        .await?;
    let started = started.execution.unwrap();
    let id = started.execution_id.unwrap();
    story.record("execution started", [started.status.unwrap().to_string()]);

    let waiting = executions(client).await?.remove(0);
    let task = waiting.current_tasks[0].task_name.clone();
    story.record(
        "execution waits",
        [waiting.status.unwrap().to_string(), task.unwrap()],
    );
    client.notify_execution(&id, "Approve").send().await?;
    let running = executions(client).await?.remove(0);
    story.record(
        "execution after approval",
        [running.status.unwrap().to_string()],
    );
    emulator.advance(Duration::from_secs(5));
    let ended = executions(client).await?.remove(0);
    story.record("execution at the end", [ended.status.unwrap().to_string()]);

    let tasks = client
        .list_task_executions()
        .execution_id(&id)
        .sort_order("Ascending")
        .send()
        .await?;
    let tasks = tasks.task_executions.into_iter();
    story.record(
        "tasks",
        tasks.map(|task| format!("{}={}", task.task_name.unwrap(), task.status.unwrap())),
    );
    let log = client.list_execution_logs(&id).send().await?;
    story.record(
        "log",
        log.execution_logs
            .into_iter()
            .map(|line| line.message.unwrap()),
    );
    story.record(
        "executions of the template",
        [executions(client).await?.len().to_string()],
    );
    client.delete_executions([&id]).send().await?;
    story.record(
        "executions left",
        [executions(client).await?.len().to_string()],
    );
    client.delete_template("greet").send().await?;
    let error = client.get_template("greet").send().await.unwrap_err();
    assert!(error.is_not_found());
    story.record("template deleted", [error.code().unwrap().to_owned()]);
    Ok(())
}

async fn packages(client: &Client) -> Result<Vec<String>> {
    let page = client.list_instance_package_states(INSTANCE).send().await?;
    let states = page.package_states.into_iter();
    Ok(states
        .map(|state| {
            format!(
                "{} {}",
                state.template_name.unwrap(),
                state.template_version.unwrap()
            )
        })
        .collect())
}

async fn package(client: &Client, story: &mut Story) -> Result<()> {
    story.record("packages before", packages(client).await?);
    let install = client.update_instance_package_state(INSTANCE, "ACS-ECS-Docker", "install");
    install.send().await?;
    story.record("packages after", packages(client).await?);
    Ok(())
}

async fn secret(client: &Client, story: &mut Story) -> Result<()> {
    let created = client
        .create_secret_parameter("token", "old")
        .send()
        .await?;
    let version = created.parameter.unwrap().parameter_version.unwrap();
    story.record("secret created", [version.to_string()]);
    let hidden = client.get_secret_parameter("token").send().await?;
    let value = hidden.parameter.unwrap().value;
    story.record(
        "secret without decryption",
        [value.map_or("none".to_owned(), |value| value.expose().to_owned())],
    );
    client
        .update_secret_parameter("token", "new")
        .send()
        .await?;
    for (step, version) in [("secret rotated", None), ("secret before", Some(1))] {
        let mut request = client.get_secret_parameter("token").with_decryption(true);
        if let Some(version) = version {
            request = request.parameter_version(version);
        }
        let shown = request.send().await?.parameter.unwrap();
        story.record(
            step,
            [
                shown.parameter_version.unwrap().to_string(),
                shown.value.unwrap().expose().to_owned(),
            ],
        );
    }
    Ok(())
}
