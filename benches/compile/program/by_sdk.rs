//! One call with the SDK.

use alibabacloud_oos::Client;
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let page = client
        .list_instance_package_states("i-bp1cpoexample0000000")
        .max_results(50)
        .send()
        .await?;
    for package in page.package_states {
        println!("{:?} {:?}", package.template_name, package.template_version);
    }
    Ok(())
}
