//! Rotates a key: at intervals by the service, and at once with a new key behind an alias.
//!
//! ```text
//! cargo run -p alibabacloud-kms --example rotate_kms_key
//! ```
//!
//! It runs on an in-process emulator: on the real service, keys cost money and are deleted after
//! seven days at the earliest.

use alibabacloud_emulator::Emulator;
use alibabacloud_kms::Client;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The name that programs use. Which key it means can change without them.
const ALIAS: &str = "alias/orders";

#[tokio::main]
async fn main() -> Result<()> {
    let emulator = Emulator::start().await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;

    let old = create(&client, "orders, first key").await?;
    client.create_alias(ALIAS, &old).send().await?;

    // The service makes a new version of the key each year. The ID stays, and what older versions
    // encrypted can still be decrypted, so that no program notices.
    client
        .update_rotation_policy(&old, true)
        .rotation_interval("365d")
        .send()
        .await?;
    println!("Rotation by the service:");
    print_keys(&client, &[&old]).await?;

    // After a leak, nobody wants to wait a year, and the old key has to go. Programs that name the
    // alias encrypt with the new key from now on.
    let new = create(&client, "orders, second key").await?;
    client
        .update_rotation_policy(&new, true)
        .rotation_interval("365d")
        .send()
        .await?;
    client.update_alias(ALIAS, &new).send().await?;
    println!("\nThe alias has a new key:");
    print_keys(&client, &[&old, &new]).await?;

    // The data of the old key is encrypted again here, with `re_encrypt`. Disabling the old key
    // shows whether some was forgotten, and can be undone. So can the deletion, for seven days.
    client.disable_key(&old).send().await?;
    client
        .schedule_key_deletion(&old)
        .pending_window_in_days(7)
        .send()
        .await?;
    println!("\nThe old key is scheduled for deletion:");
    print_keys(&client, &[&old, &new]).await
}

async fn create(client: &Client, description: &str) -> Result<String> {
    let created = client.create_key().description(description).send().await?;
    let id = created.key_metadata.and_then(|key| key.key_id);
    id.ok_or_else(|| "the response has no key ID".into())
}

async fn print_keys(client: &Client, ids: &[&String]) -> Result<()> {
    println!("{:26}{:17}{:13}NEXT", "KEY", "STATE", "ALIAS");
    for id in ids {
        let key = client.describe_key(*id).send().await?.key_metadata;
        let key = key.ok_or("the response has no key")?;
        let mut aliases = client.list_aliases_by_key_id(*id).by_item();
        let aliases = aliases.collect_up_to(10).await?;
        let alias = aliases.into_iter().find_map(|alias| alias.alias_name);
        let day = |date: Option<_>| date.map_or("never".to_owned(), day);
        let next = match key.delete_date {
            Some(date) if !date.as_str().is_empty() => format!("deleted {}", day(Some(date))),
            _ => format!("rotated {}", day(key.next_rotation_date)),
        };
        println!(
            "{id:26}{:17}{:13}{next}",
            key.key_state.as_ref().map_or("", |state| state.as_str()),
            alias.unwrap_or_default(),
        );
    }
    Ok(())
}

/// Returns the day of a time.
fn day(time: alibabacloud_kms::types::DateTime) -> String {
    time.as_str().chars().take(10).collect()
}
