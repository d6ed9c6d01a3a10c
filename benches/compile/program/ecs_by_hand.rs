//! The call of `ecs_by_sdk.rs` with reqwest, serde, hmac and sha2 and no further dependency.

mod sign;

use serde::Deserialize;
use std::error::Error;

const HOST: &str = "ecs.cn-hangzhou.aliyuncs.com";
const QUERY: &str = "MaxResults=50&RegionId=cn-hangzhou";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    instances: Instances,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Instances {
    instance: Vec<Instance>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Instance {
    instance_id: Option<String>,
    status: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::new();
    let mut request = http.post(format!("https://{HOST}/?{QUERY}"));
    for (name, value) in sign::headers(HOST, QUERY, "DescribeInstances", "2014-05-26")? {
        request = request.header(name, value);
    }
    let response = request.send().await?;
    let page: Page = response.error_for_status()?.json().await?;
    for instance in page.instances.instance {
        println!("{:?} {:?}", instance.instance_id, instance.status);
    }
    Ok(())
}
