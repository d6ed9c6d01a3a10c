//! Lists the packages of an ECS instance as a table.
//!
//! With credentials in the environment, it calls the real service. Otherwise, it starts an
//! in-process emulator and calls it.
//!
//! ```text
//! cargo run -p alibabacloud-oos --example list_package_states [INSTANCE_ID] [--show-secrets]
//! ```

use alibabacloud_emulator::{Emulator, Fault};
use alibabacloud_oos::Client;
use alibabacloud_oos::model::list_instance_package_states::PackageState;
use std::error::Error;
use std::io::{Write, stdout};
use std::time::Duration;

/// Instance for which the emulator has packages.
const EMULATED_INSTANCE: &str = "i-emulator0000000001";
/// Page size, small enough for more than one page.
const PAGE_SIZE: i32 = 3;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut show_secrets = false;
    let mut instance = None;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--show-secrets" => show_secrets = true,
            option if option.starts_with('-') => {
                return Err(format!("unknown option {option}").into());
            }
            _ => instance = Some(argument),
        }
    }
    if std::env::var_os("ALIBABA_CLOUD_ACCESS_KEY_ID").is_some() {
        let instance =
            instance.ok_or("missing argument INSTANCE_ID: list_package_states INSTANCE_ID")?;
        return list(&Client::from_env()?, &instance, show_secrets).await;
    }
    let emulator = Emulator::start().await?;
    writeln!(
        stdout(),
        "No credentials in the environment: using an emulator at {}.\n",
        emulator.url()
    )?;
    // Throttle the second page once, to show a retry.
    let throttled = Fault::throttle(Some(Duration::from_millis(50)));
    emulator.inject(
        throttled
            .operation("ListInstancePackageStates")
            .skip(1)
            .times(1),
    )?;
    let client = Client::new(emulator.config())?;
    list(
        &client,
        instance.as_deref().unwrap_or(EMULATED_INSTANCE),
        show_secrets,
    )
    .await
}

/// Reads the packages page by page and prints them.
///
/// `by_item()` paginates automatically; manual pagination also returns the attempts of each call.
async fn list(client: &Client, instance: &str, show_secrets: bool) -> Result<(), Box<dyn Error>> {
    let mut packages = Vec::new();
    let mut request_ids = Vec::new();
    let mut attempts = 0;
    let mut next_token = None;
    loop {
        let mut request = client
            .list_instance_package_states(instance)
            .max_results(PAGE_SIZE);
        if let Some(token) = next_token.take() {
            request = request.next_token(token);
        }
        let response = request.send_with_response().await?;
        attempts += response.attempts();
        request_ids.extend(response.request_id().map(str::to_owned));
        let page = response.into_output();
        packages.extend(page.package_states);
        match page.next_token.filter(|token| !token.is_empty()) {
            Some(token) => next_token = Some(token),
            None => break,
        }
    }
    let rows: Vec<_> = packages
        .iter()
        .map(|package| row(package, show_secrets))
        .collect();
    print_table(
        [
            "PACKAGE",
            "VERSION",
            "PUBLISHER",
            "UPDATED",
            "CONFIGURATION",
        ],
        &rows,
    )?;
    writeln!(
        stdout(),
        "\n{} pages, {} items, {attempts} attempts; request IDs: {}",
        request_ids.len(),
        packages.len(),
        request_ids.join(", ")
    )?;
    Ok(())
}

fn row(package: &PackageState, show_secrets: bool) -> [String; 5] {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let updated = package.update_time.as_ref();
    let configuration = package.configuration_info.as_ref().map(|secret| {
        if show_secrets {
            secret.expose().to_string()
        } else {
            format!("{secret:?}")
        }
    });
    [
        text(&package.template_name),
        text(&package.template_version),
        text(&package.publisher),
        updated.map(ToString::to_string).unwrap_or_default(),
        configuration.unwrap_or_default(),
    ]
}

/// Prints a table, each column as wide as its widest cell.
fn print_table(head: [&str; 5], rows: &[[String; 5]]) -> std::io::Result<()> {
    let head = head.map(str::to_owned);
    let lines = || std::iter::once(&head).chain(rows);
    let widths: [usize; 5] = std::array::from_fn(|column| {
        let cells = lines().map(|line| line[column].chars().count());
        cells.max().unwrap_or_default()
    });
    for line in lines() {
        let cells = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        writeln!(
            stdout(),
            "{}",
            cells.collect::<Vec<_>>().join("  ").trim_end()
        )?;
    }
    Ok(())
}
