//! Installs a package on an instance and waits until it is installed.
//!
//! ```text
//! cargo run -p alibabacloud-oos --example install_package
//! cargo run -p alibabacloud-oos --example install_package INSTANCE_ID PACKAGE
//! ```
//!
//! Without arguments, it uses an in-process emulator. With arguments, it calls the real service,
//! with the region and credentials from the environment, and installs the package on the instance.

use alibabacloud_emulator::{Emulator, Outcome as Script};
use alibabacloud_oos::Client;
use alibabacloud_oos::model::list_instance_package_states::PackageState;
use alibabacloud_oos::types::Value;
use std::error::Error;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => {
            let emulator = slow_emulator("ACS-ECS-Nginx").await?;
            println!("On an emulator at {}.\n", emulator.url());
            let client = Client::new(emulator.config())?;
            install(&client, "i-web1", "ACS-ECS-Nginx").await
        }
        [instance, package] => install(&Client::from_env()?, instance, package).await,
        _ => Err("expected two arguments: install_package INSTANCE_ID PACKAGE".into()),
    }
}

async fn install(client: &Client, instance: &str, package: &str) -> Result<(), Box<dyn Error>> {
    println!("Installing {package} on {instance}");
    client
        .update_instance_package_state(instance, package, "install")
        .send()
        .await?;
    // The call only starts the installation; the package is listed once it is installed. The
    // service does not report whether an installation failed or is slow, so both end in an error at
    // the deadline.
    let outcome = client
        .wait_until_package_installed(instance, package)
        .deadline(Duration::from_secs(10 * 60))
        .on_progress(|progress| {
            let state = progress.state().unwrap_or_default();
            println!("{:5.1} s  {state}", progress.elapsed().as_secs_f32());
        })
        .wait()
        .await?;
    let page = outcome.success()?.unwrap_or_default();
    for package in &page.package_states {
        print_package(package);
    }
    Ok(())
}

fn print_package(package: &PackageState) {
    let updated = package.update_time.as_ref();
    let rows = [
        ("package", package.template_name.as_deref()),
        ("version", package.template_version.as_deref()),
        ("publisher", package.publisher.as_deref()),
        ("description", package.description.as_deref()),
        ("installed", updated.map(|time| time.as_str())),
    ];
    println!();
    for (name, value) in rows {
        println!("{name:11}  {}", value.unwrap_or("-"));
    }
}

/// Starts an emulator that takes two seconds to install the package.
async fn slow_emulator(package: &str) -> Result<Emulator, Box<dyn Error>> {
    let emulator = Emulator::start().await?;
    let slow = Script::success(Value::Null).takes(Duration::from_secs(2));
    emulator.script(slow.template(package).task("install"));
    Ok(emulator)
}
