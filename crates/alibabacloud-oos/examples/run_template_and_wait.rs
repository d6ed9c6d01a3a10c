//! Runs a template, shows its log while it runs, and says how it ended.
//!
//! ```text
//! cargo run -p alibabacloud-oos --example run_template_and_wait
//! cargo run -p alibabacloud-oos --example run_template_and_wait TEMPLATE [PARAMETERS]
//! ```
//!
//! Without arguments it runs a template on an emulator in the process. With them it asks the real service, with region and
//! credentials from the environment; PARAMETERS is a JSON object.

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
    // Starts the execution and follows it. Dropping the future or passing the deadline leaves the execution alone.
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
    let execution = outcome.output().ok_or("the service shows no execution")?;
    let id = execution.execution_id.as_deref().unwrap_or_default();
    match &outcome {
        Outcome::Success(_) => {
            let outputs = execution.outputs.as_ref().map(|outputs| outputs.as_str());
            println!("\n{id} ended well: {}", outputs.unwrap_or("no outputs"));
            Ok(())
        }
        Outcome::Attention { .. } => {
            println!(
                "\n{id} waits {}.",
                match WaitingFor::of(execution) {
                    Some(WaitingFor::Trigger) => "for its trigger, until it is cancelled",
                    _ => "for a decision, which `notify_execution` gives",
                }
            );
            Ok(())
        }
        ended => {
            let state = ended.state().unwrap_or_default();
            let why = execution.status_message.as_deref().unwrap_or_default();
            Err(format!("{id} ended as {state}: {why}").into())
        }
    }
}

fn print_line(line: &ExecutionLog) {
    let time = line.timestamp.as_ref().map_or("", |time| time.as_str());
    let kind = line.log_type.as_deref().unwrap_or_default();
    let message = line.message.as_deref().unwrap_or_default();
    println!("{time}  {kind:7}  {message}");
}

/// An emulator with a template of three tasks, of which the last has an output.
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
