//! Counts the instances on which each patch is missing, with several concurrent calls.
//!
//! ```text
//! cargo run -p alibabacloud-oos --example audit_patches
//! cargo run -p alibabacloud-oos --example audit_patches INSTANCE_ID...
//! ```
//!
//! Without arguments, it audits 250 instances of an in-process emulator. With arguments, it calls
//! the real service, with the region and credentials from the environment.

use alibabacloud_emulator::Emulator;
use alibabacloud_oos::Client;
use alibabacloud_oos::model::list_instance_patches::Patch;
use futures_util::{StreamExt, stream};
use std::cmp::Reverse;
use std::collections::BTreeMap;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Number of concurrent calls. The client retries calls that the service throttles.
const CONCURRENT_CALLS: usize = 8;
/// Number of instances per counting call.
const CHUNK: usize = 100;

#[tokio::main]
async fn main() -> Result<()> {
    let instances: Vec<String> = std::env::args().skip(1).collect();
    if !instances.is_empty() {
        return audit(&Client::from_env()?, &instances).await;
    }
    let emulator = Emulator::start().await?;
    println!("On an emulator at {}.\n", emulator.url());
    let instances: Vec<String> = (1..=250).map(|n| format!("i-web{n:03}")).collect();
    audit(&Client::new(emulator.config())?, &instances).await
}

async fn audit(client: &Client, instances: &[String]) -> Result<()> {
    let behind = instances_behind(client, instances).await?;
    let (all, incomplete) = (instances.len(), behind.len());
    println!("{incomplete} of {all} instances have missing patches\n");

    // Results arrive in the order in which the calls complete.
    let mut results = stream::iter(behind)
        .map(|instance| missing_patches(client, instance))
        .buffer_unordered(CONCURRENT_CALLS);
    let mut missing: BTreeMap<_, Vec<String>> = BTreeMap::new();
    while let Some(result) = results.next().await {
        let (instance, patches) = result?;
        for patch in patches {
            let key = (patch.title, patch.severity);
            missing.entry(key).or_default().push(instance.clone());
        }
    }

    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by_key(|(_, instances)| Reverse(instances.len()));
    println!("{:22}  {:9}  INSTANCES", "PATCH", "SEVERITY");
    for ((title, severity), instances) in missing {
        let (title, severity) = (title.unwrap_or_default(), severity.unwrap_or_default());
        let first = instances.iter().min().map_or("", String::as_str);
        let count = instances.len();
        println!("{title:22}  {severity:9}  {count:9}  such as {first}");
    }
    Ok(())
}

/// Returns the instances with missing patches. One call counts the patches of up to 100 instances,
/// so that only these instances need separate calls.
async fn instances_behind(client: &Client, instances: &[String]) -> Result<Vec<String>> {
    let mut behind = Vec::new();
    for chunk in instances.chunks(CHUNK) {
        let mut states = client
            .list_instance_patch_states()
            .instance_ids(chunk)
            .by_item();
        while let Some(state) = states.next().await {
            let state = state?;
            // Counts are strings.
            if state.missing_count.is_some_and(|count| count != "0") {
                behind.extend(state.instance_id);
            }
        }
    }
    Ok(behind)
}

/// Returns the missing patches of an instance from all pages.
async fn missing_patches(client: &Client, instance: String) -> Result<(String, Vec<Patch>)> {
    let mut pages = client
        .list_instance_patches()
        .instance_id(&instance)
        .patch_statuses("Missing")
        .by_page();
    let mut patches = Vec::new();
    while let Some(page) = pages.next().await {
        patches.extend(page?.patches);
    }
    Ok((instance, patches))
}
