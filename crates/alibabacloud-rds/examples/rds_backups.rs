//! Makes a backup of a database instance, waits for it, lists the backups, and keeps them longer.
//!
//! ```text
//! cargo run -p alibabacloud-rds --example rds_backups
//! cargo run -p alibabacloud-rds --example rds_backups -- --list ID
//! ```
//!
//! With `--list`, it only lists the backups of an instance in the account of the environment.
//! Otherwise it runs on an in-process emulator: on the real service the same calls cost money.

use alibabacloud_emulator::Emulator;
use alibabacloud_rds::Client;
use alibabacloud_rds::model::create_db_instance::{Engine, PayType};
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => {}
        (Some("--list"), Some(id)) => return list(&Client::from_env()?, &id).await,
        _ => return Err("expected nothing, or --list and the ID of an instance".into()),
    }
    let emulator = Emulator::start().await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;
    let id = create(&client).await?;

    // The response comes at once and has the ID of a job. The backup has another ID.
    let started = client.create_backup(&id).send().await?;
    let job = started.backup_job_id.ok_or("the response has no job ID")?;
    println!("job       {job}");
    client
        .wait_until_backup_finished(&id, job.parse::<i32>()?)
        .deadline(Duration::from_secs(3600))
        .on_progress(|progress| {
            let state = progress.state().unwrap_or("not listed");
            println!("{:>5.1} s   {state}", progress.elapsed().as_secs_f32());
        })
        .wait()
        .await?
        .success()?;
    list(&client, &id).await?;

    // Older backups are deleted. What is not set keeps its value.
    client
        .modify_backup_policy(&id)
        .backup_retention_period("30")
        .send()
        .await?;
    println!("\nAfter the change:");
    print_policy(&client, &id).await
}

/// Creates an instance and waits until it runs: before, a backup is refused.
async fn create(client: &Client) -> Result<String> {
    let created = client
        .create_db_instance(Engine::Mysql, "8.0")
        .db_instance_class("mysql.n2.medium.1")
        .db_instance_storage(20)
        .db_instance_net_type("Intranet")
        .pay_type(PayType::Postpaid)
        .security_ip_list(["127.0.0.1"])
        .send()
        .await?;
    let id = created.db_instance_id;
    let id = id.ok_or("the response has no instance ID")?;
    client
        .wait_until_db_instance_running(&id)
        .wait()
        .await?
        .success()?;
    println!("instance  {id}");
    Ok(id)
}

async fn list(client: &Client, id: &str) -> Result<()> {
    let mut backups = client.describe_backups(id).by_item();
    let backups = backups.collect_up_to(100).await?;
    println!(
        "\n{:12}{:22}{:>9}  {:10}STATUS",
        "BACKUP", "STARTED", "SIZE", "MODE"
    );
    for backup in &backups {
        let started = backup.backup_start_time.as_ref();
        // The links in a backup are secret: whoever has one can download the data.
        println!(
            "{:12}{:22}{:>5} MiB  {:10}{}",
            backup.backup_id.as_deref().unwrap_or_default(),
            started.map_or("", |time| time.as_str()),
            backup.backup_size.unwrap_or_default() >> 20,
            backup.backup_mode.as_ref().map_or("", |mode| mode.as_str()),
            backup.backup_status.as_deref().unwrap_or_default(),
        );
    }
    println!();
    print_policy(client, id).await
}

async fn print_policy(client: &Client, id: &str) -> Result<()> {
    let policy = client.describe_backup_policy(id).send().await?;
    println!(
        "backed up on {} at {}, kept {} days",
        policy.preferred_backup_period.unwrap_or_default(),
        policy.preferred_backup_time.unwrap_or_default(),
        policy.backup_retention_period.unwrap_or_default(),
    );
    Ok(())
}
