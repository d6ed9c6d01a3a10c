//! One call with aws-sdk-ssm.

use aws_sdk_ssm::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_ssm::{Client, Config};
use std::env;
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (id, secret) = (
        env::var("AWS_ACCESS_KEY_ID")?,
        env::var("AWS_SECRET_ACCESS_KEY")?,
    );
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new(id, secret, None, None, "environment"))
        .build();
    let page = Client::from_conf(config)
        .list_associations()
        .max_results(50)
        .send()
        .await?;
    for association in page.associations() {
        println!(
            "{:?} {:?}",
            association.name(),
            association.document_version()
        );
    }
    Ok(())
}
