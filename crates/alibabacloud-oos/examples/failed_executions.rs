//! Prints the executions that failed within the last day, with the reason and the log of each.
//!
//! ```text
//! cargo run -p alibabacloud-oos --example failed_executions
//! cargo run -p alibabacloud-oos --example failed_executions REGION
//! ```
//!
//! Without arguments, it uses an in-process emulator. With a region such as `cn-hangzhou`, it calls
//! the real service there, with credentials from the environment.

use alibabacloud_emulator::{Emulator, Outcome as Script};
use alibabacloud_oos::model::list_executions::Execution;
use alibabacloud_oos::{Client, Config};
use std::error::Error;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if let Some(region) = std::env::args().nth(1) {
        let client = Client::new(Config::from_env().region(region))?;
        return report(&client).await;
    }
    let emulator = emulator_with_executions().await?;
    println!("On an emulator at {}.\n", emulator.url());
    report(&Client::new(emulator.config())?).await
}

async fn report(client: &Client) -> Result<(), Box<dyn Error>> {
    // The service filters the executions, and the paginator requests the pages one by one.
    let mut failed = client
        .list_executions()
        .status("Failed")
        .end_date_after(SystemTime::now() - DAY)
        .by_item();
    let mut count = 0;
    while let Some(execution) = failed.next().await {
        count += 1;
        print_execution(client, &execution?).await?;
    }
    println!("{count} failed within the last day");
    Ok(())
}

async fn print_execution(client: &Client, execution: &Execution) -> Result<(), Box<dyn Error>> {
    let id = execution.execution_id.as_deref().unwrap_or_default();
    println!(
        "{id}  {}, ended {}: {}",
        execution.template_name.as_deref().unwrap_or("-"),
        execution
            .end_date
            .as_ref()
            .map_or("-", |date| date.as_str()),
        execution.status_message.as_deref().unwrap_or_default()
    );
    let mut lines = client.list_execution_logs(id).by_item();
    while let Some(line) = lines.next().await {
        let line = line?;
        println!(
            "    {}  {:7}  {}",
            line.timestamp.as_ref().map_or("", |time| time.as_str()),
            line.log_type.as_deref().unwrap_or_default(),
            line.message.as_deref().unwrap_or_default()
        );
    }
    println!();
    Ok(())
}

/// Starts an emulator with four executions that have ended, two of them with a failure.
async fn emulator_with_executions() -> Result<Emulator, Box<dyn Error>> {
    let template = r"
FormatVersion: OOS-2019-06-01
Tasks:
  - {Name: snapshot, Action: 'ACS::ECS::CreateSnapshot', Properties: {}}
  - {Name: reboot, Action: 'ACS::ECS::RebootInstance', Properties: {}}
";
    let emulator = Emulator::start().await?;
    let client = Client::new(emulator.config())?;
    for name in ["nightly-backup", "patch-web"] {
        client.create_template(name, template).send().await?;
    }
    let quota = Script::failure("the snapshot quota is exceeded").template("nightly-backup");
    emulator.script(quota.task("snapshot").times(1));
    let missing = Script::failure("the instance does not exist").template("patch-web");
    emulator.script(missing.task("reboot").times(1));
    for name in ["nightly-backup", "patch-web", "nightly-backup", "patch-web"] {
        client.start_execution().template_name(name).send().await?;
    }
    // Advance the clock beyond the duration of the tasks.
    emulator.advance(Duration::from_secs(60));
    Ok(emulator)
}
