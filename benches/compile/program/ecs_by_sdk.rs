//! One call with the SDK.

use alibabacloud_ecs::Client;
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let page = client.describe_instances().max_results(50).send().await?;
    for instance in page.instances.unwrap_or_default().instance {
        println!("{:?} {:?}", instance.instance_id, instance.status);
    }
    Ok(())
}
