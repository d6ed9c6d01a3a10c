//! Prints the instances of all regions in one table.
//!
//! It asks the service for its regions, reads them at once, at most eight at a time, and reports a
//! region that cannot be read instead of failing.
//!
//! ```text
//! cargo run -p alibabacloud-ecs --example inventory
//! cargo run -p alibabacloud-ecs --example inventory -- --real
//! ```
//!
//! With `--real`, it reads the account of the environment; it changes nothing. Otherwise it starts
//! an in-process emulator with some instances, and one region that refuses the call.

use alibabacloud_ecs::model::describe_instances::Instance;
use alibabacloud_ecs::{CallOptions, Client, fan_out};
use alibabacloud_emulator::{Emulator, Fault};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Regions that are read at the same time.
const AT_ONCE: usize = 8;
/// Instances to read of a region, so that one region cannot fill the memory.
const LIMIT: usize = 1000;

#[tokio::main]
async fn main() -> Result<()> {
    if std::env::args().any(|argument| argument == "--real") {
        return inventory(&Client::from_env()?).await;
    }
    let emulator = Emulator::start().await?;
    println!("On an emulator at {}.\n", emulator.url());
    let client = Client::new(emulator.config())?;
    launch_some(&client).await?;
    // The first region that is read refuses the call, as a missing permission would.
    let fault = Fault::error(403, "Forbidden.RAM").operation("DescribeInstances");
    emulator.inject(fault.times(1))?;
    inventory(&client).await
}

/// Launches one instance in the first region, two in the second, and so on.
async fn launch_some(client: &Client) -> Result<()> {
    let regions = client.describe_regions().send().await?.regions;
    let regions = regions.into_iter().flat_map(|regions| regions.region);
    for (index, region) in (1..).zip(regions) {
        let options = CallOptions::new().region(region.region_id.unwrap_or_default());
        let request = client.run_instances().amount(index).instance_name("web");
        request.with_options(options).send().await?;
    }
    Ok(())
}

async fn inventory(client: &Client) -> Result<()> {
    let regions = client.describe_regions().send().await?.regions;
    let regions: Vec<String> = regions
        .into_iter()
        .flat_map(|regions| regions.region)
        .filter_map(|region| region.region_id)
        .collect();
    let results = fan_out(regions, AT_ONCE, |region| {
        let options = CallOptions::new().region(region);
        let call = client.describe_instances().with_options(options);
        async move { call.by_item().collect_up_to(LIMIT).await }
    })
    .collect()
    .await;

    println!("{:16}{:24}{:16}{:16}STATE", "REGION", "ID", "NAME", "TYPE");
    let mut count = 0;
    for (region, instances) in &results.values {
        for instance in instances {
            print(region, instance);
            count += 1;
        }
    }
    let read = results.values.len();
    println!("\n{count} instances in {read} regions.");
    // A region that failed is not an empty one.
    for (region, error) in &results.errors {
        println!("{region} could not be read: {error}");
    }
    Ok(())
}

fn print(region: &str, instance: &Instance) {
    println!(
        "{region:16}{:24}{:16}{:16}{}",
        instance.instance_id.as_deref().unwrap_or_default(),
        instance.instance_name.as_deref().unwrap_or_default(),
        instance.instance_type.as_deref().unwrap_or_default(),
        instance
            .status
            .as_ref()
            .map_or("", |status| status.as_str()),
    );
}
