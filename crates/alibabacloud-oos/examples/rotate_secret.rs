//! Rotates a secret parameter: stores a new version, checks that callers get it, and lists the
//! versions. It never prints a value.
//!
//! ```text
//! cargo run -p alibabacloud-oos --example rotate_secret
//! NEW_SECRET=... cargo run -p alibabacloud-oos --example rotate_secret NAME
//! ```
//!
//! Without arguments, it uses an in-process emulator. With a name, it calls the real service, with
//! the region and credentials from the environment.

use alibabacloud_emulator::Emulator;
use alibabacloud_oos::Client;
use alibabacloud_oos::types::Sensitive;
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        // From the environment, because all users of the machine can see arguments.
        let secret = std::env::var("NEW_SECRET")
            .map_err(|_| "missing environment variable NEW_SECRET: set it to the new value")?;
        return rotate(&Client::from_env()?, &name, secret.into()).await;
    }
    let emulator = emulator_with_secret("shop/database-password").await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;
    let secret = Sensitive::from("not-a-real-secret-2");
    rotate(&client, "shop/database-password", secret).await
}

/// Rotates the secret. `Sensitive` redacts the value in logs and messages and erases it from memory
/// when it is dropped.
async fn rotate(
    client: &Client,
    name: &str,
    secret: Sensitive<String>,
) -> Result<(), Box<dyn Error>> {
    let before = match client.get_secret_parameter(name).send().await {
        Ok(output) => output.parameter.and_then(|p| p.parameter_version),
        Err(error) if error.is_not_found() => {
            return Err(format!("secret parameter {name} does not exist in this region").into());
        }
        Err(error) => return Err(error.into()),
    };
    let updated = client
        .update_secret_parameter(name, secret.expose())
        .send()
        .await?;
    let after = updated.parameter.and_then(|p| p.parameter_version);
    println!(
        "{name}: version {} is now version {}",
        before.unwrap_or_default(),
        after.unwrap_or_default()
    );

    // The response contains the value only if decryption is requested.
    let request = client.get_secret_parameter(name).with_decryption(true);
    let stored = request.send().await?.parameter.and_then(|p| p.value);
    if stored.as_ref() != Some(&secret) {
        return Err(
            format!("{name} does not have the new value: another program rotates it").into(),
        );
    }
    println!("Callers get the new value.\n");

    println!("VERSION  UPDATED               BY");
    let mut versions = client.list_secret_parameter_versions(name).by_item();
    while let Some(version) = versions.next().await {
        let version = version?;
        println!(
            "{:7}  {:20}  {}",
            version.parameter_version.unwrap_or_default(),
            version
                .updated_date
                .map(|date| date.to_string())
                .unwrap_or_default(),
            version.updated_by.as_deref().unwrap_or("-")
        );
    }
    Ok(())
}

/// Starts an emulator with a secret parameter in version 1.
async fn emulator_with_secret(name: &str) -> Result<Emulator, Box<dyn Error>> {
    let emulator = Emulator::start().await?;
    let client = Client::new(emulator.config())?;
    client
        .create_secret_parameter(name, "not-a-real-secret-1")
        .send()
        .await?;
    Ok(emulator)
}
