//! Runs a template, prints its log while it runs, and prints the result.
//!
//! ```text
//! cargo run -p alibabacloud-oos --example run_template_and_wait
//! cargo run -p alibabacloud-oos --example run_template_and_wait TEMPLATE [PARAMETERS]
//! ```
//!
//! Without arguments, it runs a template on an in-process emulator. With arguments, it calls the
//! real service, with the region and credentials from the environment. PARAMETERS is a JSON object.

use alibabacloud_emulator::{Emulator, Outcome as Script};
use alibabacloud_oos::Client;
use alibabacloud_oos::ext::WaitingFor;
use alibabacloud_oos::model::list_execution_logs::ExecutionLog;
use alibabacloud_oos::waiter::Outcome;
use std::error::Error;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    if let Some(template) = arguments.next() {
        let parameters = arguments.next().unwrap_or_else(|| "{}".to_owned());
        return run(&Client::from_env()?, &template, &parameters).await;
    }
    let emulator = emulator_with_template("deploy-web").await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;
    run(&client, "deploy-web", r#"{"version": "1.4.2"}"#).await
}

async fn run(client: &Client, template: &str, parameters: &str) -> Result<(), Box<dyn Error>> {
    println!("Running {template} with {parameters}\n");
    // Start the execution and follow it. The execution continues if the future is dropped or the
    // deadline passes.
    let outcome = client
        .start_execution()
        .template_name(template)
        .parameters(parameters)
        .run()
        .follow_logs(print_line)
        .stop_for_attention()
        .deadline(Duration::from_secs(15 * 60))
        .wait()
        .await?;
    let execution = outcome
        .output()
        .ok_or("the response contains no execution")?;
    let id = execution.execution_id.as_deref().unwrap_or_default();
    match &outcome {
        Outcome::Success { .. } => {
            let outputs = execution.outputs.as_ref().map(|outputs| outputs.as_str());
            println!("\n{id} succeeded: {}", outputs.unwrap_or("no outputs"));
            Ok(())
        }
        Outcome::Attention { .. } => {
            println!(
                "\n{id} waits for {}.",
                match WaitingFor::of(execution) {
                    Some(WaitingFor::Trigger) => "its trigger until it is cancelled",
                    _ => "a decision; send it with `notify_execution`",
                }
            );
            Ok(())
        }
        ended => {
            let state = ended.state().unwrap_or_default();
            let why = execution.status_message.as_deref().unwrap_or_default();
            Err(format!("{id} ended in state {state}: {why}").into())
        }
    }
}

fn print_line(line: &ExecutionLog) {
    let time = line.timestamp.as_ref().map_or("", |time| time.as_str());
    let kind = line.log_type.as_deref().unwrap_or_default();
    let message = line.message.as_deref().unwrap_or_default();
    println!("{time}  {kind:7}  {message}");
}

/// Starts an emulator with a template of three tasks. The last task has an output.
async fn emulator_with_template(name: &str) -> Result<Emulator, Box<dyn Error>> {
    let template = r"
FormatVersion: OOS-2019-06-01
Parameters:
  version: {Type: String}
Tasks:
  - {Name: takeOutOfService, Action: 'ACS::SLB::RemoveBackendServers', Properties: {}}
  - {Name: install, Action: 'ACS::ECS::RunCommand', Properties: {}}
  - {Name: check, Action: 'ACS::ExecuteAPI', Properties: {}}
";
    let emulator = Emulator::start().await?;
    let client = Client::new(emulator.config())?;
    client.create_template(name, template).send().await?;
    let outputs = r#"{"healthy": 3}"#.parse()?;
    emulator.script(Script::success(outputs).template(name).task("check"));
    Ok(emulator)
}
